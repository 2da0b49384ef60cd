"""The runs of a topic: listed, looked at, compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from consult.exceptions import NotFound
from consult.permissions import Permission, require
from consult.services.grouping.runs import UNDER_WAY
from consult.services.records.pages import Page, paginate
from models.cluster import Cluster
from models.person import Person
from models.run import Lineage, Run, RunAssignment
from models.suggestion import Suggestion
from models.topic import Topic

SIZE = 20
KEPT = exists().where(RunAssignment.run_id == Run.id)


@dataclass(frozen=True)
class Moved:
    """A suggestion that two runs put into different groups."""

    suggestion: Suggestion
    before: Cluster
    after: Cluster


def of_topic(session: Session, topic: Topic, *, reader: Person, page: int = 1) -> Page[Run]:
    """The runs of ``topic``, newest first."""
    require(reader, Permission.CLUSTER_SEE_BOARD, topic)
    query = (
        select(Run)
        .where(Run.topic_id == topic.id)
        .options(joinedload(Run.started_by), joinedload(Run.restores))
        .order_by(Run.number.desc())
    )
    return paginate(session, query, page=page, size=SIZE)


def returnable(session: Session, runs: Sequence[Run]) -> set[int]:
    """Which of ``runs`` still know where they put everything."""
    query = select(Run.id).where(Run.id.in_([run.id for run in runs]), KEPT)
    return set(session.scalars(query))


def under_way(session: Session, topic: Topic) -> Run | None:
    """The run that waits or is running."""
    return session.scalar(
        select(Run).where(Run.topic_id == topic.id, Run.state.in_(UNDER_WAY)).limit(1)
    )


def by_number(session: Session, topic: Topic, number: int) -> Run:
    """One run of ``topic``.

    :raises NotFound: if it has none of that number.
    """
    run = session.scalar(
        select(Run)
        .filter_by(topic_id=topic.id, number=number)
        .options(joinedload(Run.started_by), joinedload(Run.restores), joinedload(Run.topic))
    )
    if run is None:
        raise NotFound
    return run


def steps(session: Session, run: Run, *, limit: int = 100) -> Sequence[Lineage]:
    """What became of the groups in ``run``, the largest first."""
    return session.scalars(
        select(Lineage)
        .filter_by(run_id=run.id)
        .options(joinedload(Lineage.cluster), joinedload(Lineage.other))
        .order_by((Lineage.size_after + Lineage.size_before).desc(), Lineage.id)
        .limit(limit)
    ).all()


def moved_between(session: Session, first: Run, second: Run, *, page: int = 1) -> Page[Moved]:
    """Suggestions that ``second`` put elsewhere than ``first``; those in one of them only are left out."""
    before, after = aliased(RunAssignment), aliased(RunAssignment)
    pairs = (
        select(before.suggestion_id, before.cluster_id.label("old"), after.cluster_id.label("new"))
        .join(after, after.suggestion_id == before.suggestion_id)
        .where(
            before.run_id == first.id,
            after.run_id == second.id,
            before.cluster_id != after.cluster_id,
        )
        .subquery()
    )
    old, new = aliased(Cluster), aliased(Cluster)
    total = session.scalar(select(func.count()).select_from(pairs)) or 0
    number = max(1, min(page, -(-total // SIZE) or 1))
    rows = session.execute(
        select(Suggestion, old, new)
        .join(pairs, pairs.c.suggestion_id == Suggestion.id)
        .join(old, old.id == pairs.c.old)
        .join(new, new.id == pairs.c.new)
        .order_by(pairs.c.new, Suggestion.id)
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    )
    return Page([Moved(row[0], row[1], row[2]) for row in rows], number, SIZE, total)
