"""Wall clocks: instants, handoffs, windows of the week. Nothing of nightjar's
own reckoning is used here, so that the two can be held against each other."""

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

UTC = timezone.utc
DAY = 24 * 60
WEEK = 7 * DAY
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LONG_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
             "sunday"]


def instant(text, zone=None):
    """An RFC 3339 time; one without offset is on ZONE's clock (UTC)."""
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if at.tzinfo is None:
        return from_wall(at, zone or UTC)
    return at.astimezone(UTC)


@lru_cache(maxsize=8192)
def from_wall(wall, zone):
    """The instant at which ZONE's clock first shows WALL; of a skipped time, the
    end of the gap."""
    at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    low, high = at - timedelta(hours=3), at + timedelta(hours=3)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def to_wall(at, zone):
    return at.astimezone(zone).replace(tzinfo=None)


class Turns:
    """Handoffs every LENGTH units of KIND (hourly, daily, weekly, monthly) from
    the wall time START on ZONE's clock: by day or longer they stay on the wall
    clock, by the hour they count elapsed hours unless WALL_HOURS."""

    def __init__(self, kind, length, start, zone, wall_hours=False):
        self.kind, self.length, self.start, self.zone = kind, length, start, zone
        self.elapsed = kind == "hourly" and not wall_hours
        self.start_at = from_wall(start, zone)
        self.last = None  # (from, until, index): minutes come in order

    def handoff(self, k):
        """The instant of handoff K (0: the first)."""
        n = k * self.length
        if self.elapsed:
            return self.start_at + timedelta(hours=n)
        if self.kind == "monthly":
            month = self.start.year * 12 + self.start.month - 1 + n
            first = datetime(month // 12, month % 12 + 1, 1)
            return from_wall(first + timedelta(days=self.start.day - 1,
                                               hours=self.start.hour,
                                               minutes=self.start.minute),
                             self.zone)
        step = {"hourly": timedelta(hours=n), "daily": timedelta(days=n),
                "weekly": timedelta(weeks=n)}[self.kind]
        return from_wall(self.start + step, self.zone)

    def index(self, at):
        """How many handoffs after the first one AT is in; negative before it."""
        if self.elapsed:
            return (at - self.start_at) // timedelta(hours=self.length)
        if self.last is None or not self.last[0] <= at < self.last[1]:
            k = self.find(at)
            self.last = (self.handoff(k), self.handoff(k + 1), k)
        return self.last[2]

    def find(self, at):
        wall = to_wall(at, self.zone)
        if self.kind == "monthly":
            k = ((wall.year - self.start.year) * 12 + wall.month -
                 self.start.month) // self.length
        else:
            unit = {"hourly": timedelta(hours=1), "daily": timedelta(days=1),
                    "weekly": timedelta(weeks=1)}[self.kind]
            k = (wall - self.start) // (unit * self.length)
        while self.handoff(k) > at:
            k -= 1
        while self.handoff(k + 1) <= at:
            k += 1
        return k


def minute_of_week(wall):
    return wall.weekday() * DAY + wall.hour * 60 + wall.minute


def in_spans(spans, wall):
    """Whether the wall time lies in one of SPANS, [from, length) in minutes of
    the week from Monday 00:00; none: always."""
    if not spans:
        return True
    now = minute_of_week(wall)
    return any((now - start) % WEEK < length for start, length in spans)


def windows(spans):
    """SPANS as nightjar writes them: ["mon-fri 18:00-24:00", ...]."""
    minutes = bytearray(WEEK)
    for start, length in spans:
        for i in range(min(length, WEEK)):
            minutes[(start + i) % WEEK] = 1
    by_hours = {}
    for day in range(7):
        one = minutes[day * DAY:(day + 1) * DAY]
        at = 0
        while at < DAY:
            if not one[at]:
                at += 1
                continue
            end = at
            while end < DAY and one[end]:
                end += 1
            by_hours.setdefault((at, end), []).append(day)
            at = end
    return [f"{join_days(days)} {clock(start)}-{clock(end)}"
            for (start, end), days in by_hours.items()]


def clock(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}"


def join_days(days):
    """[0, 1, 2, 4] as "mon-wed,fri"."""
    runs = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return ",".join(DAYS[a] if a == b else f"{DAYS[a]}-{DAYS[b]}"
                    for a, b in runs)


def zone_of(name):
    return ZoneInfo(name)
