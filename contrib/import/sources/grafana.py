"""Grafana OnCall: GET /api/v1/schedules/{id}, /api/v1/on_call_shifts?schedule_id=
and /api/v1/users, perhaps with /final_shifts beside them; or the same fields as
a grafana_oncall_on_call_shift of Terraform has them.

Read so: of all shifts that cover a moment those of the highest level count, all
of them together; overrides are above every level. A shift lasts `duration` from
its `start`, repeats by frequency and interval on the wall clock of its zone, and
`rolling_users` take turns, a list each time. `final_shifts` are taken as the
truth where the export has them."""

from datetime import datetime, timedelta

from .clock import (DAY, WEEK, Turns, from_wall, instant, minute_of_week, to_wall,
                    windows, zone_of)
from .told import Layer, Told, plain_name

TITLE = "Grafana OnCall"
OVERRIDE = 99
ICAL_DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
UNIT = {"hourly": timedelta(hours=1), "daily": timedelta(days=1),
        "weekly": timedelta(weeks=1)}


def naive(text):
    return datetime.fromisoformat(text.replace("Z", "")[:19])


class Shift:
    def __init__(self, raw, zone_name, people):
        self.name = raw.get("name") or raw.get("id") or "shift"
        self.type = raw["type"]
        self.zone_name = raw.get("time_zone") or zone_name
        self.zone = zone_of(self.zone_name)
        self.level = OVERRIDE if self.type == "override" else int(raw.get("level") or 0)
        self.start = naive(raw["start"])
        self.duration = timedelta(seconds=int(raw["duration"]))
        begin = raw.get("rotation_start")
        self.begin = max(self.start, naive(begin)) if begin else self.start
        self.until = naive(raw["until"]) if raw.get("until") else None
        self.frequency = raw.get("frequency")
        self.interval = int(raw.get("interval") or 1)
        self.by_day = raw.get("by_day") or []
        self.odd = [k for k in ("by_month", "by_monthday") if raw.get(k)]
        rolling = raw.get("rolling_users") or []
        first = int(raw.get("start_rotation_from_user_index") or 0)
        turns = rolling[first:] + rolling[:first] if rolling else [raw.get("users") or []]
        self.turns = [[people.name(u) for u in turn] for turn in turns]
        self.week_start = ICAL_DAYS.index(raw.get("week_start") or "SU")

    def week(self):
        """The wall time at which the week of the first day begins."""
        back = (self.start.weekday() - self.week_start) % 7
        return self.start - timedelta(days=back)

    def occurrence(self, start, k):
        """(from, until, people) of the one that starts at wall time START in
        round K of the rule."""
        if k < 0 or k % self.interval or start < self.begin:
            return None
        if self.until and start > self.until:
            return None
        end = from_wall(start + self.duration, self.zone)
        return (from_wall(start, self.zone), end,
                self.turns[k // self.interval % len(self.turns)])

    def near(self, at):
        """The occurrences that may cover AT."""
        wall = to_wall(at, self.zone)
        if self.type in ("single_event", "override") or not self.frequency:
            yield from_wall(self.start, self.zone), from_wall(
                self.start + self.duration, self.zone), self.turns[0]
            return
        back = self.duration + timedelta(hours=2)
        if self.by_day and self.frequency == "weekly":
            day = (wall - back).replace(hour=self.start.hour,
                                        minute=self.start.minute, second=0)
            while day <= wall:
                if ICAL_DAYS[day.weekday()] in self.by_day:
                    k = (day - self.week()) // timedelta(weeks=1)
                    yield self.occurrence(day, k)
                day += timedelta(days=1)
            return
        if self.frequency == "monthly":
            turns = Turns("monthly", 1, self.start, self.zone)
            for k in range(turns.index(at) - 2, turns.index(at) + 1):
                start = to_wall(turns.handoff(k), self.zone)
                yield self.occurrence(start, k)
            return
        unit = UNIT[self.frequency]
        k = (wall - back - self.start) // unit
        while self.start + k * unit <= wall:
            yield self.occurrence(self.start + k * unit, k)
            k += 1

    def who(self, at):
        for one in self.near(at):
            if one and one[0] <= at < one[1]:
                return set(one[2])
        return set()


class Schedule:
    def __init__(self, raw, shifts, people, final):
        self.title = raw["name"]
        self.name = plain_name(self.title)
        self.timezone = raw.get("time_zone") or "UTC"
        self.zone = zone_of(self.timezone)
        wanted = raw.get("shifts")
        self.shifts = [Shift(s, self.timezone, people) for s in shifts
                       if not wanted or s.get("id") in wanted or
                       s.get("id") is None]
        self.shifts.sort(key=lambda s: s.level)
        self.rendered = None if not final else [
            (instant(f["shift_start"]), instant(f["shift_end"]),
             people.name(f["user_pk"])) for f in final]

    def who(self, at):
        for level in sorted({s.level for s in self.shifts}, reverse=True):
            found = set()
            for shift in self.shifts:
                if shift.level == level:
                    found |= shift.who(at)
            if found:
                return found
        return set()

    def told(self):
        layers, notes = [], []
        lowest = self.shifts[0].level if self.shifts else 0
        for i, shift in enumerate(self.shifts):
            same = i > 0 and self.shifts[i - 1].level == shift.level
            layer = self.tell_shift(shift, notes)
            if layer:
                layer.join = same
                if same and shift.level != lowest and shift.level != OVERRIDE:
                    layer.notes.append("several shifts share this level: where "
                                       "only this one has somebody, it adds to the "
                                       "levels below instead of hiding them")
                layers.append(layer)
        return Told(self.name, self.timezone, layers, notes=notes)

    def tell_shift(self, s, notes):
        layer = Layer(people=s.turns, starts=s.start, title=s.name)
        layer.timezone = s.zone_name if s.zone_name != self.timezone else None
        if s.type in ("single_event", "override") or not s.frequency:
            layer.ends = s.start + s.duration
            return layer
        if s.odd or (s.by_day and s.frequency != "weekly") or (
                s.frequency == "monthly" and s.duration < timedelta(days=28)):
            notes.append(f"shift {s.name}: {s.frequency} with "
                         f"{', '.join(s.odd) or 'by_day'} cannot be told as a "
                         "layer; export its calendar and use `calendar:`")
            return None
        layer.rotate, layer.every = s.frequency, s.interval
        if s.begin > s.start:
            layer.begins = s.begin
        if s.until:
            layer.ends = s.until
            layer.notes.append("the shift under way at `until` ends there, too")
        minutes = int(s.duration.total_seconds()) // 60
        if s.by_day:
            layer.starts = s.week()
            layer.begins = max(s.begin, s.start)
            first = s.start.hour * 60 + s.start.minute
            layer.only = windows([(ICAL_DAYS.index(d) * DAY + first, minutes)
                                  for d in s.by_day])
            if s.interval > 1:
                layer.notes.append(f"in {s.interval - 1} of {s.interval} weeks "
                                   "nobody is on call there, somebody is here")
        elif s.frequency == "daily" and minutes < DAY:
            layer.only = windows([(d * DAY + s.start.hour * 60 + s.start.minute,
                                   minutes) for d in range(7)])
        elif s.frequency == "weekly" and minutes < WEEK:
            layer.only = windows([(minute_of_week(s.start), minutes)])
        return layer


def read(documents, people):
    raws, shifts, final = [], [], []
    for document in documents:
        for key in ("users", "shifts", "schedules", "final_shifts"):
            part = document.get(key)
            if isinstance(part, dict):
                document[key] = part.get("results", [])
        rows = document.get("results", [])
        users = document.get("users", []) + [r for r in rows if "username" in r]
        for user in users:
            people.add(user["id"], user.get("name") or user.get("username"),
                       user.get("email"))
    for document in documents:
        rows = document.get("results", [])
        shifts += [s for s in document.get("shifts", []) if isinstance(s, dict)]
        shifts += [r for r in rows if "duration" in r]
        final += document.get("final_shifts", []) or [r for r in rows
                                                      if "shift_start" in r]
        raws += document.get("schedules", [])
        if "schedule" in document:
            raws.append(document["schedule"])
        elif "time_zone" in document and "duration" not in document:
            raws.append(document)
    for one in final:
        people.add(one["user_pk"], one.get("user_username"), one.get("user_email"))
    return [Schedule(raw, shifts, people, final) for raw in raws]
