"""Civil time against Python's zoneinfo: every zone of this machine, every
change of clocks from 1970 to 2100, the second before, at and after it, both
directions. Once by the system's files and once by slim ones, in which the
footer's rule speaks from the last change of law on. NJ_ZONE_DEEP=1 looks at
every hour between changes (minutes instead of seconds)."""

import os
import random
import shutil
import struct
import subprocess
from bisect import bisect_right
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

TOP = Path(__file__).resolve().parents[2]
DRIVER = TOP / "build/release/tests/drivers/zone_driver"
SYSTEM = Path("/usr/share/zoneinfo")
EPOCH = datetime(1970, 1, 1)
SECOND = timedelta(seconds=1)
FROM, UNTIL = 0, 4102444800  # 1970 .. 2100
STEP = 3600 if os.environ.get("NJ_ZONE_DEEP") else 20 * 86400


def ask(where, questions):
    """The driver's answers, a list of lines each, by the zones in WHERE."""
    run = subprocess.run([DRIVER], input="\n".join(questions) + "\n",
                         env=dict(os.environ, TZDIR=str(where)),
                         capture_output=True, text=True, check=True)
    answers, lines = [], []
    for line in run.stdout.splitlines():
        if line == ".":
            answers.append(lines)
            lines = []
        else:
            lines.append(line)
    return answers


class Database:
    """A directory of zones, its driver, and one name of each distinct zone."""

    def __init__(self, where):
        self.where = where
        seen = {}
        for name in sorted(available_timezones()):
            path = where / name
            if path.is_file():
                seen.setdefault(path.read_bytes(), name)
        sound = {b: n for b, n in seen.items() if self.agrees(b, n)}
        self.names, self.bytes = list(sound.values()), list(sound)
        self.zones = [self.open(name) for name in self.names]
        assert len(self.names) > 300 and len(seen) - len(sound) < 3

    def open(self, name):
        with open(self.where / name, "rb") as f:
            return ZoneInfo.from_file(f, name)

    def agrees(self, tzif, name):
        """Whether the last change listed is what the footer says of it, as
        RFC 9636, 3.3 demands. A zic older than the tables may break that."""
        times = listed(tzif)
        zone = self.open(name)
        return not times or (offset(zone, times[-1]) ==
                             offset(zone, times[-1] + 1))

    def spans(self):
        """For each zone its changes by the driver: seconds, offsets, texts."""
        for lines in ask(self.where, [f"spans {n} {FROM} {UNTIL}"
                                      for n in self.names]):
            parts = [line.split() for line in lines]
            yield ([int(p[0]) for p in parts], [int(p[1]) for p in parts],
                   [p[2] for p in parts])


def slim(where):
    """The system's zones compiled anew, without what the footer says."""
    source = SYSTEM / "tzdata.zi"
    zic = shutil.which("zic") or shutil.which("zic", path="/usr/sbin")
    if not source.exists() or zic is None:
        pytest.skip("no zic or no tzdata.zi on this machine")
    subprocess.run([zic, "-b", "slim", "-d", str(where), str(source)],
                   check=True, capture_output=True)
    return where


@pytest.fixture(scope="module", params=["system", "slim"])
def database(request, tmp_path_factory):
    subprocess.run(["make", "-s", str(DRIVER.relative_to(TOP))], cwd=TOP,
                   check=True, timeout=600)
    if request.param == "slim":
        made = Database(slim(tmp_path_factory.mktemp("zones")))
    else:
        made = Database(SYSTEM)
    made.changes = list(made.spans())
    return made


def offset(zone, second):
    delta = datetime.fromtimestamp(second, zone).utcoffset()
    return delta.days * 86400 + delta.seconds


def listed(tzif):
    """The changes that a TZif file lists (RFC 9636, 3.2), its second block."""
    def header(at):
        return struct.unpack(">6l", tzif[at + 20:at + 44])

    isut, isstd, leap, times, types, chars = header(0)
    at = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut
    count = header(at)[3]
    return struct.unpack(f">{count}q", tzif[at + 44:at + 44 + 8 * count])


def edge_between(zone, low, high):
    """The second at which the offset changes, by halving."""
    before = offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def instants(zone, at):
    """(first, last) instant at which the wall clock shows the naive AT."""
    found, tries = [], []
    for fold in (0, 1):
        off = at.replace(tzinfo=zone, fold=fold).utcoffset()
        second = (at - EPOCH - off) // SECOND
        tries.append(second)
        if datetime.fromtimestamp(second, zone).utcoffset() == off:
            found.append(second)
    if found:
        return min(found), max(found)
    edge = edge_between(zone, min(tries), max(tries))
    return edge, edge  # no clock shows it


def test_the_clocks_change_when_zoneinfo_says(database):
    wrong, seen = [], 0
    for name, zone, (starts, offsets, texts) in zip(
            database.names, database.zones, database.changes):
        for i, start in enumerate(starts):
            for second, want in ((start - 1, offsets[max(i - 1, 0)]),
                                 (start, offsets[i]), (start + 1, offsets[i])):
                if second > FROM and offset(zone, second) != want:
                    wrong.append((name, second))
            text = datetime.fromtimestamp(start, zone).isoformat()
            if offsets[i] % 60 == 0 and texts[i] != text:
                wrong.append((name, start, texts[i], text))
            seen += 1
    assert wrong == []
    assert seen > 20000


def test_the_clocks_change_only_when_zoneinfo_says(database):
    wrong = []
    for name, zone, tzif, (starts, offsets, _) in zip(
            database.names, database.zones, database.bytes, database.changes):
        seconds = [t + k for t in listed(tzif) for k in (-1, 0, 1)
                   if FROM < t < UNTIL - 1]
        seconds += range(FROM, UNTIL, STEP)
        for second in seconds:
            if offset(zone, second) != offsets[bisect_right(starts, second) - 1]:
                wrong.append((name, second))
    assert wrong == []


def walls_to_ask(starts, offsets, rng):
    """Around both ends of what each change skips or repeats, and within."""
    for i in range(1, len(starts)):
        low, high = sorted((offsets[i - 1], offsets[i]))
        for off in (low - 1, low, rng.randrange(low, high), high - 1, high):
            yield EPOCH + timedelta(seconds=starts[i] + off)
    for _ in range(20):
        yield EPOCH + timedelta(seconds=rng.randrange(FROM, UNTIL))


def test_every_wall_time_around_a_change_is_the_same_instants(database):
    rng = random.Random(20261121)
    questions, asked = [], []
    for name, (starts, offsets, _) in zip(database.names, database.changes):
        walls = list(walls_to_ask(starts, offsets, rng))
        questions.append(f"walls {name} {len(walls)}")
        questions += [f"{w.year} {w.month} {w.day} {w.hour} {w.minute} "
                      f"{w.second}" for w in walls]
        asked.append(walls)
    wrong = []
    for name, zone, walls, lines in zip(database.names, database.zones, asked,
                                        ask(database.where, questions)):
        for at, line in zip(walls, lines):
            got = tuple(int(n) for n in line.split())
            want = instants(zone, at)
            if got != want:
                wrong.append((name, at, got, want))
    assert wrong == []
    assert sum(map(len, asked)) > 100000


def test_every_name_of_the_database_loads(database):
    """Links too: a name is a file, whatever it is called."""
    names = [n for n in sorted(available_timezones())
             if (database.where / n).is_file()]
    answers = ask(database.where, [f"spans {n} 0 1" for n in names])
    assert [a for a in answers if a[0].startswith("!")] == []
    assert len(answers) > 450


def test_a_zone_with_leap_seconds_is_refused(database):
    if not (SYSTEM / "right/Europe/London").exists():
        pytest.skip("no right/ zones on this machine")
    [[answer]] = ask(SYSTEM, ["spans right/Europe/London 0 1"])
    assert "leap seconds" in answer and "outside of right/" in answer


def test_a_file_cut_off_anywhere_is_refused(database, tmp_path):
    whole = (database.where / "Europe/Dublin").read_bytes()
    for size in range(len(whole)):
        (tmp_path / f"Cut{size}").write_bytes(whole[:size])
    answers = ask(tmp_path, [f"spans Cut{n} 0 1" for n in range(len(whole))])
    assert len(answers) == len(whole)
    assert [a for a in answers if not a[0].startswith("! time zone Cut")] == []
