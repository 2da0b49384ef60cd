"""Families of copies with their three counts: what a campaign looks like in figures."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from consult.clustering.campaigns.bursts import Burst, bursts
from consult.clustering.campaigns.copies import THRESHOLD, families_of, near_copies
from consult.clustering.documents import Document, digest


@dataclass(frozen=True)
class Family:
    """Copies of one text, exact or nearly: positions of the texts given, the first the earliest.

    Parameters
    ----------
    members
        Positions, the earliest first.
    texts
        How many different wordings there are, by their digests.
    people
        How many different authors there are.
    bursts
        Times with many arrivals.
    source_share
        The share of the busiest source, None if no sources were given.

    Examples
    --------
    >>> [found] = families(["save the pool!"] * 3, authors=["a", "a", "b"])
    >>> found.members, found.texts, found.people
    ((0, 1, 2), 1, 2)
    """

    members: tuple[int, ...]
    texts: int
    people: int
    bursts: tuple[Burst, ...] = ()
    source_share: float | None = None

    @property
    def suggestions(self) -> int:
        """Return how many suggestions carry the text."""
        return len(self.members)

    @property
    def first(self) -> int:
        """Return the earliest copy."""
        return self.members[0]


def families(
    texts: Sequence[str | Document],
    *,
    authors: Sequence[Hashable] | None = None,
    times: Sequence[float] | None = None,
    sources: Sequence[Hashable] | None = None,
    threshold: float = THRESHOLD,
    fewest: int = 2,
) -> tuple[Family, ...]:
    """Find families of at least ``fewest`` copies, the largest first.

    ``authors`` and ``sources`` (a channel, an address) are opaque keys, ``times`` seconds; each
    has one entry a text. Without authors every text counts as a person's of its own. Nothing
    is judged and nothing left out: a family says what was seen.

    Parameters
    ----------
    texts
        The texts or documents.
    authors, times, sources
        Who sent each text, when (in seconds), and from where.
    threshold
        How much two texts must share to be copies, see :func:`near_copies`.
    fewest
        Copies that make a family.

    Raises
    ------
    ValueError
        If a list does not have one entry for each text.

    Examples
    --------
    >>> found = families(["save the pool!"] * 3 + ["close the bridge"], authors=["a", "a", "b", "c"])
    >>> [(one.suggestions, one.texts, one.people) for one in found]
    [(3, 1, 2)]
    """
    for name, given in (("authors", authors), ("times", times), ("sources", sources)):
        if given is not None and len(given) != len(texts):
            raise ValueError(f"{name} must have {len(texts)} entries, not {len(given)}")
    found = [
        _family(members, texts, authors, times, sources)
        for members in families_of(near_copies(texts, threshold=threshold))
        if len(members) >= fewest
    ]
    return tuple(sorted(found, key=lambda one: (-one.suggestions, one.first)))


def _family(
    members: list[int],
    texts: Sequence[str | Document],
    authors: Sequence[Hashable] | None,
    times: Sequence[float] | None,
    sources: Sequence[Hashable] | None,
) -> Family:
    if times is not None:
        members = sorted(members, key=lambda at: (times[at], at))
    return Family(
        members=tuple(members),
        texts=len({digest(texts[at]) for at in members}),
        people=len({authors[at] for at in members}) if authors is not None else len(members),
        bursts=bursts([times[at] for at in members], times) if times is not None else (),
        source_share=source_share([sources[at] for at in members]) if sources is not None else None,
    )


def source_share(sources: Sequence[Hashable]) -> float:
    """Return the share of the most frequent source."""
    [(_source, most)] = Counter(sources).most_common(1)
    return round(most / len(sources), 4)
