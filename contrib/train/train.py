#!/usr/bin/env python3
"""Makes the model: train.py DATA PROGRAM LEXICONS OUT.njm DATE

DATA is the directory of the named sets, PROGRAM what `make` built of
features.c, LEXICONS the word lists beside which the model is calibrated. The
same input gives the same bytes. See README.md."""

import os

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[threads] = "1"

import json
import subprocess
import sys
import tempfile

import numpy

import heads
import learn
import njm
import urgency
from corpus import Corpus

HERE = os.path.dirname(os.path.abspath(__file__))

NAME = "ngrams-1"
RAISES = -1.0  # raw verdict of the offensive head that is looked at again
BIAS = -4.0    # of rules alone; daemon/score/combine.c

HIGH = float(numpy.log(0.75 / 0.25))  # where urgency becomes high
FALSE_PAGES = 0.05

# What the join of model and rules is fitted to, and the log-odds that are
# tried as those from which rules alone suffice: never more than what a page
# asks for.
JOINED = {"en": "olid-dev", "de": "germeval2018-train",
          "es": "offendes-train", "pt": "told-br-train"}
TRUSTS = (0.0, 0.5, 1.0)
# How much macro-F1 is given for fewer false alarms: less than chance makes
# of it in English; more where the sets are of politics and celebrities only.
WITHIN = {"en": 0.013, "de": 0.02, "es": 0.02, "pt": 0.02}


def say(text):
    print(text, flush=True)


def rules_alone(rules):
    """Log-odds as daemon/score/combine.c has them."""
    odds = BIAS + rules
    return numpy.where(odds > 2.2, 2.2 + (odds - 2.2) * 0.45, odds)


class Joiner:
    """How raw verdict and rules become one calibrated number."""

    def __init__(self, corpus, model, lexicons):
        self.corpus = corpus
        self.model = model
        self.lexicons = lexicons

    def dev(self, name):
        texts = self.corpus.texts(name)
        held = self.corpus.dev(name)
        if not held.any():
            held = numpy.ones(len(texts), bool)
        y = self.corpus.labels(name, "offensive")[held] >= 0.5
        told = self.corpus.measure([t for t, h in zip(texts, held) if h],
                                   self.model, self.lexicons)
        return y.astype(float), told["model"], told["rules"]

    def join(self, language):
        """Offset, slopes, trust and the best threshold."""
        y, raw, rules = self.dev(JOINED[language])
        offset, (slope, share) = learn.logistic(
            numpy.stack([raw, rules], 1), y)
        slope, share = max(float(slope), 0.0), max(float(share), 0.0)
        z = offset + slope * raw + share * rules
        alone = rules_alone(rules)
        found = []
        for trust in TRUSTS:
            flagged = numpy.where(alone >= trust, 50.0, z)
            at, score = learn.best_threshold(y, flagged, WITHIN[language])
            found.append((round(score, 3), -trust, at))
        score, trust, at = max(found)
        say(f"  {language}: {offset:+.2f} {slope:+.2f} model {share:+.2f} "
            f"rules, rules alone from {-trust:.2f}, best at {at:+.2f}, "
            f"macro-F1 {score:.3f}, AUC {learn.auc(y, z):.3f}")
        return offset, slope, share, -trust, at, y, z

    def fit(self):
        """Rows of languages and the curve."""
        joins = {code: self.join(code) for code in JOINED}
        middle = joins["en"][4]
        rows = []
        for code, (offset, slope, share, trust, at, *_) in joins.items():
            rows.append((code, offset + middle - at, slope, share, trust))
            if code == "en":
                rows.append(("und", *rows[0][1:]))
        rows.append(("*", BIAS, 0.0, 1.0, 0.0))
        return rows, calibrate(middle, *joins["en"][5:])


def calibrate(middle, y, z, bins=8):
    """The curve: shares of offence in bins of z, rising; but MIDDLE, where
    macro-F1 is best, becomes even odds, so that what stands between it and
    true even odds says up to that much more than its share."""
    edges = numpy.quantile(z, numpy.linspace(0, 1, bins + 1))
    points = []
    for low, high in zip(edges[:-1], edges[1:]):
        kept = (z >= low) & (z <= high)
        odds = (y[kept].sum() + 0.5) / ((1 - y[kept]).sum() + 0.5)
        points.append((float(z[kept].mean()), float(numpy.log(odds))))
    below = [(x, min(v, -0.1)) for x, v in points if x < middle - 0.2]
    above = [(x, max(v, 0.1)) for x, v in points if x > middle + 0.2]
    curve = below + [(middle, 0.0)] + above
    for i in range(1, len(curve)):
        curve[i] = (curve[i][0], max(curve[i][1], curve[i - 1][1] + 0.01))
    first, last = curve[0], curve[-1]
    return ([(-40.0, first[1] - 40.0 - first[0])] + curve
            + [(40.0, last[1] + 0.7 * (40.0 - last[0]))])


def learned(corpus):
    say("teachers")
    stack = heads.Stack(corpus, say)
    say("heads")
    made = {"offensive": heads.offensive(corpus, stack)}
    for key in heads.LABELS:
        made[key] = heads.label(corpus, key, say)
    return made


def urgency_posts():
    """The posts that urgency.py makes, and which sectors are held out."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as out:
        subprocess.run([sys.executable, "-B", f"{HERE}/urgency.py", out.name],
                       check=True, stdout=subprocess.DEVNULL)
        posts = [json.loads(line) for line in out]
    return posts, numpy.array([p["sector"] in urgency.HELD_OUT
                               for p in posts])


def put_urgent(corpus, out, lexicons):
    """Learn the urgent head without the held-out sectors and join it with
    rules on those; then learn it of all sectors and put it into OUT. One false page in twenty of the posts of
    data/urgency that can wait, hard ones, stands at 0.75, where a page is
    high."""
    posts, held = urgency_posts()
    head = heads.urgent(corpus, posts, ~held)
    njm.put_head(out, "urgent", head)
    some = [p for p, h in zip(posts, held) if h]
    told = corpus.measure([p["text"] for p in some], out, lexicons)
    raw, rules = told["urgent_model"], told["urgent_rules"]
    levels = numpy.array([p["level"] for p in some])
    y = numpy.isin(levels, list(heads.PAGES)).astype(float)
    asked = raw > -50  # a post of a few words is left to rules
    offset, (slope, share) = learn.logistic(
        numpy.stack([raw, rules], 1)[asked], y[asked])
    z = numpy.where(asked, offset + slope * raw + share * rules, rules)
    page = float(numpy.quantile(z[y == 0], 1 - FALSE_PAGES))
    head.offset = offset + HIGH - page
    head.slope, head.rules = float(slope), max(float(share), 0.0)
    whole = heads.urgent(corpus, posts, numpy.ones(len(posts), bool))
    head.weights, head.bias = whole.weights, whole.bias
    njm.put_head(out, "urgent", head)
    z = numpy.where(asked, numpy.maximum(rules, z + HIGH - page), rules)
    found = "  ".join(f"{level} {(z[levels == level] >= HIGH).mean():.3f}"
                      for level in ("critical", "high", "low", "none"))
    say(f"  AUC {learn.auc(y, raw):.3f}, with rules {learn.auc(y, z):.3f}, "
        f"rules alone {learn.auc(y, rules):.3f}; pages of {found}")


def main():
    """With --join first, the heads of OUT stay and are only joined anew."""
    only = sys.argv[1] == "--join"
    data, program, lexicons, out, date = sys.argv[1 + only:]
    corpus = Corpus(data, program)
    unjoined = ([("*", 0.0, 1.0, 0.0, 0.0)], [(-40.0, -40.0), (40.0, 40.0)],
                RAISES)
    if only:
        njm.rejoin(out, *unjoined)
    else:
        njm.write(out, learned(corpus), corpus.fingerprint(), NAME, int(date),
                  *unjoined)
    say("urgency, on sectors that were held out")
    put_urgent(corpus, out, lexicons)
    say("joining model and rules")
    njm.rejoin(out, *Joiner(corpus, out, lexicons).fit(), RAISES)
    say(f"{out}: {os.path.getsize(out)} bytes")


if __name__ == "__main__":
    main()
