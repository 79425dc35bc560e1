#!/usr/bin/env python3
"""urgency.py OUT.jsonl - make the urgency posts from data/urgency/*.txt.

There is no public set of posts that cannot wait for the morning, so these are
our own. Each sector has a file of frames, a line each:

    LEVEL REASON: text with {one of|these|} choices

A frame becomes a few posts: choices are drawn, then a mention, a filler, case,
punctuation, emoji and typing slips are put on. All of these are drawn from the
same distribution whatever the level, and posts are filled up to a length drawn
without looking at the level, so that neither length nor marks betray a class.
Seeded by the frame's own text: the same files make the same posts, and a frame
added changes no other. Out: {"text", "level", "reason", "sector", "frame"}.
"""
import hashlib
import json
import pathlib
import random
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Never trained on: what the model says of a sector it has not seen.
HELD_OUT = ("rail", "hotel", "toys", "insurance")
LEVELS = ("none", "low", "high", "critical")
POSTS_A_FRAME = 12
COMPANY = 0.5
FRAME = re.compile(r"^(\w+) (\w+): (.+)$")
CHOICE = re.compile(r"\{([^{}]*)\}")

MENTIONS = ["@acme", "@AcmeHelp", "@acme_uk", "Acme", "#acme", "hey @acme",
            "hi Acme", "Dear Acme", "@acme @AcmeHelp", "acme team",
            "Good evening", "hello", "So", "Ok so", "Honestly", "Well"]
FILLERS = ["I have been a customer since 2014.", "Writing this from my phone.",
           "My number is in your system.", "We live two streets away.",
           "It is a quarter past nine here.", "Booked through your website.",
           "The reference is 48213.", "This is the Camden branch.",
           "My sister told me about your page.", "Sent from the bus.",
           "I do not normally write these things.", "Order 77-1093.",
           "Came here on a Thursday evening.", "Cheers, Dan", "Regards, Priya",
           "It was a present from my aunt.", "Second time I write here.",
           "You can see the receipt in my last post.", "We were four people.",
           "Not sure which department this is for.", "Thanks for reading.",
           "I looked on the website first.", "This was in store number 12.",
           "We moved here in spring.", "Just so that you know."]
TAGS = ["#acme", "#monday", "#fyi", "#travel", "#family", "#work", "#london",
        "#weekend", "#customerservice"]
EMOJI = ["\U0001F602", "\U0001F62D", "\U0001F631", "\U0001F64F", "\U0001F525",
         "\U0001F621", "\U0001F44D", "\u2764\ufe0f", "\U0001F440",
         "\U0001F480"]
ENDS = [""] * 8 + ["."] * 8 + ["!", "!", "!!", "!!!", "?", "??", "...", "?!"]


def frames(folder):
    """Every frame as (sector, level, reason, text); a bad line is an error."""
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = FRAME.match(line)
            where = f"{path.name}:{number}"
            if not match or match[1] not in LEVELS:
                sys.exit(f"{where}: want 'LEVEL REASON: text', LEVEL one of "
                         f"{', '.join(LEVELS)}")
            if line.count("{") != line.count("}"):
                sys.exit(f"{where}: a brace is open")
            yield path.stem, match[1], match[2], match[3].strip()


def draw(text, dice):
    """One reading of a frame: every {a|b} settled, spaces and commas tidied."""
    while CHOICE.search(text):
        text = CHOICE.sub(lambda m: dice.choice(m[1].split("|")), text, count=1)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([,.;:?!])", r"\1", text)
    return re.sub(r"([,;:])(?=[,.;:])", "", text).strip(" ,;")


def slip(text, dice):
    """A typing slip: a letter swapped, dropped or doubled inside a word."""
    spots = [i for i in range(1, len(text) - 2)
             if text[i - 1:i + 2].isalpha()]
    if not spots:
        return text
    at = dice.choice(spots)
    return dice.choice([
        text[:at] + text[at + 1] + text[at] + text[at + 2:],
        text[:at] + text[at + 1:],
        text[:at] + text[at] + text[at:]])


def respell(text, dice):
    """Commas and apostrophes as hurried people set them, or not at all."""
    if dice.random() < 0.5:
        text = text.replace(", ", dice.choice([" ", ". ", " - ", "... "]))
    if dice.random() < 0.3:
        text = text.replace("'", dice.choice(["", "\u2019"]))
    return text


def dress(text, dice):
    """Marks that say nothing about the level, and a length drawn blindly."""
    text = text.rstrip(".!?")
    if dice.random() < 0.5:
        text = text.replace("?", "")
    text = respell(text, dice) + dice.choice(ENDS)
    parts = [text]
    if dice.random() < 0.45:
        mention = dice.choice(MENTIONS)
        parts.insert(0, mention + dice.choice(["", ",", ":"]))
    target = dice.choice([40, 60, 80, 100, 120, 140, 160, 180])
    for filler in dice.sample(FILLERS, 5):
        if len(" ".join(parts)) >= target - 15:
            break
        if dice.random() < 0.6:
            filler = filler.rstrip(".")
        parts.insert(dice.choice([0, len(parts), len(parts)]), filler)
    if dice.random() < 0.15:
        parts.append(dice.choice(TAGS))
    if dice.random() < 0.2:
        parts.append(dice.choice(EMOJI) * dice.choice([1, 1, 2, 3]))
    text = " ".join(parts)
    style = dice.random()
    if style < 0.35:
        text = text.lower()
    elif style < 0.42:
        text = text.upper()
    elif style < 0.7:
        text = text[0].upper() + text[1:]
    if dice.random() < 0.2:
        text = slip(text, dice)
    return text


def company(level, dice):
    """The level of a second frame that stands in the same post, or None.

    Frames that can wait are shorter as people write them; so they keep company
    more often, and length stays silent about the level. What is urgent often
    comes with a plain complaint.
    """
    if level in ("high", "critical"):
        return "low" if dice.random() < 0.06 else None
    return level if dice.random() < COMPANY else None


def posts(folder=HERE / "data" / "urgency"):
    """All posts of all frames, in the order of the files."""
    seen = set()
    every = list(frames(folder))
    peers = {}
    for sector, level, _, text in every:
        peers.setdefault((sector, level), []).append(text)
    for sector, level, reason, text in every:
        seed = hashlib.sha256(f"{sector} {text}".encode()).digest()
        dice = random.Random(seed)
        for _ in range(POSTS_A_FRAME):
            core = draw(text, dice)
            second = company(level, dice)
            if second and (sector, second) in peers:
                other = draw(dice.choice(peers[sector, second]), dice)
                core += dice.choice([". ", ", ", " - ", "; ", " and "]) + other
            post = dress(core, dice)
            if (level, core.lower()) in seen:
                continue
            seen.add((level, core.lower()))
            yield {"text": post, "level": level, "reason": reason,
                   "sector": sector, "frame": text}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: urgency.py OUT.jsonl")
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        for post in posts():
            out.write(json.dumps(post, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
