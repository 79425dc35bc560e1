"""The shipped model: trainer and judge see the same, bit for bit; what is
broken is refused by name."""

import json
import math
import os
import struct
import subprocess

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = f"{TOP}/build/release"
MODEL = f"{TOP}/config/models/words.njm"
PROGRAM = f"{BUILD}/contrib/train/features"
WORDS, CHARS = 1 << 17, 1 << 19

TEXTS = [
    "@acmeair where is my bag? https://example.org/1",
    "Thanks for the quick help, see you soon 😍",
    "Der Flug nach München ist verspätet, danke auch",
    "Ｆｕｌｌ ｗｉｄｔｈ and ѕtrаngе letters!!",
    "",
    "a " * 300,
    "x" * 5000,
]


@pytest.fixture(scope="module")
def program():
    subprocess.run(["make", "-s", PROGRAM.removeprefix(TOP + "/")], cwd=TOP,
                   check=True)
    return PROGRAM


def ask(program, *arguments):
    given = b"".join(struct.pack("<I", len(t.encode())) + t.encode()
                     for t in TEXTS)
    return subprocess.run([program, *arguments], cwd=TOP, input=given,
                          check=True, stdout=subprocess.PIPE).stdout


def buckets(told):
    at = 0
    for _ in TEXTS:
        words, chars = struct.unpack_from("<II", told, at)
        at += 8
        numbers = struct.unpack_from(f"<{words + chars}I", told, at)
        at += 4 * (words + chars)
        yield numbers[:words], numbers[words:]


def test_what_the_trainer_is_told_is_what_the_judge_sums(program):
    with open(MODEL, "rb") as file:
        model = file.read()
    _, words, chars, bias = struct.unpack_from("<Ifff", model, 64)
    measured = ask(program, MODEL, "config/lexicons")
    raises = struct.unpack_from("<f", model, 648)[0]
    compared = 0
    for i, (own, runs) in enumerate(buckets(ask(program))):
        raw = bias
        for numbers, step in ((own, words), (runs, chars)):
            total = sum(struct.unpack_from("b", model, 1024 + 2 * n)[0]
                        for n in numbers)
            raw += total * step / math.sqrt(max(len(numbers), 1))
        said = struct.unpack_from("<f", measured, 20 * i + 4)[0]
        if not own:
            assert said == -100
        elif raw < raises and len(own) < 150:  # one window, not tempered
            assert abs(said - raw) < 1e-4, TEXTS[i]
            compared += 1
    assert compared >= 3


def score(*arguments, text="hello there"):
    return subprocess.run(
        [f"{BUILD}/nightjar", "score", "--json", *arguments], cwd=TOP,
        input=text + "\n", text=True, capture_output=True, check=False)


def test_a_broken_model_is_refused_by_name(tmp_path):
    with open(MODEL, "rb") as file:
        model = bytearray(file.read())
    model[5000] ^= 1
    (tmp_path / "bad.njm").write_bytes(model)
    done = score("--model", f"{tmp_path}/bad.njm")
    assert done.returncode == 1
    assert f"{tmp_path}/bad.njm: the model is damaged" in done.stderr
    done = score("--model", f"{tmp_path}/none.njm")
    assert done.returncode == 1
    assert "No such file" in done.stderr


def test_without_a_model_rules_judge_alone():
    text = "you are a stupid moron"
    alone = json.loads(score("--model", "none", text=text).stdout)
    both = json.loads(score(text=text).stdout)
    assert alone["offensive"] > 0.5
    assert not any(r["what"].startswith("model") for r in alone["reasons"])
    assert any(r["what"].startswith("model") for r in both["reasons"])


def test_reasons_of_the_model_are_bytes_of_the_text():
    text = "É ü you people are disgusting liars"
    told = json.loads(score(text=text).stdout)
    for reason in told["reasons"]:
        if reason["what"].startswith("model: "):
            word = text.encode()[reason["start"]:reason["end"]].decode()
            assert word.lower() == reason["what"].removeprefix("model: ")


def rows():
    """The tables that rules are held to: expected words and post."""
    for name in ("offensive", "innocent", "unsaid", "threats", "disguised",
                 "calm", "self_harm"):
        with open(f"{TOP}/tests/data/score/{name}.txt",
                  encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("#") and " | " in line:
                    want, text = line.rstrip("\n").split(" | ", 1)
                    if "\\" not in text:
                        yield set(want.split()), text


def test_the_model_leaves_standing_what_rules_know():
    table = list(rows())
    told = score(text="\n".join(json.dumps({"text": t}) for _, t in table))
    wrong = []
    for (want, text), line in zip(table, told.stdout.splitlines()):
        said = json.loads(line)
        offensive = said["offensive"]
        if (want & {"clean", "kind"} and offensive >= 0.5
                or want & {"offensive"} and offensive < 0.5
                or want & {"strong"} and offensive < 0.75
                or want & {"mild"} and not 0.3 <= offensive <= 0.75
                or want & {"calm", "clean"} and said["urgency"] != "none"
                or want & {"page"} and said["urgent"] < 0.75):
            wrong.append((sorted(want), text, offensive, said["urgent"]))
    assert len(table) > 500
    assert len(wrong) <= len(table) // 100, wrong
