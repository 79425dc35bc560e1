"""nightjar-desktop in a session with dunst, at a daemon's socket that this file
plays: what is shown, what is pressed, what is carried back."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading

import pytest

from conftest import BUILD
from desktop_session import open_session, until

AGENT = f"{BUILD}/nightjar-desktop"
NEEDED = ["Xvfb", "dunst", "dunstctl", "dbus-daemon", "dbus-monitor", "import"]

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)),
    reason="needs " + ", ".join(n for n in NEEDED if not shutil.which(n)))


class Daemon:
    """A nightjard as far as an agent can tell."""

    def __init__(self, path):
        self.path = str(path)
        self.requests = []
        self.answer_acks = True
        self.refuse = None
        self.settled = []
        self.connections = []
        self.open()

    def open(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        threading.Thread(target=self._accept, args=[self.listener],
                         daemon=True).start()

    def _accept(self, listener):
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=[connection],
                             daemon=True).start()

    def _serve(self, connection):
        try:
            for line in connection.makefile("r", encoding="utf-8"):
                request = json.loads(line)
                self.requests.append(request)
                if request["verb"] == "ack" and not self.answer_acks:
                    continue
                if request["verb"] == "ack" and self.refuse:
                    answer = {"ok": False, "code": "not now",
                              "error": self.refuse}
                elif request["verb"] == "standing":
                    answer = {"ok": True, "result": self.settled}
                else:
                    answer = {"ok": True, "result": {}}
                connection.sendall(json.dumps(answer).encode() + b"\n")
        except OSError:
            pass

    def say(self, message):
        until(lambda: self.connections)
        self.connections[-1].sendall(json.dumps(message).encode() + b"\n")

    def acks(self):
        return [r for r in self.requests if r["verb"] == "ack"]

    def attended(self):
        return any(r["verb"] == "attend" for r in self.requests)

    def close(self):
        # shutdown wakes the accept; close alone would leave it waiting
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()
        self.connections.clear()
        os.unlink(self.path)


def ring(alert=4711, **more):
    return {"ring": {"alert": alert, "page": 812, "generation": 3,
                     "kind": "call", "severity": "critical", "test": False,
                     "headline": "Acme Air: offensive on our page (critical)",
                     "body": "step 1 of 3\n\"you m*****\"\nTo do: hide it",
                     "url": "https://example.org/post/1", "ack_url": None,
                     "ack_command": f"nightjar ack {alert}", **more}}


@pytest.fixture(scope="module")
def session():
    session = open_session()
    yield session
    session.close()
    shutil.rmtree(session.directory, ignore_errors=True)


@pytest.fixture
def daemon(session):
    daemon = Daemon(session.directory / "nightjar.sock")
    yield daemon
    if os.path.exists(daemon.path):
        daemon.close()


@pytest.fixture
def agent(session, daemon):
    session.run("dunstctl", "close-all")
    child = subprocess.Popen(
        [AGENT, "--socket", daemon.path, "--lost-after", "500ms"],
        env=session.env, stderr=open(session.directory / "agent.log", "a"))
    until(daemon.attended)
    yield child
    if child.poll() is None:
        child.terminate()
    assert child.wait(5) == 0


def last(session, count):
    """The notification that makes it COUNT since the test began."""
    until(lambda: len(session.notified()) >= count)
    return session.notified()[count - 1]


@pytest.fixture
def seen(session):
    return len(session.notified())


def test_acknowledge_is_pressed_and_arrives(session, daemon, agent, seen):
    daemon.say(ring())
    shown = last(session, seen + 1)
    assert shown.summary == "Acme Air: offensive on our page (critical)"
    assert shown.actions == ["ack", "open"]
    assert (shown.urgency, shown.resident, shown.timeout) == (2, True, 0)
    until(lambda: session.displayed() == 1)
    assert session.picture("desktop.png").stat().st_size > 0
    session.press()
    until(daemon.acks)
    assert daemon.acks() == [{"verb": "ack", "ids": [4711], "generation": 3,
                              "by": "desktop"}]
    done = last(session, seen + 2)
    assert done.summary.startswith("You have it: Acme Air")
    assert (done.actions, done.urgency) == (["open"], 0)
    assert not done.resident


def test_a_refused_acknowledgement_can_be_pressed_again(session, daemon, agent,
                                                        seen):
    daemon.refuse = "alert 4711 <is> resolved & gone"
    daemon.say(ring())
    last(session, seen + 1)
    until(lambda: session.displayed() == 1)
    session.press()
    refused = last(session, seen + 2)
    assert refused.body == ("Not acknowledged: alert 4711 &lt;is&gt; resolved "
                            "&amp; gone")
    assert refused.actions == ["ack", "open"]
    session.press()
    until(lambda: len(daemon.acks()) == 2)


def test_hostile_markup_is_shown_as_text(session, daemon, agent, seen):
    daemon.say(ring(
        headline="<b>ALL CLEAR</b>\n\x1b[2Jack",
        body='</b><span size="xx-large" foreground="lime">ALL CLEAR</span> '
             '<a href="http://evil.test/">ack here</a> '
             '<img src="file:///etc/hostname"/> &amp; <b>unclosed\u202e',
        url="javascript:alert(1)"))
    shown = last(session, seen + 1)
    assert shown.summary == "<b>ALL CLEAR</b> [2Jack"
    assert "<" not in shown.body and ">" not in shown.body
    assert "&lt;span size=" in shown.body and "&amp;amp;" in shown.body
    assert shown.actions == ["ack"]
    until(lambda: session.displayed() == 1)
    assert session.picture("desktop-hostile.png").stat().st_size > 0


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x.test/", "x",
                                 "https://good.test@evil.test/", None])
def test_only_web_addresses_can_be_opened(session, daemon, agent, seen, url):
    daemon.say(ring(url=url))
    assert last(session, seen + 1).actions == ["ack"]


def test_a_later_ring_takes_the_place_of_the_first(session, daemon, agent,
                                                   seen):
    daemon.say(ring(severity="high"))
    first = last(session, seen + 1)
    assert (first.urgency, first.replaces, first.resident) == (1, 0, False)
    until(lambda: session.displayed() == 1)
    daemon.say(ring(headline="now critical"))
    second = last(session, seen + 2)
    assert second.replaces > 0 and second.urgency == 2
    until(lambda: session.displayed() == 1)


def test_somebody_else_has_it(session, daemon, agent, seen):
    daemon.say(ring())
    last(session, seen + 1)
    daemon.say({"clear": {"alert": 4711, "headline": "Acme Air: offensive",
                          "text": "Tom Li has it"}})
    quiet = last(session, seen + 2)
    assert quiet.summary == "Tom Li has it"
    assert quiet.body == "Acme Air: offensive"
    assert quiet.replaces > 0
    assert (quiet.urgency, quiet.resident, quiet.actions) == (0, False,
                                                              ["open"])


def test_a_clear_without_words_takes_it_away(session, daemon, agent, seen):
    daemon.say(ring())
    last(session, seen + 1)
    until(lambda: session.displayed() == 1)
    daemon.say({"clear": {"alert": 4711}})
    until(lambda: session.displayed() == 0)


def test_a_clear_without_words_leaves_what_was_answered_here(
        session, daemon, agent, seen):
    daemon.answer_acks = False
    daemon.say(ring())
    last(session, seen + 1)
    until(lambda: session.displayed() == 1)
    session.press()
    until(daemon.acks)
    daemon.say({"clear": {"alert": 4711}})  # comes before the answer
    daemon.say({"clear": {"alert": 1}})     # not shown here
    daemon.say({"ok": True, "result": {}})
    quiet = last(session, seen + 2)
    assert quiet.summary.startswith("You have it: ")
    daemon.say({"clear": {"alert": 4711}})  # or after it
    daemon.say(ring(alert=4712))
    last(session, seen + 3)
    until(lambda: session.displayed() == 2)


def test_what_was_settled_during_an_absence_is_taken_from_the_screen(
        session, daemon, agent, seen):
    daemon.say(ring())
    daemon.say(ring(alert=4712))
    last(session, seen + 2)
    until(lambda: session.displayed() == 2)
    daemon.settled = [{"alert": 4712, "text": "Tom Li has it"}]
    daemon.close()
    daemon.open()
    until(lambda: any(r["verb"] == "standing" for r in daemon.requests))
    asked = [r for r in daemon.requests if r["verb"] == "standing"]
    assert sorted(asked[0]["ids"]) == [4711, 4712]
    until(lambda: any(n.summary == "Tom Li has it"
                      for n in session.notified()[seen:]))
    done = [n for n in session.notified()[seen:]
            if n.summary == "Tom Li has it"]
    assert len(done) == 1 and (done[0].urgency, done[0].actions) == (0, ["open"])
    assert done[0].body.startswith("Acme Air")


def test_a_test_message_asks_for_no_answer(session, daemon, agent, seen):
    daemon.say(ring(alert=0, kind="test", severity="low", ack_command=None,
                    url=None, headline="TEST: nightjar can reach you"))
    shown = last(session, seen + 1)
    assert (shown.actions, shown.urgency) == ([], 0)


def test_a_lost_daemon_is_told_and_a_pressed_button_not_forgotten(
        session, daemon, agent, seen):
    daemon.answer_acks = False
    daemon.say(ring())
    last(session, seen + 1)
    until(lambda: session.displayed() == 1)
    session.press()
    until(daemon.acks)
    daemon.close()
    lost = last(session, seen + 2)
    assert lost.summary == "nightjar cannot be reached"
    assert (lost.urgency, lost.resident) == (2, True)
    daemon.answer_acks = True
    daemon.requests.clear()
    daemon.open()
    until(daemon.acks, 15)
    assert daemon.requests[0]["verb"] == "attend"
    assert daemon.acks()[0]["ids"] == [4711]
    until(lambda: len(session.notified()) >= seen + 4)
    summaries = {n.summary for n in session.notified()[seen + 2:]}
    assert "nightjar can be reached again" in summaries
    assert any(s.startswith("You have it") for s in summaries)


def test_critical_ones_come_back_with_the_notification_server(
        session, daemon, agent, seen):
    daemon.say(ring())
    last(session, seen + 1)
    until(lambda: session.displayed() == 1)
    session.stop_dunst()
    session.start_dunst()
    until(lambda: session.displayed() == 1, 15)


def test_a_line_it_does_not_understand_costs_only_the_connection(
        session, daemon, agent, seen):
    daemon.say({"sing": {}})
    until(lambda: sum(r["verb"] == "attend" for r in daemon.requests) == 2)
    daemon.say(ring())
    last(session, seen + 1)


def test_sigterm_ends_it_and_clears_the_screen(session, daemon, agent, seen):
    daemon.say(ring())
    until(lambda: session.displayed() == 1)
    agent.send_signal(signal.SIGTERM)
    assert agent.wait(5) == 0
    until(lambda: session.displayed() == 0)


CONFIG = """
daemon: {store: "sqlite:night.db", socket: nightjar.sock}
brands: {acme: {title: Acme Air, timezone: Europe/London, team: social}}
people:
  maya: {name: Maya Osei, login: LOGIN, desktop: LOGIN,
         rules: {critical: [desktop], high: [desktop], low: [desktop]}}
teams: {social: {people: [maya]}}
policies:
  night: {steps: [{page: [person/maya], wait: 5m}], last_resort: person/maya}
rules: [{name: any, match: {offensive: 0.5}, severity: high, policy: night}]
"""


def test_from_a_real_nightjard_and_back(session, house, seen):
    login = pwd.getpwuid(os.getuid()).pw_name
    night = house(CONFIG.replace("LOGIN", login)).start()
    agent = subprocess.Popen(
        [AGENT, "--socket", f"{night.scratch}/nightjar.sock", "--verbose"],
        env=session.env, stderr=open(session.directory / "agent.log", "a"))
    until(lambda: "away -> asking" in session.agent_log() and
          "asking -> here" in session.agent_log())
    session.run("dunstctl", "close-all")
    assert night.run("raise", "--brand", "acme", "--severity", "critical",
                     "engine <b>fire</b>").returncode == 0
    shown = last(session, seen + 1)
    assert shown.summary == "Acme Air: engine <b>fire</b> (critical)"
    until(lambda: session.displayed() == 1)
    session.press()
    until(lambda: night.ask("show", "1")["state"] == "acknowledged")
    assert night.ask("show", "1")["holder"] == "maya"
    assert last(session, seen + 2).summary.startswith("You have it: Acme Air")
    agent.terminate()
    assert agent.wait(5) == 0
    night.stop()


def call(*arguments):
    return subprocess.run([AGENT, *arguments], text=True, capture_output=True)


def test_it_explains_itself():
    assert call("--help").stdout.startswith("usage: nightjar-desktop")
    assert call("--version").stdout.startswith("nightjar-desktop ")


@pytest.mark.parametrize("arguments", [["--frob"], ["x"], ["--socket"],
                                       ["--lost-after", "soon"]])
def test_wrong_use_exits_2(arguments):
    done = call(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("nightjar-desktop: ")
