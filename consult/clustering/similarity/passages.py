"""What stands word for word in two texts."""

import numpy as np

from consult.clustering.documents import clean
from consult.clustering.vectors import Integers

#: A shared passage shorter than this says nothing; one of Latin letters needs as many more.
SHORTEST, SHORTEST_LATIN = 3, 6
#: Characters compared; the time grows with their square: 1,500 take some ten milliseconds.
READ = 1500
#: Particles that a passage does not begin or end with.
PARTICLES = "的了和与及在"


def passages(first: str, second: str, most: int) -> tuple[str, ...]:
    """Return the longest passages that two texts share, the longest first, none within another.

    Case, width and forms of characters do not matter. English words are not cut. The same for
    both orders of the texts.
    """
    one, other = clean(first)[:READ], clean(second)[:READ]
    found = {_trimmed(one, other, *place) for place in zip(*_matches(one, other), strict=True)}
    chosen: list[str] = []
    for passage in sorted(found, key=lambda passage: (-len(passage), passage)):
        if len(chosen) == most:
            break
        if _is_telling(passage) and not any(passage in longer for longer in chosen):
            chosen.append(passage)
    return tuple(chosen)


def _matches(one: str, other: str) -> tuple[list[int], list[int], list[int]]:
    """Return where passages that cannot be made longer begin in each text, and how long they are."""
    signs = np.array([*map(ord, other)], np.int64)
    run = np.zeros(len(other) + 1, np.int64)
    ends: list[tuple[Integers, Integers, Integers]] = []
    for at, sign in enumerate([*map(ord, one), -1]):
        before, run = run, np.zeros_like(run)
        # run[k]: how many characters before the k-th of the other match those up to here
        run[1:][signs == sign] = before[:-1][signs == sign] + 1
        goes_on = np.append(run[1:] > 0, False)
        stop = np.flatnonzero((before >= SHORTEST) & ~goes_on)
        ends.append((at - before[stop], stop - before[stop], before[stop]))
    starts, others, lengths = (
        np.concatenate(column).tolist() for column in zip(*ends, strict=True)
    )
    return starts, others, lengths


def _trimmed(one: str, other: str, start: int, other_start: int, length: int) -> str:
    """Take off blanks, signs and the pieces of English words at the ends of a passage."""
    stop, other_stop = start + length, other_start + length
    first, last = start, stop
    if _cuts(one, start) or _cuts(other, other_start):
        while first < last and _is_latin(one[first]):
            first += 1
    if _cuts(one, stop) or _cuts(other, other_stop):
        while first < last and _is_latin(one[last - 1]):
            last -= 1
    while first < last and _is_empty(one[first]):
        first += 1
    while first < last and _is_empty(one[last - 1]):
        last -= 1
    return " ".join(one[first:last].split())


def _cuts(text: str, at: int) -> bool:
    """Say whether a place lies inside of an English word or a number."""
    return 0 < at < len(text) and _is_latin(text[at - 1]) and _is_latin(text[at])


def _is_empty(sign: str) -> bool:
    return not sign.isalnum() or sign in PARTICLES


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _is_telling(passage: str) -> bool:
    return len(passage) >= (SHORTEST_LATIN if passage.isascii() else SHORTEST)
