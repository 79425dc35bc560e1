"""The command line as DESIGN 7 promises it: what a program may rely on, and
what a tired person reads."""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import unicodedata

import pytest

import world
from conftest import BUILD, TOP

CONFIG = """
daemon:
  store: sqlite:cli.db
  socket: nightjar.sock
  http: {listen: "127.0.0.1:HTTP_PORT", public_url: "http://127.0.0.1:HTTP_PORT"}
brands:
  acme: {title: Acme Air, timezone: Europe/London}
sources:
  drop: {type: spool, place: own-page, directory: drop}
people:
  maya: {chat: "HOOK_URL", login: nobody, rules: {critical: [chat]}}
  tom: {chat: "HOOK_URL", rules: {critical: [chat]}}
schedules:
  night:
    timezone: Europe/London
    layers:
      - {rotate: weekly, starts: 2026-01-05 18:00, people: [maya, tom],
         only: [mon-fri 18:00-08:00, sat-sun 08:00-08:00]}
policies:
  night: {steps: [{page: [person/maya], wait: 1h}], ack_expires: 2h,
          last_resort: person/tom}
rules:
  - {name: offensive, match: {offensive: 0.5}, severity: critical,
     policy: night, always: true}
channels:
  chat: {type: webhook}
"""


@pytest.fixture
def quiet(house):
    """A house whose daemon does not run."""
    made = house(CONFIG.replace("HOOK_URL", "http://127.0.0.1:1/"))
    os.mkdir(f"{made.scratch}/drop")
    return made


@pytest.fixture
def desk(house):
    hook = world.Hook()
    made = house(CONFIG.replace("HOOK_URL", hook.url))
    os.mkdir(f"{made.scratch}/drop")
    made.hook = hook
    return made.start()


@pytest.fixture
def hall():
    """A directory that every login of this machine may enter."""
    path = tempfile.mkdtemp()
    os.chmod(path, 0o755)
    shutil.copy(f"{BUILD}/nightjar", path)
    yield path
    shutil.rmtree(path)


def as_login(login, hall, *words):
    env = {"NIGHTJAR_SOCKET": f"{hall}/nightjar.sock"}
    return subprocess.run(["setpriv", f"--reuid={login}", "--regid=nogroup",
                           "--clear-groups", f"{hall}/nightjar", *words],
                          env=env, capture_output=True, text=True, timeout=30)


# ---- score

MEMBERS = ["offensive", "urgent", "urgency", "level", "labels",
           "urgent_reason", "language", "reasons"]
LABELS = ["profanity", "insult", "identity_attack", "threat", "sexual",
          "self_harm"]


def score(house, data, *words):
    done = subprocess.run([f"{BUILD}/nightjar", *words], env=house.env,
                          input=data, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split(b"\n")[:-1]]


def test_score_answers_each_line_in_order_whatever_it_holds(quiet):
    lines = [b"hello", b"", b"you moron", b'{"text":"you moron"}',
             b'{"text": moron', b'{"txt":"moron"}', b"\xff\xfe moron",
             b" a\0b moron", b"moron " * 175000, b"a" * 1100000, b"\r", b"last"]
    for ending in (b"\n", b""):
        got = score(quiet, b"\n".join(lines) + ending, "score", "--json")
        assert len(got) == len(lines)
        assert [s["offensive"] > 0.5 for s in got] == [
            False, False, True, True, True, True, True, True, True, False,
            False, False]


def test_score_writes_the_promised_members_in_order(quiet):
    text = "you moron".encode()
    one, = score(quiet, text + b"\n", "--json", "score")
    assert list(one) == MEMBERS and list(one["labels"]) == LABELS
    assert one["urgent_reason"] is None and one["level"] == "high"
    reason = one["reasons"][0]
    assert list(reason) == ["what", "start", "end", "weight"]
    assert text[reason["start"]:reason["end"]] == b"moron"
    assert score(quiet, b"", "score", "--json") == []


def test_what_cannot_be_written_is_no_success(quiet):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([f"{BUILD}/nightjar", "score"], env=quiet.env,
                              input="hello\n", stdout=full, text=True,
                              stderr=subprocess.PIPE, timeout=30)
    assert done.returncode == 1 and "No space left" in done.stderr


# ---- words and options

@pytest.mark.parametrize("words,status,says", [
    ([], 2, ""),
    (["s"], 2, "no verb 's'"),
    (["config"], 2, "`nightjar config show` or `nightjar config sample`"),
    (["override"], 2, "`nightjar override add`"),
    (["--jsn", "list"], 2, "did you mean --json"),
    (["--json=yes", "list"], 2, "--json takes no value"),
    (["list", "--socket"], 2, "--socket needs a value"),
    (["show"], 2, "which alert?"),
    (["show", "1", "2"], 2, "one word too many"),
    (["reassign", "1"], 2, "whom?"),
    (["log", "--limit", "x"], 2, "--limit needs a number"),
    (["nope", "--help"], 2, "no verb 'nope'"),
    (["help", "nope"], 2, "no verb 'nope'"),
    (["check", "a", "b"], 2, "one file at a time"),
    (["--config", "/nope", "list"], 1, "there is no such file"),
    (["probe", "/nope"], 1, "No such file"),
    (["probe", "ftp://x"], 1, "only http:// and https://"),
    (["list"], 3, "is it running?"),
])
def test_wrong_use_is_answered_with_what_to_write(quiet, words, status, says):
    done = quiet.run(*words)
    assert done.returncode == status and says in done.stderr
    assert status == 2 or done.stdout == ""


def test_help_is_there_for_everything(quiet):
    listed = quiet.run("help").stdout
    for words in (["help", "ack"], ["ack", "--help"], ["--help", "ack"],
                  ["ack", "-h"]):
        done = quiet.run(*words)
        assert done.returncode == 0
        assert done.stdout.startswith("usage: nightjar ack [ID...]")
    assert "override remove" in quiet.run("help", "override").stdout
    assert all(len(line) <= 80 for line in listed.splitlines())
    with open(f"{TOP}/docs/nightjar.1", encoding="utf-8") as f:
        manual = f.read().replace("\\-", "-")
    for line in listed.splitlines():
        if line.startswith("  "):
            verb = line[2:18].strip()
            assert verb in manual, f"{verb} is not in nightjar.1"


def test_options_stand_before_or_after_and_end_at_two_dashes(desk):
    assert desk.run("--json", "list").stdout == desk.run("list", "--json").stdout
    assert desk.run("raise", "--", "--json is down").returncode == 0
    assert desk.ask("list")[0]["title"].endswith("--json is down")
    other = dict(desk.env, NIGHTJAR_SOCKET="/nope")
    assert desk.run("list", env=other).returncode == 3
    # what is said beats what is set
    assert desk.run("--config", desk.path, "list", env=other).returncode == 0


# ---- rotas

def rota(house, *words):
    done = house.run(*words, "--config", house.path)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_shifts_have_gaps_and_the_offset_of_the_schedule(quiet):
    got = json.loads(rota(quiet, "shifts", "--json", "--schedule", "night",
                          "--from", "2026-03-27 00:00", "--until",
                          "2026-03-31 00:00"))
    assert [(s["from"], s["until"], s["people"]) for s in got] == [
        ("2026-03-27T00:00:00+00:00", "2026-03-27T08:00:00+00:00", ["tom"]),
        ("2026-03-27T08:00:00+00:00", "2026-03-27T18:00:00+00:00", []),
        ("2026-03-27T18:00:00+00:00", "2026-03-30T08:00:00+01:00", ["tom"]),
        ("2026-03-30T08:00:00+01:00", "2026-03-30T18:00:00+01:00", []),
        ("2026-03-30T18:00:00+01:00", "2026-03-31T00:00:00+01:00", ["maya"])]
    assert list(got[0]) == ["from", "until", "people"]
    calendar = rota(quiet, "shifts", "--ics", "--from", "2026-03-27 18:00",
                    "--until", "2026-03-30 18:00")
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "DTEND:20260330T070000Z" in calendar
    backwards = quiet.run("shifts", "--config", quiet.path, "--from",
                          "2026-03-27 18:00", "--until", "2026-03-27 17:00")
    assert backwards.returncode == 2


def test_a_week_is_a_strip_of_characters(quiet):
    env = dict(quiet.env, COLUMNS="60")
    done = quiet.run("shifts", "--config", quiet.path, "--from",
                     "2026-03-27 00:00", "--until", "2026-03-31 00:00", env=env)
    assert done.returncode == 0, done.stderr
    assert "alone, without the overrides made by hand" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "night, times in Europe/London"
    assert lines[1].split() == ["00", "03", "06", "09", "12", "15", "18", "21"]
    assert lines[2] == " Fri 27 Mar " + 16 * "T" + 20 * "!" + 12 * "T"
    assert lines[4] == " Sun 29 Mar TT  " + 44 * "T"
    assert "T tom" in done.stdout and "M maya" in done.stdout
    assert "\033" not in done.stdout and max(map(len, lines)) <= 60
    listed = quiet.run("shifts", "--config", quiet.path, "--list", "--from",
                       "2026-03-27 00:00", "--until", "2026-03-28 00:00")
    assert "08:00 - Fri 27 Mar 18:00  nobody" in listed.stdout


def test_who_carries_how_much(quiet):
    got = json.loads(rota(quiet, "shifts", "--fairness", "--json", "--from",
                          "2026-03-01 00:00", "--until", "2026-03-29 00:00"))
    assert [s["schedule"] for s in got] == ["night"]
    assert got[0]["nights"] == 28 and got[0]["weekends"] == 4
    people = {p["person"]: p for p in got[0]["people"]}
    assert sum(p["nights"] for p in people.values()) == 28
    shown = rota(quiet, "shifts", "--fairness", "--from", "2026-03-01 00:00")
    assert "PERSON" in shown and "WEEKENDS" in shown and "maya" in shown
    long = quiet.run("shifts", "--fairness", "--config", quiet.path, "--from",
                     "2020-01-01 00:00", "--until", "2026-03-29 00:00")
    assert long.returncode == 2 and "at most a year" in long.stderr


def test_with_a_daemon_shifts_have_what_was_made_by_hand(desk):
    span = ["--from", "2027-03-01T20:00:00Z", "--until", "2027-03-01T22:00:00Z"]
    made = desk.run("override", "add", "--person", "tom", "--instead-of", "maya",
                    "--from", "2027-03-01T21:00:00Z", "--until",
                    "2027-03-01T22:00:00Z")
    assert made.returncode == 0, made.stderr
    done = desk.run("shifts", "--json", *span)
    assert [s["people"] for s in json.loads(done.stdout)] == [["maya"], ["tom"]]
    assert list(json.loads(done.stdout)[0]) == ["from", "until", "people"]
    assert "with 1 override made by hand" in done.stderr
    assert desk.run("shifts", "--ics", *span).stdout.count("BEGIN:VEVENT") == 2
    assert "T tom" in desk.run("shifts", *span).stdout
    at = desk.run("oncall", "--json", "--at", "2027-03-01T21:30:00Z")
    assert list(json.loads(at.stdout)[0]) == ["schedule", "people", "since",
                                              "until"]
    table = desk.run("oncall", "--at", "2027-03-01T21:30:00Z").stdout
    assert "NEXT" in table and "tom instead of maya, by " in table
    past = desk.run("shifts", "--fairness", "--json")
    assert past.returncode == 0 and json.loads(past.stdout)[0]["people"]
    wrong = desk.run("shifts", "--from", "2027-03-02", "--until", "2027-03-01")
    assert wrong.returncode == 1 and "must come after" in wrong.stderr


def test_oncall_by_the_file(quiet):
    got = json.loads(rota(quiet, "oncall", "--json", "--at", "2026-02-03 12:00"))
    assert got == [{"schedule": "night", "people": [],
                    "since": "2026-02-03T08:00:00+00:00",
                    "until": "2026-02-03T18:00:00+00:00"}]
    assert "nobody" in rota(quiet, "oncall", "--at", "2026-02-03T12:00:00Z")
    done = quiet.run("oncall", "--config", quiet.path, "--schedule", "nigth")
    assert done.returncode == 1 and "did you mean 'night'?" in done.stderr


def test_without_a_daemon_oncall_reads_the_file_and_says_so(quiet):
    env = dict(quiet.env, NIGHTJAR_CONFIG=quiet.path)
    for words in (["oncall", "--json"], ["config", "show"]):
        done = quiet.run(*words, env=env)
        assert done.returncode == 0, done.stderr
        assert f"reading {quiet.path} instead" in done.stderr
    env["NIGHTJAR_CONFIG"] = "/nope"
    assert quiet.run("oncall", env=env).returncode == 3


def test_oncall_of_a_schedule_nobody_knows_is_no(desk):
    done = desk.run("oncall", "--schedule", "nope")
    assert done.returncode == 1 and "no schedule 'nope'" in done.stderr


# ---- check and probe

def test_check_and_the_daemon_say_the_same(quiet):
    def both():
        cli = quiet.run("check", quiet.path)
        own = subprocess.run([f"{BUILD}/nightjard", "--check", "--config",
                              quiet.path], env=quiet.env, capture_output=True,
                             text=True, timeout=30)
        assert cli.returncode == own.returncode
        assert cli.stdout + cli.stderr == own.stderr + own.stdout
        return cli
    assert both().returncode == 0
    with open(quiet.path, encoding="utf-8") as f:
        good = f.read()
    quiet.write(good.replace("timezone:", "timezon:"))
    wrong = both()
    assert wrong.returncode == 1
    assert wrong.stdout.count("did you mean 'timezone'?") == 2
    asked = quiet.run("check", quiet.path, "--json")
    assert asked.returncode == 1 and json.loads(asked.stdout)
    quiet.write(good.replace(", sat-sun 08:00-08:00", ""))
    gap = both()
    assert gap.returncode == 0 and "warning" in gap.stdout


def test_the_examples_of_the_readme_check(quiet):
    with open(f"{TOP}/README.md", encoding="utf-8") as f:
        least, then = re.findall("```yaml\n(.*?)```", f.read(), re.S)
    for text in (least, least[:least.index("people:")] + then):
        quiet.write(text)
        done = quiet.run("check", quiet.path)
        assert done.returncode == 0, done.stdout
        assert "nobody" not in done.stdout  # hours without anybody on call
    quiet.write(least + "brands: {acme: {timezone: UTC, open: [mon 08:00-09:00],"
                " holidays: [none.ics]}}\n")
    wrong = quiet.run("check", quiet.path)
    assert wrong.returncode == 1
    assert "none.ics cannot be read: No such file" in wrong.stdout


def test_check_says_what_a_good_colleague_would(quiet):
    rota_ = """
brands: {acme: {timezone: Europe/London, open: [mon-fri 08:00-18:00]}}
people:
  maya: {email: m@example.org}
  eve: {}
channels: {email: {type: smtp, url: 'smtp://127.0.0.1', from: n@example.org}}
schedules:
  s: {timezone: Europe/London, layers: [{people: [maya], only: [mon-sun 18:00-07:00]}]%s}
policies: {p: {steps: [{page: [schedule/s]}], last_resort: person/maya}}
rules: [{name: r, match: {offensive: 0.6}, severity: high, policy: p}]
"""
    quiet.write(rota_ % "")
    told = quiet.run("check", quiet.path)
    assert told.returncode == 0
    assert ":8:3: warning: nobody is on call in schedule s from" in told.stdout
    assert "more such holes in schedule s in the next 30 days" in told.stdout
    assert ":4:3: warning: maya is on call for 30 and more nights" in told.stdout
    assert ":5:3: warning: eve cannot be reached" in told.stdout
    quiet.write(rota_ % ", accept: [gap, nights]")
    told = quiet.run("check", quiet.path)
    assert "nobody is on call" not in told.stdout
    assert "nights" not in told.stdout and "eve" in told.stdout
    quiet.write(rota_ % ", accept: [gaps]")
    told = quiet.run("check", quiet.path)
    assert told.returncode == 1 and "gap" in told.stdout


def test_probe_shows_what_a_source_would_bring(quiet, tmp_path):
    feed = tmp_path / "feed.xml"
    feed.write_text("<rss version='2.0'><channel><title>T</title><item>"
                    "<guid>1</guid><link>/a</link><title>A</title>"
                    "<description>b &amp;lt;i&amp;gt;c</description>"
                    "<pubDate>Mon, 05 Jan 2026 18:00:00 GMT</pubDate>"
                    "</item></channel></rss>", encoding="utf-8")
    done = quiet.run("probe", str(feed), "--json", "--base",
                     "https://example.org/feed")
    assert done.returncode == 0, done.stderr
    got = json.loads(done.stdout)
    assert list(got)[:2] == ["title", "posts"] and got["title"] == "T"
    post = got["posts"][0]
    assert list(post)[:6] == ["id", "url", "title", "text", "author",
                              "published"]
    assert post["url"] == "https://example.org/a"
    assert post["published"] == "2026-01-05T18:00:00Z"
    other = quiet.run("probe", f"{TOP}/README.md")
    assert other.returncode == 1 and "README.md: neither" in other.stderr


# ---- at three in the morning

def raise_alerts(desk, count):
    for n in range(count):
        assert desk.run("raise", f"Maskierte Wörter und äußerst lange Sätze {n}"
                        " 🚀🚀🚀 und so weiter und so weiter", "--severity",
                        "critical").returncode == 0


def test_the_list_fits_eighty_columns(desk):
    assert desk.run("list").stdout == "All quiet.\n"
    raise_alerts(desk, 2)
    assert desk.run("ack", "1", "--as", "maya").returncode == 0
    lines = desk.run("list").stdout.splitlines()
    assert len(lines) == 3 and lines[0].split()[0] == "ID"
    assert all(len(line) <= 80 for line in lines)
    assert "maya has it" in lines[2] and "open" in lines[1]
    wide = dict(desk.env, COLUMNS="200")
    assert "und so weiter und so weiter" in desk.run("list", env=wide).stdout


def columns(text):
    """What a terminal gives to text without joined emoji."""
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


def test_wide_letters_keep_the_table_in_line(desk):
    for title in ["漢字のとても長い題名がここに続きます" * 3, "🚀" * 60, "e\u0301" * 100]:
        assert desk.run("raise", title).returncode == 0
    lines = desk.run("list").stdout.splitlines()[1:]
    assert len(lines) == 3 and all(line.endswith("~") for line in lines)
    assert {columns(line) for line in lines} <= {79, 80}


def test_a_list_that_was_cut_says_so(desk):
    raise_alerts(desk, 3)
    assert "there are more" not in desk.run("list", "--limit", "3").stdout
    assert "there are more" in desk.run("list", "--limit", "2").stdout
    assert len(desk.run("list", "--limit", "2").stdout.splitlines()) == 4
    assert "--limit" in desk.run("list", "--help").stdout
    assert len(desk.ask("list", "--limit", "2")) == 2


def test_a_program_gets_the_list_whole(desk):
    with socket.socket(socket.AF_UNIX) as line:  # 450 are two pages and a rest
        line.connect(f"{desk.scratch}/nightjar.sock")
        answers = line.makefile()
        for n in range(450):
            line.sendall(json.dumps({"verb": "raise", "text": f"fire {n}"})
                         .encode() + b"\n")
            assert '"ok":true' in answers.readline()
    assert [a["id"] for a in desk.ask("list")] == list(range(450, 0, -1))
    assert len(desk.ask("list", "--limit", "201")) == 201
    cut = desk.run("list").stdout.splitlines()
    assert len(cut) == 102 and "newest 100; there are more" in cut[-1]


def test_a_post_that_says_nothing_is_refused(desk):
    for args in [("post", ""), ("post", "  ")]:
        done = desk.run(*args)
        assert done.returncode == 1 and "the post is empty" in done.stderr
    done = desk.run("post", text="\n \n")
    assert done.returncode == 1 and "nothing came" in done.stderr
    assert desk.run("post", "--title", "Only a title", "").returncode == 0
    assert desk.run("raise", " ").returncode == 1


def test_times_are_taken_as_people_say_them(desk):
    assert desk.run("note", "1", "x").returncode == 1  # something to tell
    assert desk.run("raise", "the till is down").returncode == 0
    for since in ["2h", "now", "yesterday 18:00", "00:00", "mon"]:
        log = desk.run("log", "--since", since)
        assert log.returncode == 0, log.stderr
        assert since == "now" or "the till is down" in log.stdout
    wrong = desk.run("log", "--since", "noonish")
    assert wrong.returncode == 1 and "yesterday 18:00" in wrong.stderr
    assert desk.run("oncall", "--at", "tomorrow 22:00").returncode == 0
    shifts = desk.ask("shifts", "--config", desk.path, "--from", "today",
                      "--schedule", "night", "--until", "3d")
    assert shifts[0]["from"][11:16] == "00:00"
    made = desk.ask("silence", "add", "--source", "drop", "--until", "08:00")
    assert made["until"]


def test_show_tells_what_to_do_next(desk):
    raise_alerts(desk, 1)
    shown = desk.run("show", "1").stdout
    assert "Nobody has it yet: nightjar ack 1" in shown
    assert "\nSince " in shown and "\nStory\n" in shown
    assert desk.run("ack", "1", "--as", "maya").returncode == 0
    assert "Nobody has it yet" not in desk.run("show", "1").stdout
    assert desk.run("mute", "drop", "--for", "1h").returncode == 0
    assert desk.run("silence", "add", "--source", "cli", "--for",
                    "1h").returncode == 0


def test_ack_alone_takes_the_one_alert_that_waits(desk):
    none = desk.run("ack", "--as", "maya")
    assert none.returncode == 1 and "no alert waits for maya" in none.stderr
    raise_alerts(desk, 1)
    done = desk.run("ack", "--as", "maya")
    assert done.returncode == 0 and "acknowledged by maya" in done.stdout
    raise_alerts(desk, 2)
    many = desk.run("ack", "--as", "maya")
    assert many.returncode == 1 and "2" in many.stderr


def test_an_alert_that_did_not_move_is_told_by_the_status_too(desk):
    raise_alerts(desk, 1)
    done = desk.run("ack", "1", "77")
    assert done.returncode == 1
    assert "alert 1 acknowledged" in done.stdout and "alert 77 not" in done.stdout


@pytest.mark.parametrize("words,says", [
    (["list", "--brand", "acne"], "no brand 'acne'"),
    (["silence", "add", "--brand", "acne", "--for", "1h"], "no brand 'acne'"),
    (["mute", "drip", "--for", "1h"], "no source 'drip'"),
    (["silence", "add", "--source", "drip", "--for", "1h"], "no source 'drip'"),
    (["silence", "add", "--rule", "nope", "--for", "1h"], "no rule 'nope'"),
    (["override", "add", "--person", "tom"], "for how long?"),
    (["raise", "hi", "--severity", "loud"], "low, high or critical"),
    (["list", "--state", "foo"], "no state 'foo'"),
])
def test_a_name_that_nobody_has_is_not_taken_in_silence(desk, words, says):
    done = desk.run(*words)
    assert done.returncode == 1 and says in done.stderr


def test_the_story_is_one_document_a_line(desk):
    raise_alerts(desk, 1)
    lines = desk.run("log", "--json").stdout.splitlines()
    assert [json.loads(line)["kind"] for line in lines][:2] == ["raised", "step"]


# ---- who may

@pytest.mark.skipif(os.getuid() != 0, reason="needs root to be somebody else")
def test_strangers_and_pretenders_are_turned_away_kindly(quiet, hall):
    desk, path = quiet, f"{hall}/nightjar.sock"
    desk.env["NIGHTJAR_SOCKET"] = path
    with open(desk.path, encoding="utf-8") as f:
        desk.write(f.read().replace("nightjar.sock", path))
    desk.start()
    raise_alerts(desk, 1)
    assert os.stat(path).st_mode & 0o777 == 0o660
    shut = as_login("man", hall, "list")
    assert shut.returncode == 3 and "group" in shut.stderr
    os.chmod(path, 0o666)
    stranger = as_login("man", hall, "list")
    assert stranger.returncode == 1 and "does not know you" in stranger.stderr
    pretender = as_login("nobody", hall, "ack", "1", "--as", "tom")
    assert pretender.returncode == 1
    assert "only root may act for someone else" in pretender.stderr
    assert desk.ask("show", "1")["state"] == "open"
    mine = as_login("nobody", hall, "ack")
    assert mine.returncode == 0 and "acknowledged by maya" in mine.stdout


# ---- desktops

def attend(desk):
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(10)
    line.connect(f"{desk.scratch}/nightjar.sock")
    line.sendall(b'{"verb":"attend","as":"maya"}\n')
    answers = line.makefile("r", encoding="utf-8")
    assert json.loads(answers.readline())["ok"]
    return line, answers


def test_what_somebody_took_leaves_every_screen(desk):
    line, answers = attend(desk)
    raise_alerts(desk, 2)
    for words, alert in ((["ack", "1", "--as", "tom"], 1), (["resolve", "2"], 2)):
        assert desk.run(*words).returncode == 0
        assert json.loads(answers.readline()) == {"clear": {"alert": alert}}
    line.close()
