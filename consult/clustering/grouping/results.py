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

    Positions are those of the documents given. ``similarities`` belong to ``members`` one
    by one: the mean probability that the member makes the same request as the others.
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

    ``compared`` counts the pairs that were compared by their log-odds, see :func:`counted`.
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
