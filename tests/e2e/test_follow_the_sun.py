"""The shipped example of three regions: no minute uncovered, none doubled,
nobody on call at night, through two years of clock changes."""

import json
import subprocess
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from conftest import BUILD, TOP

EXAMPLE = f"{TOP}/config/examples/follow-the-sun.yaml"
HOMES = {"olive": "Australia/Sydney", "jack": "Australia/Sydney",
         "maya": "Europe/London", "tom": "Europe/London",
         "rosa": "America/New_York", "sam": "America/New_York"}
FROM, UNTIL = "2026-02-01T00:00:00Z", "2028-02-01T00:00:00Z"


def nightjar(*words):
    done = subprocess.run([f"{BUILD}/nightjar", *words], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def shifts():
    """(from, until, people) over two years."""
    done = nightjar("shifts", "--config", EXAMPLE, "--schedule", "sun",
                    "--from", FROM, "--until", UNTIL, "--json")
    return [(datetime.fromisoformat(s["from"]),
             datetime.fromisoformat(s["until"]), s["people"])
            for s in json.loads(done.stdout)]


def test_the_example_checks_without_a_warning():
    assert "warning" not in nightjar("check", EXAMPLE).stderr


def test_every_minute_has_exactly_one_person(shifts):
    assert shifts[0][0] == datetime.fromisoformat(FROM)
    assert shifts[-1][1] == datetime.fromisoformat(UNTIL)
    assert all(a[1] == b[0] for a, b in zip(shifts, shifts[1:]))
    assert [s for s in shifts if len(s[2]) != 1] == []


def test_nobody_is_on_call_at_night(shifts):
    for start, until, [person] in shifts:
        home = ZoneInfo(HOMES[person])
        begin, end = start.astimezone(home), until.astimezone(home)
        assert begin.hour >= 7 and end.hour * 60 + end.minute <= 19 * 60, (
            person, begin, end)
        assert begin.date() == end.date()
        assert until - start <= timedelta(hours=12)


def test_a_watch_begins_by_the_clock_of_its_own_region(shifts):
    begins = Counter()
    for start, _, [person] in shifts[1:]:
        home = HOMES[person]
        begins[home, start.astimezone(ZoneInfo(home)).strftime("%H:%M")] += 1
    london = [k for k in begins if k[0] == "Europe/London"]
    york = [k for k in begins if k[0] == "America/New_York"]
    assert london == [("Europe/London", "08:00")]
    assert york == [("America/New_York", "12:00")]


def test_weeks_are_shared_evenly(shifts):
    hours = Counter()
    for start, until, [person] in shifts:
        hours[person] += (until - start) / timedelta(hours=1)
    for one, other in (("olive", "jack"), ("maya", "tom"), ("rosa", "sam")):
        assert abs(hours[one] - hours[other]) < 12 * 7
