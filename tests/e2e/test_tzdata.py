"""The system's time zones change under a running daemon (Debian's tzdata is
updated several times a year): rotas follow, nobody restarts anything."""

import os
import shutil

from conftest import wait_for

CONFIG = """
daemon: {store: "mem:", socket: nightjar.sock, timezone: Europe/London}
sources:
  hook: {type: spool, directory: spool, place: own-page}
people:
  maya: {email: maya@example.org, login: root}
  tom: {email: tom@example.org}
schedules:
  night:
    timezone: Europe/London
    layers:
      - {rotate: daily, starts: 2026-01-05 18:00, people: [maya, tom]}
"""
START = 1770159480  # 2026-02-03 22:58 in London
ZONES = "/usr/share/zoneinfo"


def zones_of_its_own(tmp_path):
    for name in ("Europe/London", "Asia/Tokyo", "Etc/UTC", "UTC"):
        os.makedirs((tmp_path / name).parent, exist_ok=True)
        shutil.copyfile(f"{ZONES}/{name}", tmp_path / name)
    return {"TZDIR": str(tmp_path)}


def put(tmp_path, name, content):
    """Replace a zone as dpkg does: beside it, then renamed over it."""
    with open(tmp_path / "new", "wb") as f:
        f.write(content)
    os.replace(tmp_path / "new", tmp_path / name)


def since(house):
    return house.ask("oncall", "--schedule", "night")[0]["since"]


def test_a_new_table_is_read_and_moves_the_handoff(house, tmp_path):
    zones = tmp_path / "zones"
    one = house(CONFIG, start=START, speed=200, env=zones_of_its_own(zones))
    os.makedirs(f"{one.scratch}/spool")
    one.start()
    assert since(one).endswith("T18:00:00+00:00")
    put(zones, "Europe/London", (zones / "Asia/Tokyo").read_bytes())
    wait_for(lambda: since(one).endswith("T18:00:00+09:00"),
             why="the new table was not read")
    assert "rotas and hours are made anew" in one.log_text


def test_a_broken_table_is_an_alarm_and_the_old_one_stays(house, tmp_path):
    zones = tmp_path / "zones"
    one = house(CONFIG, start=START, speed=200, env=zones_of_its_own(zones))
    os.makedirs(f"{one.scratch}/spool")
    one.start()
    good = (zones / "Europe/London").read_bytes()
    put(zones, "Europe/London", good[:100])
    [alert] = wait_for(lambda: [a for a in one.ask("list") if
                                "cannot be read" in a["title"]],
                       why="no alarm was raised")
    assert since(one).endswith("T18:00:00+00:00")
    put(zones, "Europe/London", good)
    wait_for(lambda: one.ask("show", str(alert["id"]))["state"] == "resolved",
             why="the alarm is not over")


def test_what_was_edited_meanwhile_waits_for_a_reload(house, tmp_path):
    zones = tmp_path / "zones"
    one = house(CONFIG, start=START, speed=200, env=zones_of_its_own(zones))
    os.makedirs(f"{one.scratch}/spool")
    one.start()
    one.write(CONFIG.replace("18:00,", "19:00,"))
    put(zones, "Europe/London", (zones / "Asia/Tokyo").read_bytes())
    wait_for(lambda: since(one).endswith("+09:00"), why="no new table")
    assert "T18:00" in since(one)
