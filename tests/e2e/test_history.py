"""A rota that is changed while the daemon runs: who was on call last month
stays true, or the reload says that it does not."""

import pytest

START = 1780340400  # 2026-06-01 20:00 in London, a Monday

CONFIG = """
daemon: {store: "mem:", socket: nightjar.sock, timezone: Europe/London}
sources: {hook: {type: spool, directory: SPOOL, place: own-page}}
people:
  maya: {email: maya@example.org, login: root}
  tom: {email: tom@example.org}
  ana: {email: ana@example.org}
schedules:
  night:
    layers:
"""
OLD = "      - {rotate: weekly, starts: 2026-04-06 18:00, people: [maya, tom]}\n"
ENDED = OLD.replace("]}", "], ends: 2026-06-08 18:00}")
NEW = "      - {rotate: weekly, starts: 2026-06-08 18:00, people: [ana, maya]}\n"


@pytest.fixture
def rota(house, tmp_path):
    spool = tmp_path / "spool"
    spool.mkdir()
    made = house(CONFIG.replace("SPOOL", str(spool)) + OLD, start=START)
    made.base = CONFIG.replace("SPOOL", str(spool))
    return made.start()


def test_a_rotation_edited_in_place_is_told_to_rewrite_the_past(rota):
    rota.write(rota.base + NEW.replace("2026-06-08", "2026-04-06"))
    told = rota.run("reload").stdout
    assert "schedules.night: tells the past otherwise: at 2026-05-" in told
    assert "it had maya, now it says ana" in told or "it had tom" in told
    assert "let the old layer end (ends:) where the new one starts" in told


def test_a_layer_that_ends_where_the_next_begins_keeps_the_past(rota):
    before = rota.ask("oncall", "--at", "2026-05-27 12:00")
    assert before[0]["people"] == ["tom"]
    rota.write(rota.base + ENDED + NEW)
    told = rota.run("reload").stdout
    assert "layers" in told and "tells the past otherwise" not in told
    assert rota.ask("oncall", "--at", "2026-05-27 12:00") == before
    [then] = rota.ask("oncall", "--at", "2026-06-09 12:00")
    assert then["people"] == ["ana"]
    assert then["since"] == "2026-06-08T18:00:00+01:00"
