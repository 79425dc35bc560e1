"""Schedules as nightjar's YAML, and the names of people."""

import re
from dataclasses import dataclass, field


def plain_name(text):
    """A name that nightjar takes: lower-case letters, digits, . _ -"""
    name = re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")
    return name[:64] or "somebody"


class People:
    """Who is who: by id, with the names that nightjar is to use; two ids of one
    address are one person. RENAMES: of an id, address or name, as given on the
    command line."""

    def __init__(self, renames=None):
        self.renames = renames or {}
        self.by_id, self.by_email, self.taken = {}, {}, set()

    def add(self, key, name=None, email=None):
        known = self.by_id.get(key)
        if known:
            known["title"] = known["title"] or name
            known["email"] = known["email"] or email
            return known["name"]
        email = email or (name if name and "@" in name else None)
        wanted = next((self.renames[k] for k in (key, email, name)
                       if k in self.renames), None) or self.by_email.get(email)
        if wanted is None:
            base = wanted = plain_name((email or name or key).split("@")[0])
            n = 2
            while wanted in self.taken:
                wanted, n = f"{base}-{n}", n + 1
        self.taken.add(wanted)
        if email:
            self.by_email.setdefault(email, wanted)
        self.by_id[key] = {"name": wanted, "title": name, "email": email}
        return wanted

    def name(self, key):
        return self.by_id[key]["name"] if key in self.by_id else self.add(key)


@dataclass
class Layer:
    """One layer of ours. PEOPLE: turns, each a list of names."""

    people: list
    rotate: str = "daily"
    every: int = 1
    starts: object = None  # wall times
    begins: object = None
    ends: object = None
    only: list = field(default_factory=list)
    join: bool = False
    timezone: str = None
    title: str = ""
    notes: list = field(default_factory=list)


@dataclass
class Told:
    """One schedule of ours."""

    name: str
    timezone: str
    layers: list
    overrides: list = field(default_factory=list)  # dicts of texts
    notes: list = field(default_factory=list)


def quote(text):
    if text is None:
        return '""'
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9 ._/@+-]*", text) and text.lower() not in (
            "yes", "no", "on", "off", "true", "false", "null", "y", "n"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def wall_text(wall):
    return wall.strftime("%Y-%m-%d %H:%M" + (":%S" if wall.second else ""))


def comment(out, indent, text):
    for line in text.splitlines():
        out.append(f"{' ' * indent}# {line}".rstrip())


def turn_text(turn):
    return quote(turn[0]) if len(turn) == 1 else f"[{', '.join(map(quote, turn))}]"


def layer_lines(layer):
    out = []
    if layer.title:
        comment(out, 6, layer.title)
    for one in layer.notes:
        comment(out, 6, f"NOT EXACT: {one}")
    out.append(f"      - rotate: {layer.rotate}")
    if layer.every != 1:
        out.append(f"        every: {layer.every}")
    out.append(f"        starts: {wall_text(layer.starts)}")
    if layer.begins:
        out.append(f"        from: {wall_text(layer.begins)}")
    if layer.ends:
        out.append(f"        ends: {wall_text(layer.ends)}")
    if layer.timezone:
        out.append(f"        timezone: {layer.timezone}")
    out.append(f"        people: [{', '.join(map(turn_text, layer.people))}]")
    if layer.only:
        out.append(f"        only: [{', '.join(quote(w) for w in layer.only)}]")
    if layer.join:
        out.append("        join: true")
    return out


def write(people, schedules, source):
    """The YAML of PEOPLE and SCHEDULES, with what could not be carried over."""
    out = [f"# From {source}. Lines that say NOT EXACT need your eyes; then hold",
           "# both systems side by side: contrib/import/compare"]
    out.append("people:")
    unique = {}
    for one in people.by_id.values():
        unique.setdefault(one["name"], one)
    for one in unique.values():
        fields = []
        if one["title"] and one["title"] != one["email"]:
            fields.append(f"name: {quote(one['title'])}")
        if one["email"]:
            fields.append(f"email: {quote(one['email'])}")
        out.append(f"  {one['name']}: {{{', '.join(fields)}}}")
    out.append("schedules:")
    for schedule in schedules:
        out.append(f"  {schedule.name}:")
        for one in schedule.notes:
            comment(out, 4, f"NOT EXACT: {one}")
        out.append(f"    timezone: {schedule.timezone}")
        out.append("    layers:")
        for layer in schedule.layers:
            out += layer_lines(layer)
        if schedule.overrides:
            out.append("    overrides:")
        for one in schedule.overrides:
            text = ", ".join(f"{k}: {v}" for k, v in one.items())
            out.append(f"      - {{{text}}}")
    return "\n".join(out) + "\n"
