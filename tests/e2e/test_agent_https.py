"""Agents that attend over HTTP: the long poll of a real nightjard, and
nightjar-desktop behind a TLS proxy as people reach it from home."""

import http.client
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

from conftest import BUILD, wait_for
from desktop_session import open_session, until

CONFIG = """
daemon:
  store: sqlite:agent.db
  socket: nightjar.sock
  http: {listen: "127.0.0.1:HTTP_PORT", token: {env: OPS_TOKEN}}
brands:
  acme: {title: Acme Air, timezone: Europe/London}
people:
  maya: {desktop: maya-laptop, token: {env: MAYA_TOKEN},
         rules: {critical: [desktop], high: [desktop], low: [desktop]}}
  tom: {desktop: tom-laptop, token: {env: TOM_TOKEN},
        rules: {critical: [desktop], high: [desktop], low: [desktop]}}
policies:
  night: {steps: [{page: [person/maya], wait: 1h}], ack_expires: 2h}
"""
TOKENS = {"MAYA_TOKEN": "sesame-maya", "TOM_TOKEN": "sesame-tom",
          "OPS_TOKEN": "sesame-ops"}


@pytest.fixture
def desk(house):
    return house(CONFIG, env=TOKENS).start()


class Agent:
    """One that polls by hand."""

    def __init__(self, desk, token="sesame-maya", session="one"):
        self.desk, self.token, self.session = desk, token, session
        self.seen = 0

    def poll(self, wait=0, seen=None):
        line = http.client.HTTPConnection("127.0.0.1", self.desk.http,
                                          timeout=30)
        body = {"session": self.session, "wait": wait,
                "seen": self.seen if seen is None else seen}
        line.request("POST", "/v1/attend", json.dumps(body),
                     {"Authorization": f"Bearer {self.token}"})
        answer = line.getresponse()
        got = json.loads(answer.read())
        line.close()
        if answer.status == 200:
            self.seen = got["result"]["number"]
            return got["result"]["lines"]
        return answer.status


def story(desk):
    lines = desk.run("log", "--limit", "200", "--json").stdout.splitlines()
    return [json.loads(line)["text"] for line in lines]


def test_who_may_attend(desk):
    assert Agent(desk, token="wrong").poll() == 401
    assert Agent(desk, token="sesame-ops").poll() == 403
    assert Agent(desk, session="x" * 40).poll() == 400
    assert Agent(desk, session="").poll() == 400
    assert Agent(desk).poll(wait=56) == 400
    for n in range(8):
        assert Agent(desk, session=f"s{n}").poll() == []
    assert Agent(desk, session="s8").poll() == 429
    assert Agent(desk, token="sesame-tom").poll() == []


def test_a_held_poll_hears_at_once_and_only_whom_it_is_for(desk):
    maya, tom = Agent(desk), Agent(desk, token="sesame-tom")
    assert maya.poll() == [] and tom.poll() == []
    heard = []
    held = threading.Thread(target=lambda: heard.extend(maya.poll(wait=20)))
    held.start()
    time.sleep(0.3)
    assert desk.run("raise", "the till is down").returncode == 0
    held.join(5)
    assert [line["ring"]["alert"] for line in heard] == [1]
    assert "the till is down" in heard[0]["ring"]["headline"]
    assert tom.poll() == []
    wait_for(lambda: any("by desktop: sent" in t for t in story(desk)), 5,
             "it was not told as sent")


def test_what_was_under_way_is_told_again_until_it_is_confirmed(desk):
    maya = Agent(desk)
    assert maya.poll() == []
    assert desk.run("raise", "the till is down").returncode == 0
    wait_for(lambda: maya.poll(seen=0), 5, "no ring came")
    assert len(maya.poll(seen=0)) == 1  # as if the answer had been lost
    assert maya.poll() == []
    assert desk.run("ack", "1", "--as", "tom").returncode == 0
    assert {"clear": {"alert": 1}} in wait_for(lambda: maya.poll(seen=-1), 5,
                                               "no clear came")


def test_who_hung_up_is_not_there(desk):
    line = socket.create_connection(("127.0.0.1", desk.http))
    body = json.dumps({"session": "gone", "seen": 0, "wait": 20}).encode()
    line.sendall(b"POST /v1/attend HTTP/1.1\r\nHost: x\r\nAuthorization: "
                 b"Bearer sesame-maya\r\nContent-Length: %d\r\n\r\n"
                 % len(body) + body)
    time.sleep(0.3)
    line.close()
    time.sleep(0.3)
    assert desk.run("raise", "the till is down").returncode == 0
    wait_for(lambda: any("no session of maya-laptop" in t
                         for t in story(desk)), 5, "nobody was told")


# ---- the agent itself

class TlsProxy:
    """What stands before nightjard on the way from outside."""

    def __init__(self, scratch, port):
        self.target = port
        self.cert = f"{scratch}/cert.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
             f"{scratch}/key.pem", "-out", self.cert], check=True,
            capture_output=True)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.cert, f"{scratch}/key.pem")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client],
                             daemon=True).start()

    def _serve(self, client):
        try:
            client = self.tls.wrap_socket(client, server_side=True)
            inner = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            return
        threading.Thread(target=self._copy, args=[inner, client],
                         daemon=True).start()
        self._copy(client, inner)

    @staticmethod
    def _copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


NEEDED = ["Xvfb", "dunst", "dunstctl", "dbus-daemon", "dbus-monitor", "import"]


@pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason="needs a screen")
def test_the_agent_rings_and_answers_over_https(desk):
    session = open_session()
    proxy = TlsProxy(desk.scratch, desk.http)
    token = f"{desk.scratch}/token"
    with open(token, "w", encoding="utf-8") as f:
        f.write("sesame-maya\n")
    log = open(f"{desk.scratch}/agent.log", "w", encoding="utf-8")
    agent = subprocess.Popen(
        [f"{BUILD}/nightjar-desktop", "--server",
         f"https://localhost:{proxy.port}", "--token-file", token, "--ca-file",
         proxy.cert, "--verbose"], env=session.env, stderr=log)
    try:
        until(lambda: "-> here" in open(log.name, encoding="utf-8").read())
        assert desk.run("raise", "the till is down", "--severity",
                        "critical").returncode == 0
        until(lambda: session.displayed() == 1)
        assert "the till is down" in session.notified()[-1].summary
        session.press()
        until(lambda: desk.ask("list")[0]["state"] == "acknowledged")
        assert desk.ask("list")[0]["holder"] == "maya"
        until(lambda: session.notified()[-1].summary.startswith("You have it"))
        assert desk.run("raise", "and the lift").returncode == 0
        until(lambda: "and the lift" in session.notified()[-1].summary)
        assert desk.run("ack", "2", "--as", "tom").returncode == 0
        until(lambda: session.displayed() <= 1)
    finally:
        agent.terminate()
        assert agent.wait(5) == 0
        session.close()
        shutil.rmtree(session.directory, ignore_errors=True)


@pytest.mark.parametrize("args,says", [
    (["--server", "http://example.org"], "https://"),
    (["--server", "https://example.org"], "--token-file"),
    (["--server", "https://example.org", "--token-file", "/nope"], "no token"),
])
def test_the_agent_says_what_is_missing(args, says):
    done = subprocess.run([f"{BUILD}/nightjar-desktop", *args], text=True,
                          capture_output=True, timeout=10)
    assert done.returncode == 2 and says in done.stderr
