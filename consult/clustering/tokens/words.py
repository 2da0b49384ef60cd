"""Texts cut into words and into pairs of characters."""

import re
from functools import lru_cache

import rjieba

from consult.clustering.documents import OURS, clean

#: Names that a word segmenter would break: lettered or numbered places, lines and houses.
NAMES = re.compile(
    r"[a-z]+\d+(?:[省市区县镇乡村州路街])?|[a-z][省市区县镇乡村州路街]"
    r"|\d+(?:号线|路|号|栋|期|街)|[a-z]+(?:['’][a-z]+)?|\d+"
)
_LETTER = re.compile(r"\w")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_LATIN = re.compile(r"[a-z]+")

#: So many words are remembered, since most texts use the same ones.
KNOWN = 1 << 16
#: An English word keeps so many letters.
SHORTEST_STEM = 3
#: English endings taken off, longest first.
_ENDINGS = (
    "ations",
    "ation",
    "ings",
    "ing",
    "ments",
    "ment",
    "edly",
    "ies",
    "ed",
    "es",
    "ly",
    "s",
    "e",
    "y",
)


def words(text: str) -> list[str]:
    """Cut a text into words, English ones without their endings.

    >>> words("Wider cycle lanes, please!")
    ['wider', 'cycl', 'lan', 'pleas']
    """
    return stems(text)[0]


def stems(text: str) -> tuple[list[str], dict[str, str]]:
    """Return the words of a text, and how those that lost their endings were written."""
    shown: dict[str, str] = {}
    return cut(clean(text), shown), shown


def cut(cleaned: str, shown: dict[str, str]) -> list[str]:
    """Cut a cleaned text into words; enter how shortened ones were written first.

    The same as :func:`spans` gives, in a third of the time.
    """
    names = NAMES.findall(cleaned)
    # a sign of ours stands for each name while the rest is cut
    found = rjieba.cut(NAMES.sub(OURS, cleaned) if names else cleaned)
    if not names:
        return [word for word in found if word.isalnum() or _LETTER.search(word)]
    following = iter(names)
    words = []
    for word in found:
        if word == OURS:
            name = next(following)
            short = stem(name)
            if short.isascii():
                shown.setdefault(short, name)
            words.append(short)
        elif word.isalnum() or _LETTER.search(word):
            words.append(word)
    return words


def spans(cleaned: str) -> list[tuple[str, int, int]]:
    """Return each word of a cleaned text with the place where it begins and ends."""
    found: list[tuple[str, int, int]] = []
    last = 0
    for name in NAMES.finditer(cleaned):
        found += _chinese(cleaned, last, name.start())
        found.append((stem(name.group()), name.start(), name.end()))
        last = name.end()
    return found + _chinese(cleaned, last, len(cleaned))


def _chinese(cleaned: str, start: int, end: int) -> list[tuple[str, int, int]]:
    found = []
    for word in rjieba.cut(cleaned[start:end]) if end > start else ():
        if _LETTER.search(word):
            found.append((word, start, start + len(word)))
        start += len(word)
    return found


@lru_cache(maxsize=KNOWN)
def stem(word: str) -> str:
    """Take the ending off an English word; any other word stays."""
    if not _LATIN.fullmatch(word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def grams(text: str) -> list[str]:
    """Return overlapping pairs of characters, which find names that no dictionary knows.

    Letters of the Latin script go by threes, since pairs of them say little.
    """
    letters = _NOT_A_LETTER.sub(" ", clean(text))
    found = []
    for run in re.findall(r"[a-z]+|[^a-z\s]+", letters):
        width = 3 if run[0].isascii() and run[0].isalpha() else 2
        found += [run[at : at + width] for at in range(max(1, len(run) - width + 1))]
    return found
