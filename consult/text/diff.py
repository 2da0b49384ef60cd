"""What changed from one wording to the next, in words and not in characters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

import rjieba

#: Comparing takes time that grows with the square (1,500 words that repeat themselves: a
#: second); longer texts are compared by sentences.
MOST_WORDS = 1500
SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")


class ChangeKind(StrEnum):
    """What happened to a piece of text."""

    EQUAL = "equal"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """A piece that stayed, came or went."""

    kind: ChangeKind
    text: str


def word_diff(before: str, after: str) -> list[Change]:
    """Say how ``before`` became ``after``; what went is named before what came for it.

    Without the insertions the pieces give ``before``; without the deletions, ``after``.
    """
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = SENTENCE.findall(before), SENTENCE.findall(after)
    return [change for change in _changes(old, new) if change.text]


def _words(text: str) -> list[str]:
    words: list[str] = rjieba.cut(text)
    return words


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for name, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if name == "equal":
            yield Change(ChangeKind.EQUAL, "".join(old[old_from:old_to]))
        else:
            yield Change(ChangeKind.DELETE, "".join(old[old_from:old_to]))
            yield Change(ChangeKind.INSERT, "".join(new[new_from:new_to]))
