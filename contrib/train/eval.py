#!/usr/bin/env python3
"""How well posts are judged, on dev sets and beside peers in the same run:
eval.py DATA NIGHTJAR [--no-peers]

Everything goes through `nightjar score --json`; a post is flagged when its
"offensive" is at least 0.5. Intervals are the middle 95 % of a thousand
resamplings. What is not on dev sets is never looked at."""

import os

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[threads] = "1"

import json
import shutil
import subprocess
import sys
import tempfile

import numpy

import learn
from corpus import Corpus, SPLIT

HERE = os.path.dirname(os.path.abspath(__file__))
# set, label it is held against, what of it counts
SETS = [("olid-dev", "offensive"), ("davidson-train", "offensive"),
        ("germeval2018-train", "offensive"),
        ("offendes-train", "offensive"), ("told-br-train", "offensive"),
        ("edos-dev", "identity_attack"), ("hatemoji-dev", "identity_attack"),
        ("hateval-dev", "identity_attack")]
OWN = ("olid-dev", "davidson-train", "germeval2018-train")
GOALS = {"olid-dev": 0.77, "davidson-train": 0.93, "germeval2018-train": 0.70}
TIMES = 1000


def interval(values):
    low, high = numpy.quantile(values, [0.025, 0.975])
    return f"{low:.3f}-{high:.3f}"


def resampled_f1(y, said):
    """Macro-F1 of resamplings: of the four cells, which is the same."""
    y, said = y >= 0.5, numpy.asarray(said, bool)
    cells = numpy.array([(y & said).sum(), (~y & said).sum(),
                         (y & ~said).sum(), (~y & ~said).sum()])
    draws = numpy.random.RandomState(7).multinomial(
        len(y), cells / len(y), TIMES).astype(float)
    tp, fp, fn, tn = draws.T
    return (tp / (tp + (fp + fn) / 2 + 1e-9)
            + tn / (tn + (fp + fn) / 2 + 1e-9)) / 2


def resampled_rate(said):
    draws = numpy.random.RandomState(7).binomial(
        len(said), numpy.mean(said), TIMES)
    return draws / len(said)


def calibration_error(y, p, bins=10):
    """ECE: by how much the scores of a bin miss its share, weighted."""
    bin_of = numpy.minimum((p * bins).astype(int), bins - 1)
    return sum((bin_of == b).mean()
               * abs(p[bin_of == b].mean() - (y[bin_of == b] >= 0.5).mean())
               for b in range(bins) if (bin_of == b).any())


class Eval:
    def __init__(self, data, nightjar):
        self.corpus = Corpus(data, None)
        self.nightjar = nightjar
        self.scored = {}

    def held(self, name):
        """The texts of NAME that nothing was trained on."""
        texts = self.corpus.texts(name)
        if name in SPLIT and name != "banking77-train":
            kept = self.corpus.dev(name)
        else:
            kept = numpy.ones(len(texts), bool)
        return [t for t, k in zip(texts, kept) if k], kept

    def score(self, name):
        if name not in self.scored:
            texts, _ = self.held(name)
            given = "".join(json.dumps({"text": t}) + "\n" for t in texts)
            told = subprocess.run([self.nightjar, "score", "--json"],
                                  input=given.encode(), check=True,
                                  stdout=subprocess.PIPE).stdout
            self.scored[name] = [json.loads(line)
                                 for line in told.splitlines()]
        return self.scored[name]

    def offensive(self, name):
        return numpy.array([s["offensive"] for s in self.score(name)])

    def truth(self, name, key):
        return self.corpus.labels(name, key)[self.held(name)[1]]

    # ---- tables --------------------------------------------------------

    def sets(self):
        print("\nmacro-F1 at 0.5 (95 % interval), and AUC")
        for name, key in SETS:
            y = self.truth(name, key)
            p = self.offensive(name)
            if key == "identity_attack":
                p = numpy.maximum(p, [s["labels"][key]
                                      for s in self.score(name)])
            f1 = learn.macro_f1(y, p >= 0.5)
            goal = f"  goal {GOALS[name]:.2f}" if name in GOALS else ""
            print(f"  {name:<20} {f1:.3f} "
                  f"({interval(resampled_f1(y, p >= 0.5))})  "
                  f"AUC {learn.auc(y, p):.3f}  n {len(y)}{goal}")
        y = self.truth("edos-dev", "identity_attack")
        for name in ("edos-dev", "hatemoji-dev", "hateval-dev"):
            y = self.truth(name, "identity_attack")
            p = numpy.array([s["labels"]["identity_attack"]
                             for s in self.score(name)])
            print(f"  {name + ', its label':<26} "
                  f"{learn.macro_f1(y, p >= 0.5):.3f}  "
                  f"AUC {learn.auc(y, p):.3f}")

    def ordinary(self):
        print("\nordinary posts flagged at 0.5")
        negative = self.truth("airline-train", "negative") >= 0.5
        p = self.offensive("airline-train") >= 0.5
        bank = self.offensive("banking77-train") >= 0.5
        for what, said, goal in (
                ("airline neutral, positive", p[~negative], "0.6 %"),
                ("airline complaints", p[negative], "-"),
                ("banking77", bank, "0.3 %")):
            low, high = numpy.quantile(resampled_rate(said), [0.025, 0.975])
            print(f"  {what:<26} {100 * said.mean():.2f} % "
                  f"({100 * low:.2f}-{100 * high:.2f})  n {len(said)}  "
                  f"goal {goal}")

    def calibration(self):
        y, p = self.truth("olid-dev", "offensive"), self.offensive("olid-dev")
        print("\ncalibration on olid-dev")
        print(f"  ECE {calibration_error(y, p):.3f}  goal 0.04")
        for at in (0.5, 0.7, 0.9):
            said = p >= at
            print(f"  p >= {at}: precision {(y[said] >= 0.5).mean():.3f} "
                  f"recall {said[y >= 0.5].mean():.3f}")
        for low in numpy.arange(0, 1, 0.1):
            kept = (p >= low) & (p < low + 0.1 + (low > 0.85))
            if kept.any():
                print(f"  {low:.1f}-{low + 0.1:.1f}: said {p[kept].mean():.2f}"
                      f" true {(y[kept] >= 0.5).mean():.2f} n {kept.sum()}")

    # ---- peers ---------------------------------------------------------

    def row(self, name, judge):
        cells = []
        for which in OWN:
            texts, _ = self.held(which)
            y = self.truth(which, "offensive")
            said = judge(texts)
            cells.append(f"{learn.macro_f1(y, said):.3f} "
                         f"({interval(resampled_f1(y, said))})")
        texts, _ = self.held("airline-train")
        calm = self.truth("airline-train", "negative") < 0.5
        said = numpy.asarray(judge([t for t, c in zip(texts, calm) if c]))
        cells.append(f"{100 * said.mean():5.2f} %")
        said = numpy.asarray(judge(self.held("banking77-train")[0]))
        cells.append(f"{100 * said.mean():5.2f} %")
        print(f"  {name:<22}" + "  ".join(cells), flush=True)

    def ours(self, texts):
        given = "".join(json.dumps({"text": t}) + "\n" for t in texts)
        told = subprocess.run([self.nightjar, "score", "--json"],
                              input=given.encode(), check=True,
                              stdout=subprocess.PIPE).stdout
        return [json.loads(line)["offensive"] >= 0.5
                for line in told.splitlines()]

    def peers(self):
        print("\nbeside peers: macro-F1 on olid-dev, davidson, germeval2018; "
              "airline, banking77 flagged")
        self.row("nightjar", self.ours)
        with tempfile.TemporaryDirectory() as scratch:
            self.filters(scratch)
            self.fasttext(scratch)
        self.sklearn()

    def filters(self, scratch):
        shutil.copy(f"{HERE}/peers.json", f"{scratch}/package.json")
        shutil.copy(f"{HERE}/peers.mjs", scratch)
        done = subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund",
             "--ignore-scripts"], cwd=scratch, check=False)
        if done.returncode != 0:
            print("  word filters of npm: could not be installed")
            return
        with open(f"{HERE}/peers.json", encoding="utf-8") as file:
            versions = json.load(file)["dependencies"]
        for name, version in versions.items():
            def judge(texts, name=name):
                given = "".join(json.dumps(t) + "\n" for t in texts)
                told = subprocess.run(
                    ["node", "peers.mjs", name], cwd=scratch, check=True,
                    input=given.encode(), stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL).stdout
                return [line == b"1" for line in told.split()]
            self.row(f"{name} {version}", judge)

    def training(self):
        """What the model learned from, with plain labels."""
        texts, labels = [], []
        for name in ("olid-train", "davidson-train", "germeval2018-train"):
            kept = self.corpus.train(name)
            y = self.corpus.labels(name, "offensive") >= 0.5
            texts += [t for t, k in zip(self.corpus.texts(name), kept) if k]
            labels += list(y[kept])
        return texts, labels

    def fasttext(self, scratch):
        if shutil.which("fasttext") is None:
            print("  fastText: not installed")
            return
        texts, labels = self.training()
        flat = [" ".join(t.lower().split()) for t in texts]
        with open(f"{scratch}/train", "w", encoding="utf-8") as out:
            out.writelines(f"__label__{int(y)} {t}\n"
                           for t, y in zip(flat, labels))
        subprocess.run(
            ["fasttext", "supervised", "-input", f"{scratch}/train",
             "-output", f"{scratch}/ft", "-epoch", "15", "-wordNgrams", "2",
             "-minn", "3", "-maxn", "6", "-dim", "50", "-bucket", "500000",
             "-thread", "1", "-verbose", "0"], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def judge(given):
            flat = "".join(" ".join(t.lower().split()) + " \n" for t in given)
            told = subprocess.run(
                ["fasttext", "predict", f"{scratch}/ft.bin", "-"],
                input=flat.encode(), check=True,
                stdout=subprocess.PIPE).stdout.splitlines()
            return [line == b"__label__1" for line in told]
        self.row("fastText, same sets", judge)

    def sklearn(self):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline, make_union
        texts, labels = self.training()
        model = make_pipeline(
            make_union(
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True,
                                min_df=2),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5),
                                sublinear_tf=True, min_df=3)),
            LogisticRegression(solver="liblinear"))
        model.fit(texts, labels)
        self.row("sklearn TF-IDF LR", lambda given: model.predict(given))


def main():
    data, nightjar = sys.argv[1], sys.argv[2]
    run = Eval(data, nightjar)
    run.sets()
    run.ordinary()
    run.calibration()
    if "--no-peers" not in sys.argv:
        run.peers()


if __name__ == "__main__":
    main()
