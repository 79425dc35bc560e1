"""The desk: the command line, the HTTP server, links, reload."""

import hashlib
import hmac
import http.client
import json
import os
import re
import signal
import time

import pytest

import world
from conftest import wait_for

NASTY = "you stupid idiot"
SECRET = "desk-secret"

CONFIG = """
daemon:
  store: sqlite:desk.db
  socket: nightjar.sock
  http: {listen: "127.0.0.1:HTTP_PORT", public_url: "http://127.0.0.1:HTTP_PORT",
         token: {env: OPERATOR_TOKEN}}
brands:
  acme: {title: Acme Air, timezone: Europe/London}
sources:
  hook: {type: webhook, place: own-page, secret: {env: HOOK_SECRET}}
  drop: {type: spool, place: own-page, directory: drop}
people:
  maya: {chat: "HOOK_URL", login: root, token: {env: MAYA_TOKEN},
         rules: {critical: [chat]}}
  tom: {chat: "HOOK_URL", rules: {critical: [chat]}}
schedules:
  night:
    timezone: Europe/London
    layers: [{rotate: daily, starts: 2026-01-01 09:00, people: [maya]}]
policies:
  night: {steps: [{page: [schedule/night], wait: 1h}], ack_expires: 2h,
          last_resort: person/tom}
rules:
  - {name: offensive, match: {offensive: 0.5}, severity: critical,
     policy: night, always: true, playbook: Hide it first.}
channels:
  chat: {type: webhook}
"""

ENV = {"HOOK_SECRET": SECRET, "OPERATOR_TOKEN": "operator-token-1",
       "MAYA_TOKEN": "maya-token-1"}


@pytest.fixture
def desk(house):
    hook = world.Hook()
    made = house(CONFIG.replace("HOOK_URL", hook.url), env=ENV)
    os.mkdir(f"{made.scratch}/drop")
    made.hook = hook
    return made.start()


def call(house, method, path, body=None, headers=None):
    line = http.client.HTTPConnection("127.0.0.1", house.http, timeout=5)
    line.request(method, path, body, headers or {})
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, text, dict(answer.getheaders())


def push(house, post, secret=SECRET):
    body = json.dumps(post).encode()
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return call(house, "POST", "/v1/posts/hook", body,
                {"Content-Type": "application/json",
                 "X-Nightjar-Signature": f"sha256={mac}"})


def open_alert(desk, n=1):
    status, text, _ = push(desk, {"id": f"p{n}", "author": f"u{n}",
                                  "text": f"{NASTY} {n}"})
    assert status == 202, text
    return wait_for(lambda: [p for p in desk.hook.pages()], why="no page")


# ---- the command line

def test_without_a_daemon_the_exit_status_is_three(house):
    made = house(CONFIG.replace("HOOK_URL", "http://127.0.0.1:1/"), env=ENV)
    done = made.run("list")
    assert done.returncode == 3
    assert "systemctl status nightjard" in done.stderr


@pytest.mark.parametrize("words,status,says", [
    (["frobnicate"], 2, "no verb"),
    (["lst"], 2, "did you mean `list`"),
    (["list", "--colour"], 2, "no option --colour"),
    (["snooze", "x"], 2, "not the number of an alert"),
    (["ack", "1", "--limit", "3"], 2, "has no option --limit"),
    (["ack", "77"], 1, "no alert 77 is open"),
    (["show", "77"], 1, "there is no alert 77"),
    (["snooze", "1"], 1, "for how long"),
    (["test", "nobody"], 1, "no person 'nobody'"),
    (["override", "add", "--person", "tom", "--until", "noonish"], 1,
     "is no time"),
])
def test_what_is_wrong_is_said_kindly(desk, words, status, says):
    done = desk.run(*words)
    assert done.returncode == status, done.stderr
    assert says in done.stderr


def test_every_verb_answers_an_alert(desk):
    open_alert(desk)
    assert [a["id"] for a in desk.ask("list")] == [1]
    shown = desk.ask("show", "1")
    assert shown["playbook"] == "Hide it first." and shown["severity"] == "critical"
    assert desk.run("note", "1", "looking", "at", "it").returncode == 0
    assert desk.ask("ack", "1", "--for", "2h")[0]["state"] == "acknowledged"
    assert desk.ask("unack", "1")[0]["state"] == "open"
    assert desk.ask("snooze", "1", "30m")[0]["state"] == "snoozed"
    assert desk.ask("escalate", "1")[0]["state"] == "open"
    assert desk.ask("reassign", "1", "tom")[0]["state"] == "open"
    assert desk.ask("resolve", "1", "--note", "hidden")[0]["state"] == "resolved"
    assert desk.run("ack", "1").returncode == 1
    story = desk.ask("show", "1")["story"]
    assert any("looking at it" in e["text"] for e in story)
    assert desk.ask("list") == []
    assert len(desk.ask("list", "--all")) == 1
    explained = desk.ask("explain", "1")
    assert explained[0]["score"]["offensive"] >= 0.5
    assert explained[0]["score"]["reasons"]


def test_raise_post_wrong_and_test(desk):
    assert desk.ask("raise", "The site is down", "--severity", "critical")["id"] == 1
    assert desk.ask("post", NASTY, "--place", "own-page", "--author", "x")["new"] == 1
    assert desk.ask("wrong", "2", "it was a quote")["wrong"] is True
    assert desk.ask("test", "maya") == ["chat"]
    wait_for(lambda: any(p.get("test") or p.get("kind") == "test"
                         for p in desk.hook.pages()), why="no test page")


def test_overrides_and_silences_hold_and_can_be_taken_back(desk):
    made = desk.ask("override", "add", "--person", "tom", "--instead-of", "maya",
                    "--for", "1h")
    assert desk.ask("oncall")[0]["people"] == ["tom"]
    assert desk.run("override", "add", "--instead-of", "tom", "--for",
                    "10m").returncode == 1  # would leave nobody
    assert len(desk.ask("override", "list")) == 1
    desk.kill()
    desk.start()
    assert desk.ask("oncall")[0]["people"] == ["tom"]
    listed = desk.ask("override", "list")[0]
    assert listed["by"] == made["by"] and listed["state"] == "in force"
    assert desk.run("override", "remove", str(made["id"])).returncode == 0
    assert desk.ask("oncall")[0]["people"] == ["maya"]
    assert desk.ask("override", "list") == []
    trail = desk.ask("override", "list", "--all")[0]
    assert trail["state"] == "removed" and trail["removed_by"] == made["by"]
    shown = desk.run("override", "list", "--all").stdout
    assert f"removed by {made['by']}" in shown and "tom instead of maya" in shown
    wait_for(lambda: len(desk.hook.pages()) >= 2,
             why="tom is told of both changes")
    assert {p["kind"] for p in desk.hook.pages()} == {"news"}
    told = len(desk.hook.pages())
    quiet = desk.ask("mute", "hook", "--for", "1h")
    push(desk, {"id": "q", "author": "q", "text": NASTY})
    time.sleep(0.3)
    assert len(desk.hook.pages()) == told
    assert desk.run("silence", "remove", str(quiet["id"])).returncode == 0
    assert desk.ask("silence", "list") == []


def test_a_cover_begins_now_and_says_until_when(desk):
    done = desk.run("cover", "--person", "tom", "--from", "maya", "--for", "2h")
    assert done.returncode == 0, done.stderr
    assert "tom is on call in" in done.stdout
    assert "instead of maya until" in done.stdout
    assert desk.ask("oncall")[0]["people"] == ["tom"]
    again = desk.run("cover", "--person", "tom", "--from", "maya", "--for", "1h")
    assert again.returncode == 1 and "maya is not on call" in again.stderr
    assert "cover" in desk.run("override", "list").stdout


def test_a_swap_waits_for_a_yes_and_outlives_a_crash(desk):
    wrong = desk.run("swap", "--give", "2026-13-01", "--with", "tom")
    assert wrong.returncode == 1 and "is no time" in wrong.stderr
    assert desk.run("swap", "--give", "x").returncode == 1
    now = time.time()
    span = "..".join(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + t))
                     for t in (3600, 7200))
    asked = desk.run("swap", "--give", span, "--with", "tom", "--note", "opera")
    assert asked.returncode == 0, asked.stderr
    assert "tom was asked" in asked.stdout and "opera" in asked.stdout
    wait_for(lambda: [p for p in desk.hook.pages()
                      if "swap accept" in json.dumps(p)], why="tom is asked")
    ident = str(desk.ask("swap", "list")[0]["id"])
    assert desk.run("swap", "accept", ident).returncode == 1  # maya is no tom
    desk.kill()
    desk.start()
    assert desk.ask("swap", "list")[0]["note"] == "opera"
    done = desk.run("swap", "accept", ident, "--as", "tom")
    assert done.returncode == 0 and "accepted" in done.stdout, done.stderr
    assert desk.ask("swap", "list") == []
    made = desk.ask("override", "list")
    assert [o["person"] for o in made] == ["tom"]
    assert made[0]["note"] == f"swap {ident}"


def test_the_story_is_told_as_it_happens(desk):
    import subprocess
    from conftest import BUILD
    follower = subprocess.Popen([f"{BUILD}/nightjar", "log", "--follow"],
                                env=desk.env, stdout=subprocess.PIPE, text=True)
    time.sleep(0.3)
    open_alert(desk)
    line = ""
    while "opened" not in line:
        line = follower.stdout.readline()
        assert line
    follower.terminate()
    follower.wait()


def test_terminal_escapes_from_a_post_stay_harmless(desk):
    push(desk, {"id": "e", "author": "\u001b]0;owned\u0007", "text":
                NASTY + " \u001b[2J\u202e"})
    wait_for(lambda: desk.ask("list", "--all"))
    for words in (["show", "1"], ["list"], ["log"]):
        assert "\u001b" not in desk.run(*words).stdout
        assert "\u202e" not in desk.run(*words).stdout


# ---- HTTP

def test_a_push_is_taken_only_with_its_signature(desk):
    assert push(desk, {"id": "1", "text": "x"}, secret="wrong")[0] == 401
    assert call(desk, "POST", "/v1/posts/hook", b"{}")[0] == 401
    assert call(desk, "POST", "/v1/posts/none", b"{}")[0] == 404
    status, text, _ = push(desk, {"posts": [{"id": "a", "text": "fine"},
                                            {"id": "a", "text": "fine"}]})
    assert status == 202 and json.loads(text)["accepted"] == 2
    assert json.loads(push(desk, {"id": "a", "text": "fine"})[1])["new"] == 0


def test_health_and_metrics(desk):
    assert call(desk, "GET", "/healthz")[:2] == (200, "ok\n")
    open_alert(desk)
    status, text, _ = call(desk, "GET", "/metrics")
    assert status == 200
    assert re.search(r"^nightjar_alerts_open 1$", text, re.M)
    assert re.search(r"^nightjar_pages_sent_total [1-9]", text, re.M)
    assert call(desk, "POST", "/healthz", b"")[0] == 405
    assert call(desk, "GET", "/nothing")[0] == 404


def test_a_link_shows_on_get_and_acts_on_post(desk):
    page = open_alert(desk)[0]
    url = page["ack_url"]
    path = url.split(f":{desk.http}", 1)[1]
    status, text, headers = call(desk, "GET", path)
    assert status == 200 and "<button" in text
    assert headers.get("Referrer-Policy") == "no-referrer"
    assert desk.ask("show", "1")["state"] == "open"  # a scanner changed nothing
    tampered = path[:-3] + ("AAA" if not path.endswith("AAA") else "BBB")
    assert call(desk, "POST", tampered, b"")[0] == 403
    status, text, _ = call(desk, "POST", path, b"")
    assert status == 200 and "You have it" in text
    shown = desk.ask("show", "1")
    assert shown["state"] == "acknowledged" and shown["holder"] == "maya"


def test_commands_over_http_need_a_token(desk):
    ask = json.dumps({"verb": "status"}).encode()
    assert call(desk, "POST", "/v1/command", ask)[0] == 401
    wrong = {"Authorization": "Bearer maya-token-2"}
    assert call(desk, "POST", "/v1/command", ask, wrong)[0] == 401
    mine = {"Authorization": "Bearer maya-token-1"}
    status, text, _ = call(desk, "POST", "/v1/command", ask, mine)
    assert status == 200 and json.loads(text)["ok"]
    other = json.dumps({"verb": "ack", "ids": [1], "as": "tom"}).encode()
    assert call(desk, "POST", "/v1/command", other, mine)[0] == 403
    with open(f"{desk.scratch}/token", "w", encoding="utf-8") as f:
        f.write("operator-token-1\n")
    done = desk.run("status", "--json", "--server", f"http://127.0.0.1:{desk.http}",
                    "--token-file", f"{desk.scratch}/token")
    assert done.returncode == 0 and json.loads(done.stdout)["open"] == 0


# ---- the spool

def test_a_file_dropped_is_read_once(desk):
    with open(f"{desk.scratch}/new.jsonl", "w", encoding="utf-8") as f:
        f.write(json.dumps({"id": "s1", "author": "s1", "text": NASTY}) + "\n")
        f.write("this is no JSON\n")
    os.rename(f"{desk.scratch}/new.jsonl", f"{desk.scratch}/drop/new.jsonl")
    wait_for(lambda: desk.ask("list"), why="the file was not read")
    wait_for(lambda: not os.path.exists(f"{desk.scratch}/drop/new.jsonl"))
    assert len(desk.ask("list", "--all")) == 1


# ---- reload

def test_a_reload_is_all_or_nothing(desk):
    with open(desk.path, encoding="utf-8") as f:
        good = f.read()
    desk.write(good.replace("severity: critical", "severity: loud"))
    done = desk.run("reload")
    assert done.returncode == 1 and "loud" in done.stderr
    desk.write(good.replace("title: Acme Air", "title: Acme Airways"))
    done = desk.run("reload")
    assert done.returncode == 0 and "Acme Airways" in done.stdout
    desk.write(good.replace("people: [maya]}]", "people: [tom]}]"))
    desk.process.send_signal(signal.SIGHUP)
    wait_for(lambda: desk.ask("oncall")[0]["people"] == ["tom"],
             why="SIGHUP did nothing")
    assert push(desk, {"id": "after", "text": "fine"})[0] == 202
    desk.stop()


# ---- the outside dead-man's switch

def test_the_heart_beats_while_it_can_work(house):
    beats = []

    class Beat(world.Quiet):
        def do_GET(self):
            beats.append(self.path)
            self.reply(200)

    server = world.serve(Beat)
    config = CONFIG.replace("HOOK_URL", "http://127.0.0.1:1/").replace(
        "daemon:\n", "daemon:\n  heartbeat: {url: \"http://127.0.0.1:"
        f"{server.server_port}/ping/7\", every: 1s}}\n")
    made = house(config, env=ENV)
    os.mkdir(f"{made.scratch}/drop")
    made.start()
    wait_for(lambda: len(beats) >= 3, 10, "the heart does not beat")
    assert set(beats) == {"/ping/7"}
    made.process.send_signal(signal.SIGSTOP)
    time.sleep(0.3)
    count = len(beats)
    time.sleep(2)
    assert len(beats) == count  # a hung daemon is silent: the outside rings
    made.process.send_signal(signal.SIGCONT)
    made.stop()
