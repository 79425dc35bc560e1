"""A drill by the real programs and real servers: everywhere marked, answered
from a link and the command line, reported, and never among the true figures."""

import json
import re
import time
import urllib.request

import pytest

import world
from conftest import wait_for

START = 1770159480  # 2026-02-03 22:58 in London, a Tuesday night

CONFIG = """
daemon:
  store: sqlite:night.db
  socket: nightjar.sock
  http: {listen: "127.0.0.1:HTTP_PORT", public_url: "http://127.0.0.1:HTTP_PORT"}
brands:
  acme: {title: Acme Air, timezone: Europe/London, open: [mon-fri 08:00-18:00],
         team: social}
people:
  maya: {name: Maya Osei, email: maya@example.org, sms: "+447700900123",
         login: root, rules: {critical: [sms, email, hook], low: [email]}, hook: "HOOK_URL"}
  tom: {email: tom@example.org, sms: "+447700900456", rules: {critical: [sms]}}
teams:
  social: {people: [maya, tom]}
policies:
  night:
    steps:
      - {page: [person/maya], wait: 5m}
      - {page: [person/tom], wait: 10m}
    last_resort: person/maya
rules:
  - {name: offensive on our page, match: {place: [own-page], offensive: 0.6},
     severity: critical, policy: night, playbook: Hide the post first.}
channels:
  email: {type: smtp, url: "smtp://127.0.0.1:MAIL_PORT", from: nightjar@example.org}
  hook: {type: webhook, secret: {env: HOOK_SECRET}}
  sms: {type: sms-webhook, style: twilio, url: "http://127.0.0.1:SMS_PORT",
        account: AC00000000000000000000000000000000, token: {env: SMS_TOKEN},
        from: "+15005550006"}
"""


class Night:
    def __init__(self, house):
        self.sms = world.Sms()
        self.mail = world.Mail()
        self.hook = world.Hook()
        config = (CONFIG.replace("MAIL_PORT", str(self.mail.port))
                  .replace("SMS_PORT", str(self.sms.port))
                  .replace("HOOK_URL", self.hook.url))
        self.house = house(config, start=START, speed=60,
                           env={"SMS_TOKEN": "token", "HOOK_SECRET": "0123456789abcdef"})

    def texts(self, number):
        return [m["Body"] for m in self.sms.messages if m["To"] == number]

    def mails(self, word):
        return [m for _, m in self.mail.messages if word in m["Subject"]]


@pytest.fixture
def night(house):
    made = Night(house)
    made.house.start()
    yield made
    made.mail.controller.stop()


def test_a_drill_is_marked_everywhere_answered_and_reported(night):
    done = night.house.run("drill", "night", "--rule", "offensive on our page",
                           "--note", "quarterly drill", "--as", "maya")
    assert done.returncode == 0, done.stderr
    assert "drill 1 has begun" in done.stdout
    wait_for(lambda: night.texts("+447700900123"), why="maya got no text")
    text = night.texts("+447700900123")[0]
    assert text.startswith("DRILL nightjar 1: ") and len(text) <= 160
    mail = wait_for(lambda: night.mails("DRILL]"), why="maya got no mail")[0]
    assert mail["Subject"].startswith("[nightjar 1 DRILL] ")
    plain = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "This is a drill" in plain and "This is a drill" in html
    assert "Hide the post first." in plain
    page = wait_for(lambda: night.hook.pages(), why="no webhook")[0]
    assert page["drill"] is True and page["test"] is True
    assert night.house.ask("list")[0]["drill"] is True
    link = re.search(r"http://127\.0\.0\.1:\d+/a/\S+", plain).group(0)
    urllib.request.urlopen(urllib.request.Request(link, data=b"", method="POST"))
    wait_for(lambda: night.house.ask("drill", "report", "1")["state"] == "over",
             why="it did not end")
    report = night.house.ask("drill", "report", "1")
    assert report["started_by"] == "maya" and report["answered"] == 1
    maya = report["people"][0]
    assert maya["person"] == "maya" and maya["answered_by"] == "link"
    assert maya["answer_ms"] > 0
    assert {p["channel"] for p in maya["pages"]} == {"sms", "email", "hook"}
    news = wait_for(lambda: night.mails("is over"), why="no report by mail")[0]
    assert "1 of 1 called answered" in news["Subject"]
    shown = night.house.run("drill", "report", "1")
    assert "maya: answered" in shown.stdout and "by link" in shown.stdout
    figures = night.house.ask("status")
    assert figures["alerts_opened"] == 0 and figures["pages_sent"] == 0
    time.sleep(0.3)  # 18 s of the night: nothing more comes
    assert len(night.texts("+447700900456")) == 0
    night.house.stop()


def test_a_walk_reaches_the_second_step_through_a_crash(night):
    assert night.house.run("drill", "night", "--all").returncode == 0
    wait_for(lambda: night.texts("+447700900123"), why="maya got no text")
    night.house.kill()
    night.house.start()
    assert night.house.run("ack", "1", "--as", "maya").returncode == 0
    wait_for(lambda: night.texts("+447700900456"), why="tom got no text")
    assert night.house.run("ack", "1", "--as", "tom").returncode == 0
    report = wait_for(
        lambda: (r := night.house.ask("drill", "report", "1"))["state"] == "over" and r,
        why="it did not end")
    assert report["answered"] == 2 and report["all"] is True
    assert "maya answered" in report["summary"] and "tom answered" in report["summary"]
    assert all(json.loads(json.dumps(p))["answered_by"] == "cli"
               for p in report["people"])
    night.house.stop()


def test_what_is_no_policy_or_no_drill_is_refused_in_words(night):
    done = night.house.run("drill", "nihgt")
    assert done.returncode == 1 and "no policy 'nihgt'" in done.stderr
    assert night.house.run("drill").returncode == 2
    assert night.house.run("raise", "a true one").returncode == 0
    done = night.house.run("drill", "report", "1")
    assert done.returncode == 1 and "is no drill" in done.stderr
    night.house.stop()
