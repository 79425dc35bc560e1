"""Naive-Bayes-weighted logistic regression over hashed buckets, and what is
built of it. Deterministic: fixed seeds, one thread."""

import warnings

import numpy
import scipy.sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

SEED = 7
warnings.simplefilter("ignore", ConvergenceWarning)


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def log_ratio(x, y, weight, smooth):
    """How much likelier each bucket is in the positive texts, as a logarithm;
    0 for buckets never seen. Smoothing mass goes to seen buckets only: spread
    over all it costs two points."""
    ones = x.copy()
    ones.data = numpy.ones_like(ones.data)
    some = ones.T @ (weight * y).astype(numpy.float32)
    rest = ones.T @ (weight * (1 - y)).astype(numpy.float32)
    seen = some + rest > 0
    mass = smooth * seen.sum()
    ratio = numpy.zeros(x.shape[1], numpy.float32)
    ratio[seen] = (numpy.log((some[seen] + smooth) / (some.sum() + mass))
                   - numpy.log((rest[seen] + smooth) / (rest.sum() + mass)))
    return ratio


def fit(x, y, weight=None, c=1.0, smooth=1.0, rounds=40):
    """Weights and bias of a head for labels Y in 0..1 (soft ones count as a
    share of both kinds)."""
    if weight is None:
        weight = numpy.ones(len(y))
    ratio = log_ratio(x, y, weight, smooth)
    scaled = x.copy()
    scaled.data = scaled.data * ratio[scaled.indices]
    both = scipy.sparse.vstack([scaled, scaled], format="csr")
    sign = numpy.concatenate([numpy.ones(len(y)), numpy.zeros(len(y))])
    share = numpy.concatenate([weight * y, weight * (1 - y)])
    kept = share > 1e-3
    model = LogisticRegression(C=c, dual=True, solver="liblinear", tol=0.05,
                               random_state=SEED, max_iter=rounds)
    model.fit(both[kept], sign[kept], sample_weight=share[kept])
    return ((model.coef_[0] * ratio).astype(numpy.float32),
            float(model.intercept_[0]))


def out_of_fold(x, y, folds=4, **how):
    """The verdict on each row by a head that has not seen it."""
    fold = numpy.random.RandomState(SEED).randint(0, folds, len(y))
    verdict = numpy.zeros(len(y))
    for k in range(folds):
        weights, bias = fit(x[fold != k], y[fold != k], **how)
        verdict[fold == k] = x[fold == k] @ weights + bias
    return verdict


def logistic(columns, y, weight=None, c=1.0):
    """Offset and slope of each column."""
    model = LogisticRegression(C=c, max_iter=1000)
    model.fit(columns, y, sample_weight=weight)
    return float(model.intercept_[0]), model.coef_[0]


def macro_f1(y, said):
    y, said = numpy.asarray(y) >= 0.5, numpy.asarray(said)
    parts = []
    for truth, guess in ((y, said), (~y, ~said)):
        hits = (truth & guess).sum()
        parts.append(2 * hits / max(1, truth.sum() + guess.sum()))
    return sum(parts) / 2


def best_threshold(y, verdict, within):
    """The threshold of the best macro-F1; of those that are as good WITHIN
    that much, the one that flags fewest."""
    tries = numpy.quantile(verdict, numpy.linspace(0.03, 0.97, 200))
    scores = numpy.array([macro_f1(y, verdict >= t) for t in tries])
    good = tries[scores >= scores.max() - within]
    return float(good.max()), float(scores.max())


def auc(y, verdict):
    y = numpy.asarray(y) >= 0.5
    rank = numpy.argsort(numpy.argsort(verdict))
    some, rest = y.sum(), (~y).sum()
    return (rank[y].sum() - some * (some - 1) / 2) / (some * rest)
