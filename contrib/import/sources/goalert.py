"""GoAlert: what its GraphQL answers to the query in README.md: the schedule's
targets with their rules, the rotations, the overrides; beside `exportedAt`.

Read so: everybody whom a rule names at this minute of the schedule's week is on
call. A rotation says who is next by an index at the time of the export, so that
time is needed; its handoffs, hourly ones too, are on its own wall clock.
Overrides add, remove or replace."""

from datetime import datetime, timezone

from .clock import (DAY, Turns, in_spans, instant, to_wall, windows, zone_of)
from .told import Layer, Told, plain_name, wall_text

TITLE = "GoAlert"


def minute(text):
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def read_rule(raw):
    """Spans of the week; weekdayFilter begins with Sunday and names the day on
    which a window starts. The same start and end is a whole day."""
    start = minute(raw["start"])
    length = (minute(raw["end"]) - start) % DAY or DAY
    return [((d - 1) % 7 * DAY + start, length)
            for d, on in enumerate(raw["weekdayFilter"]) if on]


class Rotation:
    def __init__(self, raw, people, exported):
        self.name = raw.get("name") or raw["id"]
        self.timezone = raw["timeZone"]
        zone = zone_of(self.timezone)
        self.kind, self.length = raw["type"], int(raw.get("shiftLength") or 1)
        start = to_wall(instant(raw["start"]), zone).replace(second=0)
        self.turns = Turns(self.kind, self.length, start, zone, wall_hours=True)
        users = [people.add(u["id"], u.get("name"), u.get("email"))
                 for u in raw.get("users", [])]
        turned = (self.turns.index(exported) - int(raw.get("activeUserIndex") or 0)
                  ) % len(users) if users else 0
        # so that turn 0 is whose it would have been at the first handoff
        self.users = [users[(i - turned) % len(users)] for i in range(len(users))]

    def who(self, at):
        if not self.users:
            return None
        return self.users[self.turns.index(at) % len(self.users)]


class Always:
    """A rule that names a person rather than a rotation."""

    timezone = None

    def __init__(self, user):
        self.users, self.name = [user], user

    def who(self, _):
        return self.users[0]


class Schedule:
    def __init__(self, raw, people, rotations, overrides):
        self.title = raw["name"]
        self.name = plain_name(self.title)
        self.timezone = raw["timeZone"]
        self.zone = zone_of(self.timezone)
        self.rules = []
        for target in raw.get("targets", []):
            one = target["target"]
            if one["type"] == "rotation":
                who = rotations[one["id"]]
            else:
                who = Always(people.add(one["id"], one.get("name")))
            self.rules += [(who, read_rule(rule)) for rule in target["rules"]]
        self.overrides = [(instant(o["start"]), instant(o["end"]),
                           self.user(people, o, "add"),
                           self.user(people, o, "remove")) for o in overrides]
        self.temporary = raw.get("temporarySchedules") or []
        self.rendered = None if not raw.get("shifts") else [
            (instant(s["start"]), instant(s["end"]),
             people.add(s["user"]["id"], s["user"].get("name")))
            for s in raw["shifts"]]
        self.people = people

    @staticmethod
    def user(people, override, what):
        user = override.get(f"{what}User")
        if user:
            return people.add(user["id"], user.get("name"))
        key = override.get(f"{what}UserID")
        return people.name(key) if key else None

    def temporary_at(self, at):
        for one in self.temporary:
            if instant(one["start"]) <= at < instant(one["end"]):
                return {self.people.name(s["userID"]) for s in one["shifts"]
                        if instant(s["start"]) <= at < instant(s["end"])}
        return None

    def who(self, at):
        found = self.temporary_at(at)
        if found is not None:
            return found
        wall = to_wall(at, self.zone)
        found = {rule.who(at) for rule, spans in self.rules
                 if in_spans(spans, wall) and spans} - {None}
        for start, end, add, remove in self.overrides:
            if start <= at < end:
                if remove and remove not in found:
                    continue
                found -= {remove}
                found |= {add} if add else set()
        return found

    def told(self):
        layers = [self.tell_rule(rule, spans) for rule, spans in self.rules
                  if spans and rule.users]
        notes = []
        for one in self.temporary:
            notes.append(f"the temporary schedule from {one['start']} takes the "
                         "place of everything else; here its shifts do, and what "
                         "lies between them stays as the rules say")
            for shift in one["shifts"]:
                layers.append(Layer(
                    people=[[self.people.name(shift["userID"])]],
                    starts=to_wall(instant(shift["start"]), self.zone),
                    ends=to_wall(instant(shift["end"]), self.zone),
                    title="of a temporary schedule: it can go once it is over"))
        return Told(self.name, self.timezone, layers,
                    [self.tell_override(*o) for o in self.overrides], notes)

    def tell_override(self, start, end, add, remove):
        told = {"from": wall_text(to_wall(start, self.zone)),
                "until": wall_text(to_wall(end, self.zone))}
        if add:
            told["person"] = add
        if remove:
            told["instead_of"] = remove
        return told

    def tell_rule(self, rule, spans):
        if isinstance(rule, Always):
            return Layer(people=[[rule.name]], starts=datetime(2024, 1, 1),
                         only=windows(spans), join=True, title=rule.name)
        layer = Layer(people=[[u] for u in rule.users], rotate=rule.kind,
                      every=rule.length, starts=rule.turns.start, join=True,
                      only=windows(spans), title=f"rotation {rule.name}")
        if rule.timezone != self.timezone:
            layer.timezone = rule.timezone
            layer.notes.append(f"its hours are on the clock of {self.timezone} "
                               f"there, on that of {rule.timezone} here")
        if rule.kind == "hourly":
            layer.notes.append("hourly turns are on the wall clock there, elapsed "
                               "hours here: they part where the clocks change")
        if rule.kind == "monthly" and rule.turns.start.day > 28:
            layer.notes.append("in a shorter month the handoff slips into the "
                               "next one there, it is the last day here")
        return layer


def read(documents, people):
    data = {}
    exported = None
    for document in documents:
        data.update(document.get("data", document))
        exported = document.get("exportedAt", exported)
    exported = instant(exported) if exported else datetime.now(timezone.utc)
    rotations = {r["id"]: Rotation(r, people, exported)
                 for r in data.get("rotations", {}).get("nodes", [])}
    overrides = data.get("userOverrides", {}).get("nodes", [])
    raws = ([data["schedule"]] if "schedule" in data else
            data.get("schedules", {}).get("nodes", []))
    return [Schedule(raw, people, rotations, overrides) for raw in raws]
