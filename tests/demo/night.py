#!/usr/bin/python3
"""make demo: a post appears on a watched page at night; nightjar reads it,
scores it, pages whoever is on call, then the next one; is killed in the middle
and goes on; somebody acknowledges. Everything here is real but the clock, which
runs a hundred times as fast, and the people."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [f"{TOP}/tests/peers", f"{TOP}/tests/e2e"]
import world  # noqa: E402
import desktop_session  # noqa: E402

SPEED = 100
START_MS = 1770159480000  # 2026-02-03 22:58 in London, a Tuesday night

class Night:
    def __init__(self, args):
        self.args = args
        self.began = time.monotonic()
        self.scratch = tempfile.mkdtemp(prefix="nightjar-demo-")
        self.daemon = self.follower = self.session = self.agent = None
        self.lock = threading.Lock()

    def now_ms(self):
        return START_MS + int((time.monotonic() - self.began) * 1000 * SPEED)

    def clock(self):
        return world.utc(self.now_ms())

    def say(self, who, text):
        with self.lock:
            print(f"{self.clock():%H:%M:%S}  {who:<9} {text}", flush=True)

    # ---- the world

    def open_world(self):
        with open(f"{TOP}/tests/data/demo/comments.xml", encoding="utf-8") as f:
            self.page = world.Page(f.read(), self.clock)
        self.sms = world.Sms(lambda m: self.say(
            "PHONE", f"{m.get('To')} buzzes: {m.get('Body', '')[:90]}"))
        self.mail = world.Mail(lambda to, m: self.say(
            "INBOX", f"{', '.join(to)} gets: {m['Subject']}"))

    def open_desktop(self):
        """Maya's session: a notification server, and nightjar-desktop."""
        missing = [p for p in ("Xvfb", "dunst", "dbus-daemon", "dbus-monitor")
                   if shutil.which(p) is None]
        if missing:
            self.say("scene", f"no desktop session: {', '.join(missing)} missing")
            return
        os.mkdir(f"{self.scratch}/session", 0o700)
        self.session = desktop_session.Session(f"{self.scratch}/session")
        self.session.env["NIGHTJAR_SOCKET"] = f"{self.scratch}/nightjar.sock"
        self.agent = self.session.spawn(self.program("nightjar-desktop"),
                                        stderr=subprocess.DEVNULL)
        threading.Thread(target=self.look_at_desktop, daemon=True).start()

    def look_at_desktop(self):
        seen = 0
        while self.session is not None:
            shown = self.session.notified()
            for one in shown[seen:]:
                self.say("DESKTOP", f"maya's screen shows: {one.summary}")
            seen = len(shown)
            time.sleep(0.1)

    def write_config(self):
        with open(f"{TOP}/config/demo.yaml", encoding="utf-8") as f:
            text = f.read()
        for old, new in (("127.0.0.1:18080", f"127.0.0.1:{self.page.port}"),
                         ("127.0.0.1:18025", f"127.0.0.1:{self.mail.port}"),
                         ("127.0.0.1:18010", f"127.0.0.1:{self.sms.port}"),
                         ("127.0.0.1:18484", f"127.0.0.1:{world.free_port()}")):
            text = text.replace(old, new)
        if self.args.feed:
            text = text.replace(self.page.url, self.args.feed)
        with open(f"{self.scratch}/demo.yaml", "w", encoding="utf-8") as f:
            f.write(text)

    # ---- the programs

    def program(self, name):
        return os.path.join(TOP, self.args.build, name)

    def environment(self):
        return dict(os.environ, NIGHTJAR_DEMO_TOKEN="not-a-secret",
                    NIGHTJAR_LEXICONS=f"{TOP}/config/lexicons",
                    NIGHTJAR_SOCKET=f"{self.scratch}/nightjar.sock")

    def start_daemon(self):
        command = [self.program("nightjard"), "--config",
                   f"{self.scratch}/demo.yaml"]
        if not self.args.feed:
            command += ["--start", f"{self.clock():%Y-%m-%dT%H:%M:%SZ}",
                        "--speed", str(SPEED)]
        self.log = open(f"{self.scratch}/nightjard.log", "ab")
        self.daemon = subprocess.Popen(command, stderr=self.log,
                                       env=self.environment(),
                                       cwd=self.scratch)
        for _ in range(100):
            if self.nightjar("status").returncode == 0:
                break
            if self.daemon.poll() is not None:
                break
            time.sleep(0.05)
        else:
            raise SystemExit("nightjard does not answer")
        if self.daemon.poll() is not None:
            with open(f"{self.scratch}/nightjard.log", encoding="utf-8") as f:
                raise SystemExit("nightjard did not start:\n" + f.read())
        self.follow()

    def nightjar(self, *words):
        return subprocess.run([self.program("nightjar"), *words],
                              env=self.environment(), capture_output=True,
                              text=True, timeout=20)

    def follow(self):
        self.follower = subprocess.Popen(
            [self.program("nightjar"), "log", "--follow", "--limit", "1",
             "--json"], env=self.environment(), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self.tell, args=(self.follower,),
                         daemon=True).start()

    def tell(self, follower):
        import json
        first = True
        for line in follower.stdout:
            if first and "\"ok\"" in line:
                first = False
                continue
            event = json.loads(line)
            if event["event"] in getattr(self, "told", set()):
                continue
            self.told = getattr(self, "told", set()) | {event["event"]}
            self.say("nightjar", f"{event['kind']}: {event['text']}")

    def run_cli(self, *words):
        self.say("$", "nightjar " + " ".join(words))
        done = self.nightjar(*words)
        for line in (done.stdout + done.stderr).splitlines():
            self.say("", line)
        return done

    # ---- waiting

    def until(self, what, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if what():
                return
            time.sleep(0.02)
        raise SystemExit("the demo waited in vain; nightjard's log is "
                         f"{self.scratch}/nightjard.log")

    def texts_to(self, number):
        return [m for m in self.sms.messages if m.get("To") == number]

    # ---- the story

    def tell_story(self):
        self.say("scene", "Acme Air's office is dark. nightjar watches its page.")
        self.page.comment("Nina", "Lovely photos from the new cabin!")
        time.sleep(1.2)
        self.say("PAGE", "a troll comments on Acme Air's page")
        self.page.comment(
            "wolf88", "You are all worthless idiots and your pilots should be "
            "ashamed, you stupid scum")
        self.until(lambda: self.texts_to("+447700900123"))
        self.say("scene", "Maya is on call. She sleeps through it.")
        time.sleep(0.8)
        self.say("scene", "kill -9: nightjard dies in the middle of the night")
        self.daemon.kill()
        self.daemon.wait()
        self.follower.kill()
        self.start_daemon()
        self.say("scene", "it is back, and knows where it was")
        self.until(lambda: self.texts_to("+447700900456"))
        self.say("scene", "Tom wakes up")
        self.run_cli("list")
        self.run_cli("ack", "1", "--as", "tom", "--note", "hiding the post")
        time.sleep(1.5)
        pages = len(self.sms.messages)
        time.sleep(3)
        if len(self.sms.messages) != pages:
            raise SystemExit("somebody was paged after the acknowledgement")
        self.say("scene", "five quiet minutes: nobody else was woken")

    def watch_feed(self):
        self.say("scene", f"watching {self.args.feed} for a minute")
        time.sleep(60)
        self.run_cli("sources")
        self.run_cli("list", "--all")

    def close(self):
        for process in (self.follower, self.agent, self.daemon):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
        if self.session is not None:
            session, self.session = self.session, None
            session.close()
        self.mail.controller.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--feed")
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    night = Night(args)
    night.open_world()
    try:
        night.write_config()
        night.open_desktop()
        night.start_daemon()
        time.sleep(0.5)
        (night.watch_feed if args.feed else night.tell_story)()
    finally:
        night.close()
        if args.keep:
            print("kept:", night.scratch)
        else:
            shutil.rmtree(night.scratch, ignore_errors=True)
    print("\nThree to try yourself:\n"
          "  echo \"you're a moron\" | build/release/nightjar score --explain"
          " --lexicons config/lexicons\n"
          "  build/release/nightjar oncall --config config/demo.yaml\n"
          "  build/release/nightjar check config/nightjar.yaml")


if __name__ == "__main__":
    main()
