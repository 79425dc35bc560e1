"""A real WordPress whose comments feed is watched: somebody comments, somebody
is woken."""

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

import world
from conftest import TOP, free_port, wait_for

MISSING = [p for p in ("/usr/share/wordpress/wp-load.php", "/usr/bin/php",
                       "/usr/sbin/mariadbd") if not os.path.exists(p)]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {MISSING}")

CONFIG = """
daemon: {store: "sqlite:wp.db", socket: nightjar.sock}
sources:
  blog: {type: feed, place: own-page, url: "FEED", every: 1s}
people:
  maya: {chat: "HOOK_URL", login: root, rules: {critical: [chat]}}
policies:
  night: {steps: [{page: [person/maya], wait: 1h}], last_resort: person/maya}
rules:
  - {name: offensive on our page, match: {place: [own-page], offensive: 0.6},
     severity: critical, policy: night, always: true}
channels:
  chat: {type: webhook}
"""


class WordPress:
    """MariaDB and PHP's own server, in a scratch directory, on 127.0.0.1."""

    def __init__(self, scratch):
        self.scratch, self.processes = str(scratch), []
        self.db_port, self.port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = dict(os.environ, WP_DB=f"127.0.0.1:{self.db_port}",
                        WP_HOME_URL=self.url, WP_ROOT=f"{self.scratch}/root")

    def run(self, *command, **options):
        subprocess.run(command, check=True, capture_output=True, env=self.env,
                       timeout=120, **options)

    def spawn(self, *command):
        log = open(f"{self.scratch}/log", "ab")
        self.processes.append(subprocess.Popen(
            command, stdout=log, stderr=log, env=self.env))

    def open_database(self):
        data = f"{self.scratch}/db"
        os.mkdir(data)
        user = ["--user=root"] if os.getuid() == 0 else []
        self.run("mariadb-install-db", "--no-defaults", f"--datadir={data}",
                 "--auth-root-authentication-method=normal", *user)
        socket = f"{data}/s.sock"
        self.spawn("/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}",
                   "--bind-address=127.0.0.1", f"--port={self.db_port}",
                   f"--socket={socket}", f"--pid-file={data}/pid", *user)
        wait_for(lambda: subprocess.run(
            ["mariadb-admin", "-S", socket, "ping"],
            capture_output=True).returncode == 0, 40, "MariaDB did not start")
        self.run("mariadb", "-S", socket, "-e",
                 "create database wp; create user wp@127.0.0.1 identified by "
                 "'wp'; grant all on wp.* to wp@127.0.0.1")

    def open_site(self):
        root = f"{self.scratch}/root"
        here = f"{TOP}/tests/peers/wordpress"
        shutil.copytree("/usr/share/wordpress", root, symlinks=False,
                        ignore_dangling_symlinks=True,
                        ignore=shutil.ignore_patterns(".htaccess"))
        shutil.copy(f"{here}/settings.php", f"{root}/wp-config.php")
        self.run("php", f"{here}/install.php")
        self.spawn("php", "-S", f"127.0.0.1:{self.port}", "-t", root,
                   f"{here}/router.php")
        wait_for(lambda: self.fetch("/comments/feed/"), 20, "the blog is dark")

    def fetch(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def comment(self, author, text):
        form = {"comment_post_ID": "1", "author": author,
                "email": f"{author.lower()}@example.test", "comment": text}
        urllib.request.urlopen(urllib.request.Request(
            f"{self.url}/wp-comments-post.php",
            urllib.parse.urlencode(form).encode()), timeout=10).read()

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def wordpress(tmp_path):
    made = WordPress(tmp_path)
    try:
        made.open_database()
        made.open_site()
        yield made
    finally:
        made.close()


def test_a_comment_on_a_real_blog_wakes_somebody(wordpress, house):
    hook = world.Hook()
    made = house(CONFIG.replace("FEED", wordpress.url + "/comments/feed/")
                 .replace("HOOK_URL", hook.url)).start()
    wait_for(lambda: made.ask("sources")[0]["state"] == "well", 20,
             "the feed was not read")
    wordpress.comment("Troll", "You are all worthless idiots & <b>stupid</b> "
                      "scum, ashamed of you")
    page = wait_for(hook.pages, 20, "nobody was paged")[0]
    shown = made.ask("show", "1")
    assert shown["author"] == "Troll"
    assert "#comment-" in shown["url"]
    assert "<b>" not in shown["excerpt"] and "idiots" not in shown["excerpt"]
    assert page["alert"] == 1 or page["alert"]["id"] == 1
    time.sleep(2.5)  # two more polls: 304s, nothing new
    assert len(made.ask("list", "--all")) == 1
    made.stop()
