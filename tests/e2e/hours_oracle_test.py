"""When a brand is open, against a slow reading of the same: hours painted
minute by minute over three years in forty zones, holidays drawn out by
dateutil.rrule. NJ_ORACLE_RUNS says how many random brands."""

import json
import os
import random
import subprocess
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

import rota_minutes as minutes

DRIVER = minutes.TOP / "build/release/tests/drivers/hours_driver"
RUNS = int(os.environ.get("NJ_ORACLE_RUNS", 200))
DAY = timedelta(days=1)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


# ---- random calendars: the text, and the days it means -----------------------

def random_rule(rng, year):
    def some(things, most):
        return ",".join(map(str, rng.sample(things, rng.randint(1, most))))

    rule = rng.choice([
        lambda: f"FREQ=YEARLY;BYMONTH={rng.randint(1, 12)};"
                f"BYDAY={rng.choice([1, 2, 3, 4, -1, -2])}{rng.choice(DAYS)}",
        lambda: f"FREQ=YEARLY;BYMONTH={some(range(1, 13), 3)};"
                f"BYMONTHDAY={rng.randint(1, 28)}",
        lambda: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        lambda: "FREQ=YEARLY",
        lambda: f"FREQ=YEARLY;INTERVAL={rng.randint(2, 3)}",
        lambda: f"FREQ=MONTHLY;BYDAY={rng.choice([1, 2, -1])}"
                f"{rng.choice(DAYS)}",
        lambda: f"FREQ=MONTHLY;BYMONTHDAY={rng.choice([1, 15, 31, -1])}",
        lambda: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        lambda: f"FREQ=WEEKLY;INTERVAL={rng.randint(1, 4)};"
                f"BYDAY={some(DAYS, 3)};WKST={rng.choice(['MO', 'SU'])}",
        lambda: f"FREQ=DAILY;INTERVAL={rng.randint(5, 40)}",
    ])()
    end = rng.random()
    if end < 0.25:
        return f"{rule};COUNT={rng.randint(1, 30)}"
    if end < 0.5:
        return (f"{rule};UNTIL={year + rng.randint(0, 2)}"
                f"{rng.randint(1, 12):02}{rng.randint(1, 28):02}")
    return rule


def stamp(day):
    return day.strftime("%Y%m%d")


def occurrences(rule, start, last):
    found = rrulestr(rule, dtstart=start)
    if "COUNT" in rule or "UNTIL" in rule:
        return [at for at in found if at <= last]
    return found.between(start, last, inc=True)


def exceptions(rng, days, lines):
    """Take some occurrences out by EXDATE; the rest."""
    gone = [d for d in days if rng.random() < 0.1]
    if gone:
        lines.append("EXDATE;VALUE=DATE:" + ",".join(map(stamp, gone)))
    return [d for d in days if d not in gone]


def changed(rng, days, uid):
    """Move or cancel one occurrence: more events, what is left, what is new."""
    if not days or rng.random() < 0.6:
        return "", days, []
    day = rng.choice(days)
    to, long = day + rng.randint(-9, 9) * DAY, rng.randint(1, 3)
    head = (f"BEGIN:VEVENT\r\nUID:{uid}\r\n"
            f"RECURRENCE-ID;VALUE=DATE:{stamp(day)}\r\n"
            f"DTSTART;VALUE=DATE:{stamp(to)}\r\n"
            f"DTEND;VALUE=DATE:{stamp(to + long * DAY)}\r\n")
    left = [d for d in days if d != day]
    if rng.random() < 0.3:
        return head + "STATUS:CANCELLED\r\nEND:VEVENT\r\n", left, []
    return head + "END:VEVENT\r\n", left, [(to, to + long * DAY)]


def random_event(rng, year, uid):
    """(text, [(first day, day after the last)]) of an all-day event."""
    start = datetime(year + rng.randint(-4, 2), rng.randint(1, 12),
                     rng.randint(1, 28))
    last = datetime(year + minutes.YEARS, 2, 1)
    long = rng.choice([1, 1, 1, 2, 4])
    lines, days = [], [start]
    if rng.random() < 0.8:
        rule = random_rule(rng, year)
        first = rrulestr(rule, dtstart=start)[:1]
        first = list(first)
        if first:  # an event begins with its first occurrence
            start, days = first[0], occurrences(rule, first[0], last)
            lines.append(f"RRULE:{rule}")
        if first and rng.random() < 0.3:
            more = [start + rng.randint(1, 900) * DAY for _ in range(2)]
            lines.append("RDATE;VALUE=DATE:" + ",".join(map(stamp, more)))
            days = sorted({*days, *more})
    text, moved = "", []
    if lines:  # only what repeats has exceptions
        days = exceptions(rng, days, lines)
        text, days, moved = changed(rng, days, uid)
    head = (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART;VALUE=DATE:{stamp(start)}\r\n"
            f"DTEND;VALUE=DATE:{stamp(start + long * DAY)}\r\n")
    body = "".join(f"{line}\r\n" for line in lines)
    return (head + body + "END:VEVENT\r\n" + text,
            [(d, d + long * DAY) for d in days] + moved)


def random_timed(rng, year, zone, uid):
    """An event with times in UTC counts for each day it touches."""
    start = datetime(year, 1, 1) + timedelta(hours=rng.randrange(26000))
    until = start + timedelta(hours=rng.randint(1, 60))
    text = (f"BEGIN:VEVENT\r\nUID:{uid}\r\n"
            f"DTSTART:{start.strftime('%Y%m%dT%H%M%SZ')}\r\n"
            f"DTEND:{until.strftime('%Y%m%dT%H%M%SZ')}\r\nEND:VEVENT\r\n")
    wall = [at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
            for at in (start, until - timedelta(seconds=1))]
    first, last = (datetime(at.year, at.month, at.day) for at in wall)
    return text, [(first, last + DAY)]


def random_case(seed):
    rng = random.Random(f"hours {seed}")
    zone, year = minutes.ZONES[seed % len(minutes.ZONES)]
    windows = ["mon-fri 08:00-18:00"] if rng.random() < 0.3 else [
        rng.choice([minutes.random_window(rng),
                    minutes.strange_window(rng, zone, year)])
        for _ in range(rng.randint(1, 3))]
    events = [random_event(rng, year, f"e{i}") for i in range(rng.randint(0, 5))]
    events += [random_timed(rng, year, zone, f"t{i}")
               for i in range(rng.randint(0, 2))]
    days, dates = [d for _, spans in events for d in spans], []
    for _ in range(rng.randint(0, 4)):
        a = datetime(year, 1, 1) + rng.randrange(1095) * DAY
        b = a + rng.randint(0, 5) * DAY
        dates.append(f"{a:%Y-%m-%d}" if a == b else f"{a:%Y-%m-%d}..{b:%Y-%m-%d}")
        days.append((a, b + DAY))
    text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" + "".join(
        text for text, _ in events) + "END:VCALENDAR\r\n"
    return {"zone": zone, "year": year, "windows": windows, "dates": dates,
            "ics": text if events else None, "days": days}


# ---- asking and painting -----------------------------------------------------

def bounds(case):
    return (minutes.minute_of(datetime(case["year"], 1, 1)),
            minutes.minute_of(datetime(case["year"] + minutes.YEARS, 1, 1)))


def question(case):
    first, last = bounds(case)
    windows = []
    for window in case["windows"]:
        days, start, end = minutes.read_window(window)
        windows.append([sum(1 << d for d in days), start,
                        end - 1440 if end > 1440 or end - start == 1440 and
                        start else end])
    return json.dumps({"zone": case["zone"], "open": windows,
                       "dates": case["dates"], "ics": case["ics"],
                       "from": first * 60000, "until": last * 60000})


def paint(case):
    first, last = bounds(case)
    clock = minutes.clock_of(case["zone"], first - minutes.MARGIN,
                             last + minutes.MARGIN)
    size = clock.last - clock.first
    open_ = minutes.paint_mask(
        clock, [minutes.read_window(w) for w in case["windows"]], size)
    for a, b in case["days"]:
        i = clock.instant(minutes.minute_of(a), False) - clock.first
        k = clock.instant(minutes.minute_of(b), True) - clock.first
        i, k = max(i, 0), min(k, size)
        if i < k:
            open_[i:k] = bytes(k - i)
    return open_[minutes.MARGIN:-minutes.MARGIN]


def paint_answer(case, edges):
    first, last = bounds(case)
    painted = bytearray(last - first)
    for (at, is_open), (until, _) in zip(edges, edges[1:] +
                                         [[last * 60000, 0]]):
        if is_open:
            i, k = at // 60000 - first, until // 60000 - first
            painted[i:k] = b"\xff" * (k - i)
    return painted


@pytest.fixture(scope="module")
def answers():
    subprocess.run(["make", "-s", str(DRIVER.relative_to(minutes.TOP))],
                   cwd=minutes.TOP, check=True, timeout=600)
    seeds = sorted(range(RUNS), key=lambda s: s % len(minutes.ZONES))
    cases = [random_case(seed) for seed in seeds]
    run = subprocess.run([DRIVER], input="\n".join(map(question, cases)) + "\n",
                         text=True, capture_output=True, check=True)
    return list(zip(seeds, cases, map(json.loads, run.stdout.splitlines())))


def test_hours_are_open_when_the_slow_way_says(answers):
    assert len(answers) == RUNS
    for seed, case, edges in answers:
        assert isinstance(edges, list), f"seed {seed}: {edges}\n{case}"
        want, got = paint(case), paint_answer(case, edges)
        if got != want:
            first, _ = bounds(case)
            i = next(i for i in range(len(want)) if want[i] != got[i])
            at = minutes.utc_text(first + i)
            raise AssertionError(f"seed {seed}: at {at} the program says "
                                 f"{got[i]}, the calendar {want[i]}\n{case}")


def test_each_edge_changes_something(answers):
    for seed, _, edges in answers:
        for (_, before), (at, after) in zip(edges, edges[1:]):
            assert before != after, f"seed {seed}: at {at}"
