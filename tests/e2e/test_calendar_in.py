"""Layers and holidays from a calendar's URL: a server that changes, fails, lies
and comes back; a daemon that is killed meanwhile."""

import http.server
import threading
import time

import icalendar
import pytest

from conftest import free_port, wait_for

CONFIG = """
daemon:
  store: sqlite:calendar.db
  socket: nightjar.sock
  ops: {team: social}
brands:
  acme: {title: Acme Air, timezone: Europe/London, open: [mon-fri 08:00-18:00],
         holidays: ["http://127.0.0.1:CAL_PORT/holidays.ics"], team: social}
people:
  maya: {name: Maya Osei, email: maya@example.org, login: root}
  tom: {email: tom@example.org}
teams:
  social: {people: [maya, tom]}
schedules:
  night:
    timezone: Europe/London
    layers:
      - {rotate: weekly, starts: 2026-01-05 18:00, people: [tom]}
      - {calendar: {env: CAL_URL}, refresh: 1s}
"""


class Calendar:
    """A calendar server. TEXT None: it is down."""

    def __init__(self, port=0):
        self.text, self.holidays, self.status = "", "", 200
        self.asked, self.unchanged = 0, 0
        self.server = None
        self.port = port or free_port()
        self.start()

    def start(self):
        me = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                me.asked += 1
                text = me.holidays if "holidays" in self.path else me.text
                etag = f'"{abs(hash(text))}"'
                if me.status == 200 and self.headers.get("If-None-Match") == etag:
                    me.unchanged += 1
                    self.send_response(304)
                    self.end_headers()
                    return
                self.send_response(me.status)
                self.send_header("ETag", etag)
                self.send_header("Content-Type", "text/calendar")
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port),
                                                      Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def calendar(*events):
    """An iCalendar text made by an independent writer."""
    made = icalendar.Calendar()
    made.add("prodid", "-//test//")
    made.add("version", "2.0")
    for i, (name, start, end, rule) in enumerate(events):
        event = icalendar.Event()
        event.add("uid", f"{i}@example.org")
        event.add("summary", name)
        event["DTSTART"] = start
        event["DTEND"] = end
        if rule:
            event.add("rrule", icalendar.vRecur.from_ical(rule))
        made.add_component(event)
    return made.to_ical().decode()


MAYA = ("On call: Maya Osei", "20260203T180000", "20260204T080000", None)
TOM = ("tom", "20260203T180000", "20260204T080000", None)


@pytest.fixture
def made(house):
    server = Calendar()
    server.text = calendar(MAYA)
    server.holidays = calendar()
    one = house(CONFIG.replace("CAL_PORT", str(server.port)),
                env={"CAL_URL": f"http://127.0.0.1:{server.port}/secret/night.ics"},
                start=1770120000)  # Tuesday, 2026-02-03 12:00 in London
    one.server = server
    yield one
    server.stop()


def who(house, at="2026-02-03 20:00"):
    return house.ask("oncall", "--schedule", "night", "--at", at)[0]["people"]


def alarms(house):
    return [a["title"] for a in house.ask("list")]


def test_a_calendars_people_are_on_call(made):
    made.start()
    wait_for(lambda: who(made) == ["maya"])
    assert who(made, "2026-02-05 20:00") == ["tom"]  # the layer below
    assert alarms(made) == []
    made.server.text = calendar(MAYA, ("maya", "20260205T180000",
                                       "20260206T080000", None))
    wait_for(lambda: who(made, "2026-02-05 20:00") == ["maya"])
    before = made.server.unchanged
    wait_for(lambda: made.server.unchanged > before + 1)


def test_a_server_that_fails_takes_nobody_off_call(made):
    made.start()
    wait_for(lambda: who(made) == ["maya"])
    made.server.status, made.server.text = 503, "sorry"
    wait_for(lambda: any("cannot be read" in a for a in alarms(made)), 20)
    assert who(made) == ["maya"]
    made.kill()
    made.server.stop()
    made.start()
    assert who(made) == ["maya"]
    made.server.status, made.server.text = 200, calendar(TOM)
    made.server.start()
    wait_for(lambda: who(made) == ["tom"])
    wait_for(lambda: alarms(made) == [])


@pytest.mark.parametrize("text", [
    "<html>log in please</html>",
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:tom\r\n",
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:tom\r\n"
    "DTSTART:20260101T000000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n",
    "BEGIN:VCALENDAR\r\nX:" + "x" * (1 << 20) + "\r\nEND:VCALENDAR\r\n",
    "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\nDTSTART:20200101T000000Z\r\n"
    "SUMMARY:tom\r\nRRULE:FREQ=HOURLY\r\nEND:VEVENT\r\n" * 200 +
    "END:VCALENDAR\r\n",
], ids=["html", "cut off", "by the second", "too big", "a bomb"])
def test_what_is_no_calendar_takes_nobody_off_call(made, text):
    made.start()
    wait_for(lambda: who(made) == ["maya"])
    made.server.text = text
    wait_for(lambda: any("cannot be read" in a for a in alarms(made)), 20)
    assert who(made) == ["maya"]


def test_a_calendar_never_read_is_an_alarm_at_once(made):
    made.server.status = 404
    made.start()
    wait_for(lambda: any("cannot be read" in a for a in alarms(made)))
    assert who(made) == ["tom"]
    shown = [made.ask("show", str(a["id"])) for a in made.ask("list")]
    assert all("secret" not in str(one) for one in shown)
    assert "/secret/" not in made.log_text


def test_a_name_that_nobody_has_is_an_alarm(made):
    made.server.text = calendar(("Mya", "20260203T180000", "20260204T080000",
                                 None))
    made.start()
    wait_for(lambda: any("cannot be followed" in a for a in alarms(made)))
    (one,) = [a for a in made.ask("list") if "followed" in a["title"]]
    assert "did you mean 'maya'" in str(made.ask("show", str(one["id"])))
    made.server.text = calendar(MAYA)
    wait_for(lambda: alarms(made) == [])
    assert who(made) == ["maya"]


def test_repeated_nights_keep_their_wall_hours(made):
    made.server.text = calendar(("maya", "20260327T180000", "20260328T080000",
                                 "FREQ=DAILY;COUNT=3"))
    made.start()
    wait_for(lambda: who(made, "2026-03-28 20:00") == ["maya"])
    assert who(made, "2026-03-29 07:59") == ["maya"]
    assert who(made, "2026-03-29 08:00") == ["tom"]


def test_offline_says_what_it_cannot_know(made):
    made.start()
    wait_for(lambda: who(made) == ["maya"])
    done = made.run("oncall", "--config", made.path, "--at", "2026-02-03 20:00")
    assert done.returncode == 0 and "tom" in done.stdout
    assert "only the daemon reads" in done.stderr
    checked = made.run("check", made.path)
    assert "only the daemon reads" in checked.stdout + checked.stderr
    assert "/secret/" not in checked.stdout + checked.stderr


def test_a_reload_that_drops_the_calendar_drops_its_people(made):
    made.start()
    wait_for(lambda: who(made) == ["maya"])
    made.write(CONFIG.replace("      - {calendar: {env: CAL_URL}, refresh: 1s}\n", "")
               .replace("CAL_PORT", str(made.server.port)))
    assert made.run("reload").returncode == 0
    assert who(made) == ["tom"]
    time.sleep(0.2)
    asked = made.server.asked
    time.sleep(1.5)
    assert made.server.asked == asked


def test_a_holiday_by_url_pages_in_the_day(house):
    """On a working day at noon nobody is paged, on a holiday they are."""
    server = Calendar()
    server.text = calendar()
    server.holidays = calendar()
    config = CONFIG + """
policies:
  night: {steps: [{page: [schedule/night]}], last_resort: person/maya}
rules:
  - {name: offensive, match: {offensive: 0.5}, severity: critical, policy: night}
"""
    try:
        for holiday, quiet in ((False, True), (True, False)):
            if holiday:
                text = calendar(("Founders' Day", "20260203", "20260204", None))
                server.holidays = text.replace("DTSTART:", "DTSTART;VALUE=DATE:") \
                    .replace("DTEND:", "DTEND;VALUE=DATE:")
            one = house(config.replace("CAL_PORT", str(server.port)),
                        env={"CAL_URL": f"http://127.0.0.1:{server.port}/n.ics"},
                        start=1770120000).start()
            wait_for(lambda: server.asked >= 2)
            time.sleep(0.5)
            one.ask("post", "you stupid idiot", "--place", "own-page",
                    "--author", "x")
            (alert,) = wait_for(lambda: one.ask("list"))
            assert alert["quiet"] is quiet
            one.stop()
            server.asked = 0
    finally:
        server.stop()
