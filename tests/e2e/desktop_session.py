"""A person's session for tests: Xvfb, a private D-Bus, dunst, and everything
that is said to the notification server on that bus."""

import os
import pathlib
import re
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
DUNSTRC = ROOT / "tests" / "data" / "notify" / "dunstrc"
NOTIFICATIONS = "org.freedesktop.Notifications"


def until(what, seconds=10, every=0.02):
    """The first true value of WHAT(), or fail."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(every)


class Session:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.children = []
        self.env = dict(os.environ, XDG_RUNTIME_DIR=str(directory),
                        HOME=str(directory), XDG_DATA_HOME=str(directory))
        self.env.pop("NIGHTJAR_SOCKET", None)
        self._start_display()
        self._start_bus()
        self.monitor_path = self.directory / "bus.log"
        self.dunst = None
        self.start_dunst()
        self._start_monitor()

    def spawn(self, *command, **more):
        child = subprocess.Popen(command, env=self.env,
                                 stdin=subprocess.DEVNULL, **more)
        self.children.append(child)
        return child

    def _start_display(self):
        read, write = os.pipe()
        self.spawn("Xvfb", "-displayfd", str(write), "-screen", "0",
                   "800x600x24", "-nolisten", "tcp", pass_fds=[write],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.env["DISPLAY"] = ":" + pipe.readline().strip()

    def _start_bus(self):
        bus = self.spawn("dbus-daemon", "--session", "--nofork",
                         "--print-address=1", "--nopidfile",
                         f"--address=unix:path={self.directory}/bus",
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         text=True)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()

    def has_server(self):
        answer = self.run("dbus-send", "--session", "--print-reply",
                          "--dest=org.freedesktop.DBus", "/",
                          "org.freedesktop.DBus.NameHasOwner",
                          f"string:{NOTIFICATIONS}")
        return "boolean true" in answer

    def start_dunst(self):
        self.dunst = self.spawn("dunst", "-conf", str(DUNSTRC),
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
        # before any call, else D-Bus starts a second server of its own
        until(self.has_server)

    def stop_dunst(self):
        self.dunst.kill()
        self.dunst.wait()
        until(lambda: not self.has_server())

    def _start_monitor(self):
        log = open(self.monitor_path, "wb")
        self.spawn("dbus-monitor", "--session",
                   f"interface='{NOTIFICATIONS}',member='Notify'", stdout=log)
        until(lambda: self.monitor_path.stat().st_size > 0)

    def run(self, *command):
        return subprocess.run(command, env=self.env, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout

    def displayed(self):
        return int(self.run("dunstctl", "count", "displayed") or 0)

    def press(self):
        """The action that dunstrc names, as a click would invoke it."""
        self.run("dunstctl", "action", "0")

    def notified(self):
        """Every Notify call so far, oldest first."""
        calls = re.split(r"(?m)^method call ",
                         self.monitor_path.read_text("utf-8", "replace"))
        return [Notified(call) for call in calls if "member=Notify\n" in call]

    def agent_log(self):
        path = self.directory / "agent.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def picture(self, name):
        path = ROOT / "build" / "artefacts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run("import", "-window", "root", str(path))
        return path

    def close(self):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(5)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()


class Notified:
    """One Notify call as dbus-monitor writes it."""

    def __init__(self, text):
        # app, icon, summary, body, then actions and hints
        found = re.search(
            r'string "nightjar"\n   uint32 (\d+)\n   string "(.*?)"\n'
            r'   string "(.*?)"\n   string "(.*?)"\n   array \[\n(.*?)   \]\n',
            text, re.S)
        assert found, text
        self.replaces = int(found[1])
        self.summary = found[3]
        self.body = found[4]
        self.actions = re.findall(r'string "(.*?)"', found[5])[::2]
        self.urgency = int(re.search(r'"urgency"\n\s+variant\s+byte (\d)',
                                     text)[1])
        self.resident = "boolean true" in text
        self.timeout = int(re.search(r"int32 (-?\d+)\s*$", text.strip())[1])


def open_session():
    return Session(tempfile.mkdtemp(prefix="nj-session-"))
