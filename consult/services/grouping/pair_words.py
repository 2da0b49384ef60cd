"""What staff say of pairs, and what their acts imply; both hold in every later run."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.services.grouping.cluster_counts import chunks
from models.cluster import ClusterAct, PairConstraint, Verdict
from models.person import Person


def standing(session: Session, first_id: int, second_id: int) -> PairConstraint | None:
    """What holds between two suggestions now."""
    low, high = sorted((first_id, second_id))
    return session.scalar(
        select(PairConstraint).where(
            PairConstraint.first_id == low,
            PairConstraint.second_id == high,
            PairConstraint.undone_at.is_(None),
        )
    )


def say(
    session: Session,
    first_id: int,
    second_id: int,
    verdict: Verdict,
    *,
    topic_id: int,
    person: Person,
    now: datetime,
    act: ClusterAct | None = None,
) -> tuple[list[int], list[int]]:
    """Let ``verdict`` hold between two; returns the ids of what was written and of what it replaced."""
    before = standing(session, first_id, second_id)
    if before is not None and before.verdict is verdict:
        return [], []
    if before is not None:
        before.undone_at = now
        session.flush()  # only one may stand
    low, high = sorted((first_id, second_id))
    constraint = PairConstraint(
        topic_id=topic_id,
        first_id=low,
        second_id=high,
        verdict=verdict,
        person_id=person.id,
        act_id=act.id if act else None,
        created_at=now,
    )
    session.add(constraint)
    session.flush()  # its id goes into the act
    return [constraint.id], [before.id] if before else []


def crossing(
    session: Session, ids: Collection[int], others: Collection[int], verdict: Verdict
) -> list[PairConstraint]:
    """Standing words of one kind between two sets of suggestions."""
    wanted = set(others)
    query = select(PairConstraint).where(
        PairConstraint.undone_at.is_(None), PairConstraint.verdict == verdict
    )
    return [
        one
        for part in chunks(sorted(ids))
        for one in session.scalars(
            query.where(PairConstraint.first_id.in_(part) | PairConstraint.second_id.in_(part))
        )
        if {one.first_id, one.second_id} & wanted
    ]


def lift(constraints: Iterable[PairConstraint], now: datetime) -> list[int]:
    """Let these no longer hold; returns their ids, so that an undo can restore them."""
    lifted = []
    for constraint in constraints:
        constraint.undone_at = now
        lifted.append(constraint.id)
    return lifted


def take_back(
    session: Session, made: Collection[int], lifted: Collection[int], now: datetime
) -> bool:
    """Undo what an act said of pairs; False, and nothing done, if something newer stands there."""
    for constraint in session.scalars(
        select(PairConstraint).where(PairConstraint.id.in_(list(made)))
    ):
        constraint.undone_at = constraint.undone_at or now
    session.flush()  # before the older ones stand again
    for constraint in session.scalars(
        select(PairConstraint).where(PairConstraint.id.in_(list(lifted)))
    ):
        if standing(session, constraint.first_id, constraint.second_id) is not None:
            return False
        constraint.undone_at = None
    return True
