"""What comes out: frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Groups that speak of one subject; positions are those of the groups given.

    Parameters
    ----------
    groups
        The most typical first.
    name
        From its own words; no other theme has the same.
    keywords
        Words that many of its groups have and few others do.
    cohesion
        The mean cosine of the groups to the middle of the theme.

    Examples
    --------
    >>> Theme(groups=(2, 0), name="cycle lanes", keywords=("cycle", "lanes"), cohesion=0.8).groups
    (2, 0)
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

    Parameters
    ----------
    themes
        The themes.
    labels
        For each group the place of its theme, -1 for one in ``others``.
    others
        Groups that fit no theme.

    Examples
    --------
    >>> themes = Themes((Theme((0, 1), "lanes", ("lanes",), 0.9),), labels=(0, 0, -1), others=(2,))
    >>> len(themes), [theme.name for theme in themes]
    (1, ['lanes'])
    """

    themes: tuple[Theme, ...]
    labels: tuple[int, ...]
    others: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[Theme]:
        return iter(self.themes)

    def __len__(self) -> int:
        return len(self.themes)
