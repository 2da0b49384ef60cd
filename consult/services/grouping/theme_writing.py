"""Writes the themes of a plan: rows, names, which cluster is in which, and their lineage."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from consult.services.grouping import cluster_counts
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.run_planning import Plan
from consult.services.grouping.run_themes import PlannedTheme, successors
from models.run import LineageEvent, Run
from models.theme import Theme, ThemeStep

LONGEST_NAME = 120


def write_themes(
    session: Session, run: Run, inputs: Inputs, made: Plan, ids: Sequence[int], *, now: datetime
) -> dict[int, int]:
    """Make the themes of the topic as ``made`` says; ``ids`` are those of its clusters.

    Returns the theme of each cluster. A fixed number of statements, many rows each. A name that
    a person gave stays.
    """
    keys = theme_ids(session, run.topic_id, made.themes, now)
    theme_of: dict[int, int] = {
        ids[place]: key
        for key, planned in zip(keys, made.themes, strict=True)
        for place in planned.clusters
    }
    cluster_counts.write(
        session, [{"b_id": one, "theme_id": theme_of.get(one)} for one in sorted(set(ids))]
    )
    sizes = {one: len(made.clusters[at].members) for at, one in enumerate(ids)}
    into = successors(
        inputs,
        {
            member: theme_of[one]
            for one, planned in zip(ids, made.clusters, strict=True)
            if one in theme_of
            for member in planned.members
        },
    )
    retire_themes(session, inputs, set(keys), into, now)
    note_steps(session, run, sizes_before(inputs), _spread(theme_of, sizes), into, now)
    return theme_of


def _spread(theme_of: Mapping[int, int], sizes: Mapping[int, int]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for cluster_id, theme_id in theme_of.items():
        counts[theme_id] += sizes[cluster_id]
    return counts


def theme_ids(
    session: Session, topic_id: int, planned: Sequence[PlannedTheme], now: datetime
) -> list[int]:
    """The id of each planned theme: new ones are inserted, known ones described afresh."""
    new = [
        {
            "topic_id": topic_id,
            "name": one.name[:LONGEST_NAME],
            "name_auto": one.name[:LONGEST_NAME],
            "keywords": list(one.keywords),
            "created_at": now,
        }
        for one in planned
        if one.theme_id is None
    ]
    statement = insert(Theme).returning(Theme.id, sort_by_parameter_order=True)
    fresh = iter(session.scalars(statement, new).all() if new else ())
    for one in planned:
        if one.theme_id is not None:
            _describe(session, one)
    return [one.theme_id if one.theme_id is not None else next(fresh) for one in planned]


def _describe(session: Session, planned: PlannedTheme) -> None:
    """A plain UPDATE: nobody who has the theme open is in the way of a run, nor it in theirs."""
    name = planned.name[:LONGEST_NAME]
    of_it = update(Theme).where(Theme.id == planned.theme_id)
    session.execute(of_it.values(name_auto=name, keywords=list(planned.keywords)))
    session.execute(of_it.where(Theme.named_by_id.is_(None)).values(name=name))


def retire_themes(
    session: Session, inputs: Inputs, kept: set[int], into: Mapping[int, int], now: datetime
) -> None:
    """Retire the themes of ``inputs`` that are not ``kept``; ``into`` says where their groups went."""
    for theme in inputs.themes:
        if theme.id not in kept:
            session.execute(
                update(Theme)
                .where(Theme.id == theme.id)
                .values(retired_at=now, retired_into_id=into.get(theme.id))
            )


def sizes_before(inputs: Inputs) -> dict[int, int]:
    """How many suggestions were in each theme that ``inputs`` know."""
    sizes = Counter(member.cluster_id for member in inputs.members)
    return {theme.id: sum(sizes[key] for key in theme.cluster_ids) for theme in inputs.themes}


def note_steps(
    session: Session,
    run: Run,
    before: Mapping[int, int],
    after: Mapping[int, int],
    into: Mapping[int, int],
    now: datetime,
    *,
    revived: Collection[int] = (),
) -> None:
    """One line for each theme that began, grew, shrank or went, or came back, by its sizes."""
    lines: list[dict[str, Any]] = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key, 0)
        event = LineageEvent.REVIVED if key in revived else _event(old, new)
        if event is not None:
            lines.append(
                {
                    "theme_id": key,
                    "event": event,
                    "other_id": into.get(key) if event is LineageEvent.RETIRED else None,
                    "run_id": run.id,
                    "size_before": old or 0,
                    "size_after": new,
                    "created_at": now,
                }
            )
    if lines:
        session.execute(insert(ThemeStep), lines)


def _event(old: int | None, new: int) -> LineageEvent | None:
    if old is None:
        return LineageEvent.BORN
    if not new:
        return LineageEvent.RETIRED
    if new == old:
        return None
    return LineageEvent.GREW if new > old else LineageEvent.SHRANK
