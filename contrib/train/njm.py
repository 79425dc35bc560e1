"""The model file: what stands where. Read by daemon/score/model.c."""

import struct
import zlib

import numpy

WORDS = 1 << 17
CHARS = 1 << 19
BUCKETS = WORDS + CHARS
FIRST = ["offensive", "urgent"]
REST = ["profanity", "insult", "identity_attack", "threat", "sexual",
        "self_harm", "complaint", "question"]
HEADS = FIRST + REST
HEADER = 1024
GAP = 64


class Head:
    """One head: a weight a bucket, and how its verdict is calibrated."""

    def __init__(self, weights, bias, slope=1.0, offset=0.0, most=100.0,
                 rules=0.0):
        self.weights = weights
        self.bias = bias
        self.slope = slope
        self.offset = offset
        self.most = most
        self.rules = rules

    def steps(self):
        """One step of the int8 weights, for words and for characters."""
        return [float(max(numpy.abs(part).max(), 1e-9) / 127)
                for part in (self.weights[:WORDS], self.weights[WORDS:])]

    def bytes(self):
        words, chars = self.steps()
        return numpy.concatenate([
            numpy.rint(self.weights[:WORDS] / words),
            numpy.rint(self.weights[WORDS:] / chars)]).astype(numpy.int8)


def write(path, heads, fingerprint, name, date, languages, curve, raises):
    """HEADS by name; the rest as put_join has it."""
    header = bytearray(HEADER)
    struct.pack_into("<8sI", header, 0, b"NJMODEL", 1)
    size = HEADER + BUCKETS * len(HEADS) + GAP
    struct.pack_into("<QQIIII16s", header, 16, size, fingerprint, WORDS,
                     CHARS, len(HEADS), date, name.encode())
    planes = {n: numpy.zeros((BUCKETS, len(group)), numpy.int8)
              for n, group in (("first", FIRST), ("rest", REST))}
    for i, which in enumerate(HEADS):
        head = heads.get(which)
        if head is None:
            continue
        words, chars = head.steps()
        struct.pack_into("<Ifffffff", header, 64 + 32 * i, 1, words, chars,
                         head.bias, head.slope, head.offset, head.most,
                         head.rules)
        if which in FIRST:
            planes["first"][:, i] = head.bytes()
        else:
            planes["rest"][:, i - len(FIRST)] = head.bytes()
    put_join(header, languages, curve, raises)
    whole = (bytes(header) + planes["first"].tobytes() + bytes(GAP)
             + planes["rest"].tobytes())
    assert len(whole) == size
    seal(path, whole)


def put_join(header, languages, curve, raises):
    """LANGUAGES rows (code, offset, slope, rules, trust), "*" last; CURVE
    points (x, y); RAISES the raw verdict that deserves a second look."""
    assert languages[-1][0] == "*" and len(languages) <= 6
    header[384:648] = bytes(264)
    for i, (code, *numbers) in enumerate(languages):
        struct.pack_into("<4sffff", header, 384 + 20 * i, code.encode(),
                         *numbers)
    assert 2 <= len(curve) <= 16
    struct.pack_into("<II", header, 512, len(curve), 0)
    for i, (x, y) in enumerate(curve):
        struct.pack_into("<ff", header, 520 + 8 * i, x, y)
    struct.pack_into("<f", header, 648, raises)


def seal(path, whole):
    crc = zlib.crc32(whole[16:])
    with open(path, "wb") as out:
        out.write(whole[:12] + struct.pack("<I", crc) + whole[16:])


def rejoin(path, languages, curve, raises):
    """The file anew with the same heads, joined otherwise."""
    with open(path, "rb") as file:
        whole = bytearray(file.read())
    put_join(whole, languages, curve, raises)
    seal(path, bytes(whole))


def put_head(path, which, head):
    """One of the first heads put into the file, in the place of what was."""
    i = FIRST.index(which)
    with open(path, "rb") as file:
        whole = bytearray(file.read())
    words, chars = head.steps()
    struct.pack_into("<Ifffffff", whole, 64 + 32 * i, 1, words, chars,
                     head.bias, head.slope, head.offset, head.most, head.rules)
    plane = numpy.frombuffer(whole, numpy.int8, 2 * BUCKETS, HEADER)
    plane[i::2] = head.bytes()
    seal(path, bytes(whole))
