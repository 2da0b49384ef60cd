"""Names of themes, from the words that are theirs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from consult.clustering.documents import Document
from consult.clustering.themes.phrases import Phrase, looks_like_a_name, phrases, telling

Key = tuple[str, ...]

#: What a phrase of a title counts against one of a body.
TITLE_COUNTS = 4.0
#: Groups that are read for the names of one theme, the most typical first.
READ = 200
#: Weight of the language of all themes against that of one (the prior of Monroe et al.).
PRIOR = 20.0
#: Parts of a name, and keywords.
PARTS, KEYWORDS = 3, 8
#: A further part must be so near to the first in strength.
NEAR = 0.45
#: A part is in at least this share of the groups; a word that may be a proper name in more.
SHARED_BY, KNOWN_BY = 0.07, 0.25
#: A longer phrase stands for its words if it is in so much of the groups that have them.
WHOLE = 0.5
#: Nothing sets this theme apart.
NAMELESS = "…"


@dataclass(frozen=True)
class Name:
    """A name of up to three parts, and the words that it was chosen from, the strongest first."""

    text: str
    keywords: tuple[str, ...]


def names(documents: Sequence[Document], themes: Sequence[Sequence[int]]) -> list[Name]:
    """Name each theme by what its groups say more often than those of the others.

    ``documents`` has one text for each group, ``themes`` the groups of each theme, the most
    typical first. A part is a word or a phrase of several groups, ranked by the weighted log
    odds against the rest with the language of all as prior (Monroe, Colaresi and Quinn 2008).
    No two names are equal.
    """
    counted = [_counted(documents, theme[:READ]) for theme in themes]
    every: Counter[Key] = Counter()
    for one in counted:
        every.update(one.weight)
    total = sum(one.total for one in counted)
    ranked = [_ranked(one, every, total) for one in counted]
    return _told_apart([_words(one, keys) for one, keys in zip(counted, ranked, strict=True)])


@dataclass(frozen=True)
class _Counted:
    """The phrases of one theme: their weight, in how many groups, and how they are written."""

    weight: Counter[Key]
    groups: Counter[Key]
    written: dict[Key, Counter[str]]
    titled: set[Key]
    size: int
    total: float


def _counted(documents: Sequence[Document], theme: Sequence[int]) -> _Counted:
    weight: Counter[Key] = Counter()
    groups: Counter[Key] = Counter()
    written: dict[Key, Counter[str]] = defaultdict(Counter)
    titled: set[Key] = set()
    for at in theme:
        title, body = phrases(documents[at])
        keys = {phrase.key for phrase in title}
        for phrase in title:
            weight[phrase.key] += TITLE_COUNTS  # type: ignore[assignment]
        for phrase in body:
            if phrase.key not in keys:
                weight[phrase.key] += 1
        titled |= keys
        both: Iterable[Phrase] = title | body
        groups.update({phrase.key for phrase in both})
        for phrase in both:
            written[phrase.key][phrase.written] += 1
    return _Counted(weight, groups, written, titled, len(theme), sum(weight.values()))


def _ranked(one: _Counted, every: Counter[Key], total: float) -> list[tuple[float, Key]]:
    """Return phrases of several groups by how much they are this theme's own.

    Where no phrase is shared, those of a single group: a word of the most typical is better
    than none.
    """
    for wanted in (max(2, round(SHARED_BY * one.size)), 1):
        found = [
            (_strength(one, every, total, key) * telling(key), key)
            for key, groups in one.groups.items()
            if key in one.titled
            and groups >= wanted
            and (groups >= KNOWN_BY * one.size or wanted == 1 or not looks_like_a_name(key))
        ]
        if found:
            break
    return sorted(found, key=lambda pair: (-pair[0], pair[1]))


def _strength(one: _Counted, every: Counter[Key], total: float, key: Key) -> float:
    here = one.total
    mine, others = one.weight[key], every[key] - one.weight[key]
    prior = PRIOR * every[key] / (total + 1)
    odds = np.log((mine + prior) / (here + PRIOR - mine - prior)) - np.log(
        (others + prior) / (total - here + PRIOR - others - prior)
    )
    return float(odds / np.sqrt(1 / (mine + prior) + 1 / (others + prior)))


def _words(one: _Counted, ranked: Sequence[tuple[float, Key]]) -> list[str]:
    """Return the strongest phrases, long ones in the place of their words; near the first, or few."""
    chosen: list[Key] = []
    best = ranked[0][0] if ranked else 0.0
    for strength, short in ranked:
        if len(chosen) == KEYWORDS or strength < NEAR * best:
            break
        key = _whole(one, short)
        if not any(_overlap(key, other) for other in chosen):
            chosen.append(key)
    return [one.written[key].most_common(1)[0][0] for key in chosen]


def _whole(one: _Counted, key: Key) -> Key:
    """Return the longest phrase around these words that is in about as many groups."""
    longer = [
        other
        for other, groups in one.groups.items()
        if len(other) > len(key)
        and groups >= max(2, WHOLE * one.groups[key])
        and _inside(key, other)
    ]
    return max(longer, key=lambda other: (len(other), one.groups[other], other), default=key)


def _inside(key: Key, other: Key) -> bool:
    return any(other[at : at + len(key)] == key for at in range(len(other) - len(key) + 1))


def _overlap(key: Key, other: Key) -> bool:
    return (
        bool(set(key) & set(other))
        or "".join(key) in "".join(other)
        or "".join(other) in "".join(key)
    )


def _told_apart(found: Sequence[Sequence[str]]) -> list[Name]:
    """Join parts into names; of equal ones the later take further parts, or a number."""
    taken: set[str] = set()
    result = []
    for words in found:
        parts = PARTS
        name = _joined(words[:parts])
        while name in taken and parts < len(words):
            parts += 1
            name = _joined(words[:parts])
        number, plain = 2, name
        while name in taken:
            name, number = f"{plain} {number}", number + 1
        taken.add(name)
        result.append(Name(name, tuple(words)))
    return result


def _joined(words: Sequence[str]) -> str:
    if not words:
        return NAMELESS
    latin = all(word.isascii() for word in words)
    text = (", " if latin else "、").join(words)
    return text[0].upper() + text[1:] if latin else text
