"""Who is on call, minute by minute: a slow, plain reading of the design's
words, to hold the program's answers against.

Nothing here looks at the C code. Handoffs are listed by dateutil.rrule on the
wall clock, clocks are zoneinfo's, and three years are painted as one byte for
each minute, a bit for each person. Then `nightjar shifts` is asked over the
same three years, its answer is painted the same way, and the two must be
equal, byte for byte; and `nightjar oncall` must give the painted span around
an instant.

    rota_minutes.py [--runs N] [--first SEED] [--jobs N] [--program PATH]
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, HOURLY, MONTHLY, WEEKLY, rrule

TOP = Path(__file__).resolve().parents[2]
EPOCH = datetime(1970, 1, 1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
YEARS = 3
MARGIN = 60 * 24 * 10  # minutes painted before and after what is asked
WEEK = 7 * 1440
PEOPLE = ["ana", "bo", "cai", "dee", "eli", "fay", "gus"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

# forty zones, each with the first year of the three that are painted
ZONES = [
    ("Europe/London", 2025), ("Europe/Dublin", 2025), ("Europe/Lisbon", 2025),
    ("Europe/Istanbul", 2014), ("Europe/Moscow", 2010),
    ("Europe/Volgograd", 2018), ("Europe/Chisinau", 2025),
    ("America/Chicago", 2025), ("America/New_York", 2006),
    ("America/St_Johns", 2009), ("America/Havana", 2025),
    ("America/Sao_Paulo", 2017), ("America/Asuncion", 2023),
    ("America/Santiago", 2025), ("America/Caracas", 2015),
    ("America/Nuuk", 2022), ("America/Scoresbysund", 2023),
    ("America/Mexico_City", 2021), ("America/Port-au-Prince", 2015),
    ("America/Miquelon", 2025), ("Africa/Cairo", 2025), ("Africa/Cairo", 2013),
    ("Africa/Casablanca", 2025), ("Africa/El_Aaiun", 2030),
    ("Africa/Juba", 2020), ("Africa/Windhoek", 2016), ("Asia/Kolkata", 2025),
    ("Asia/Kathmandu", 2025), ("Asia/Tehran", 2021), ("Asia/Amman", 2021),
    ("Asia/Beirut", 2025), ("Asia/Gaza", 2024), ("Asia/Pyongyang", 2014),
    ("Asia/Jerusalem", 2036), ("Australia/Lord_Howe", 2025),
    ("Australia/Sydney", 2037), ("Pacific/Apia", 2010),
    ("Pacific/Chatham", 2025), ("Pacific/Easter", 2025),
    ("Antarctica/Troll", 2025), ("Etc/UTC", 2024),
]


def minute_of(wall):
    """Minutes since 1970 of a naive time."""
    return (wall - EPOCH) // MINUTE


def offset_at(zone, minute):
    at = datetime.fromtimestamp(minute * 60, zone).utcoffset()
    return at // MINUTE


class Clock:
    """What the wall clock of a zone shows in each minute of some years."""

    def __init__(self, name, first, last):
        self.zone = ZoneInfo(name)
        self.first, self.last = first, last
        self.wall0 = first - 2000
        size = last - first + 4000
        self.starts, self.ends = [None] * size, [None] * size
        runs = list(self.list_runs())
        for lists, order in ((self.ends, runs), (self.starts, runs[::-1])):
            for at, until, offset in order:  # what is written last stays
                i = at + offset - self.wall0
                lists[i:i + until - at] = range(at, until)
        for (_, at, was), (_, _, held) in zip(runs, runs[1:]):
            for i in range(at + was - self.wall0, at + held - self.wall0):
                # no clock shows it: it means the first minute after the gap
                self.starts[i] = self.ends[i] = at

    def list_runs(self):
        """(first, last + 1, offset) of minutes with the same offset."""
        at = self.first
        start, held = at, offset_at(self.zone, at)
        while at < self.last:
            step = min(at + 30, self.last)
            if offset_at(self.zone, step) != held:
                while offset_at(self.zone, at) == held:
                    at += 1  # the clocks change at this minute
                yield start, at, held
                start, held = at, offset_at(self.zone, at)
            else:
                at = step
        yield start, self.last, held

    def instant(self, wall_minute, ends_something):
        """Where the clock shows it; far outside, that is near enough."""
        i = wall_minute - self.wall0
        if not 0 <= i < len(self.starts):
            return wall_minute
        found = (self.ends if ends_something else self.starts)[i]
        return wall_minute if found is None else found


@lru_cache(maxsize=4)
def clock_of(name, first, last):
    return Clock(name, first, last)


@lru_cache(maxsize=1000)
def exact_instant(name, wall_minute, ends_something):
    """The same for any time at all, by trying each minute around it."""
    near = Clock(name, wall_minute - 3000, wall_minute + 3000)
    return near.instant(wall_minute, ends_something)


# ---- one layer --------------------------------------------------------------

def read_window(text):
    """"mon-fri 18:00-08:00": (weekdays, start minute, end minute)."""
    days, hours = text.split()
    ends = [WEEKDAYS.index(d) for d in days.split("-")]
    first, last = ends[0], ends[-1]
    weekdays = [(first + i) % 7 for i in range((last - first) % 7 + 1)]
    start, end = (int(h[:2]) * 60 + int(h[3:]) for h in hours.split("-"))
    return weekdays, start, end + 1440 if end <= start else end


def paint_mask(clock, windows, size):
    """Minutes inside of any window, as bytes 255."""
    mask = bytearray(size)
    day = clock.first // 1440 - 3
    while day * 1440 < clock.last + 3 * 1440:
        weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
        for weekdays, start, end in windows:
            if weekday in weekdays:
                a = clock.instant(day * 1440 + start, False) - clock.first
                b = clock.instant(day * 1440 + end, True) - clock.first
                a, b = max(a, 0), min(b, size)
                if a < b:
                    mask[a:b] = b"\xff" * (b - a)
        day += 1
    return mask


def plain_week(windows):
    """Minutes of two weeks, from Monday, on a clock that never changes."""
    week = bytearray(WEEK)
    for weekdays, start, end in windows:
        for weekday in weekdays:
            for minute in range(weekday * 1440 + start, weekday * 1440 + end):
                week[minute % WEEK] = 1
    return bytes(week * 2)


def meets(week, wall_minute, length):
    at = (wall_minute + 3 * 1440) % WEEK
    return 1 in week[at:at + length]


def handoffs_on_the_wall(layer, starts, until):
    """Naive times at which a unit of the rotation begins, one after another."""
    rotate = layer["rotate"]
    if rotate == "daily":
        return rrule(DAILY, dtstart=starts, until=until)
    if rotate == "weekly":
        return rrule(WEEKLY, dtstart=starts, until=until)
    if starts.day <= 28:
        return rrule(MONTHLY, dtstart=starts, until=until)
    # the 31st, or the last day of a month that has none
    days = list(range(28, starts.day + 1))
    return rrule(MONTHLY, dtstart=starts, until=until, bymonthday=days,
                 bysetpos=-1)


def units_of(layer, clock, zone_name, until):
    """(instant, counts) of each unit, from the first handoff on."""
    starts = datetime.strptime(layer["starts"], "%Y-%m-%d %H:%M")
    windows = [read_window(w) for w in layer.get("only", [])]
    week = plain_week(windows) if layer.get("skip") and windows else None
    begin = exact_instant(zone_name, minute_of(starts), False)
    if layer["rotate"] == "hourly":  # hours elapse, whatever clocks show
        utc = EPOCH + begin * MINUTE
        for at in rrule(HOURLY, dtstart=utc, until=until):
            minute = minute_of(at)
            counts = week is None or meets(
                week, minute + offset_at(clock.zone, minute), 60)
            yield minute, counts
        return
    for at in handoffs_on_the_wall(layer, starts, until):
        counts = (week is None or layer["rotate"] != "daily" or
                  meets(week, minute_of(at), 1440))
        yield clock.instant(minute_of(at), False), counts


def bits(people):
    together = 0
    for person in people:
        together |= 1 << PEOPLE.index(person)
    return together


def paint_layer(layer, schedule_zone, first, last):
    """One byte a minute: who is on call by this layer alone."""
    name = layer.get("timezone", schedule_zone)
    clock = clock_of(name, first, last)
    size = last - first
    paint = bytearray(size)
    turns = [bits(p if isinstance(p, list) else [p]) for p in layer["people"]]
    until = EPOCH + (last + 3 * 1440) * MINUTE
    units = list(units_of(layer, clock, name, until))
    used = 0
    for i, (at, counts) in enumerate(units):
        ends = units[i + 1][0] if i + 1 < len(units) else last
        a, b = max(at - first, 0), min(ends - first, size)
        if a < b:
            turn = turns[used // layer.get("every", 1) % len(turns)]
            paint[a:b] = bytes([turn]) * (b - a)
        used += counts
    begin = exact_instant(name, wall_minute_of(layer["starts"]), False) - first
    if begin > 0:
        paint[:begin] = bytes(min(begin, size))
    silence(paint, layer, name, first)
    if layer.get("only"):
        windows = [read_window(w) for w in layer["only"]]
        paint = both(paint, paint_mask(clock, windows, size))
    return paint


def wall_minute_of(text):
    return minute_of(datetime.strptime(text, "%Y-%m-%d %H:%M"))


def silence(paint, layer, zone, first):
    """Nobody before `from`, nobody from `ends` on."""
    if "from" in layer:
        at = exact_instant(zone, wall_minute_of(layer["from"]), False) - first
        if at > 0:
            paint[:at] = bytes(min(at, len(paint)))
    if "ends" in layer:
        at = exact_instant(zone, wall_minute_of(layer["ends"]), True) - first
        at = max(at, 0)
        if at < len(paint):
            paint[at:] = bytes(len(paint) - at)


# ---- layers and overrides together ------------------------------------------

def both(a, b):
    n = int.from_bytes(a, "little") & int.from_bytes(b, "little")
    return bytearray(n.to_bytes(len(a), "little"))


def either(a, b):
    n = int.from_bytes(a, "little") | int.from_bytes(b, "little")
    return bytearray(n.to_bytes(len(a), "little"))


SOMEONE = bytes([0] + [255] * 255)
NO_ONE = bytes([255] + [0] * 255)


def wins_over(below, above):
    """Above wherever it has someone, below elsewhere."""
    return either(both(below, above.translate(NO_ONE)), above)


def reckon(base, overrides):
    """BASE, bits, after OVERRIDES, oldest first. Each person on call holds a
    duty, which passes from hand to hand; the latest made has the last word on
    the duty that its `instead_of` holds, or did hold until it was taken."""
    hands = [[i] for i in range(8) if base >> i & 1]
    for person, instead_of in overrides:
        if instead_of is None:
            if all(h[-1] != person for h in hands):
                hands.append([person])
            continue
        held = [h for h in hands if h[-1] == instead_of]
        for hand in held or [h for h in hands if instead_of in h]:
            hand.append(person)
    people = 0
    for hand in hands:
        if hand[-1] is not None:
            people |= 1 << hand[-1]
    return people


def number(person):
    return None if person is None else PEOPLE.index(person)


def apply_overrides(paint, case, first):
    """Change PAINT between the edges of overrides, a table for each span."""
    spans = []
    for o in case.get("overrides", []):
        a = exact_instant(case["timezone"], wall_minute_of(o["from"]), False)
        b = exact_instant(case["timezone"], wall_minute_of(o["until"]), True)
        spans.append((a - first, b - first, number(o.get("person")),
                      number(o.get("instead_of"))))
    edges = sorted({e for s in spans for e in s[:2] if 0 < e < len(paint)}
                   | {0, len(paint)})
    for a, b in zip(edges, edges[1:]):
        now = [s[2:] for s in spans if s[0] <= a < s[1]]
        if now:
            table = bytes(reckon(base, now) if base < 128 else 0
                          for base in range(256))
            paint[a:b] = paint[a:b].translate(table)


def paint_case(case, first, last):
    paint = bytearray(last - first)
    for layer in case["layers"]:
        one = paint_layer(layer, case["timezone"], first, last)
        if layer.get("join"):
            paint = either(paint, one)
        else:
            paint = wins_over(paint, one)
    apply_overrides(paint, case, first)
    return paint


# ---- random schedules -------------------------------------------------------

def wall_text(at):
    return at.strftime("%Y-%m-%d %H:%M")


@lru_cache(maxsize=None)
def changes_of(name, year):
    """What the clock shows when it changes: (time, time after), earlier first,
    for each change of a zone in the painted years."""
    first, last = (minute_of(datetime(y, 1, 1)) for y in (year, year + YEARS))
    runs = list(clock_of(name, first - MARGIN, last + MARGIN).list_runs())
    return [tuple(sorted(EPOCH + (at + offset) * MINUTE
                         for offset in (was, held)))
            for (_, at, was), (_, _, held) in zip(runs, runs[1:])]


def near_a_change(rng, zone, year):
    """A quarter of an hour that a change of clocks skips or repeats, or one
    shortly before or after; None where clocks never change."""
    changes = changes_of(zone, year)
    if not changes:
        return None
    low, high = rng.choice(changes)
    quarters = (high - low) // (15 * MINUTE)
    return low + 15 * rng.randint(-2, quarters + 2) * MINUTE


def random_time(rng, zone, year, earliest, latest):
    """A time on the wall, often one that a change of clocks makes strange."""
    near = near_a_change(rng, zone, year)
    if near is not None and rng.random() < 0.5:
        return near
    days = (latest - earliest).days
    at = earliest + rng.randrange(max(days, 1)) * DAY
    if rng.random() < 0.5:
        minutes = rng.choice([0, 30, 60, 75, 90, 120, 150, 165, 180, 1410])
    else:
        minutes = rng.randrange(1440)
    return at + timedelta(minutes=minutes)


def strange_window(rng, zone, year):
    """A window one edge of which (or both) is where a clock changes."""
    near = near_a_change(rng, zone, year)
    if near is None:
        return random_window(rng)
    minute = near.hour * 60 + near.minute
    if rng.random() < 0.5:  # it starts there
        start, end = minute, rng.choice([30, 45, 90, 600, 1400]) + minute
        day = near.weekday()
    else:
        start, end = minute - rng.choice([30, 45, 90, 600, 1400]), minute
        day = (near.weekday() - (start < 0)) % 7
    end = end % 1440 or 1440
    start %= 1440
    return (f"{WEEKDAYS[day]} {start // 60:02}:{start % 60:02}-"
            f"{end // 60:02}:{end % 60:02}")


def random_window(rng):
    kind = rng.random()
    first = rng.randrange(7)
    days = WEEKDAYS[first]
    if rng.random() < 0.7:
        days += "-" + WEEKDAYS[(first + rng.randrange(1, 7)) % 7]
    if kind < 0.2:
        return f"{days} 00:00-24:00"
    if kind < 0.6:  # a night, or half of one
        start = rng.choice([0, 30, 60, 120, 150, 16 * 60, 18 * 60, 22 * 60,
                            23 * 60 + 30])
        end = rng.choice([60, 90, 120, 150, 180, 6 * 60, 8 * 60, 1440])
    else:
        start, end = rng.randrange(1440), rng.randrange(1, 1441)
    return (f"{days} {start // 60:02}:{start % 60:02}-"
            f"{end // 60:02}:{end % 60:02}")


def random_only(rng, zone, year):
    kind = rng.random()
    if kind < 0.3:
        return []
    if kind < 0.4:
        return ["mon-fri 18:00-08:00", "sat-sun 00:00-24:00"]
    if kind < 0.75:
        return [strange_window(rng, zone, year)
                for _ in range(rng.randint(1, 3))]
    return [random_window(rng) for _ in range(rng.randint(1, 4))]


def random_layer(rng, zone, year, lowest):
    rotate = rng.choice(["hourly", "daily", "daily", "weekly", "weekly",
                         "monthly"])
    back = {"hourly": 1, "daily": 4, "weekly": 8, "monthly": 12}[rotate]
    earliest = datetime(year - rng.randint(0, back), 1, 1)
    latest = datetime(year + (0 if lowest else 2), 12, 28)
    starts = random_time(rng, zone, year, earliest, latest)
    if rotate == "monthly" and rng.random() < 0.6:
        starts = starts.replace(month=rng.choice([1, 3, 5, 7, 8, 10, 12]),
                                day=rng.randint(28, 31))
    layer = {"rotate": rotate, "starts": wall_text(starts)}
    layer["every"] = rng.choice([1, 1, 1, 2, 3, 7, 8, 12, 24]
                                if rotate == "hourly" else [1, 1, 1, 2, 3, 5])
    layer["people"] = [
        rng.choice(PEOPLE) if rng.random() < 0.8
        else rng.sample(PEOPLE, rng.randint(1, 3))
        for _ in range(rng.randint(1, 5))]
    only = random_only(rng, zone, year)
    if only:
        layer["only"] = only
        if rng.random() < 0.5:
            layer["skip"] = "masked"
    if rng.random() < 0.25:
        ends = random_time(rng, zone, year, datetime(year, 1, 1),
                           datetime(year + YEARS, 1, 1))
        if ends > starts:
            layer["ends"] = wall_text(ends)
    if not lowest and rng.random() < 0.35:
        layer["join"] = True
    if rng.random() < 0.2:
        layer["timezone"] = rng.choice(ZONES)[0]
    if rng.random() < 0.15:
        begins = random_time(rng, zone, year, datetime(year, 1, 1),
                             datetime(year + 2, 1, 1))
        if wall_text(begins) < layer.get("ends", "9"):
            layer["from"] = wall_text(begins)
    return layer


def random_override(rng, zone, year):
    at = random_time(rng, zone, year, datetime(year, 1, 1),
                     datetime(year + YEARS, 1, 1))
    until = at + timedelta(minutes=rng.choice([15, 60, 600, 1440, 2880, 20160,
                                               86400]) + rng.randrange(90))
    made = {"from": wall_text(at), "until": wall_text(until)}
    kind = rng.random()
    if kind < 0.75:
        made["instead_of"] = rng.choice(PEOPLE)
    if kind > 0.15:
        made["person"] = rng.choice(PEOPLE)
    if made.get("person") == made.get("instead_of"):
        del made["instead_of"]
    return made


def random_case(seed):
    rng = random.Random(seed)
    zone, year = ZONES[seed % len(ZONES)]
    case = {"timezone": zone, "year": year, "seed": seed}
    count = rng.choice([1, 1, 2, 2, 3, 4])
    case["layers"] = [random_layer(rng, zone, year, i == 0)
                      for i in range(count)]
    case["overrides"] = [random_override(rng, zone, year) for _ in
                         range(rng.choice([0, 0, 0, 1, 2, 5, 9]))]
    return case


def yaml_of(case):
    """As a configuration: JSON is YAML."""
    keep = {k: case[k] for k in ("timezone", "layers", "overrides")}
    return json.dumps({"people": {p: {"name": p} for p in PEOPLE},
                       "schedules": {"s": keep}}, indent=1)


# ---- asking -----------------------------------------------------------------

def run(program, *args):
    done = subprocess.run([program, *args], capture_output=True, text=True,
                          timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"{args}: {done.stderr}")
    return json.loads(done.stdout)


def paint_answer(shifts, zone, first, last):
    """The program's shifts as bytes; tells what is wrong with their form."""
    paint = bytearray(last - first)
    at, before = first, None
    for shift in shifts:
        a, b = (datetime.fromisoformat(shift[k]) for k in ("from", "until"))
        for moment, text in ((a, shift["from"]), (b, shift["until"])):
            assert moment.astimezone(zone).isoformat() == text, shift
        start, end = (m.timestamp() / 60 for m in (a, b))
        assert start == at < end, f"a hole or an overlap at {shift}"
        assert set(shift["people"]) != before, f"not merged: {shift}"
        before, at = set(shift["people"]), int(end)
        assert len(before) == len(shift["people"]), shift
        i, size = int(start) - first, int(end - start)
        paint[i:i + size] = bytes([bits(shift["people"])]) * size
    assert at == last, "it ends too early"
    return paint


def utc_text(minute):
    return (EPOCH + minute * MINUTE).isoformat() + "Z"


def explain(case, first, want, got):
    i = next(i for i in range(len(want)) if want[i] != got[i])
    names = lambda b: [p for k, p in enumerate(PEOPLE) if b >> k & 1]
    local = datetime.fromtimestamp((first + i) * 60,
                                   ZoneInfo(case["timezone"]))
    return (f"seed {case['seed']}: at {local.isoformat()} the program has "
            f"{names(got[i])}, the design {names(want[i])}, in "
            f"{sum(map(int.__ne__, want, got))} minutes\n{yaml_of(case)}")


def check_span(case, program, path, at, first, want):
    """`oncall` at an instant: the painted span around it."""
    [who] = run(program, "oncall", "--config", path, "--schedule", "s", "--at",
                utc_text(first + at), "--json")
    here = want[at]
    assert bits(who["people"]) == here, f"seed {case['seed']}: {who}"
    low = len(want[:at].rstrip(bytes([here])))
    high = len(want) - len(want[at:].lstrip(bytes([here])))
    for key, edge, inside in (("since", low, low > 0),
                              ("until", high, high < len(want))):
        if inside and abs(edge - at) < 365 * 1440:
            moment = datetime.fromisoformat(who[key]).timestamp() / 60
            assert moment == first + edge, f"seed {case['seed']}: {key} {who}"


def check_case(case, program, asks=2):
    """Raise AssertionError where program and design differ; minutes seen."""
    first = minute_of(datetime(case["year"], 1, 1))
    last = minute_of(datetime(case["year"] + YEARS, 1, 1))
    wide = paint_case(case, first - MARGIN, last + MARGIN)
    want = wide[MARGIN:-MARGIN]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(yaml_of(case))
        file.flush()
        shifts = run(program, "shifts", "--config", file.name, "--schedule",
                     "s", "--from", utc_text(first), "--until",
                     utc_text(last), "--json")
        got = paint_answer(shifts, ZoneInfo(case["timezone"]), first, last)
        assert got == want, explain(case, first, want, got)
        rng = random.Random(-case["seed"] - 1)
        for _ in range(asks):
            check_span(case, program, file.name, rng.randrange(len(want)),
                       first, want)
    return len(want)


def check_seeds(seeds, program):
    """Check each; (seeds done, minutes, failures)."""
    minutes, wrong = 0, []
    for seed in seeds:
        try:
            minutes += check_case(random_case(seed), program)
        except AssertionError as error:
            wrong.append(str(error))
    return len(seeds), minutes, wrong


def check_many(first, runs, program, jobs):
    """Share seeds out by zone, so that each worker paints few clocks."""
    seeds = sorted(range(first, first + runs), key=lambda s: s % len(ZONES))
    parts = [seeds[i:i + 25] for i in range(0, len(seeds), 25)]
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(check_seeds, parts, [program] * len(parts))


def main():
    ask = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    ask.add_argument("--runs", type=int, default=2000)
    ask.add_argument("--first", type=int, default=0)
    ask.add_argument("--jobs", type=int, default=os.cpu_count())
    ask.add_argument("--program", default=str(TOP / "build/release/nightjar"))
    args = ask.parse_args()
    begun, count, minutes, wrong = time.time(), 0, 0, []
    for done, seen, bad in check_many(args.first, args.runs, args.program,
                                      args.jobs):
        count, minutes, wrong = count + done, minutes + seen, wrong + bad
        for text in bad:
            print(text, file=sys.stderr)
        print(f"{count} of {args.runs} schedules, {minutes:,} minutes, "
              f"{len(wrong)} differences, {time.time() - begun:.0f} s",
              flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
