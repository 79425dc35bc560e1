"""Duty that changes hands, by the real programs and a real mail server: the
reminder, a crash, the hand-over with what is open and what was noted."""

import re
import time

import pytest

import world
from conftest import wait_for

START = 1770141000  # 2026-02-03 17:50 in London, a Tuesday

CONFIG = """
daemon:
  store: sqlite:night.db
  socket: nightjar.sock
brands:
  acme: {title: Acme Air, timezone: Europe/London, open: [mon-fri 08:00-18:00],
         team: social}
people:
  maya: {name: Maya Osei, email: maya@example.org, timezone: Europe/London,
         login: root, desktop: maya, rules: {critical: [desktop]}}
  tom: {email: tom@example.org, timezone: Europe/London, remind: [5m],
        desktop: tom, rules: {critical: [desktop]}}
teams:
  social: {people: [maya, tom]}
schedules:
  night:
    timezone: Europe/London
    layers: [{rotate: daily, starts: 2026-02-02 18:00, people: [maya, tom]}]
policies:
  night:
    steps:
      - {page: [schedule/night], wait: 30m}
    ack_expires: 8h
    last_resort: person/maya
channels:
  email: {type: smtp, url: "smtp://127.0.0.1:MAIL_PORT", from: nightjar@example.org}
"""


class Evening:
    def __init__(self, house):
        self.mail = world.Mail()
        self.house = house(CONFIG.replace("MAIL_PORT", str(self.mail.port)),
                           start=START, speed=60)

    def to(self, person, subject):
        return [m.get_body(("plain",)).get_content()
                for to, m in self.mail.messages
                if to == [f"{person}@example.org"] and subject in m["Subject"]]


@pytest.fixture
def evening(house):
    made = Evening(house)
    made.house.start()
    yield made
    made.mail.controller.stop()


def test_who_comes_is_reminded_and_both_hear_what_is_open(evening):
    assert evening.house.run("raise", "the lift is stuck", "--policy", "night",
                             "--severity", "critical").returncode == 0
    assert evening.house.run("ack", "1", "--as", "maya").returncode == 0
    assert evening.house.run("note", "1", "told the landlord",
                             "--as", "maya").returncode == 0
    wait_for(lambda: evening.to("tom", "You are on call in night"), 20,
             "tom was not reminded")
    evening.house.kill()
    evening.house.start()
    body = wait_for(lambda: evening.to("tom", "You are on call now"), 20,
                    "tom was not told that it begins")[0]
    assert "Before you: maya." in body
    assert "1 critical" in body and "maya has it until" in body
    assert "the lift is stuck" in body and "maya: told the landlord" in body
    gone = wait_for(lambda: evening.to("maya", "You are off call now"), 20,
                    "maya was not told that it ends")[0]
    assert "From now on: tom." in gone and "the lift is stuck" in gone
    time.sleep(0.5)
    evening.house.kill()
    evening.house.start()
    time.sleep(1.5)  # 90 s of the evening: nothing is told twice
    # A message that was on its way when it crashed may come again, as itself.
    for person, subject in (("tom", "You are on call in night"),
                            ("tom", "You are on call now"),
                            ("maya", "You are off call now")):
        assert len({re.search(r"Page \d+", m).group(0)
                    for m in evening.to(person, subject)}) == 1
    evening.house.stop()
