"""Bells: an act that leaves work for later says so, and a worker looks at once.

What there is to do follows from the tables alone, so a bell that is lost or never rung costs
some seconds and no work: each job also looks by itself now and then. Noted here, a bell is rung
with the commit of the transaction (:mod:`consult.jobs.bells`), so that nobody looks too early.
"""

from typing import NamedTuple

from sqlalchemy.orm import Session, SessionTransaction

from models.job import JobName

#: Where a session keeps the bells of its transaction.
NOTED = "bells to ring with the commit"
#: The part of a job that has no parts.
WHOLE = 0


class Bell(NamedTuple):
    """Which job, and which part of it, such as the number of a topic."""

    name: str
    part: int


def ring(session: Session, name: JobName, part: int = WHOLE) -> None:
    """Have a job look for work when this transaction is committed; twice is once."""
    _noted(session).add(Bell(name.value, part))


def take(session: Session) -> list[Bell]:
    """The bells of the transaction under way, in one order for all, and forget them."""
    noted = _noted(session)
    bells = sorted(noted)
    noted.clear()
    return bells


def _noted(session: Session) -> set[Bell]:
    """They go with the transaction: what is rolled back rings nothing."""
    transaction = session.get_transaction() or session.begin()
    kept: tuple[SessionTransaction, set[Bell]] | None = session.info.get(NOTED)
    if kept is None or kept[0] is not transaction:
        kept = session.info[NOTED] = (transaction, set())
    return kept[1]
