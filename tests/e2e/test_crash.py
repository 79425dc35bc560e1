"""kill -9 at random moments of a night: nothing accepted is lost, nothing is
paged more often than it was killed in between, what was confirmed holds."""

import collections
import hashlib
import hmac
import http.client
import json
import os
import random
import socket
import time

import world
from conftest import wait_for

KILLS = int(os.environ.get("CRASH_KILLS", "200"))
POSTS = 300
SECRET = "crash-secret"

CONFIG = """
daemon:
  store: sqlite:crash.db
  socket: nightjar.sock
  http: {listen: "127.0.0.1:HTTP_PORT"}
sources:
  hook: {type: webhook, place: own-page, secret: {env: CRASH_SECRET}}
people:
  duty: {chat: "HOOK_URL", login: root, rules: {critical: [chat]}}
policies:
  night: {steps: [{page: [person/duty], wait: 2h}], repeat: 1, ack_expires: 8h}
rules:
  - {name: offensive, match: {offensive: 0.5}, severity: critical,
     policy: night, always: true}
channels:
  chat: {type: webhook, per_minute: 6000}
"""


class Script:
    """Posts one after the other until each is accepted; acknowledges some."""

    def __init__(self, house, hook):
        self.house, self.hook = house, hook
        self.accepted = 0
        self.acked = {}
        self.random = random.Random(20260203)

    def post(self):
        n = self.accepted
        body = json.dumps({"id": f"p{n}", "author": f"troll{n}",
                           "text": f"you stupid idiot x{n}x"}).encode()
        mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        line = http.client.HTTPConnection("127.0.0.1", self.house.http, timeout=2)
        try:
            line.request("POST", "/v1/posts/hook", body,
                         {"Content-Type": "application/json",
                          "X-Nightjar-Signature": f"sha256={mac}"})
            status = line.getresponse().status
            if 200 <= status < 300:
                self.accepted += 1
            else:
                assert status == 503, status
        except (OSError, http.client.HTTPException):
            pass
        finally:
            line.close()

    def ask(self, request):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(2)
            s.connect(f"{self.house.scratch}/nightjar.sock")
            s.sendall(json.dumps(request).encode() + b"\n")
            data = b""
            while not data.endswith(b"\n"):
                piece = s.recv(65536)
                if not piece:
                    raise OSError("hung up")
                data += piece
            return json.loads(data)

    def ack(self):
        if self.accepted == 0:
            return
        alert = self.random.randrange(1, self.accepted + 1)
        try:
            answer = self.ask({"verb": "ack", "ids": [alert], "as": "duty"})
            if answer["ok"]:
                self.acked[alert] = True
        except OSError:
            pass

    def ready(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.house.http)) == 0


def live_through(script, kills):
    for kill in range(kills):
        script.house.start(wait=False)
        wait_for(script.ready, why="nightjard did not come back: " +
                 script.house.log_text[-2000:])
        until = time.monotonic() + script.random.uniform(0, 0.12)
        target = POSTS * (kill + 1) // kills
        while time.monotonic() < until:
            if script.accepted < target:
                script.post()
            if script.random.random() < 0.3:
                script.ack()
        script.house.kill()


def test_nothing_is_lost_and_nothing_doubled_beyond_the_kills(house):
    hook = world.Hook()
    script = Script(house(CONFIG.replace("HOOK_URL", hook.url),
                          env={"CRASH_SECRET": SECRET}), hook)
    live_through(script, KILLS)
    script.house.start()
    while script.accepted < POSTS:
        script.post()
    wait_for(lambda: script.ask({"verb": "status"})["result"]["pages_waiting"] == 0,
             30, "pages are still waiting")
    alerts = script.ask({"verb": "list", "filter": "all", "limit": 2000})["result"]
    mine = [a for a in alerts if a["rule"] == "offensive"]
    assert len(mine) == POSTS
    assert all(a["posts"] == 1 for a in mine)
    by_id = {a["id"]: a for a in mine}
    for alert in script.acked:
        assert by_id[alert]["state"] == "acknowledged", alert
        assert by_id[alert]["holder"] == "duty"
    sent = collections.Counter(
        headers.get("Webhook-Id") or headers.get("webhook-id")
        for headers, _ in hook.calls)
    calls = [p for p in hook.pages()]
    first = {p["alert"]["id"] if isinstance(p.get("alert"), dict) else p["alert"]
             for p in calls}
    assert first >= set(by_id), "an alert was never paged"
    repeats = sum(sent.values()) - len(sent)
    print(f"{KILLS} kills, {POSTS} posts, {len(script.acked)} acknowledged, "
          f"{repeats} pages repeated")
    assert repeats <= KILLS, "more pages repeated than it was killed"
    script.house.stop()
