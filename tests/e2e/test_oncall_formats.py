"""`oncall` and `shifts` by a file alone: the forms that programs rely on."""

import json
import subprocess

import pytest

from conftest import BUILD

CONFIG = """
people: {maya: {email: m@example.org}, tom: {email: t@example.org},
         ana: {email: a@example.org}, li: {email: l@example.org}}
schedules:
  night:
    timezone: Europe/London
    layers:
      - rotate: weekly
        starts: 2026-01-05 18:00
        people: [maya, tom, [ana, li]]
        only: [mon-fri 18:00-08:00, sat-sun 00:00-24:00]
  chicago:
    timezone: America/Chicago
    layers: [{rotate: daily, starts: 2026-10-30 01:30, people: [maya, tom]}]
"""


@pytest.fixture
def rota(tmp_path):
    path = tmp_path / "rota.yaml"
    path.write_text(CONFIG)

    def run(*words, code=0):
        done = subprocess.run([f"{BUILD}/nightjar", *words, "--config", path],
                              capture_output=True, text=True, timeout=30)
        assert done.returncode == code, done.stderr
        return done

    return run


def test_oncall_is_a_list_with_four_members_each(rota):
    done = rota("oncall", "--schedule", "night", "--at", "2026-02-03 20:00",
                "--json")
    assert done.stderr == ""
    assert done.stdout == (
        '[{"schedule":"night","people":["tom"],'
        '"since":"2026-02-03T18:00:00+00:00",'
        '"until":"2026-02-04T08:00:00+00:00"}]\n')


def test_without_a_schedule_all_are_told(rota):
    told = json.loads(rota("oncall", "--at", "2026-02-03T20:00:00Z",
                           "--json").stdout)
    assert [row["schedule"] for row in told] == ["night", "chicago"]
    assert told[1] == {"schedule": "chicago", "people": [], "since": None,
                       "until": "2026-10-30T01:30:00-05:00"}


def test_shifts_are_a_list_with_gaps_and_offsets(rota):
    done = rota("shifts", "--schedule", "night", "--from",
                "2026-02-02T00:00:00Z", "--until", "2026-02-03T12:00:00Z",
                "--json")
    assert done.stderr == ""
    assert done.stdout == (
        '[{"from":"2026-02-02T00:00:00+00:00",'
        '"until":"2026-02-02T18:00:00+00:00","people":[]},'
        '{"from":"2026-02-02T18:00:00+00:00",'
        '"until":"2026-02-03T08:00:00+00:00","people":["tom"]},'
        '{"from":"2026-02-03T08:00:00+00:00",'
        '"until":"2026-02-03T12:00:00+00:00","people":[]}]\n')


def test_both_showings_of_an_hour_have_their_own_offset(rota):
    told = json.loads(rota("shifts", "--schedule", "chicago", "--from",
                           "2026-11-01T06:00:00Z", "--until",
                           "2026-11-01T07:45:00Z", "--json").stdout)
    assert [(s["from"], s["until"], s["people"]) for s in told] == [
        ("2026-11-01T01:00:00-05:00", "2026-11-01T01:30:00-05:00", ["tom"]),
        ("2026-11-01T01:30:00-05:00", "2026-11-01T01:45:00-06:00", ["maya"])]


@pytest.mark.parametrize("text", [
    "2026-07-01 20:00", "2026-07-01T20:00", "2026-07-01T20:00:00",
    "2026-07-01T20:00:00+01:00", "2026-07-01T19:00:00Z", "2026-07-01T19:00Z",
    "2026-07-01T19:00:00.000Z", "2026-07-01T14:00:00-0500",
    "2026-07-01 19:00:00+00:00"])
def test_a_time_may_be_written(rota, text):
    """On the schedule's clock, or with the offset of any other."""
    told = json.loads(rota("shifts", "--schedule", "night", "--from", text,
                           "--until", "2026-07-02", "--json").stdout)
    assert told[0]["from"] == "2026-07-01T20:00:00+01:00"
    assert told[-1]["until"] == "2026-07-02T00:00:00+01:00"


@pytest.mark.parametrize("words, code", [
    (("oncall", "--at", "5 January"), 2),
    (("shifts", "--schedule", "night", "--from", "2026-02-30"), 2),
    (("shifts", "--schedule", "night", "--from", "2026-02-03", "--until",
      "2026-02-03"), 2),
    (("shifts", "--schedule", "nigth"), 1),
    (("oncall", "--schedule", "nigth"), 1)])
def test_what_is_wrong_is_said_with_its_status(rota, words, code):
    done = rota(*words, "--json", code=code)
    assert done.stdout == "" and done.stderr.startswith("nightjar: ")


def test_ten_years_of_hours_are_told_in_a_moment(rota, tmp_path):
    path = tmp_path / "rota.yaml"
    path.write_text(CONFIG.replace("rotate: daily", "rotate: hourly"))
    told = json.loads(rota("shifts", "--schedule", "chicago", "--from",
                           "2027-01-01T00:00:00Z", "--until",
                           "2037-01-01T00:00:00Z", "--json").stdout)
    assert len(told) == 3653 * 24 + 1  # handoffs at half past
