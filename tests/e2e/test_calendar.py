"""Calendar feeds, read over HTTP by an independent parser (python3-icalendar)
and by a real calendar: vdirsyncer subscribes, khal shows."""

import http.client
import os
import re
import subprocess
from datetime import datetime, timezone
from urllib.parse import urlsplit

import icalendar
import pytest

from conftest import wait_for

CONFIG = """
daemon:
  store: sqlite:calendar.db
  socket: nightjar.sock
  http: {listen: "127.0.0.1:HTTP_PORT", public_url: "http://127.0.0.1:HTTP_PORT/",
         token: {env: OPERATOR_TOKEN}}
brands:
  acme: {title: Acme Air, timezone: Europe/London}
people:
  maya: {email: maya@example.org, login: root, token: {env: MAYA_TOKEN}}
  tom: {email: tom@example.org, token: {env: TOM_TOKEN}}
schedules:
  night:
    timezone: Europe/London
    layers: [{rotate: daily, starts: 2026-01-01 18:00, people: [maya, tom],
              only: [mon-sun 18:00-08:00]}]
  day:
    timezone: America/New_York
    layers: [{rotate: weekly, starts: 2026-01-05 09:00, people: [tom],
              only: [mon-fri 09:00-17:00]}]
channels:
  email: {type: smtp, url: "smtp://127.0.0.1:1", from: n@example.org}
"""
ENV = {"OPERATOR_TOKEN": "operator-token-1", "MAYA_TOKEN": "maya-token-1",
       "TOM_TOKEN": "tom-token-1"}


@pytest.fixture
def made(house):
    # Tuesday, 2026-02-03 12:00 in London
    return house(CONFIG, env=ENV, start=1770120000).start()


def get(url, method="GET", **headers):
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    line.request(method, f"{parts.path}?{parts.query}", headers=headers)
    answer = line.getresponse()
    text = answer.read()
    line.close()
    return answer.status, text, {k.lower(): v for k, v in answer.getheaders()}


def url_of(house, name, *words):
    return next(row["url"] for row in house.ask("calendar", *words)
                if row["calendar"] == name)


def events(url):
    status, text, _ = get(url)
    assert status == 200, text
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors
    return {str(e["UID"]): e for e in calendar.walk("VEVENT")}


def starting(found, at):
    at = datetime.fromisoformat(at).replace(tzinfo=timezone.utc)
    return [e for e in found.values() if e.decoded("DTSTART") == at]


def test_a_url_that_is_not_ours_reads_nothing(made):
    url = url_of(made, "schedule/night")
    base, token = url.split("?token=")
    assert get(base)[0] == 403
    assert get(f"{base}?token={token[:-1]}{'B' if token[-1] == 'A' else 'A'}")[0] == 403
    assert get(base.replace("night", "day") + f"?token={token}")[0] == 403
    assert get(f"{base}?token={token.replace('maya', 'tom')}")[0] == 403
    assert get(f"{base}?token={token.replace('1.', '2.', 1)}")[0] == 403
    assert get(url, "POST")[0] == 405


def test_somebody_elses_shifts_are_theirs_to_give(made):
    done = made.run("calendar", "tom", "--server",
                    f"http://127.0.0.1:{made.http}", "--token-file", "/dev/stdin",
                    text="maya-token-1")
    assert done.returncode == 1 and "somebody else's" in done.stderr
    assert made.ask("calendar", "tom", "--as", "tom")
    assert made.run("calendar", "nobody").returncode == 1


def test_the_feed_says_what_shifts_says(made):
    found = events(url_of(made, "schedule/night"))
    shifts = made.ask("shifts", "--config", made.path, "--schedule", "night",
                      "--from", "2026-02-03T18:00:00Z",
                      "--until", "2026-09-01T07:00:00Z")
    expected = {(datetime.fromisoformat(s["from"]).astimezone(timezone.utc),
                 datetime.fromisoformat(s["until"]).astimezone(timezone.utc),
                 ", ".join(s["people"])) for s in shifts if s["people"]}
    said = {(e.decoded("DTSTART"), e.decoded("DTEND"),
             str(e["SUMMARY"]).split(": ")[1]) for e in found.values()}
    assert len(expected) > 200 and said == expected
    status, text, headers = get(url_of(made, "schedule/night"))
    assert headers["content-type"] == "text/calendar; charset=utf-8"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n" in text


def test_an_unchanged_feed_is_not_sent_twice(made):
    url = url_of(made, "schedule/night")
    status, text, headers = get(url)
    assert status == 200 and text
    status, again, _ = get(url, **{"If-None-Match": headers["etag"]})
    assert status == 304 and not again
    assert get(url, "HEAD")[1] == b""
    assert made.run("override", "add", "--schedule", "night", "--person", "tom",
                    "--from", "2026-02-04 18:00", "--until",
                    "2026-02-05 08:00").returncode == 0
    status, changed, after = get(url, **{"If-None-Match": headers["etag"]})
    assert status == 200 and changed != text and after["etag"] != headers["etag"]


def test_a_shift_that_is_taken_over_keeps_its_uid(made):
    url = url_of(made, "schedule/night")
    mine = url_of(made, "person/maya")
    before = events(url)
    events(mine)
    (uid,) = [str(e["UID"]) for e in starting(before, "2026-02-05 18:00")]
    who = str(before[uid]["SUMMARY"])
    assert who == "On call: tom" and before[uid]["SEQUENCE"] == 0
    made.ask("override", "add", "--schedule", "night", "--person", "maya",
             "--instead-of", "tom", "--from", "2026-02-05 18:00", "--until",
             "2026-02-06 08:00")
    after = events(url)[uid]
    assert str(after["SUMMARY"]) == "On call: maya" and after["SEQUENCE"] == 1
    (added,) = starting(events(mine), "2026-02-05 18:00")
    assert str(added["SUMMARY"]) == "On call: night"
    (number,) = [o["id"] for o in made.ask("override", "list")]
    made.ask("override", "remove", str(number))
    (gone,) = starting(events(mine), "2026-02-05 18:00")
    assert gone["UID"] == added["UID"] and str(gone["STATUS"]) == "CANCELLED"
    assert gone["SEQUENCE"] == 1 and "DTEND" not in gone


def test_what_was_told_survives_a_crash(made):
    mine = url_of(made, "person/maya")
    made.ask("override", "add", "--schedule", "night", "--person", "maya",
             "--instead-of", "tom", "--from", "2026-02-05 18:00", "--until",
             "2026-02-06 08:00")
    before = events(mine)
    made.kill()
    made.start()
    (number,) = [o["id"] for o in made.ask("override", "list")]
    made.ask("override", "remove", str(number))
    after = events(mine)
    assert set(before) <= set(after)
    (gone,) = starting(after, "2026-02-05 18:00")
    assert str(gone["STATUS"]) == "CANCELLED"


def test_a_reload_that_moves_handoffs_moves_events(made):
    url = url_of(made, "schedule/night")
    before = events(url)
    made.write(CONFIG.replace("2026-01-01 18:00", "2026-01-01 19:00")
               .replace("mon-sun 18:00", "mon-sun 19:00"))
    assert made.run("reload").returncode == 0
    after = events(url)
    assert set(before) == set(after)
    moved = [u for u in before if before[u].decoded("DTSTART") !=
             after[u].decoded("DTSTART")]
    assert len(moved) > 200
    assert all(after[u]["SEQUENCE"] == 1 for u in moved)


def test_a_schedule_that_is_no_more_is_cancelled(made):
    url = url_of(made, "schedule/day")
    assert events(url)
    made.write(re.sub(r"  day:\n.*?channels", "channels", CONFIG, flags=re.S))
    assert made.run("reload").returncode == 0
    after = events(url)
    assert all(str(e["STATUS"]) == "CANCELLED" for e in after.values()
               if e.decoded("DTSTART").year == 2026 and
               e.decoded("DTSTART") > datetime(2026, 2, 4, tzinfo=timezone.utc))


def test_urls_taken_back_are_good_no_more(made):
    old = url_of(made, "schedule/night")
    toms = url_of(made, "schedule/night", "--as", "tom")
    assert get(old)[0] == 200
    new = url_of(made, "schedule/night", "--revoke")
    assert new != old
    assert get(old)[0] == 403 and get(new)[0] == 200 and get(toms)[0] == 200
    made.kill()
    made.start()
    assert get(old)[0] == 403 and get(new)[0] == 200


def test_a_person_who_left_reads_no_more(made):
    toms = url_of(made, "schedule/night", "--as", "tom")
    assert get(toms)[0] == 200
    made.write(CONFIG.replace("[maya, tom]", "[maya]").replace("[tom]", "[maya]")
               .replace("  tom: {email: tom@example.org, token: {env: TOM_TOKEN}}\n",
                        ""))
    assert made.run("reload").returncode == 0
    assert get(toms)[0] == 403


def test_a_real_calendar_subscribes(made, tmp_path):
    """vdirsyncer reads the feed over HTTP into files, khal lists them; then a
    shift is taken over and both follow."""
    env = dict(os.environ, HOME=str(tmp_path), TZ="Europe/London",
               LC_ALL="C.UTF-8", XDG_CONFIG_HOME=f"{tmp_path}/config")
    os.makedirs(f"{tmp_path}/config/khal")
    with open(f"{tmp_path}/vdir", "w", encoding="utf-8") as f:
        f.write(f"""
[general]
status_path = "{tmp_path}/status"
[pair night]
a = "files"
b = "feed"
collections = null
conflict_resolution = "b wins"
[storage files]
type = "filesystem"
path = "{tmp_path}/night"
fileext = ".ics"
[storage feed]
type = "http"
url = "{url_of(made, 'schedule/night')}"
""")
    with open(f"{tmp_path}/config/khal/config", "w", encoding="utf-8") as f:
        f.write(f"""
[calendars]
[[night]]
path = {tmp_path}/night
readonly = True
[locale]
local_timezone = Europe/London
default_timezone = Europe/London
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
""")

    def run(*command):
        done = subprocess.run(command, env=env, capture_output=True, text=True,
                              timeout=60)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def listed():
        run("vdirsyncer", "-c", f"{tmp_path}/vdir", "sync")
        text = run("khal", "list", "--format",
                   "{start-long-full} {end-long-full} {title}",
                   "2026-03-28", "3d")
        return [line for line in text.splitlines() if "On call" in line]

    os.mkdir(f"{tmp_path}/night")
    run("vdirsyncer", "-c", f"{tmp_path}/vdir", "discover")
    # the clocks change in the night of the 28th: the shift keeps its wall hours
    before = listed()
    assert "2026-03-28 18:00 2026-03-29 08:00 On call: maya" in before
    assert "2026-03-29 18:00 2026-03-30 08:00 On call: tom" in before
    made.ask("override", "add", "--schedule", "night", "--person", "maya",
             "--instead-of", "tom", "--from", "2026-03-29 18:00", "--until",
             "2026-03-30 08:00")
    after = listed()
    assert "2026-03-29 18:00 2026-03-30 08:00 On call: maya" in after
    assert not any("2026-03-29 18:00" in line and "tom" in line for line in after)


OTHER = """
daemon: {store: "mem:", socket: nightjar.sock}
people:
  maya: {email: maya@example.org, login: root}
  tom: {email: tom@example.org}
schedules:
  copy:
    timezone: Europe/London
    layers: [{calendar: {env: FEED}, refresh: 1s}]
"""


def test_another_nightjar_reads_the_feed_as_a_layer(made, house):
    other = house(OTHER, env={"FEED": url_of(made, "schedule/night")},
                  start=1770120000).start()
    made.ask("override", "add", "--schedule", "night", "--person", "maya",
             "--instead-of", "tom", "--from", "2026-02-05 20:00", "--until",
             "2026-02-05 22:00")
    times = ["2026-02-03 18:00", "2026-02-03 17:59", "2026-02-05 19:59",
             "2026-02-05 20:00", "2026-02-05 21:59", "2026-02-05 22:00",
             "2026-03-29 07:59", "2026-03-29 08:00", "2026-06-01 23:00"]

    def who(one, name):
        return [one.ask("oncall", "--schedule", name, "--at", at)[0]["people"]
                for at in times]

    theirs = who(made, "night")
    assert theirs[3] == ["maya"] and theirs[2] == ["tom"] and theirs[1] == []
    wait_for(lambda: who(other, "copy") == theirs)
    # what is taken back is gone there, too: CANCELLED is followed
    (number,) = [o["id"] for o in made.ask("override", "list")]
    made.ask("override", "remove", str(number))
    wait_for(lambda: who(other, "copy")[3] == ["tom"])


def test_an_override_that_is_over_stays_told(house):
    """Ten minutes after its end the daemon forgets an override; the calendar
    does not."""
    made = house(CONFIG, env=ENV, start=1770145200, speed=600).start()  # 19:00
    url = url_of(made, "schedule/night")
    events(url)
    made.ask("override", "add", "--schedule", "night", "--person", "maya",
             "--instead-of", "tom", "--for", "30m")
    wait_for(lambda: not made.ask("override", "list"), 30)
    found = [e for e in events(url).values() if str(e["STATUS"]) == "CONFIRMED"
             and e.decoded("DTSTART") < datetime(2026, 2, 4, tzinfo=timezone.utc)]
    names = [str(e["SUMMARY"]) for e in sorted(found,
                                               key=lambda e: e.decoded("DTSTART"))]
    assert names == ["On call: tom", "On call: maya", "On call: tom"]
