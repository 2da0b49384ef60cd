"""Several cases with what acts on them need, in a fixed number of queries."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.services.caseload import sight
from consult.services.handling.batches import MOST
from models.case import Assignment, Case
from models.mailbox import Mailbox
from models.person import Person


def chosen(session: Session, ids: Collection[int], *, reader: Person) -> Sequence[Case]:
    """Those of the cases ``ids`` that ``reader`` may see, the oldest first; no more than a page."""
    query = (
        select(Case)
        .where(Case.id.in_(sorted(set(ids))[:MOST]), sight.visible(reader))
        .options(
            joinedload(Case.topic),
            joinedload(Case.mailbox).joinedload(Mailbox.report_unit),
            joinedload(Case.suggestion),
            joinedload(Case.unit),
            joinedload(Case.named_unit),
            selectinload(Case.clocks),
            selectinload(Case.assignments).joinedload(Assignment.unit),
            selectinload(Case.appeals),
        )
        .order_by(Case.id)
    )
    return session.scalars(query).unique().all()
