"""Opsgenie: GET /v2/schedules/{id}?identifierType=id with `rotations`, perhaps
with /overrides and /timeline (expand=base,forwarding,override) beside it.

Read so: everybody whom a rotation names is on call, all rotations together; an
override replaces whoever its rotations name (all of them when it names none).
Daily and weekly turns stay on the schedule's wall clock, hourly ones count
elapsed hours. The drawn finalTimeline is taken as the truth where the export
has it."""

from datetime import timedelta

from .clock import (DAY, LONG_DAYS, WEEK, Turns, in_spans, instant, to_wall,
                    windows, zone_of)
from .told import Layer, Told, plain_name, wall_text

TITLE = "Opsgenie"
MINUTE = timedelta(minutes=1)


def minutes(one, edge):
    return int(one.get(f"{edge}Hour") or 0) * 60 + int(one.get(f"{edge}Min") or 0)


def read_restriction(raw):
    if not raw:
        return []
    if raw.get("type") == "time-of-day" or "restriction" in raw:
        one = raw["restriction"]
        length = (minutes(one, "end") - minutes(one, "start")) % DAY or DAY
        return [(d * DAY + minutes(one, "start"), length) for d in range(7)]
    spans = []
    for one in raw.get("restrictions", []):
        start = LONG_DAYS.index(one["startDay"].lower()) * DAY + minutes(one, "start")
        end = LONG_DAYS.index(one["endDay"].lower()) * DAY + minutes(one, "end")
        spans.append((start, (end - start) % WEEK or WEEK))
    return spans


def add_participant(people, one):
    """A name; None for nobody, a team or an escalation."""
    if one is None or one.get("type", "user") != "user":
        return None
    login = one.get("username") or one.get("name")
    return people.add(one.get("id") or login, one.get("fullName"), login)


class Rotation:
    def __init__(self, raw, zone, people):
        self.id, self.name = raw.get("id"), raw.get("name") or "rotation"
        self.zone = zone
        self.kind, self.length = raw["type"], int(raw.get("length") or 1)
        self.start = instant(raw["startDate"], zone)
        self.end = instant(raw["endDate"], zone) if raw.get("endDate") else None
        self.raw_participants = raw.get("participants", [])
        self.users = [add_participant(people, p) for p in self.raw_participants]
        self.spans = read_restriction(raw.get("timeRestriction"))
        self.turns = Turns(self.kind, self.length, to_wall(self.start, zone), zone)

    def who(self, at):
        if at < self.start or (self.end and at >= self.end) or not self.users:
            return None
        if not in_spans(self.spans, to_wall(at, self.zone)):
            return None
        return self.users[self.turns.index(at) % len(self.users)]


class Schedule:
    def __init__(self, raw, people, overrides, timeline):
        self.title = raw["name"]
        self.name = plain_name(self.title)
        self.timezone = raw["timezone"]
        self.zone = zone_of(self.timezone)
        self.rotations = [Rotation(r, self.zone, people)
                          for r in raw.get("rotations", [])
                          if r.get("enabled", True)]
        self.overrides = []
        for one in overrides or raw.get("overrides", []):
            ids = [r.get("id") for r in one.get("rotations") or []]
            self.overrides.append((instant(one["startDate"], self.zone),
                                   instant(one["endDate"], self.zone),
                                   add_participant(people, one["user"]), ids))
        self.rendered = self.read_timeline(timeline, people)

    def read_timeline(self, timeline, people):
        if not timeline or "finalTimeline" not in timeline:
            return None
        return [(instant(p["startDate"]), instant(p["endDate"]),
                 add_participant(people, p.get("recipient") or p.get("responder")))
                for r in timeline["finalTimeline"].get("rotations", [])
                for p in r.get("periods", [])] or None

    def override(self, rotation, at):
        for start, end, user, ids in reversed(self.overrides):
            if start <= at < end and (not ids or rotation.id in ids):
                return user
        return None

    def who(self, at):
        found = set()
        for rotation in self.rotations:
            user = rotation.who(at)
            if user:
                user = self.override(rotation, at) or user
                found.add(user)
        return found

    def told(self):
        layers = [self.tell_rotation(r) for r in self.rotations if r.users]
        overrides, notes = [], []
        for start, end, user, ids in self.overrides:
            if user is None:
                notes.append(f"an override from {start:%Y-%m-%d %H:%M} UTC is "
                             "nobody's and is left out")
                continue
            for rotation in self.rotations:
                if not ids or rotation.id in ids:
                    overrides += self.replaced(rotation, start, end, user, notes)
        unique = [o for i, o in enumerate(overrides) if o not in overrides[:i]]
        return Told(self.name, self.timezone, layers, unique, notes)

    def replaced(self, rotation, start, end, user, notes):
        """Overrides of ours for each stretch in which ROTATION has the same
        person, who gives way to USER."""
        found, at = [], start
        while at < end:
            now = rotation.who(at)
            until = at + MINUTE
            while until < end and rotation.who(until) == now:
                until += MINUTE
            if now and now != user:
                found.append({"from": wall_text(to_wall(at, self.zone)),
                              "until": wall_text(to_wall(until, self.zone)),
                              "person": user, "instead_of": now})
                if any(other is not rotation and other.who(at) == now
                       for other in self.rotations):
                    notes.append(f"the override from {found[-1]['from']} takes "
                                 f"{now} off every rotation here, off "
                                 f"{rotation.name} alone there")
            at = until
        return found

    def tell_rotation(self, r):
        layer = Layer(people=[[u] if u else [] for u in r.users], rotate=r.kind,
                      every=r.length, starts=to_wall(r.start, self.zone),
                      ends=to_wall(r.end, self.zone) if r.end else None,
                      only=windows(r.spans) if r.spans else [], join=True,
                      title=r.name)
        for one in r.raw_participants:
            kind = one.get("type", "user")
            if kind not in ("user", "none"):
                layer.notes.append(f"{kind} {one.get('name') or one.get('id')} "
                                   "takes a turn there; nobody does here")
        return layer


def read(documents, people):
    overrides, timeline, found = [], None, []
    raws = [d.get("data", d) for d in documents]
    for raw in raws:
        if isinstance(raw, dict) and "finalTimeline" in raw:
            timeline = raw
        elif isinstance(raw, list) and raw and "user" in raw[0]:
            overrides += raw
        elif isinstance(raw, list) and raw and "username" in raw[0]:
            for user in raw:
                add_participant(people, user)
    for raw in raws:
        for one in raw if isinstance(raw, list) else [raw]:
            if "rotations" in one and "timezone" in one:
                found.append(Schedule(one, people, overrides, timeline))
    return found
