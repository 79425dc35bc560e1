"""Text messages held against Twilio's own specification, by Prism, and their
status callbacks signed by Twilio's own package."""

import json
import os
import random
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest

from conftest import TOP, free_port, wait_for

NPM = f"{TOP}/build/npm"
SPECIFICATION = f"{TOP}/tests/data/twilio/messages.json"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "a-token-of-twilio"

CONFIG = """
daemon:
  store: sqlite:night.db
  socket: nightjar.sock
  http: {listen: "127.0.0.1:HTTP_PORT", public_url: "https://night.example.org/"}
brands:
  acme: {title: "Acmé Air & Sons", timezone: Europe/London, team: social}
people:
  maya: {name: Maya Osei, email: maya@example.org, sms: "+447700900123",
         login: root, rules: {critical: [sms], high: [sms], low: [sms]}}
teams:
  social: {people: [maya]}
policies:
  night: {steps: [{page: [person/maya], wait: 5m}], last_resort: person/maya}
rules:
  - {name: any, match: {offensive: 0.5}, severity: high, policy: night}
channels:
  sms: {type: sms-webhook, style: twilio, url: "http://127.0.0.1:SMS_PORT",
        account: ACCOUNT, token: {env: SMS_TOKEN}, from: "+15005550006"}
"""


@pytest.fixture(scope="session")
def npm():
    """Prism and Twilio's package, once below build/."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed")
    wanted = [f"{NPM}/node_modules/{name}/package.json"
              for name in ("@stoplight/prism-cli", "twilio")]
    if not all(map(os.path.exists, wanted)):
        os.makedirs(NPM, exist_ok=True)
        try:
            done = subprocess.run(
                ["npm", "install", "--prefix", NPM, "--no-audit", "--no-fund",
                 "--loglevel=error", "@stoplight/prism-cli@5", "twilio@6"],
                capture_output=True, text=True, timeout=300)
            trouble = done.stderr.strip() if done.returncode else ""
        except subprocess.TimeoutExpired:
            trouble = "it took longer than five minutes"
        if trouble:
            pytest.skip(f"npm cannot install prism and twilio: {trouble[-300:]}")
    return NPM


@pytest.fixture(scope="session")
def prism(npm):
    """The port of a server that answers as the specification says, and with
    422 what is not as it says."""
    port = free_port()
    server = subprocess.Popen(
        [f"{npm}/node_modules/.bin/prism", "mock", "-h", "127.0.0.1", "-p",
         str(port), "--errors", SPECIFICATION],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def listens():
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", port)) == 0

    wait_for(listens, 60, "prism does not listen")
    yield port
    server.terminate()
    server.wait(10)


@pytest.fixture
def night(house, prism):
    made = house(CONFIG.replace("SMS_PORT", str(prism))
                 .replace("ACCOUNT", ACCOUNT), env={"SMS_TOKEN": TOKEN})
    made.start()
    yield made
    made.stop()


def post(url, form, headers=None):
    """The HTTP status of a form posted to URL."""
    request = urllib.request.Request(
        url, urllib.parse.urlencode(form).encode(), headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_prism_is_a_strict_judge(prism):
    """What would make the next test worthless: a judge that takes anything."""
    url = (f"http://127.0.0.1:{prism}/2010-04-01/Accounts/{ACCOUNT}"
           "/Messages.json")
    form = {"To": "+447700900123", "From": "+15005550006", "Body": "x"}
    login = {"Authorization": "Basic QUM6eA=="}
    assert post(url, form, login) == 201
    assert post(url, form) == 401
    assert post(url, {"Body": "x"}, login) == 422
    assert post(url.replace(ACCOUNT, "ACx"), form, login) == 422


def test_a_page_is_what_twilio_specifies(night):
    done = night.run("raise", "--brand", "acme", "--severity", "high",
                     "an “engine” is <on> fire & smoking 🔥")
    assert done.returncode == 0, done.stderr
    page = wait_for(
        lambda: [p for p in night.ask("show", "1")["pages"]
                 if p["state"] != "waiting"], 15,
        "the page was not sent: " + night.log_text)[0]
    assert page["state"] == "sent", (page, night.log_text)


def test_a_test_message_is_what_twilio_specifies(night):
    done = night.run("test", "maya")
    assert done.returncode == 0, done.stderr
    wait_for(lambda: "maya by sms: sent" in night.run("log").stdout, 15,
             "the test was not sent: " + night.log_text)


SIGN = """
const twilio = require("twilio");
let text = "";
process.stdin.on("data", (d) => (text += d)).on("end", () => {
  const signed = JSON.parse(text).map(([token, url, form]) =>
    twilio.getExpectedTwilioSignature(token, url, form));
  console.log(JSON.stringify(signed));
});
"""


def sign(npm, cases):
    """Twilio's signature of each (token, url, form)."""
    done = subprocess.run(["node", "-e", SIGN], cwd=npm,
                          input=json.dumps(cases), capture_output=True,
                          text=True, check=True)
    return json.loads(done.stdout)


def random_form(rng):
    letters = ["a", "B", "0", "é", "ß", "漢", "🙂", "&", "=", "+", " ", "%",
               "\n", '"', "zz"]
    word = lambda: "".join(rng.choices(letters, k=rng.randint(1, 12)))
    form = {"K" + word(): word() for _ in range(rng.randint(0, 9))}
    return {**form, "MessageSid": "SM1", "MessageStatus": "sent"}


def test_only_what_twilio_signed_is_believed(night, npm):
    rng = random.Random(4711)
    cases = []
    for page in range(1, 201):
        url = f"https://night.example.org/v1/receipts/sms?page={page}"
        if page % 3 == 0:
            url = url.replace(".org/", ".org:443/")
        cases.append((TOKEN, url, random_form(rng)))
    here = f"http://127.0.0.1:{night.http}/v1/receipts/sms?page="
    for page, (case, signature) in enumerate(zip(cases, sign(npm, cases)), 1):
        headers = {"X-Twilio-Signature": signature}
        form = case[2]
        assert post(here + str(page), form, headers) == 204, form
        assert post(here + str(page), {**form, "Evil": "1"}, headers) == 403
        assert post(here + str(page + 1), form, headers) == 403
    forged = sign(npm, [("another token", cases[0][1], cases[0][2])])[0]
    assert post(here + "1", cases[0][2], {"X-Twilio-Signature": forged}) == 403


def test_a_delivery_reaches_the_alert(night, npm):
    night.run("raise", "--brand", "acme", "--severity", "high", "fire")
    pages = lambda state: [p for p in night.ask("show", "1")["pages"]
                           if p["state"] == state]
    page = wait_for(lambda: pages("sent"), 15, "not sent")[0]
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    url = f"https://night.example.org/v1/receipts/sms?page={page['page']}"
    signature = sign(npm, [(TOKEN, url, form)])[0]
    assert post(f"http://127.0.0.1:{night.http}/v1/receipts/sms?page="
                f"{page['page']}", form,
                {"X-Twilio-Signature": signature}) == 204
    wait_for(lambda: pages("delivered"), 10, "the delivery was not told")
