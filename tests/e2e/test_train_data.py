"""The posts urgency is learned from: made the same each time, and no mark on
the surface (length, punctuation, capitals, emoji) betrays which are urgent."""

import sys
from bisect import bisect_left, bisect_right
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "contrib" / "train"))
import urgency  # noqa: E402

MARKS = {
    "length": len,
    "words": lambda text: len(text.split()),
    "exclamation marks": lambda text: text.count("!"),
    "question marks": lambda text: text.count("?"),
    "commas": lambda text: text.count(","),
    "full stops": lambda text: text.count("."),
    "apostrophes": lambda text: text.count("'") + text.count("\u2019"),
    "capitals": lambda text: sum(c.isupper() for c in text) / len(text),
    "digits": lambda text: sum(c.isdigit() for c in text),
    "emoji": lambda text: sum(ord(c) > 0x2100 for c in text),
}


@pytest.fixture(scope="module")
def posts():
    return list(urgency.posts())


def auc(posts, mark):
    """How well MARK alone tells urgent from the rest: 0.5 is not at all."""
    urgent = [mark(p["text"]) for p in posts if p["level"] in ("high", "critical")]
    rest = sorted(mark(p["text"]) for p in posts if p["level"] in ("none", "low"))
    won = sum((bisect_left(rest, x) + bisect_right(rest, x)) / 2 for x in urgent)
    return won / len(urgent) / len(rest)


@pytest.mark.parametrize("name", MARKS)
def test_no_surface_mark_tells_urgent_from_the_rest(posts, name):
    assert 0.42 <= auc(posts, MARKS[name]) <= 0.58


def test_both_sides_are_as_many(posts):
    urgent = sum(p["level"] in ("high", "critical") for p in posts)
    assert 0.8 <= urgent / (len(posts) - urgent) <= 1.25


def test_the_same_files_make_the_same_posts(posts):
    assert list(urgency.posts()) == posts


def test_no_choice_is_left_unsettled(posts):
    assert not [p["text"] for p in posts if set("{}|") & set(p["text"])]


@pytest.mark.parametrize("line", [
    "urgent safety: no such level", "high: no reason", "high safety: open {a|b"])
def test_a_bad_frame_is_refused_with_its_place(tmp_path, line):
    (tmp_path / "bank.txt").write_text("# Bank\n" + line + "\n")
    with pytest.raises(SystemExit, match=r"bank\.txt:2"):
        list(urgency.frames(tmp_path))
