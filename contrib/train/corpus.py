"""The texts that are learned from, their labels, and what the judge sees of
them. Labels are numbers 0..1, nan where a text has none."""

import hashlib
import json
import os
import struct
import subprocess

import numpy
import scipy.sparse

import njm

# A fifth of these has no dev set of its own and is held out of training.
SPLIT = {"davidson-train", "germeval2018-train", "told-br-train",
         "offendes-train"}
LONGEST = 60000  # bytes of a text


def split_of(texts):
    """Which texts are held out: by their own bytes, so for good."""
    return numpy.array([
        int(hashlib.md5(t.encode()).hexdigest()[:8], 16) % 5 == 0
        for t in texts])


def ask(program, texts, *arguments):
    encoded = [t.encode()[:LONGEST] for t in texts]
    given = b"".join(struct.pack("<I", len(e)) + e for e in encoded)
    return subprocess.run([program, *arguments], input=given, check=True,
                          stdout=subprocess.PIPE).stdout


class Corpus:
    def __init__(self, directory, program):
        self.directory = directory
        self.program = program
        self.rows = {}
        self.seen = {}

    def load(self, name):
        if name not in self.rows:
            path = name
            if not os.path.exists(path):
                path = os.path.join(self.directory, name + ".jsonl")
            with open(path, encoding="utf-8") as lines:
                self.rows[name] = [json.loads(line) for line in lines]
        return self.rows[name]

    def texts(self, name):
        return [row["text"] for row in self.load(name)]

    def labels(self, name, key):
        return numpy.array([
            numpy.nan if row["labels"].get(key) is None
            else float(row["labels"][key]) for row in self.load(name)])

    def train(self, name):
        """Which rows of NAME may be learned from."""
        texts = self.texts(name)
        if name in SPLIT:
            return ~split_of(texts)
        return numpy.ones(len(texts), bool)

    def dev(self, name):
        return ~self.train(name)

    def features(self, name):
        """A row a text, a column a bucket: counts over the root of how many
        there are, words and characters apart."""
        if name not in self.seen:
            self.seen[name] = self.see(self.texts(name))
        return self.seen[name]

    def see(self, texts):
        told = numpy.frombuffer(ask(self.program, texts), numpy.uint32)
        at = 0
        ends, columns, values = [0], [], []
        for _ in texts:
            words, chars = int(told[at]), int(told[at + 1])
            at += 2
            width = 0
            for count in (words, chars):
                some, times = numpy.unique(told[at:at + count],
                                           return_counts=True)
                at += count
                columns.append(some.astype(numpy.int32))
                values.append((times / numpy.sqrt(max(count, 1)))
                              .astype(numpy.float32))
                width += len(some)
            ends.append(ends[-1] + width)
        return scipy.sparse.csr_matrix(
            (numpy.concatenate(values), numpy.concatenate(columns),
             numpy.array(ends)), shape=(len(texts), njm.BUCKETS))

    def measure(self, texts, model, lexicons):
        """Language, raw verdict and rules of each text, by the whole judge."""
        told = ask(self.program, texts, model, lexicons)
        kind = numpy.dtype([("language", "S4"), ("model", "<f4"),
                            ("rules", "<f4"), ("urgent_model", "<f4"),
                            ("urgent_rules", "<f4")])
        return numpy.frombuffer(told, kind)

    def fingerprint(self):
        told = subprocess.run([self.program, "print"], check=True,
                              stdout=subprocess.PIPE).stdout
        return struct.unpack("<Q", told)[0]
