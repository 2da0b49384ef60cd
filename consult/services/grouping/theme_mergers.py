"""Taking back that staff merged two themes, unless something later stands on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, NotFound
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import cluster_counts, run_writing, turns
from consult.services.grouping.theming import called, note, size_of
from consult.services.records import ledger
from models.cluster import Cluster
from models.person import Person
from models.run import LineageEvent
from models.theme import Theme, ThemeStep
from models.topic import Topic

#: Mergers that a page lists.
MOST = 20
LATER = N_("Something was done to these themes since. Take that back first.")


def mergers(session: Session, topic: Topic) -> Sequence[ThemeStep]:
    """The mergers by staff in ``topic`` that kept how to take them back, newest first."""
    return session.scalars(
        select(ThemeStep)
        .join(Theme, Theme.id == ThemeStep.theme_id)
        .where(
            Theme.topic_id == topic.id,
            ThemeStep.event == LineageEvent.RETIRED,
            ThemeStep.before.is_not(None),
        )
        .options(
            joinedload(ThemeStep.theme),
            joinedload(ThemeStep.other),
            joinedload(ThemeStep.person),
            joinedload(ThemeStep.undone_by),
        )
        .order_by(ThemeStep.id.desc())
        .limit(MOST)
    ).all()


def can_be_undone(step: ThemeStep) -> bool:
    """Whether nothing later stands on the merger; a quick look, :func:`undo_merge` asks again."""
    return (
        step.undone_at is None
        and step.other is not None
        and step.other.retired_at is None
        and step.theme.retired_into_id == step.other_id
    )


def by_id(session: Session, step_id: int) -> ThemeStep:
    """One merger.

    :raises NotFound: if there is none.
    """
    step = session.get(ThemeStep, step_id)
    if step is None or step.before is None or step.other is None:
        raise NotFound
    return step


def undo_merge(session: Session, *, step: ThemeStep, actor: Person, now: datetime) -> Theme:
    """Bring the merged theme back with those of its groups that are still where the merger put them.

    A group that staff moved since stays where it is.

    :raises Conflict: if it was taken back already, or something later stands on it.
    """
    theme, into = step.theme, _into(step)
    require(actor, Permission.CLUSTER_REVIEW, theme.topic)
    require_phase(theme.topic, TopicAct.REVIEW, now)
    turns.take(session, theme.topic_id)
    for row in (step, theme, into):
        session.refresh(row)
    if step.undone_at is not None:
        raise Conflict(N_("This has been taken back already."))
    if not can_be_undone(step):
        raise Conflict(LATER)
    if called(session, theme.topic_id, theme.name) - {theme.id}:
        raise Conflict(N_("Another theme has this name by now. Give that one another name first."))
    groups = _still_there(session, step)
    if not groups:
        raise Conflict(
            N_("None of its groups is there any more, so there is nothing to take back.")
        )
    theme.retired_at, theme.retired_into = None, None
    _unhold(step, into)
    before = size_of(session, into)
    cluster_counts.write(session, groups)
    run_writing.bump(session, {row["b_id"] for row in groups})
    step.undone_at, step.undone_by = now, actor
    sizes = size_of(session, theme), size_of(session, into)
    note(session, theme, LineageEvent.REVIVED, into, actor, now, (0, sizes[0]))
    note(session, into, LineageEvent.SHRANK, theme, actor, now, (before, sizes[1]))
    ledger.record(session, "theme.merge_undone", theme, actor=actor, now=now, out_of=into.id)
    return theme


def _into(step: ThemeStep) -> Theme:
    if step.other is None:
        raise NotFound
    return step.other


def _still_there(session: Session, step: ThemeStep) -> list[dict[str, Any]]:
    """What to write into the groups that the merger moved and nobody else since."""
    then = dict(_kept(step)["groups"])
    standing = session.execute(
        select(Cluster.id, Cluster.theme_held_at).where(
            Cluster.theme_id == step.other_id, Cluster.retired_at.is_(None)
        )
    )
    return [
        {
            "b_id": cluster_id,
            "theme_id": step.theme_id,
            "theme_held_at": datetime.fromisoformat(then[cluster_id]) if then[cluster_id] else None,
        }
        for cluster_id, held_at in standing
        if cluster_id in then and held_at == step.created_at
    ]


def _unhold(step: ThemeStep, into: Theme) -> None:
    """Let the machine name the theme again that only the merger had made staff's."""
    kept = _kept(step)
    if kept["named_by"] is None and into.name == kept["name"]:
        into.named_by = None


def _kept(step: ThemeStep) -> dict[str, Any]:
    return step.before or {}
