"""Who is on call, against a second implementation that is slow and plain: it
lists every handoff and every window from the rotation's start, one by one, and
asks zoneinfo for each. NJ_ORACLE_RUNS says how many random schedules."""

import json
import os
import random
import subprocess
from bisect import bisect_right
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

TOP = Path(__file__).resolve().parents[2]
DRIVER = TOP / "build/release/tests/drivers/oncall_driver"
RUNS = int(os.environ.get("NJ_ORACLE_RUNS", "400"))
EPOCH = datetime(1970, 1, 1)
SECOND = timedelta(seconds=1)
HOUR = 3600

# zones and the days around which their clocks do something
SCENES = [
    ("Europe/London", (2026, 3, 29)), ("Europe/London", (2026, 10, 25)),
    ("America/Chicago", (2026, 3, 8)), ("America/Chicago", (2026, 11, 1)),
    ("Europe/Dublin", (2026, 10, 25)), ("Australia/Lord_Howe", (2026, 4, 5)),
    ("Australia/Lord_Howe", (2026, 10, 4)), ("Africa/Cairo", (2026, 4, 24)),
    ("Africa/Casablanca", (2026, 2, 15)), ("Pacific/Apia", (2011, 12, 30)),
    ("America/Sao_Paulo", (2018, 11, 4)), ("America/Sao_Paulo", (2018, 2, 18)),
    ("America/Havana", (2020, 11, 1)), ("Asia/Kolkata", (2026, 2, 28)),
    ("UTC", (2024, 2, 29)), ("Australia/Lord_Howe", (2026, 4, 5)),
    ("America/St_Johns", (2010, 11, 7)),  # 00:01 back to 23:01 the day before
]


class Clock:
    """A zone, by instants in seconds; remembers what it was asked."""

    def __init__(self, name):
        self.zone = ZoneInfo(name)
        self.known = {}

    def shows(self, second):
        return datetime.fromtimestamp(second, self.zone).replace(tzinfo=None)

    def instant(self, wall, last):
        key = (wall, last)
        if key not in self.known:
            self.known[key] = self.look_up(wall, last)
        return self.known[key]

    def look_up(self, wall, last):
        tries = []
        for fold in (0, 1):
            off = wall.replace(tzinfo=self.zone, fold=fold).utcoffset()
            tries.append((wall - EPOCH - off) // SECOND)
        hits = [t for t in tries if self.shows(t) == wall]
        if hits:
            return max(hits) if last else min(hits)
        low, high = min(tries), max(tries)
        while high - low > 1:  # a gap: look for the change
            middle = (low + high) // 2
            if self.shows(middle) < wall:
                low = middle
            else:
                high = middle
        return high


def midnight(day):
    return datetime(day.year, day.month, day.day)


def windows_of(clock, only, first, last):
    """Every [start, end) of the mask that starts on a day of FIRST..LAST."""
    spans = []
    day = first
    while day <= last:
        for days, start, end in only:
            if days >> day.weekday() & 1:
                ends = midnight(day) + timedelta(
                    minutes=end, days=end <= start)
                spans.append((
                    clock.instant(midnight(day) + timedelta(minutes=start),
                                  False),
                    clock.instant(ends, True)))
        day += timedelta(days=1)
    return spans


def touches(only, begin, length):
    """Whether a window touches [BEGIN, BEGIN + LENGTH) on the plain clock."""
    day = begin.date() - timedelta(days=2)
    while midnight(day) < begin + length:
        for days, start, end in only:
            if days >> day.weekday() & 1:
                a = midnight(day) + timedelta(minutes=start)
                b = midnight(day) + timedelta(minutes=end, days=end <= start)
                if a < begin + length and begin < b:
                    return True
        day += timedelta(days=1)
    return False


def month_later(starts, months):
    n = starts.year * 12 + starts.month - 1 + months
    first_after = date(n // 12 + (n % 12 == 11), (n + 1) % 12 + 1, 1)
    last = (first_after - timedelta(days=1)).day
    return starts.replace(year=n // 12, month=n % 12 + 1, day=1) + timedelta(
        days=min(starts.day, last) - 1)


class Layer:
    def __init__(self, clock, spec, until):
        self.spec, self.clock = spec, clock
        self.starts = datetime(*spec["starts"])
        self.begin = clock.instant(self.starts, False)
        self.end = (clock.instant(datetime(*spec["ends"]), True)
                    if spec["ends"] else 1 << 60)
        self.units, self.turn_of = [], []
        self.list_units(until)
        first = self.clock.shows(self.begin).date() - timedelta(days=3)
        last = self.clock.shows(until).date() + timedelta(days=3)
        self.windows = windows_of(clock, spec["only"], first, last)

    def unit_start(self, n):
        kind = self.spec["rotate"]
        if kind == "hourly":
            return self.begin + n * HOUR
        if kind == "monthly":
            return self.clock.instant(month_later(self.starts, n), False)
        days = n * (7 if kind == "weekly" else 1)
        return self.clock.instant(self.starts + timedelta(days=days), False)

    def consumes(self, start, n):
        if not (self.spec["skip"] and self.spec["only"]):
            return True
        if self.spec["rotate"] == "hourly":
            return touches(self.spec["only"], self.clock.shows(start),
                           timedelta(hours=1))
        if self.spec["rotate"] == "daily":
            return touches(self.spec["only"],
                           self.starts + timedelta(days=n), timedelta(days=1))
        return True

    def list_units(self, until):
        n = used = 0
        while True:
            start = self.unit_start(n)
            self.units.append(start)
            self.turn_of.append(used // self.spec["every"])
            if start > until:
                return
            used += self.consumes(start, n)
            n += 1

    def people(self, t):
        if not self.begin <= t < self.end or not self.spec["turns"]:
            return []
        if self.spec["only"] and not any(a <= t < b for a, b in self.windows):
            return []
        turn = self.turn_of[bisect_right(self.units, t) - 1]
        return self.spec["turns"][turn % len(self.spec["turns"])]

    def edges(self):
        yield from (self.begin, self.end)
        yield from self.units
        for span in self.windows:
            yield from span


def apply(base, overrides):
    """BASE with OVERRIDES (oldest first): a duty is the list of its holders,
    the present one last; None stands for nobody."""
    duties = [[person] for person in base]
    for o in overrides:
        if not o["instead_of"]:
            if o["person"] and all(d[-1] != o["person"] for d in duties):
                duties.append([o["person"]])
            continue
        found = [d for d in duties if d[-1] == o["instead_of"]]
        if not found:
            found = [d for d in duties if o["instead_of"] in d]
        for duty in found:
            duty.append(o["person"])
    people = []
    for duty in duties:
        if duty[-1] is not None and duty[-1] not in people:
            people.append(duty[-1])
    return people


class Oracle:
    def __init__(self, case):
        self.clock = Clock(case["zone"])
        self.layers = [Layer(self.clock, spec, case["until"] // 1000 + 86400)
                       for spec in case["layers"]]
        self.overrides = sorted(case["configured"] + case["overrides"],
                                key=lambda o: (o["made"], o["id"]))

    def people(self, t):
        base = []
        for layer in self.layers:
            someone = layer.people(t)
            if someone and not layer.spec["join"]:
                base = list(someone)
            elif someone:
                base = base + [p for p in someone if p not in base]
        ms = t * 1000
        return apply(base, [o for o in self.overrides
                            if o["from"] <= ms < o["until"]])

    def shifts(self, from_s, until_s):
        edges = {from_s}
        for layer in self.layers:
            edges.update(layer.edges())
        for o in self.overrides:
            edges.update((o["from"] // 1000, o["until"] // 1000))
        found = []
        for t in sorted(e for e in edges if from_s <= e < until_s):
            people = self.people(t)
            if found and set(found[-1][2:]) == set(people):
                continue
            if found:
                found[-1][1] = t * 1000
            found.append([t * 1000, until_s * 1000, *people])
        return found


def random_wall(rng, around, days):
    at = around + timedelta(days=rng.randint(-days, 3),
                            minutes=15 * rng.randrange(96))
    if rng.random() < 0.3:
        at = at.replace(hour=rng.choice([0, 1, 2, 3]))
    if rng.random() < 0.3:  # while the clocks change
        at = around + timedelta(minutes=15 * rng.randrange(-4, 14))
    if rng.random() < 0.1:
        at = at.replace(second=rng.randrange(60))
    return [at.year, at.month, at.day, at.hour, at.minute, at.second]


def random_end(rng, around):
    if rng.random() < 0.75:
        return None
    if rng.random() < 0.3:
        return random_wall(rng, around, 5)
    at = around + timedelta(minutes=15 * rng.randrange(0, 13))
    return [at.year, at.month, at.day, at.hour, at.minute, 0]


def random_only(rng, around):
    kind = rng.random()
    if kind < 0.4:
        return []
    if kind < 0.6:
        return [[31, 18 * 60, 8 * 60], [96, 0, 1440]]
    if kind < 0.8:  # one edge while the clocks change
        days = 1 << around.weekday()
        small, large = 15 * rng.randrange(1, 13), 15 * rng.randrange(20, 97)
        return [rng.choice([[days, small, large], [days, 0, small],
                            [days >> 1 | 64 * (days == 1), large, small]])]
    return [[rng.randrange(1, 128), 15 * rng.randrange(96),
             15 * rng.randrange(1, 97)] for _ in range(rng.randint(1, 3))]


def random_layer(rng, around, first):
    rotate = rng.choice(["hourly", "hourly", "daily", "daily", "weekly",
                         "monthly"])
    back = {"hourly": 20, "daily": 60, "weekly": 90, "monthly": 900}[rotate]
    starts = random_wall(rng, around, back)
    if rotate == "monthly" and rng.random() < 0.7:
        starts[1:3] = [rng.choice([1, 3, 5, 7, 8, 10, 12]),
                       rng.randint(28, 31)]
        starts[0] -= 1
    everyone = ["ana", "bo", "cai", "dee", "eli", "fay"]
    turns = [rng.sample(everyone, rng.choice([1, 1, 1, 2, 3]))
             for _ in range(rng.choice([1, 2, 2, 3, 4]))]
    if rng.random() < 0.05:
        turns = []
    elif rng.random() < 0.1:
        turns[0] = []
    return {
        "rotate": rotate,
        "every": rng.choice([1, 1, 2, 3, 7, 8, 12]
                            if rotate == "hourly" else [1, 1, 1, 2, 3, 5]),
        "starts": starts,
        "ends": random_end(rng, around),
        "turns": turns, "only": random_only(rng, around),
        "skip": int(rng.random() < 0.5),
        "join": int(not first and rng.random() < 0.4),
    }


def random_override(rng, ident, middle_s):
    at = middle_s + 900 * rng.randrange(-1500, 1500)
    people = ["ana", "bo", "cai", "dee", "eli", "fay", "gus"]
    person = rng.choice(people + [None, None])
    instead = rng.choice(["ana", "bo", "ana", "bo", "dee", None])
    if person is None and instead is None:
        person = "gus"
    return {"id": ident, "from": at * 1000,
            "until": (at + 900 * rng.randrange(1, 400)) * 1000,
            "person": person, "instead_of": instead,
            "made": 0 if ident == 0 else rng.randrange(4)}


def random_case(seed):
    rng = random.Random(seed)
    zone, day = SCENES[seed % len(SCENES)]
    around = datetime(*day)
    middle_s = (around - EPOCH) // SECOND
    days = rng.choice([6, 20, 45])
    layers = rng.choice([1, 1, 2, 2, 3])
    return {
        "zone": zone,
        "layers": [random_layer(rng, around, i == 0) for i in range(layers)],
        "configured": [random_override(rng, 0, middle_s)
                       for _ in range(rng.choice([0, 0, 1, 3]))],
        "overrides": [random_override(rng, i + 1, middle_s)
                      for i in range(rng.choice([0, 0, 1, 3, 8]))],
        "from": (middle_s - days * 86400 + rng.randrange(86400)) * 1000,
        "until": (middle_s + days * 86400 + rng.randrange(86400)) * 1000,
    }


@pytest.fixture(scope="module")
def ask():
    subprocess.run(["make", "-s", str(DRIVER.relative_to(TOP))], cwd=TOP,
                   check=True, timeout=600)

    def ask(cases):
        run = subprocess.run([DRIVER], text=True, check=True,
                             capture_output=True,
                             input="".join(json.dumps(c) + "\n" for c in cases))
        return [json.loads(line) for line in run.stdout.splitlines()]

    return ask


@pytest.fixture(scope="module")
def answers(ask):
    cases = []
    for seed in range(RUNS):
        case = random_case(seed)
        rng = random.Random(-seed - 1)
        case["at"] = [rng.randrange(case["from"], case["until"])
                      for _ in range(30)]
        cases.append(case)
    return list(zip(cases, ask(cases)))


def test_shifts_are_what_the_slow_way_finds(answers):
    for seed, (case, answer) in enumerate(answers):
        want = Oracle(case).shifts(case["from"] // 1000, case["until"] // 1000)
        assert answer["shifts"] == want, f"seed {seed}: {json.dumps(case)}"


def test_shifts_cover_without_hole_or_overlap(answers):
    for case, answer in answers:
        shifts = answer["shifts"]
        assert shifts[0][0] == case["from"]
        assert shifts[-1][1] == case["until"]
        for left, right in zip(shifts, shifts[1:]):
            assert left[1] == right[0] and left[0] < left[1]
            assert set(left[2:]) != set(right[2:])


def test_at_agrees_with_shifts(answers):
    for seed, (case, answer) in enumerate(answers):
        starts = [s[0] for s in answer["shifts"]]
        for at, who in zip(case["at"], answer["at"]):
            shift = answer["shifts"][bisect_right(starts, at) - 1]
            since = case["from"] if who[0] is None else max(who[0],
                                                            case["from"])
            until = case["until"] if who[1] is None else min(who[1],
                                                             case["until"])
            assert [since, until, *sorted(who[2:])] == [
                *shift[:2], *sorted(shift[2:])], f"seed {seed}"
