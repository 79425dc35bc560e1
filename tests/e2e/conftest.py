"""A real nightjard in a scratch directory, and its command line."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/tests/peers")
BUILD = os.environ.get("NIGHTJAR_BUILD", f"{TOP}/build/release")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, seconds=15, why="it did not happen"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = what()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"{why} within {seconds} s")


class House:
    """nightjard on a configuration text. START and SPEED: a rehearsal clock."""

    def __init__(self, scratch, config, start=None, speed=1, env=None):
        self.scratch, self.start_at, self.speed = str(scratch), start, speed
        self.env = dict(os.environ, NIGHTJAR_LEXICONS=f"{TOP}/config/lexicons",
                        NIGHTJAR_SOCKET=f"{self.scratch}/nightjar.sock",
                        **(env or {}))
        self.http = free_port()
        self.process = None
        self.began = time.monotonic()
        self.write(config)

    @property
    def path(self):
        return f"{self.scratch}/nightjar.yaml"

    @property
    def log_text(self):
        with open(f"{self.scratch}/log", encoding="utf-8", errors="replace") as f:
            return f.read()

    def write(self, config):
        with open(self.path, "w", encoding="utf-8") as f:
            f.write(config.replace("HTTP_PORT", str(self.http)))

    def command(self):
        command = [f"{BUILD}/nightjard", "--config", self.path]
        if self.start_at is not None:
            now = self.start_at + (time.monotonic() - self.began) * self.speed
            command += ["--start", time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                 time.gmtime(now)),
                        "--speed", str(self.speed)]
        return command

    def start(self, wait=True):
        self.log = open(f"{self.scratch}/log", "ab")
        self.process = subprocess.Popen(self.command(), stderr=self.log,
                                        cwd=self.scratch, env=self.env)
        if wait:
            wait_for(lambda: self.process.poll() is not None or
                     self.run("status").returncode == 0, 20,
                     "nightjard did not answer")
            assert self.process.poll() is None, self.log_text
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(20) == 0, self.log_text

    def run(self, *words, text=None, env=None):
        return subprocess.run([f"{BUILD}/nightjar", *words], env=env or self.env,
                              input=text, capture_output=True, text=True,
                              timeout=30)

    def ask(self, *words):
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr + self.log_text
        return json.loads(done.stdout)


@pytest.fixture
def house(tmp_path):
    houses = []

    def make(config, **options):
        scratch = tmp_path / f"house{len(houses)}"
        scratch.mkdir()
        houses.append(House(scratch, config, **options))
        return houses[-1]

    yield make
    for one in houses:
        if one.process is not None and one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        shutil.rmtree(one.scratch, ignore_errors=True)
