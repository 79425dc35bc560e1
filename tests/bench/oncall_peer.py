"""A month of a thousand schedules: nightjar beside the same by dateutil.

    oncall_peer.py ONCALL_BENCH

Both compute each schedule's shifts from 2026-03-10 on for 30 days, over a
change of clocks in most zones, and must agree on their number and minutes.
The peer lists handoffs by dateutil.rrule on the wall clock, as one would write
it in Python; both are measured in processor time, in the same minute.
"""

import subprocess
import sys
import time
from bisect import bisect_right
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

try:
    from dateutil.rrule import DAILY, WEEKLY, rrule
except ImportError:
    print("oncall peer: no dateutil to compare with (apt-get install "
          "python3-dateutil)")
    sys.exit(0)

GOAL = 100
ZONES = [ZoneInfo(name) for name in ("Europe/London", "America/Chicago",
                                     "Australia/Sydney", "Asia/Kolkata")]
FROM = datetime(2026, 3, 10, tzinfo=timezone.utc)
UNTIL = FROM + timedelta(days=30)
TURNS = [("a",), ("b",), ("c", "d"), ("e",)]


def instants(rule, zone):
    """Handoffs as instants; none of these is skipped or repeated."""
    return [at.replace(tzinfo=zone).astimezone(timezone.utc) for at in rule]


def shifts(n):
    """(start, people) of schedule N, neighbours merged."""
    zone = ZONES[n % 4]
    last = (UNTIL + timedelta(days=2)).replace(tzinfo=None)
    weekly = instants(rrule(WEEKLY, dtstart=datetime(
        2024, 1, 1 + n % 7, n % 24, 30 * (n % 2)), until=last), zone)
    nights = list(rrule(DAILY, dtstart=datetime(2024, 1, 1, 20), until=last))
    starts = instants(nights, zone)
    ends = instants([at + timedelta(hours=12) for at in nights], zone)
    edges = sorted({e for e in [FROM, *weekly, *starts, *ends]
                    if FROM <= e < UNTIL})
    found = []
    for at in edges:
        night = bisect_right(starts, at) - 1
        if night >= 0 and at < ends[night]:
            people = TURNS[night % 3]
        else:
            people = TURNS[(bisect_right(weekly, at) - 1) % 4]
        if not found or found[-1][1] != people:
            found.append((at, people))
    return found


def month():
    count = minutes = 0
    for n in range(1000):
        found = shifts(n)
        count += len(found)
        for (at, people), (until, _) in zip(found, found[1:] +
                                            [(UNTIL, None)]):
            minutes += int((until - at).total_seconds()) // 60 * len(people)
    return count, minutes


def main():
    told = subprocess.run([sys.argv[1], "month"], capture_output=True,
                          text=True, check=True).stdout.split()
    ours = float(told[5])
    begun = time.process_time()
    count, minutes = month()
    theirs = time.process_time() - begun
    if (count, minutes) != (int(told[1]), int(told[3])):
        print(f"oncall peer: they differ: {told} and {count} {minutes}")
        return 1
    print(f"1,000 schedules x 30 days: nightjar {ours * 1000:.1f} ms, dateutil "
          f"{theirs * 1000:.0f} ms: {theirs / ours:.0f} times faster (goal "
          f"{GOAL}; {count:,} shifts, the same in both)")
    return 0 if theirs / ours >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
