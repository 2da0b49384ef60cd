"""Going back to an earlier run puts the groups back into the themes that it had made."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.services.grouping import cluster_counts
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.theme_writing import note_steps, retire_themes, sizes_before
from models.cluster import Cluster
from models.run import LineageEvent, Run
from models.theme import Theme, ThemeStep


def restore_themes(
    session: Session, back: Run, inputs: Inputs, then: Mapping[int, int], *, now: datetime
) -> dict[int, int]:
    """Put each living group of a topic where a run had it; ``then`` is the theme by group.

    What staff hold stays, and what they merged since stays merged; groups that began later keep
    their theme. Themes that come to hold groups again live again, under the name they had last,
    and those that lose all of theirs are retired. Of a run that kept no themes, groups that live
    again are in the themes they had last.
    Returns the theme of each group.
    """
    groups = _groups(session, back.topic_id)
    merged = _merged(session, back.topic_id)
    home: dict[int, int] = {}
    for group in groups:
        wanted = then.get(group.id) if group.theme_held_at is None else None
        here = wanted or group.theme_id
        if here is not None:
            home[group.id] = _followed(here, merged)
    _write(session, back, inputs, groups, home, now)
    return home


def _groups(session: Session, topic_id: int) -> Sequence[Any]:
    columns = (Cluster.id, Cluster.theme_id, Cluster.theme_held_at, Cluster.suggestion_count)
    return session.execute(
        select(*columns).where(Cluster.topic_id == topic_id, Cluster.retired_at.is_(None))
    ).all()


def _write(
    session: Session,
    back: Run,
    inputs: Inputs,
    groups: Sequence[Any],
    home: Mapping[int, int],
    now: datetime,
) -> None:
    sizes: Counter[int] = Counter()
    went: dict[int, Counter[int]] = defaultdict(Counter)
    for group in groups:
        if group.id in home:
            sizes[home[group.id]] += group.suggestion_count
            went[group.theme_id or 0][home[group.id]] += group.suggestion_count
    old = {one.id: one.theme_id for one in groups}
    moved = {key: theme_id for key, theme_id in home.items() if theme_id != old[key]}
    cluster_counts.write(session, [{"b_id": key, "theme_id": moved[key]} for key in sorted(moved)])
    cluster_counts.expire_clusters(session, moved)
    revived = _revive(session, back.topic_id, set(sizes))
    into = {key: counts.most_common(1)[0][0] for key, counts in went.items()}
    retire_themes(session, inputs, set(sizes), into, now)
    note_steps(session, back, sizes_before(inputs), sizes, into, now, revived=revived)


def _merged(session: Session, topic_id: int) -> dict[int, int]:
    """The mergers by staff that stand: which theme each went into."""
    rows = session.execute(
        select(ThemeStep.theme_id, ThemeStep.other_id)
        .join(Theme, Theme.id == ThemeStep.theme_id)
        .where(
            Theme.topic_id == topic_id,
            ThemeStep.event == LineageEvent.RETIRED,
            ThemeStep.person_id.is_not(None),
            ThemeStep.undone_at.is_(None),
            ThemeStep.other_id.is_not(None),
        )
        .order_by(ThemeStep.id)
    )
    return {theme_id: into for theme_id, into in rows if into is not None}


def _followed(theme_id: int, merged: Mapping[int, int]) -> int:
    seen = {theme_id}
    while (further := merged.get(theme_id)) is not None and further not in seen:
        seen.add(further)
        theme_id = further
    return theme_id


def _revive(session: Session, topic_id: int, wanted: set[int]) -> set[int]:
    """Let those of the ``wanted`` themes live again that are retired; returns them."""
    retired = set(
        session.scalars(
            select(Theme.id).where(Theme.topic_id == topic_id, Theme.retired_at.is_not(None))
        )
    )
    for ids in cluster_counts.chunks(sorted(retired & wanted)):
        session.execute(
            update(Theme).where(Theme.id.in_(ids)).values(retired_at=None, retired_into_id=None)
        )
    return retired & wanted
