"""Themes for pages: which there are, how much is in each, and where an old address leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import NotFound
from consult.services.records import tallies
from models.cluster import Cluster
from models.tally import Count
from models.theme import Theme, ThemeStep
from models.topic import Topic

#: A page lists no more themes than this; a run makes a few hundred at most.
MOST = 400
#: Mergers that an old address is followed through.
FARTHEST = 20


@dataclass(frozen=True)
class ThemeCounts:
    """A theme, or None for what is in none, with its living groups and their suggestions."""

    theme: Theme | None
    groups: int
    suggestions: int

    @property
    def key(self) -> str:
        """What the theme is called in an address."""
        return OTHER if self.theme is None else str(self.theme.id)


#: What groups in no theme are called in an address.
OTHER = "none"
#: The order that keeps themes together; those in none come last.
BY_THEME: list[Any] = [Cluster.theme_id.is_(None), Cluster.theme_id]


def of_topic(session: Session, topic: Topic) -> list[ThemeCounts]:
    """The themes of ``topic`` that have groups, the largest first; what is in none comes last.

    Two queries however many groups there are.
    """
    kept = tallies.by_names(session, topic.id, Count.GROUPS, Count.GROUPED)
    suggestions = kept[Count.GROUPED]
    rows = [(key, count, suggestions.get(key, 0)) for key, count in kept[Count.GROUPS].items()]
    found = {theme.id: theme for theme in session.scalars(_living(topic))}
    counts = [ThemeCounts(found[row[0]], row[1], row[2]) for row in rows if row[0] in found]
    rest = [row for row in rows if row[0] not in found]
    counts.sort(key=lambda one: (-one.suggestions, one.theme.id if one.theme else 0))
    if rest and counts:
        counts.append(ThemeCounts(None, sum(r[1] for r in rest), sum(r[2] for r in rest)))
    return counts[:MOST]


def by_id(session: Session, theme_id: int) -> Theme:
    """A theme, living or retired, with its topic.

    :raises NotFound: if there is none.
    """
    found = session.scalar(
        select(Theme).where(Theme.id == theme_id).options(joinedload(Theme.topic))
    )
    if found is None:
        raise NotFound
    return found


def successor(session: Session, theme: Theme) -> Theme | None:
    """The living theme that took over the groups of a retired one, through several steps."""
    here: Theme | None = theme
    for _step in range(FARTHEST):
        if here is None or here.retired_at is None:
            return here
        here = session.get(Theme, here.retired_into_id) if here.retired_into_id else None
    return None


def wanted(session: Session, topic: Topic, key: str) -> Theme | None:
    """The living theme of ``topic`` that an address means, if it means one."""
    if not key.isdecimal() or len(key) > len(str(2**62)):
        return None
    theme = session.get(Theme, int(key))
    if theme is None or theme.topic_id != topic.id:
        return None
    return successor(session, theme)


def in_theme(session: Session, topic: Topic, key: str) -> ColumnElement[bool]:
    """The condition that a group is in the theme with this key; a key of none fits no group."""
    if key != OTHER:
        theme = wanted(session, topic, key)
        return Cluster.theme_id == theme.id if theme else false()
    living: Any = _living(topic).with_only_columns(Theme.id)
    return or_(Cluster.theme_id.is_(None), Cluster.theme_id.not_in(living))


def standing(cluster: Cluster) -> Theme | None:
    """The theme of ``cluster`` (loaded), unless it is retired."""
    theme = cluster.theme
    return theme if theme is not None and theme.retired_at is None else None


def steps(session: Session, theme: Theme, *, most: int = 20) -> Sequence[ThemeStep]:
    """The steps in the life of a theme, newest first."""
    return session.scalars(
        select(ThemeStep)
        .filter_by(theme_id=theme.id)
        .options(joinedload(ThemeStep.other))
        .order_by(ThemeStep.id.desc())
        .limit(most)
    ).all()


def _living(topic: Topic) -> Any:
    return select(Theme).where(Theme.topic_id == topic.id, Theme.retired_at.is_(None))
