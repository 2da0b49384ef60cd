"""What is learned of where messages go: gathered from assignments that stood, tried, and kept.

Reports of wrongdoing teach nothing. What was learned is derived: it may be thrown away.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session, defer

from consult.services.grouping.vectors import NUMBERS
from consult.services.handling.dispatch_learner import (
    METHOD,
    Floats,
    Learned,
    Told,
    learn,
    sharpened,
)
from models.case import Assignment, AssignmentState, Case, CaseState
from models.mailbox import DispatchModel, Mailbox
from models.suggestion import Embedding, Suggestion

#: The last so many are learned from: what was long ago says little of who answers today.
MOST = 4000
#: Fewer teach nothing.
LEAST = 30
#: Learned anew after so many more, or so large a part more.
MORE, SHARE_MORE = 20, 0.1
#: The part of the newest that it is tried on before it learns from them too.
HELD_BACK = 0.2
KEPT = (AssignmentState.STANDING, AssignmentState.UPHELD)
#: Nobody has said yet whether the unit keeps it.
OPEN = (CaseState.ASSIGNED, CaseState.OBJECTION, CaseState.REASSIGNED)


@dataclass(frozen=True)
class Lessons:
    """Messages and who answered them, the oldest first."""

    told: list[Told]
    units: list[int]
    last: int


def due(session: Session) -> list[int]:
    """Mailboxes with enough new assignments to learn from."""
    last = func.coalesce(DispatchModel.last_assignment_id, 0)
    query = (
        select(Case.mailbox_id, func.count(), func.max(DispatchModel.cases))
        .select_from(Assignment)
        .join(Case)
        .outerjoin(DispatchModel, DispatchModel.mailbox_id == Case.mailbox_id)
        .where(
            or_(Assignment.id > last, DispatchModel.method != METHOD),
            *stood(),
        )
        .group_by(Case.mailbox_id)
        .order_by(Case.mailbox_id)
    )
    return [mailbox for mailbox, new, known in session.execute(query) if _is_enough(new, known)]


def learn_mailbox(session: Session, mailbox_id: int, *, now: datetime) -> DispatchModel | None:
    """Learn from the newest assignments of a mailbox; None: there are too few, or one unit only.

    Some seconds of one core for 4,000; for a job, not for a page.
    """
    if session.get(Mailbox, mailbox_id) is None:
        return None
    lessons = gather(session, mailbox_id)
    if len(lessons.units) < LEAST or len(set(lessons.units)) == 1:
        return None
    told, units = lessons.told, lessons.units
    cut = len(units) - max(1, int(len(units) * HELD_BACK))
    first = sharpened(learn(told[:cut], units[:cut]), told[cut:], units[cut:])
    tried, right, among = measure(first, told[cut:], units[cut:])
    learned = replace(learn(told, units), sharpness=first.sharpness)
    row = session.get(DispatchModel, mailbox_id) or DispatchModel(mailbox_id=mailbox_id)
    row.made_at, row.method, row.cases = now, METHOD, len(units)
    row.last_assignment_id, row.weights = lessons.last, learned.to_bytes()
    row.tried, row.first_right, row.among_three = tried, right, among
    session.add(row)
    return row


def measure(learned: Learned, told: Sequence[Told], units: Sequence[int]) -> tuple[int, int, int]:
    """How many were tried; how often the first guess was right; how often one of three."""
    right = among = 0
    for one, unit in zip(told, units, strict=True):
        guesses = [guess.unit for guess in learned.guess(one)]
        right += guesses[:1] == [unit]
        among += unit in guesses
    return len(units), right, among


def gather(session: Session, mailbox_id: int, *, most: int = MOST) -> Lessons:
    """The newest assignments that stood; two queries."""
    query = (
        select(
            Assignment.id,
            Assignment.unit_id,
            Case.domain,
            Case.region_code,
            Suggestion.id,
            Suggestion.title,
            Suggestion.facts,
            Suggestion.proposal,
        )
        .join(Assignment.case)
        .join(Case.suggestion)
        .where(Case.mailbox_id == mailbox_id, *stood())
        .order_by(Assignment.id.desc())
        .limit(most)
    )
    rows = session.execute(query).all()[::-1]
    found = vectors(session, [row[4] for row in rows])
    told = [
        Told(row[5], f"{row[6]}\n{row[7]}", row[2].value, row[3] or "", found.get(row[4]))
        for row in rows
    ]
    return Lessons(told, [row[1] for row in rows], max((row[0] for row in rows), default=0))


def vectors(
    session: Session, suggestions: Collection[int], *, chunk: int = 500
) -> dict[int, Floats]:
    """The meanings of those messages whose words are still the same, under the model of most."""
    ids = sorted(suggestions)
    rows: list[Row[int, str, bytes]] = []
    for start in range(0, len(ids), chunk):
        query = (
            select(Embedding.suggestion_id, Embedding.model, Embedding.vector)
            .join(Suggestion, Suggestion.id == Embedding.suggestion_id)
            .where(
                Embedding.suggestion_id.in_(ids[start : start + chunk]),
                Embedding.digest == Suggestion.digest,
            )
        )
        rows += session.execute(query).all()
    model = Counter(row[1] for row in rows).most_common(1)
    return {
        row[0]: np.frombuffer(row[2], NUMBERS).astype(np.float32)
        for row in rows
        if row[1] == model[0][0]
    }


def given() -> tuple[ColumnElement[bool], ...]:
    """Assignments to who leads, not those that were passed on or objected to."""
    return (
        Assignment.lead.is_(True),
        Assignment.state.in_(KEPT),
        Case.confidential.is_(False),
    )


def stood() -> tuple[ColumnElement[bool], ...]:
    """Those of them that the unit has taken up: who answers in the end."""
    return (*given(), Case.state.not_in(OPEN))


def _is_enough(new: int, known: int | None) -> bool:
    if known is None:
        return new >= LEAST
    return new >= max(MORE, int(known * SHARE_MORE))


def model_of(session: Session, mailbox: Mailbox) -> DispatchModel | None:
    """What was learned for a mailbox and how well it did, without the weights."""
    query = select(DispatchModel).filter_by(mailbox_id=mailbox.topic_id)
    return session.scalar(query.options(defer(DispatchModel.weights)))
