"""The thin thread through the whole house: a real feed in, a score, pages by
real servers, an acknowledgement from the command line, through the store."""

import ssl
import subprocess
import time

import pytest

import world
from conftest import TOP, wait_for

START = 1770159480  # 2026-02-03 22:58 in London, a Tuesday night
NASTY = "You are all worthless idiots and your pilots are stupid scum"

CONFIG = """
daemon:
  store: sqlite:night.db
  socket: nightjar.sock
  http: {listen: "127.0.0.1:HTTP_PORT", public_url: "http://127.0.0.1:HTTP_PORT"}
brands:
  acme: {title: Acme Air, timezone: Europe/London, open: [mon-fri 08:00-18:00],
         team: social}
sources:
  blog: {type: feed, brand: acme, place: own-page, url: "FEED_URL", every: 1m}
people:
  maya: {name: Maya Osei, email: maya@example.org, sms: "+447700900123",
         login: root, rules: {critical: [sms, email]}}
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
     severity: critical, policy: night}
channels:
  email: {type: smtp, url: "smtp://127.0.0.1:MAIL_PORT", from: nightjar@example.org,
          username: nj, password: {env: MAIL_PASSWORD}, starttls: required,
          ca_file: CA_FILE}
  sms: {type: sms-webhook, style: twilio, url: "http://127.0.0.1:SMS_PORT",
        account: AC00000000000000000000000000000000, token: {env: SMS_TOKEN},
        from: "+15005550006"}
"""


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A CA of our own and a certificate for 127.0.0.1, as files."""
    where = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
         "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
         f"{where}/key.pem", "-out", f"{where}/cert.pem"],
        check=True, capture_output=True)
    return where


class Night:
    def __init__(self, house, certificate):
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(f"{certificate}/cert.pem", f"{certificate}/key.pem")
        with open(f"{TOP}/tests/data/demo/comments.xml", encoding="utf-8") as f:
            self.page = world.Page(f.read(), lambda: world.utc(self.now() * 1000))
        self.sms = world.Sms()
        self.mail = world.Mail(tls=tls, login=(b"nj", b"secret"))
        config = (CONFIG.replace("FEED_URL", self.page.url)
                  .replace("MAIL_PORT", str(self.mail.port))
                  .replace("SMS_PORT", str(self.sms.port))
                  .replace("CA_FILE", f"{certificate}/cert.pem"))
        self.house = house(config, start=START, speed=100,
                           env={"MAIL_PASSWORD": "secret", "SMS_TOKEN": "token"})

    def now(self):
        return START + (time.monotonic() - self.house.began) * 100

    def texts(self, number):
        return [m for m in self.sms.messages if m["To"] == number]


@pytest.fixture
def night(house, certificate):
    made = Night(house, certificate)
    made.house.start()
    yield made
    made.mail.controller.stop()


def test_a_comment_wakes_one_then_the_next_until_somebody_answers(night):
    time.sleep(0.8)  # the page is read once, empty
    night.page.comment("Nina", "Lovely photos from the new cabin!")
    night.page.comment("wolf88", NASTY)
    wait_for(lambda: night.texts("+447700900123"), why="maya got no text")
    to, message = wait_for(lambda: night.mail.messages and night.mail.messages[0],
                           why="maya got no mail")
    assert to == ["maya@example.org"]
    assert "Acme Air" in message["Subject"]
    body = message.get_body(("plain",)).get_content()
    assert "nightjar ack 1" in body and "idiots" not in body
    wait_for(lambda: night.texts("+447700900456"), why="tom got no text")
    done = night.house.run("ack", "1", "--as", "tom")
    assert done.returncode == 0, done.stderr
    alert = night.house.ask("show", "1")
    assert alert["state"] == "acknowledged" and alert["holder"] == "tom"
    assert alert["posts"] == 1
    assert {p["state"] for p in alert["pages"]} <= {"sent", "delivered",
                                                    "dropped", "waiting"}
    assert len(night.house.ask("list", "--all")) == 1
    night.house.stop()


def test_killed_in_the_middle_it_goes_on_where_it_was(night):
    time.sleep(0.8)
    night.page.comment("wolf88", NASTY)
    wait_for(lambda: night.texts("+447700900123"), why="maya got no text")
    night.house.kill()
    night.house.start()
    wait_for(lambda: night.texts("+447700900456"), why="tom got no text")
    assert len(night.house.ask("list")) == 1
    assert len(night.texts("+447700900123")) <= 2
    night.house.stop()


def test_a_refusing_mail_server_is_told_on_the_alert(night):
    night.mail.refuse = "550 5.1.1 no such user"
    time.sleep(0.8)
    night.page.comment("wolf88", NASTY)
    wait_for(lambda: night.texts("+447700900123"))
    wait_for(lambda: any(e["kind"] == "failed" for e in
                         night.house.ask("show", "1")["story"]),
             why="the refusal was not told")
    assert "550" in str(night.house.ask("show", "1")["story"])
