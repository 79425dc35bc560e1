"""What each head is made of."""

import numpy
import scipy.sparse

import learn
from njm import Head

# Every English set with a label that bears on offence: its verdict is a
# column of the stack.
TEACHERS = [
    ("olid-train", "offensive"), ("davidson-train", "offensive"),
    ("davidson-train", "identity_attack"),
    ("hateval-train", "identity_attack"), ("edos-train", "identity_attack"),
    ("stormfront-train", "identity_attack"),
    ("toxicspans-train", "offensive"), ("toxicspans-train", "insult"),
    ("toxicspans-train", "identity_attack"),
    ("toxicspans-train", "profanity"), ("toxicspans-train", "threat"),
    ("surge-train", "offensive"), ("moderation-train", "sexual"),
    ("moderation-train", "identity_attack"),
]
# What the one vector is distilled from: set, weight, share of its own labels
# (the rest is what the stack says). Ordinary requests never offend.
DISTILLED = [
    ("olid-train", 1.0, 1.0), ("davidson-train", 1.0, 1.0),
    ("surge-train", 3.0, 0.9), ("toxicspans-train", 0.1, 0.0),
    ("hateval-train", 0.05, 0.0), ("edos-train", 0.05, 0.0),
    ("stormfront-train", 0.05, 0.0), ("crisislex-train", 0.5, 0.0),
    ("clinc150-train", 0.5, 0.0),
]
FOREIGN = ["germeval2018-train", "germeval2021-train", "offendes-train",
           "told-br-train"]
ORDINARY = {"clinc150-train", "banking77-train"}


class Stack:
    """The teachers, and a logistic regression over what they say."""

    def __init__(self, corpus, say):
        self.corpus = corpus
        self.fits = {}
        self.own = {}
        for name, key in TEACHERS:
            self.teach(name, key, say)
        self.join()

    def teach(self, name, key, say):
        x, y = self.corpus.features(name), self.corpus.labels(name, key)
        known = numpy.flatnonzero(~numpy.isnan(y) & self.corpus.train(name))
        y = (y[known] >= 0.5).astype(float)
        own = learn.out_of_fold(x[known], y)
        self.fits[name, key] = learn.fit(x[known], y)
        verdict = self.apply(name, key, name)
        verdict[known] = own
        self.own[name, key] = verdict
        say(f"  teacher {name} {key}: AUC {learn.auc(y, own):.3f}")

    def apply(self, name, key, other):
        weights, bias = self.fits[name, key]
        return self.corpus.features(other) @ weights + bias

    def columns(self, name):
        return numpy.stack([
            self.own[teacher] if teacher[0] == name
            else self.apply(*teacher, name) for teacher in TEACHERS], 1)

    def join(self):
        columns, labels, weights = [], [], []
        for name, weight in (("olid-train", 1.0), ("davidson-train", 0.3),
                             ("surge-train", 1.0), ("clinc150-train", 0.2)):
            kept = self.corpus.train(name)
            columns.append(self.columns(name)[kept])
            labels.append(numpy.zeros(kept.sum()) if name in ORDINARY
                          else self.corpus.labels(name, "offensive")[kept])
            weights.append(numpy.full(kept.sum(), weight))
        columns = numpy.concatenate(columns)
        self.mean, self.spread = columns.mean(0), columns.std(0)
        self.offset, self.slopes = learn.logistic(
            (columns - self.mean) / self.spread, numpy.concatenate(labels),
            numpy.concatenate(weights), c=0.1)

    def says(self, name):
        columns = (self.columns(name) - self.mean) / self.spread
        return learn.sigmoid(columns @ self.slopes + self.offset)


def offensive(corpus, stack, c=4.0, smooth=4.0):
    """All sets and languages in one vector."""
    xs, ys, weights = [], [], []
    for name, weight, share in DISTILLED:
        kept = corpus.train(name)
        y = stack.says(name)
        if share > 0:
            own = corpus.labels(name, "offensive")
            y = share * own + (1 - share) * y
        if name in ORDINARY:
            y = 0.1 * y
        xs.append(corpus.features(name)[kept])
        ys.append(y[kept])
        weights.append(numpy.full(kept.sum(), weight))
    for name in FOREIGN:
        kept = corpus.train(name)
        own = corpus.labels(name, "offensive") >= 0.5
        xs.append(corpus.features(name)[kept])
        ys.append(own[kept] * 0.96 + 0.02)
        weights.append(numpy.ones(kept.sum()))
    return Head(*learn.fit(scipy.sparse.vstack(xs, format="csr"),
                           numpy.concatenate(ys), numpy.concatenate(weights),
                           c=c, smooth=smooth))


# Label heads: sets with that label, and ordinary posts as what it is not.
LABELS = {
    "profanity": ["toxicspans-train"],
    "insult": ["toxicspans-train"],
    "identity_attack": ["edos-train", "hateval-train", "hatemoji-train",
                        "stormfront-train", "davidson-train",
                        "toxicspans-train", "moderation-train"],
    "threat": ["toxicspans-train", "moderation-train"],
    "sexual": ["moderation-train"],
    "self_harm": ["moderation-train"],
}
# The highest probability such a head may give alone: few positive texts
# stand behind the last three, and rules find what matters most of them.
MOST = {"profanity": 0.95, "insult": 0.95, "identity_attack": 0.9,
        "threat": 0.6, "sexual": 0.85, "self_harm": 0.6}


def label(corpus, key, say):
    xs, ys, weights = [], [], []
    for name in LABELS[key] + ["clinc150-train", "crisislex-train"]:
        x = corpus.features(name)
        kept = corpus.train(name)
        if name in LABELS[key]:
            y = corpus.labels(name, key)
            kept = kept & ~numpy.isnan(y)
            weight = 1.0
        else:
            y = numpy.zeros(x.shape[0])
            weight = 0.2
        xs.append(x[kept])
        ys.append(y[kept])
        weights.append(numpy.full(kept.sum(), weight))
    x = scipy.sparse.vstack(xs, format="csr")
    y, weight = numpy.concatenate(ys), numpy.concatenate(weights)
    own = learn.out_of_fold(x, y, folds=3, weight=None, c=2.0, smooth=2.0)
    real = weight == 1.0
    hard = (y >= 0.5).astype(float)
    offset, slope = learn.logistic(own[:, None], hard, weight)
    head = Head(*learn.fit(x, y, weight, c=2.0, smooth=2.0))
    head.offset, head.slope = offset, float(max(slope[0], 0.0))
    head.most = float(numpy.log(MOST[key] / (1 - MOST[key])))
    head.auc = float(learn.auc(hard[real], own[real]))
    say(f"  {key}: AUC {head.auc:.3f} out of fold, {int(hard.sum())} texts")
    return head


# ---- urgency ---------------------------------------------------------------

# Posts of data/urgency that must page; ordinary posts beside them, and how
# much one of those weighs.
PAGES = {"high", "critical"}
CALM = [("clinc150-train", 0.2), ("crisislex-train", 0.1),
        ("olid-train", 0.1), ("davidson-train", 0.05)]
# Requests that are urgent to a bank.
NOT_CALM = {"report_fraud", "report_lost_card", "damaged_card"}
URGENT_MOST = 2.4  # log-odds: just below critical, which rules must say


def calm(corpus, name):
    return numpy.array([row["labels"].get("intent") not in NOT_CALM
                        for row in corpus.load(name)])


def urgent(corpus, posts, kept):
    """The head that tells what pages, learned from POSTS[KEPT]."""
    x = corpus.see([p["text"] for p, k in zip(posts, kept) if k])
    y = [float(p["level"] in PAGES) for p, k in zip(posts, kept) if k]
    xs, ys, weights = [x], [numpy.array(y)], [numpy.ones(len(y))]
    for name, weight in CALM:
        some = calm(corpus, name)
        xs.append(corpus.features(name)[some])
        ys.append(numpy.zeros(some.sum()))
        weights.append(numpy.full(some.sum(), weight))
    head = Head(*learn.fit(scipy.sparse.vstack(xs, format="csr"),
                           numpy.concatenate(ys), numpy.concatenate(weights),
                           c=20.0, smooth=2.0))
    head.most = URGENT_MOST
    return head
