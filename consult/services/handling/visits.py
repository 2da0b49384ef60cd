"""回访: after a reply somebody asks the author, first the handler and then the assigner."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotAllowed
from consult.services.handling.moves import Party
from consult.services.handling.parties import parties, require_sight
from consult.services.records import ledger
from consult.text.normalise import tidy
from models.case import Case, CaseState
from models.person import Person
from models.reply import Visit

MOST = 2000
#: There is something to ask about.
ANSWERED = frozenset({CaseState.REPLIED, CaseState.RATED, CaseState.CLOSED})
UNIT = frozenset({Party.HANDLER, Party.LEADER})
#: The same words from the same person so soon are a second press of one button.
DOUBLE = timedelta(minutes=1)


class VisitResult(StrEnum):
    """What became of a call."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"


class Visitor(StrEnum):
    """两访: on whose behalf somebody calls."""

    UNIT = "unit"
    ASSIGNER = "assigner"


def visitors(case: Case, person: Person) -> list[Visitor]:
    """On whose behalf ``person`` may call about ``case``; nobody calls about a message of their own."""
    held = parties(case, person)
    found = [Visitor.UNIT] if held & UNIT else []
    return [*found, Visitor.ASSIGNER] if Party.ASSIGNER in held else found


def record(
    session: Session,
    *,
    case: Case,
    visitor: Visitor,
    result: VisitResult,
    satisfied: bool | None = None,
    note: str = "",
    actor: Person,
    now: datetime,
) -> Visit:
    """Keep what a call found; whether the author is satisfied is only known if they were reached.

    Pressed twice it is one call. What is said here is no rating: only the author rates.

    :raises NotFound: for whoever may not see the case.
    :raises NotAllowed: for whoever has no part in it, or called for the other side in this round.
    :raises Conflict: before there is a reply.
    :raises Invalid: if the author was not satisfied and nothing is said of why.
    """
    require_sight(case, actor)
    if visitor not in visitors(case, actor):
        raise NotAllowed
    if case.state not in ANSWERED:
        raise Conflict(N_("There is nothing to ask about before the reply is published."))
    said = tidy(note)[:MOST]
    if result is not VisitResult.REACHED:
        satisfied = None
    elif satisfied is False and not said:
        raise Invalid(N_("Please write down what the author is not satisfied with."), field="note")
    before = [one for one in of_case(session, case) if one.round == case.round]
    by_assigner = visitor is Visitor.ASSIGNER
    _require_other(before, actor, by_assigner=by_assigner)
    found = (by_assigner, result.value, satisfied, said)
    for one in before:
        if one.person_id == actor.id and _said(one) == found and now - one.created_at < DOUBLE:
            return one
    visit = Visit(
        case_id=case.id,
        round=case.round,
        by_assigner=by_assigner,
        person=actor,
        result=result.value,
        satisfied=satisfied,
        note=said,
        created_at=now,
    )
    session.add(visit)
    ledger.record(
        session,
        "case.visited",
        case,
        actor=actor,
        now=now,
        by=visitor.value,
        result=result.value,
        satisfied=satisfied,
    )
    return visit


def of_case(session: Session, case: Case) -> Sequence[Visit]:
    """All calls about a case, the oldest first, with who made them."""
    query = select(Visit).filter_by(case_id=case.id).options(joinedload(Visit.person))
    return session.scalars(query.order_by(Visit.id)).all()


def visitor_of(visit: Visit) -> Visitor:
    """On whose behalf a call was made."""
    return Visitor.ASSIGNER if visit.by_assigner else Visitor.UNIT


def missing(case: Case, visits: Sequence[Visit]) -> list[Visitor]:
    """Whose call is yet to come in this round; a call that reached nobody does not count."""
    if case.state not in ANSWERED:
        return []
    made = {
        visitor_of(one)
        for one in visits
        if one.round == case.round and one.result != VisitResult.NOT_REACHED
    }
    return [one for one in Visitor if one not in made]


def _require_other(before: Sequence[Visit], actor: Person, *, by_assigner: bool) -> None:
    """The two calls are made by two people."""
    if any(one.person_id == actor.id and one.by_assigner is not by_assigner for one in before):
        raise NotAllowed(N_("You made the other call of this round: somebody else makes this one."))


def _said(visit: Visit) -> tuple[bool, str, bool | None, str]:
    return visit.by_assigner, visit.result, visit.satisfied, visit.note
