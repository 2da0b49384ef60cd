"""What an encoder learns from: pairs of texts that mean the same, and pairs that may not."""

import gzip
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

#: Words used for "means the same" in published pair files.
SAME = {"1", "entailment", "entailmen"}
DIFFERENT = {"0", "contradiction", "contra"}

#: Grades of semantic similarity files run from 0 to 5.
GRADE_SAME = 4.0
GRADE_TOP = 5.0


@dataclass(frozen=True)
class Source:
    """Pairs from one place; a batch is drawn from one source, so that its negatives are hard.

    ``positives`` are pairs that mean the same. ``graded`` are pairs with a mark between 0 and 1.
    """

    name: str
    positives: list[tuple[str, str]] = field(default_factory=list)
    graded: list[tuple[str, str, float]] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """Every text once for each time it is used."""
        for pair in self.positives:
            yield from pair
        for first, second, _ in self.graded:
            yield first
            yield second


def from_documents(name: str, documents: Iterable[tuple[str, str]]) -> Source:
    """Learn that a title belongs to its body, and one half of a body to the other."""
    positives = []
    for pair in documents:
        title, body = (text.strip() for text in pair)
        if title and body:
            positives.append((title, body))
        positives += halves(body)
    return Source(name, positives)


def from_pairs(path: Path) -> Source:
    """Read ``first <tab> second [<tab> label]``: 0/1, a grade from 0 to 5, or a relation.

    A line without a label is a pair that means the same.
    """
    rows = [row for row in _rows(path) if len(row) > 1 and row[0].strip() and row[1].strip()]
    labels = {row[2].strip() for row in rows if row[2:]}
    top = GRADE_TOP if any(_number(label) > 1 for label in labels) else 1.0
    positives, graded = [], []
    for first, second, *rest in rows:
        label = rest[0].strip() if rest else "1"
        mark = _mark(label, top)
        if mark is None:
            continue
        if mark >= GRADE_SAME / GRADE_TOP:
            positives.append((first, second))
        if rest:
            graded.append((first, second, mark))
    return Source(path.stem, positives, graded if len({mark for *_, mark in graded}) > 1 else [])


def from_passages(path: Path) -> Source:
    """Read ``heading <tab> … <tab> text``: a heading belongs to its text, half a text to the other."""
    positives = []
    for row in _rows(path):
        heading, text = " ".join(row[:-1][:2]), row[-1]
        if heading.strip() and text.strip():
            positives.append((heading, text))
        positives += halves(text)
    return Source(path.name.split(".")[0], positives)


def halves(text: str, shortest: int = 60) -> list[tuple[str, str]]:
    """Cut a text at the sentence end nearest to its middle; nothing for a short text."""
    if len(text) < shortest:
        return []
    middle = len(text) // 2
    ends = [place + 1 for place, sign in enumerate(text) if sign in "。！？；!?;."]
    cut = min(ends, key=lambda end: abs(end - middle), default=0)
    first, second = text[:cut].strip(), text[cut:].strip()
    return [(first, second)] if min(len(first), len(second)) * 3 > shortest else []


def _mark(label: str, top: float) -> float | None:
    if label in SAME and top == 1.0:
        return 1.0
    if label in DIFFERENT and top == 1.0:
        return 0.0
    number = _number(label)
    return number / top if number >= 0 else None


def _number(label: str) -> float:
    try:
        return float(label)
    except ValueError:
        return -1.0


def _rows(path: Path) -> Iterator[list[str]]:
    with _opened(path) as lines:
        for line in lines:
            yield unicodedata.normalize("NFKC", line.rstrip("\r\n")).split("\t")


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")
