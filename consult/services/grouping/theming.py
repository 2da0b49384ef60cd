"""What an analyst does to themes. Every later run keeps it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Invalid
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import shifting, turns
from consult.services.grouping.review_checks import open_for_review
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from models.cluster import Cluster
from models.person import Person
from models.run import LineageEvent
from models.theme import Theme, ThemeStep

LONGEST_NAME = 60


def rename_theme(
    session: Session, *, theme: Theme, name: str, version: int, actor: Person, now: datetime
) -> Theme:
    """Give ``theme`` a name, which every later run keeps.

    :raises Invalid: if the name is empty, too long or another theme's.
    :raises StaleVersion: if somebody changed it since.
    """
    _open(session, theme, actor=actor, now=now, version=version)
    theme.name, theme.named_by = _checked(session, theme.topic_id, name, theme), actor
    ledger.record(session, "theme.renamed", theme, actor=actor, now=now)
    return theme


def merge_themes(
    session: Session, *, theme: Theme, into: Theme, version: int, actor: Person, now: datetime
) -> Theme:
    """Let ``into`` take over the groups of ``theme``, which is retired and keeps its address.

    The groups are held there: no run parts them again. It can be taken back, see
    :func:`~consult.services.grouping.theme_mergers.undo_merge`.
    """
    _open(session, theme, actor=actor, now=now, version=version)
    _open(session, into, actor=actor, now=now)
    if theme.id == into.id or theme.topic_id != into.topic_id:
        raise Conflict(N_("Choose another theme of the same consultation."))
    sizes = size_of(session, theme), size_of(session, into)
    kept = _kept(session, theme, into)
    session.execute(
        update(Cluster)
        .where(Cluster.theme_id == theme.id)
        .values(theme_id=into.id, theme_held_at=now, version=Cluster.version + 1),
        execution_options={"synchronize_session": "fetch"},
    )
    theme.retired_at, theme.retired_into = now, into
    _hold(into, actor)
    retired = note(session, theme, LineageEvent.RETIRED, into, actor, now, (sizes[0], 0))
    retired.before = kept
    note(session, into, LineageEvent.MERGED, theme, actor, now, (sizes[1], sum(sizes)))
    ledger.record(session, "theme.merged", theme, actor=actor, now=now, into=into.id)
    return into


def move_to_theme(
    session: Session, *, cluster: Cluster, theme: Theme, version: int, actor: Person, now: datetime
) -> Cluster:
    """Put ``cluster`` into ``theme`` and hold it there.

    :raises StaleVersion: if somebody changed the group since.
    """
    open_for_review(session, cluster, actor=actor, now=now, version=version)
    _open(session, theme, actor=actor, now=now)
    if theme.topic_id != cluster.topic_id:
        raise Conflict(N_("Choose another theme of the same consultation."))
    before = cluster.theme_id
    cluster.theme, cluster.theme_held_at = theme, now
    shifting.touch([cluster])
    ledger.record(
        session, "cluster.theme_set", cluster, actor=actor, now=now, theme=theme.id, before=before
    )
    return cluster


def begin_theme(
    session: Session, *, cluster: Cluster, name: str, version: int, actor: Person, now: datetime
) -> Theme:
    """Begin a theme called ``name`` with ``cluster`` in it.

    :raises Invalid: if the name is empty, too long or another theme's.
    """
    open_for_review(session, cluster, actor=actor, now=now, version=version)
    name = _checked(session, cluster.topic_id, name, None)
    theme = Theme(topic=cluster.topic, name=name, name_auto="", named_by=actor, created_at=now)
    session.add(theme)
    session.flush()  # its id goes into the group and the ledger
    cluster.theme, cluster.theme_held_at = theme, now
    shifting.touch([cluster])
    note(session, theme, LineageEvent.BORN, None, actor, now, (0, cluster.suggestion_count))
    ledger.record(session, "theme.begun", theme, actor=actor, now=now, cluster=cluster.id)
    return theme


def _open(
    session: Session, theme: Theme, *, actor: Person, now: datetime, version: int | None = None
) -> None:
    require(actor, Permission.CLUSTER_REVIEW, theme.topic)
    require_phase(theme.topic, TopicAct.REVIEW, now)
    turns.take(session, theme.topic_id)
    session.refresh(theme, ["retired_at", "version"])
    if theme.retired_at is not None:
        raise Conflict(N_("This theme is no more: its groups are in another one now."))
    if version is not None:
        expect_version(theme, version)


def _checked(session: Session, topic_id: int, name: str, theme: Theme | None) -> str:
    """A name in one line that no other living theme has."""
    name = " ".join(name.split())
    if not name:
        raise Invalid(N_("Give the theme a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(
            N_("Keep the name under %(most)s characters."), field="name", most=LONGEST_NAME
        )
    if called(session, topic_id, name) - {theme.id if theme else 0}:
        raise Invalid(
            N_("Another theme has this name already. Merge the two instead."), field="name"
        )
    return name


def called(session: Session, topic_id: int, name: str) -> set[int]:
    """The living themes of a topic with this name."""
    same = select(Theme.id).where(
        Theme.topic_id == topic_id, Theme.retired_at.is_(None), Theme.name == name
    )
    return set(session.scalars(same))


def _kept(session: Session, theme: Theme, into: Theme) -> dict[str, Any]:
    """What is needed to take a merger back: the groups, who held them since when, the name."""
    groups = session.execute(
        select(Cluster.id, Cluster.theme_held_at).where(Cluster.theme_id == theme.id)
    )
    return {
        "groups": [[key, held_at.isoformat() if held_at else None] for key, held_at in groups],
        "named_by": into.named_by_id,
        "name": into.name,
    }


def _hold(theme: Theme, actor: Person) -> None:
    """A theme that a person shaped keeps what it is called."""
    theme.named_by = theme.named_by or actor


def size_of(session: Session, theme: Theme) -> int:
    """How many suggestions are in the living groups of ``theme``."""
    total = select(func.coalesce(func.sum(Cluster.suggestion_count), 0))
    living = total.where(Cluster.theme_id == theme.id, Cluster.retired_at.is_(None))
    return int(session.scalar(living) or 0)


def note(
    session: Session,
    theme: Theme,
    event: LineageEvent,
    other: Theme | None,
    actor: Person,
    now: datetime,
    sizes: tuple[int, int],
) -> ThemeStep:
    """Write a step in the life of ``theme`` that a person made; ``sizes`` are before and after."""
    step = ThemeStep(
        theme_id=theme.id,
        event=event,
        other_id=other.id if other else None,
        person_id=actor.id,
        size_before=sizes[0],
        size_after=sizes[1],
        created_at=now,
    )
    session.add(step)
    return step
