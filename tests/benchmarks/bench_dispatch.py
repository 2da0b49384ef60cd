"""How often the learned proposal of a unit is right, on real messages that people classified.

    python -m tests.benchmarks.bench_dispatch PATH/messages_classified.csv

The label of a message stands for the unit that answers it. Cross-validation in five parts, the
same each time; a message whose words, without blanks, stand in the part that is learned from is
not tried. Three questions: how often the first proposal, and one of the first three, is right; what
the shares that are shown are worth; how many cases it takes.
"""

import argparse
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from consult.clustering import Document
from consult.clustering.encoders.loading import encode_documents, load_encoder
from consult.services.handling.dispatch_learner import Learned, Told, learn, sharpened
from consult.services.handling.dispatch_lessons import HELD_BACK
from consult.tables import Row, read_table

PARTS, SEED = 5, 0
CURVE = (50, 100, 200, 376)
SHARES = (0.0, 0.4, 0.6, 0.8, 1.01)


def classified(path):
    """Title, text and label of each message that has one, in an order without meaning."""
    rows = [row.values for row in read_table(path) if isinstance(row, Row)]
    found = [(row["title"], row["body"], row["label"]) for row in rows if row["label"]]
    np.random.default_rng(SEED).shuffle(found)
    return found


def taught(told, units):
    """What a job would learn from them: shares made honest on a part held back."""
    cut = len(units) - max(1, int(len(units) * HELD_BACK))
    first = sharpened(learn(told[:cut], units[:cut]), told[cut:], units[cut:])
    learned = replace(learn(told, units), sharpness=first.sharpness)
    return Learned.from_bytes(learned.to_bytes())


def squeezed(told):
    return "".join((told.title + told.text).split())


def tried(told, units, *, most=None):
    """(share of the first, first right, among three) of each message when it was not learned from."""
    parts = np.random.default_rng(SEED).integers(0, PARTS, len(told))
    found = []
    for part in range(PARTS):
        known = np.flatnonzero(parts != part)[:most]
        learned = taught([told[n] for n in known], [units[n] for n in known])
        seen = {squeezed(told[n]) for n in known}
        for n in np.flatnonzero(parts == part):
            if squeezed(told[n]) in seen:
                continue
            guesses = learned.guess(told[n])
            names = [guess.unit for guess in guesses]
            found.append((guesses[0].share, names[0] == units[n], units[n] in names))
    return np.array(found, float)


def report(path):
    rows = classified(path)
    names = sorted({row[2] for row in rows})
    units = [names.index(row[2]) for row in rows]
    vectors = encode_documents(load_encoder(), [Document(row[0], row[1]) for row in rows])
    plain = [Told(row[0], row[1]) for row in rows]
    told = [replace(one, vector=vector) for one, vector in zip(plain, vectors, strict=True)]
    common = max(units.count(unit) for unit in set(units)) / len(units)
    print(f"{len(rows)} messages, {len(names)} labels; always the commonest: {common:.1%}")
    print(f"{'':24}{'tried':>7}{'first':>9}{'of three':>10}{'CPU s':>8}")
    for what, texts in (("words and meaning", told), ("words alone", plain)):
        started = time.process_time()
        found = tried(texts, units)
        spent = time.process_time() - started
        print(
            f"{what:24}{len(found):7}{found[:, 1].mean():9.1%}{found[:, 2].mean():10.1%}{spent:8.1f}"
        )
    print("\nlearned from        first   of three")
    for most in CURVE:
        found = tried(told, units, most=most)
        print(f"{most:>12}{found[:, 1].mean():13.1%}{found[:, 2].mean():11.1%}")
    found = tried(told, units)
    print("\nshare shown   messages   first right   share on average")
    for low, high in pairwise(SHARES):
        part = found[(found[:, 0] >= low) & (found[:, 0] < high)]
        if len(part):
            top = f"{low:.0%} to {min(high, 1):.0%}"
            print(f"{top:12}{len(part):10}{part[:, 1].mean():14.1%}{part[:, 0].mean():16.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, nargs="?", help="a table with title, body and label")
    path = parser.parse_args().path
    if path is None:
        print("Skipped: it needs the path of a table with title, body and label.")
    else:
        report(path)
