"""contrib/import: schedules of other systems as our YAML, held against those
systems' own reckoning for 90 days, over the clock changes too."""

import json
import os
import subprocess

import pytest

from conftest import BUILD, TOP

TOOLS = f"{TOP}/contrib/import"
DATA = f"{TOP}/tests/data/import"

CASES = [
    ("pagerduty", ["pagerduty.json"], "web-night-watch"),
    ("pagerduty", ["pagerduty_drawn.json"], "drawn"),
    ("opsgenie", ["opsgenie.json", "opsgenie_overrides.json"],
     "kundendienst-nacht"),
    ("goalert", ["goalert.json"], "platform"),
    ("grafana", ["grafana.json"], "care"),
]
IDS = [files[0][:-5] for _, files, _ in CASES]


def run(tool, *words):
    return subprocess.run(["/usr/bin/python3", f"{TOOLS}/{tool}", *words],
                          capture_output=True, text=True, timeout=120, check=False)


def convert(tmp_path, system, files, *words):
    done = run("convert", system, *files, *words)
    assert done.returncode == 0, done.stderr
    path = f"{tmp_path}/nightjar.yaml"
    with open(path, "w", encoding="utf-8") as f:
        f.write(done.stdout)
    return path


def compare(system, files, config, *words):
    return run("compare", system, *files, "--config", config, "--nightjar",
               f"{BUILD}/nightjar", *words)


def paths(files):
    return [f"{DATA}/{name}" for name in files]


@pytest.mark.parametrize("words", [
    ["pagerduty", "/nonexistent"],
    ["pagerduty", f"{DATA}/opsgenie.json"],
    ["opsgenie", f"{DATA}/grafana.json"],
])
def test_what_is_no_export_is_refused(words):
    done = run("convert", *words)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and done.stderr


@pytest.mark.parametrize("system,files,name", CASES, ids=IDS)
def test_the_yaml_is_a_good_configuration(tmp_path, system, files, name):
    config = convert(tmp_path, system, paths(files))
    done = subprocess.run([f"{BUILD}/nightjar", "check", config],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "error" not in done.stdout + done.stderr


# both changes of the clocks in America and in Europe, and a quiet time
@pytest.mark.parametrize("start", ["2026-02-05", "2026-06-01", "2026-09-10"])
@pytest.mark.parametrize("system,files,name", CASES, ids=IDS)
def test_the_same_people_are_on_call_for_90_days(tmp_path, system, files, name,
                                                 start):
    config = convert(tmp_path, system, paths(files))
    done = compare(system, paths(files), config, "--from", start, "--rules")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "129600 minutes: 0 differ" in done.stdout
    assert name in open(config, encoding="utf-8").read()


def test_what_the_system_drew_goes_before_its_rules(tmp_path):
    files = paths(["pagerduty_drawn.json"])
    config = convert(tmp_path, "pagerduty", files)
    done = compare("pagerduty", files, config, "--from", "2026-03-20")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as it drew it from 2026-03-28 until 2026-03-30" in done.stdout
    with open(files[0], encoding="utf-8") as f:
        export = json.load(f)
    entries = export["schedule"]["final_schedule"]["rendered_schedule_entries"]
    entries[1]["user"] = {"id": "PU2", "summary": "Tom Reed"}
    with open(f"{tmp_path}/other.json", "w", encoding="utf-8") as f:
        json.dump(export, f)
    done = compare("pagerduty", [f"{tmp_path}/other.json"], config, "--from",
                   "2026-03-20")
    assert done.returncode == 1
    assert "2026-03-29 09:00  2026-03-29 18:00  tom-reed" in done.stdout


@pytest.mark.parametrize("change", [
    ("pagerduty", "18:00-24:00", "18:30-24:00"),
    ("opsgenie", "starts: 2026-01-05 18:00", "starts: 2026-01-06 18:00"),
    ("goalert", "person: lee, instead_of: ana-li", "person: lee, instead_of: tom-reed"),
    ("grafana", "timezone: Europe/Paris", "timezone: Europe/Lisbon"),
], ids=lambda c: c[0])
def test_a_difference_is_shown_and_is_a_no(tmp_path, change):
    system, old, new = change
    files = next(paths(f) for s, f, _ in CASES if s == system)
    config = convert(tmp_path, system, files)
    with open(config, encoding="utf-8") as f:
        text = f.read()
    assert old in text, text
    with open(config, "w", encoding="utf-8") as f:
        f.write(text.replace(old, new))
    done = compare(system, files, config, "--from", "2026-02-05")
    assert done.returncode == 1
    assert "  nightjar\n" in done.stdout and ": 0 differ" not in done.stdout


def test_people_may_be_renamed(tmp_path):
    files = paths(["pagerduty.json"])
    config = convert(tmp_path, "pagerduty", files, "--name",
                     "maya@example.org=boss")
    text = open(config, encoding="utf-8").read()
    assert "  boss: {name: Maya Osei, email: maya@example.org}" in text
    done = compare("pagerduty", files, config, "--name", "maya@example.org=boss",
                   "--from", "2026-02-05")
    assert done.returncode == 0, done.stdout


def test_what_cannot_be_carried_over_is_told(tmp_path):
    export = json.load(open(f"{DATA}/pagerduty.json", encoding="utf-8"))
    export["schedule"]["schedule_layers"][1]["rotation_turn_length_seconds"] = 5400
    with open(f"{tmp_path}/odd.json", "w", encoding="utf-8") as f:
        json.dump(export, f)
    config = convert(tmp_path, "pagerduty", [f"{tmp_path}/odd.json"])
    text = open(config, encoding="utf-8").read()
    assert "# NOT EXACT: turns of 5400 s are no whole hours" in text
    assert compare("pagerduty", [f"{tmp_path}/odd.json"], config, "--from",
                   "2026-02-05").returncode == 1


def test_the_tools_are_executable():
    for tool in ("convert", "compare"):
        assert os.access(f"{TOOLS}/{tool}", os.X_OK)


def spans_of(config, name, start, until):
    """What nightjar says, to draw from it what a system would have drawn."""
    done = subprocess.run([f"{BUILD}/nightjar", "shifts", "--json", "--config",
                           config, "--schedule", name, "--from", start, "--until",
                           until], capture_output=True, text=True, check=True)
    return [(s["from"], s["until"], p) for s in json.loads(done.stdout)
            for p in s["people"]]


def draw(system, spans):
    """SPANS (from, until, who) as that system answers them."""
    if system == "opsgenie":
        return {"data": {"finalTimeline": {"rotations": [{"id": "r", "periods": [
            {"startDate": a, "endDate": b, "type": "default",
             "recipient": {"type": "user", "id": f"id-{who}", "name": who}}
            for a, b, who in spans]}]}}}
    if system == "grafana":
        return {"count": len(spans), "results": [
            {"user_pk": f"id-{who}", "user_email": f"{who}@example.org",
             "user_username": who, "shift_start": a, "shift_end": b}
            for a, b, who in spans]}
    return [{"user": {"id": f"id-{who}", "name": who}, "start": a, "end": b}
            for a, b, who in spans]


@pytest.mark.parametrize("system,files,name", CASES[2:], ids=IDS[2:])
def test_drawn_shifts_of_every_system_are_read(tmp_path, system, files, name):
    config = convert(tmp_path, system, paths(files))
    spans = spans_of(config, name, "2026-03-20T00:00:00Z", "2026-04-05T00:00:00Z")
    assert spans
    words = [w for who in {s[2] for s in spans} for w in
             ("--name", f"id-{who}={who}")]
    for wrong in (False, True):
        if wrong:
            spans[3] = (spans[3][0], spans[3][1], "stranger")
        drawn = draw(system, spans)
        if system == "goalert":
            drawn = {"data": {"schedule": dict(json.load(open(
                f"{DATA}/goalert.json", encoding="utf-8"))["data"]["schedule"],
                shifts=drawn)}}
        with open(f"{tmp_path}/drawn.json", "w", encoding="utf-8") as f:
            json.dump(drawn, f)
        done = compare(system, paths(files) + [f"{tmp_path}/drawn.json"], config,
                       "--from", "2026-03-10", "--days", "40", *words)
        assert "as it drew it from 2026-03-" in done.stdout, done.stdout + done.stderr
        assert done.returncode == wrong, done.stdout
        assert ("stranger" in done.stdout) is wrong
