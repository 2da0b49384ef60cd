"""Which consultations a table is coming into: what it brings is grouped as a whole, not one by one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.run import Run, RunCause, RunState
from models.transfer import Transfer, TransferKind, TransferState


def importing(session: Session) -> set[int]:
    """The topics of imports under way: a run now would see half of the table."""
    return set(
        session.scalars(
            select(Transfer.topic_id).where(
                Transfer.kind == TransferKind.IMPORT,
                Transfer.state.in_((TransferState.QUEUED, TransferState.RUNNING)),
            )
        )
    )


def left_to_a_run(session: Session) -> set[int]:
    """Those, and the topics whose run after an import is asked for or under way."""
    runs = select(Run.topic_id).where(
        Run.cause == RunCause.IMPORT, Run.state.in_((RunState.QUEUED, RunState.RUNNING))
    )
    return importing(session) | set(session.scalars(runs))
