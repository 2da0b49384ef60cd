"""What comes out: frozen values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from consult.clustering.grouping.constraints import Contradiction


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
    """All groups, the largest first; every document is in exactly one."""

    groups: tuple[Group, ...]
    settings: Mapping[str, object]
    encoder: Mapping[str, object]
    fingerprint: str
    contradictions: tuple[Contradiction, ...] = ()
    labels: tuple[int, ...] = field(default=())

    def __iter__(self) -> Iterator[Group]:
        return iter(self.groups)

    def __len__(self) -> int:
        return len(self.groups)
