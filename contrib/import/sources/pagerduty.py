"""PagerDuty: GET /schedules/{id}?since=...&until=... (REST v2), perhaps with
GET /schedules/{id}/overrides and GET /users beside it.

Read so: layers are listed from the last to the first, and a later layer hides
the earlier ones wherever it has somebody; an override hides them all. Turns of
whole days stay on the schedule's wall clock; shorter ones count elapsed time.
What PagerDuty itself drew (final_schedule.rendered_schedule_entries) is taken
as the truth wherever the export has it."""

from datetime import timedelta

from .clock import (DAY, Turns, in_spans, instant, to_wall, windows, zone_of)
from .told import Layer, Told, plain_name

TITLE = "PagerDuty"


class LayerRule:
    def __init__(self, raw, zone, people):
        self.zone = zone
        self.name = raw.get("name") or "layer"
        self.start = instant(raw["start"])
        self.end = instant(raw["end"]) if raw.get("end") else None
        self.virtual = instant(raw["rotation_virtual_start"])
        self.seconds = int(raw["rotation_turn_length_seconds"])
        self.users = [add_user(people, u["user"]) for u in raw.get("users", [])]
        self.spans, self.rough = read_restrictions(raw.get("restrictions") or [])
        self.turns = self.make_turns()

    def unit(self):
        for kind, seconds in (("weekly", 604800), ("daily", 86400),
                              ("hourly", 3600)):
            if self.seconds % seconds == 0:
                return kind, self.seconds // seconds
        return None, 0

    def make_turns(self):
        kind, length = self.unit()
        start = to_wall(self.virtual, self.zone)
        return Turns(kind, length, start, self.zone) if kind else None

    def who(self, at):
        if at < self.start or (self.end and at >= self.end) or not self.users:
            return None
        if not in_spans(self.spans, to_wall(at, self.zone)):
            return None
        if self.turns:
            k = self.turns.index(at)
        else:
            k = (at - self.virtual) // timedelta(seconds=self.seconds)
        return self.users[k % len(self.users)]


def add_user(people, user):
    return people.add(user["id"], user.get("name") or user.get("summary"),
                      user.get("email"))


def read_restrictions(raw):
    """As spans in minutes of the week; and whether seconds were lost."""
    spans, rough = [], False
    for one in raw:
        hours, minutes, seconds = map(int, one["start_time_of_day"][:8].split(":"))
        length = int(one["duration_seconds"])
        rough |= bool(seconds or length % 60)
        start = hours * 60 + minutes
        if one["type"].startswith("weekly"):
            day = int(one["start_day_of_week"]) - 1
            spans.append((day * DAY + start, length // 60))
        else:
            spans += [(day * DAY + start, length // 60) for day in range(7)]
    return spans, rough


class Schedule:
    def __init__(self, raw, people, overrides):
        self.title = raw.get("name") or raw.get("summary") or raw["id"]
        self.name = plain_name(self.title)
        self.timezone = raw["time_zone"]
        self.zone = zone_of(self.timezone)
        self.layers = [LayerRule(one, self.zone, people)
                       for one in reversed(raw.get("schedule_layers", []))]
        entries = overrides or (raw.get("overrides_subschedule") or {}).get(
            "rendered_schedule_entries") or []
        self.overrides = [(instant(o["start"]), instant(o["end"]),
                           add_user(people, o["user"])) for o in entries]
        final = (raw.get("final_schedule") or {}).get("rendered_schedule_entries")
        self.rendered = None if not final else [
            (instant(e["start"]), instant(e["end"]), add_user(people, e["user"]))
            for e in final]

    def who(self, at):
        for start, end, user in reversed(self.overrides):
            if start <= at < end:
                return {user}
        for layer in reversed(self.layers):
            user = layer.who(at)
            if user:
                return {user}
        return set()

    def told(self):
        layers = [self.tell_layer(one) for one in self.layers if one.users]
        for start, end, user in self.overrides:
            layers.append(Layer(people=[[user]], starts=to_wall(start, self.zone),
                                ends=to_wall(end, self.zone),
                                title="an override: it can go once it is over"))
        notes = [f"layer '{one.name}' has nobody and is left out"
                 for one in self.layers if not one.users]
        return Told(self.name, self.timezone, layers, notes=notes)

    def tell_layer(self, rule):
        kind, length = rule.unit()
        turn = timedelta(seconds=rule.seconds)
        virtual = to_wall(rule.virtual, self.zone)
        begins = to_wall(rule.start, self.zone)
        round_ = turn * len(rule.users)
        while virtual > begins:  # ours count forward from the first handoff
            virtual -= round_
        layer = Layer(people=[[u] for u in rule.users], rotate=kind or "hourly",
                      every=length or max(1, rule.seconds // 3600),
                      starts=virtual, title=rule.name,
                      begins=begins if begins > virtual else None,
                      ends=to_wall(rule.end, self.zone) if rule.end else None,
                      only=windows(rule.spans) if rule.spans else [])
        if not kind:
            layer.notes.append(f"turns of {rule.seconds} s are no whole hours")
        elif kind == "hourly" and len(rule.users) > 1:
            layer.notes.append("turns shorter than a day: look at the days on "
                               "which the clocks change")
        if rule.rough:
            layer.notes.append("restrictions are taken to the minute")
        return layer


def read(documents, people):
    """DOCUMENTS: parsed JSON, in any order."""
    overrides = [o for d in documents for o in d.get("overrides", [])]
    for document in documents:
        for user in document.get("users", []):
            add_user(people, user)
    found = []
    for document in documents:
        raws = ([document["schedule"]] if "schedule" in document else
                document.get("schedules", []))
        for raw in raws:
            for user in raw.get("users") or []:
                add_user(people, user)
            found.append(Schedule(raw, people, overrides))
    return found


