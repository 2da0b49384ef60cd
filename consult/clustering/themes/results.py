"""What comes out: frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Groups that speak of one subject; positions are those of the groups given.

    ``groups`` begins with the most typical. ``cohesion`` is the mean cosine of the groups to
    the middle of the theme. ``name`` differs from the name of every other theme.
    """

    groups: tuple[int, ...]
    name: str
    keywords: tuple[str, ...]
    cohesion: float

    def __len__(self) -> int:
        return len(self.groups)


@dataclass(frozen=True)
class Themes:
    """All themes, the largest first; a group that fits none of them is in ``others``.

    ``labels`` gives for each group the place of its theme, -1 for one in ``others``.
    """

    themes: tuple[Theme, ...]
    labels: tuple[int, ...]
    others: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[Theme]:
        return iter(self.themes)

    def __len__(self) -> int:
        return len(self.themes)
