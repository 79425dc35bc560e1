"""The program against the painted minutes of rota_minutes.py. CI runs the
first seeds, three for each zone; `make soak` runs thousands."""

import os
from datetime import datetime

import rota_minutes

RUNS = int(os.environ.get("NJ_ORACLE_RUNS", 3 * len(rota_minutes.ZONES)))
PROGRAM = str(rota_minutes.TOP / "build/release/nightjar")


def test_three_years_minute_by_minute_are_as_the_design_says():
    minutes, wrong = 0, []
    for _, seen, bad in rota_minutes.check_many(0, RUNS, PROGRAM,
                                                os.cpu_count()):
        minutes += seen
        wrong += bad
    assert wrong == []
    assert minutes > RUNS * rota_minutes.YEARS * 365 * 1440


def test_the_painting_hands_over_at_the_first_of_two_half_past_ones():
    case = {"seed": 0, "timezone": "Europe/London", "year": 2025,
            "layers": [{"rotate": "daily", "starts": "2025-01-01 01:30",
                        "people": ["ana", "bo"]}]}
    first = rota_minutes.minute_of(datetime(2025, 10, 26))  # 00:00 UTC
    paint = rota_minutes.paint_case(case, first, first + 1440)
    ana, bo = rota_minutes.bits(["ana"]), rota_minutes.bits(["bo"])
    assert paint[:30] == bytes([bo]) * 30
    assert paint[30:] == bytes([ana]) * 1410  # also from the second 01:30 on


def test_an_answer_that_is_a_minute_wrong_is_seen():
    case = rota_minutes.random_case(5)
    case["layers"] = [{"rotate": "weekly", "starts": "2018-01-01 08:00",
                       "people": ["ana", "bo"]}]
    case["overrides"] = []
    late = dict(case, layers=[dict(case["layers"][0],
                                   starts="2018-01-01 08:01")])
    first = rota_minutes.minute_of(datetime(case["year"], 1, 1))
    assert (rota_minutes.paint_case(case, first, first + 20000) !=
            rota_minutes.paint_case(late, first, first + 20000))
