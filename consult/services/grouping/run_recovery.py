"""Runs whose process ended on the way: they wait again, and fail when it happens too often."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_
from consult.services.grouping import runs, turns
from models.run import Run, RunState

#: So often a run begins anew; one that ends each process, for want of memory perhaps, must not for ever.
MOST_INTERRUPTIONS = 2
TOO_OFTEN = N_("The process that computed it ended on the way, three times.")


def under_way(session: Session) -> Sequence[int]:
    """The topics with a run that waits or is said to be running, each once."""
    query = select(Run.topic_id).where(Run.state.in_(runs.UNDER_WAY)).distinct()
    return session.scalars(query.order_by(Run.topic_id)).all()


def take_back(session: Session, *, topic_id: int, now: datetime) -> Run | None:
    """Let the run of a topic wait again that says it is running, though nobody computes it.

    Only who made sure of that may ask. The third time it fails, with the reason.
    """
    turns.take(session, topic_id)
    run = session.scalar(select(Run).where(Run.topic_id == topic_id, Run.state == RunState.RUNNING))
    if run is None:
        return None
    if run.interruptions >= MOST_INTERRUPTIONS:
        runs.fail(session, run=run, error=TOO_OFTEN, now=now)
    else:
        run.interruptions += 1
        runs.put_back(run)
    return run
