"""What comes out: frozen values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from consult.clustering.grouping.constraints import Contradiction
from consult.clustering.vectors import Floats

#: Bounds, in log-odds, between which compared pairs are counted; beyond them lie two more bins.
BOUNDS = tuple(float(bound) for bound in np.arange(-8, 8.5, 0.5))


def counted(odds: Floats) -> tuple[int, ...]:
    """Count pairs by their log-odds: those below all :data:`BOUNDS`, between each two, above all."""
    bins = np.searchsorted(BOUNDS, odds, side="right")
    return tuple(np.bincount(bins, minlength=len(BOUNDS) + 1).tolist())


@dataclass(frozen=True)
class Group:
    """Documents that make the same request; a single one is a group of its own.

    Parameters
    ----------
    members
        Positions of the documents given, the one most like the others first.
    similarities
        For each member the mean probability that it makes the same request as the others.
    cohesion
        Their mean.
    keywords
        Words that many members have and few others do, for a name.
    nearest
        The place of the closest other group; None if none was compared.
    nearest_similarity
        How probable it is that it makes the same request.
    uncertain
        Members that a slightly different threshold would move.

    Examples
    --------
    >>> from consult.clustering import Clusterer, HashingEncoder
    >>> texts = ["wider cycle lanes", "lower the rents", "cycle lanes, wider"]
    >>> group = Clusterer(HashingEncoder()).cluster(texts).groups[0]
    >>> len(group), sorted(group.members), group.representative in group.members
    (2, [0, 2], True)
    """

    members: tuple[int, ...]
    similarities: tuple[float, ...]
    cohesion: float
    keywords: tuple[str, ...] = ()
    nearest: int | None = None
    nearest_similarity: float = 0.0
    uncertain: tuple[int, ...] = ()

    @property
    def representative(self) -> int:
        """Return the member that is most like the others."""
        return self.members[0]

    def __len__(self) -> int:
        return len(self.members)


@dataclass(frozen=True)
class Grouping:
    """All groups, the largest first; every document is in exactly one.

    Parameters
    ----------
    groups
        The groups, also those of one document.
    settings
        What the run must record to be repeated, and the threshold that was applied.
    encoder
        Name, version, fingerprint and dimension of the encoder.
    fingerprint
        That of the documents, see :func:`~consult.clustering.fingerprint`.
    contradictions
        Pairs that were said to differ while others say that they are the same.
    labels
        For each document the place of its group.
    compared
        How many pairs were compared, by their log-odds, see :func:`counted`.

    Examples
    --------
    >>> from consult.clustering import Clusterer, HashingEncoder
    >>> grouping = Clusterer(HashingEncoder()).cluster(["lower the rents", "more trees", "more trees!"])
    >>> grouping.labels, [len(group) for group in grouping]
    ((1, 0, 0), [2, 1])
    """

    groups: tuple[Group, ...]
    settings: Mapping[str, object]
    encoder: Mapping[str, object]
    fingerprint: str
    contradictions: tuple[Contradiction, ...] = ()
    labels: tuple[int, ...] = field(default=())
    compared: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[Group]:
        return iter(self.groups)

    def __len__(self) -> int:
        return len(self.groups)
