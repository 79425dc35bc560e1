"""Civil time against Python's zoneinfo: every zone of this machine, every
change of clocks from 1970 to 2100, both directions. NJ_ZONE_DEEP=1 looks at
every hour between changes (minutes instead of seconds)."""

import os
import random
import subprocess
from bisect import bisect_right
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

TOP = Path(__file__).resolve().parents[2]
DRIVER = TOP / "build/release/tests/drivers/zone_driver"
EPOCH = datetime(1970, 1, 1)
FROM, UNTIL = 0, 4102444800  # 1970 .. 2100
STEP = 3600 if os.environ.get("NJ_ZONE_DEEP") else 7 * 86400


@pytest.fixture(scope="module")
def driver():
    subprocess.run(["make", "-s", str(DRIVER.relative_to(TOP))], cwd=TOP,
                   check=True, timeout=600)

    def ask(questions):
        run = subprocess.run([DRIVER], input="\n".join(questions) + "\n",
                             capture_output=True, text=True, check=True)
        answers, lines = [], []
        for line in run.stdout.splitlines():
            if line == ".":
                answers.append(lines)
                lines = []
            else:
                lines.append(line)
        return answers

    return ask


@pytest.fixture(scope="module")
def zones():
    """One name for each distinct zone of the database."""
    seen = {}
    for name in sorted(available_timezones()):
        path = Path("/usr/share/zoneinfo") / name
        seen.setdefault(path.read_bytes(), (name, ZoneInfo(name)))
    assert len(seen) > 300
    return list(seen.values())


@pytest.fixture(scope="module")
def spans(driver, zones):
    """For each zone its changes: seconds, offsets, texts."""
    answers = driver([f"spans {n} {FROM} {UNTIL}" for n, _ in zones])
    for lines in answers:
        lines[:] = [line.split() for line in lines]
    return [([int(s[0]) for s in lines], [int(s[1]) for s in lines],
             [s[2] for s in lines]) for lines in answers]


def offset(zone, second):
    delta = datetime.fromtimestamp(second, zone).utcoffset()
    return delta.days * 86400 + delta.seconds


def instants(zone, at):
    """(first, last) instant at which the wall clock shows the naive AT."""
    found = []
    tries = []
    for fold in (0, 1):
        off = at.replace(tzinfo=zone, fold=fold).utcoffset()
        second = (at - EPOCH - off) // timedelta(seconds=1)
        tries.append(second)
        if datetime.fromtimestamp(second, zone).utcoffset() == off:
            found.append(second)
    if found:
        return min(found), max(found)
    low, high = min(tries), max(tries)  # a gap: its end is the change
    before = offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high, high


def test_the_clocks_change_when_zoneinfo_says(zones, spans):
    wrong = []
    for (name, zone), (starts, offsets, texts) in zip(zones, spans):
        for i, start in enumerate(starts):
            if offset(zone, start) != offsets[i]:
                wrong.append((name, start, "at"))
            if i and offset(zone, start - 1) != offsets[i - 1]:
                wrong.append((name, start, "second before"))
            text = datetime.fromtimestamp(start, zone).isoformat()
            if offsets[i] % 60 == 0 and texts[i] != text:
                wrong.append((name, start, texts[i], text))
    assert wrong == []


def test_the_clocks_change_only_when_zoneinfo_says(zones, spans):
    wrong = []
    for (name, zone), (starts, offsets, _) in zip(zones, spans):
        for second in range(FROM, UNTIL, STEP):
            if offset(zone, second) != offsets[bisect_right(starts, second) - 1]:
                wrong.append((name, second))
    assert wrong == []


def walls_to_ask(starts, offsets, rng):
    for i in range(1, len(starts)):
        if starts[i] > 2240524800 and starts[i] // 31556952 % 7:
            continue  # after 2040 a rule repeats: every seventh year
        low, high = sorted((offsets[i - 1], offsets[i]))
        for off in (low - 1, low, rng.randrange(low, high), high - 1, high):
            yield EPOCH + timedelta(seconds=starts[i] + off)
    for _ in range(20):
        yield EPOCH + timedelta(seconds=rng.randrange(FROM, UNTIL))


def test_every_wall_time_around_a_change_is_the_same_instants(driver, zones,
                                                              spans):
    rng = random.Random(20261121)
    questions, asked = [], []
    for (name, _), (starts, offsets, _) in zip(zones, spans):
        walls = list(walls_to_ask(starts, offsets, rng))
        questions.append(f"walls {name} {len(walls)}")
        questions += [w.strftime("%Y %m %d %H %M %S") for w in walls]
        asked.append(walls)
    wrong = []
    for (name, zone), walls, lines in zip(zones, asked, driver(questions)):
        for at, line in zip(walls, lines):
            got = tuple(int(n) for n in line.split())
            want = instants(zone, at)
            if got != want:
                wrong.append((name, at, got, want))
    assert wrong == []


def test_every_name_of_the_database_loads(driver):
    answers = driver([f"spans {n} 0 1" for n in sorted(available_timezones())])
    assert [a for a in answers if a[0].startswith("!")] == []


def test_a_zone_with_leap_seconds_is_refused(driver):
    if not Path("/usr/share/zoneinfo/right/Europe/London").exists():
        pytest.skip("no right/ zones on this machine")
    assert "leap seconds" in driver(["spans right/Europe/London 0 1"])[0][0]
