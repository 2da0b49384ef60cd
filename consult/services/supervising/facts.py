"""What a case adds to the numbers, said once: figures, the rows behind them and their proof use this.

Confidential cases (举报) have no facts, so that none of them can be told from any number.
"""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, case, func, literal, or_, select

from models.case import Case, CaseState, CaseStep, Clock, ClockKind
from models.reply import Appeal, Rating
from models.suggestion import Suggestion
from models.supervision import CaseCount, Measured

#: From here on a mark counts as satisfied, or as solved.
GOOD = 4
#: What is counted, by name.
MEASURES: tuple[str, ...] = tuple(Measured.__annotations__)
#: By what cases are told apart, and how long replies took.
PROPERTIES = ("topic_id", "unit_id", "region_code", "domain", "kind", "month", "days", "due_at")
COLUMNS = ("case_id", *PROPERTIES, *MEASURES)
#: The days on which it came and was answered last.
DATES = ("received_on", "replied_on")

#: Nothing has to be answered any more: the author took it back, or somebody outside has it.
LEFT = (CaseState.WITHDRAWN, CaseState.TRANSFERRED)
#: Joined to another, a case is answered whether or not it was accepted by itself.
TAKEN_IN = or_(
    Case.accepted_at.is_not(None), Case.joined_to_id.is_not(None), Case.days_taken.is_not(None)
)
ACCEPTED = and_(TAKEN_IN, Case.state.not_in(LEFT))
IN_RATES = and_(ACCEPTED, Case.excluded_at.is_(None))
REPLIED = and_(ACCEPTED, Case.days_taken.is_not(None))
#: A refusal that nobody contested is archived in the end.
REFUSED = or_(
    Case.state == CaseState.NOT_ACCEPTED, and_(Case.state == CaseState.ARCHIVED, ~TAKEN_IN)
)
#: The window of the last rating is over: until then nobody in office counts it.
WINDOW_CLOSED = ~(
    select(Clock.id)
    .where(
        Clock.case_id == Rating.case_id,
        Clock.kind == ClockKind.RATING,
        Clock.turn == Rating.round,
        Clock.stopped_at.is_(None),
    )
    .exists()
)
RATED = and_(IN_RATES, Rating.id.is_not(None))


def facts() -> Select[Any]:
    """One row a case, with :data:`COLUMNS`."""
    return (
        select(*(_column(name) for name in COLUMNS))
        .select_from(Case)
        .join(Suggestion, Suggestion.id == Case.suggestion_id)
        .outerjoin(
            Rating,
            and_(Rating.case_id == Case.id, Rating.round == Case.round, WINDOW_CLOSED),
        )
        .where(Case.confidential.is_(False))
    )


def dated_facts(zone: ZoneInfo) -> Select[Any]:
    """The same with :data:`DATES` as well, days of ``zone``: all that is kept of a case."""
    received, replied = (
        func.local_day(moment, zone.key, type_=String)
        for moment in (Case.created_at, Case.replied_at)
    )
    return facts().add_columns(
        received.label("received_on"), case((REPLIED, replied)).label("replied_on")
    )


def _column(name: str) -> Any:
    return EXPRESSIONS[name].label(name)


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return case((condition, 1), else_=0)


def _many(model: type[CaseStep] | type[Appeal], *conditions: ColumnElement[bool]) -> Any:
    query = select(func.count()).select_from(model).where(model.case_id == Case.id, *conditions)
    return query.correlate(Case).scalar_subquery()


#: When the reply that is owed is due.
OWED = (
    select(func.min(Clock.due_at))
    .where(Clock.case_id == Case.id, Clock.kind == ClockKind.REPLY, Clock.stopped_at.is_(None))
    .correlate(Case)
    .scalar_subquery()
)
EXPRESSIONS: dict[str, Any] = {
    "case_id": Case.id,
    "topic_id": Case.topic_id,
    "unit_id": Case.unit_id,
    "region_code": func.coalesce(Case.region_code, ""),
    "domain": Case.domain,
    "kind": Suggestion.kind,
    "month": Case.month,
    "days": case((and_(IN_RATES, REPLIED), Case.days_taken)),
    "due_at": case((IN_RATES, OWED)),
    "received": literal(1),
    "valid": _count(and_(~REFUSED, Case.state != CaseState.WITHDRAWN)),
    "refused": _count(REFUSED),
    "withdrawn": _count(Case.state == CaseState.WITHDRAWN),
    "passed_on": _count(Case.state == CaseState.TRANSFERRED),
    "accepted": _count(ACCEPTED),
    "joined": _count(and_(ACCEPTED, Case.joined_to_id.is_not(None))),
    "replied": _count(REPLIED),
    "closed": _count(and_(ACCEPTED, Case.state.in_((CaseState.CLOSED, CaseState.ARCHIVED)))),
    "reopened": _count(and_(ACCEPTED, Case.round > 1)),
    "appeals": _many(Appeal),
    "returned": _many(CaseStep, CaseStep.act == "return_reply"),
    "excluded": _count(and_(ACCEPTED, Case.excluded_at.is_not(None))),
    "excluded_replied": _count(and_(REPLIED, Case.excluded_at.is_not(None))),
    "on_time": _count(and_(IN_RATES, REPLIED, Case.on_time.is_(True))),
    "transfers": case((IN_RATES, Case.transfers), else_=0),
    "rated": _count(RATED),
    "solved": _count(and_(RATED, Rating.solved >= GOOD)),
    "satisfied": _count(and_(RATED, Rating.solved + Rating.attitude + Rating.speed >= GOOD * 3)),
    "asked_for_praise": _count(and_(RATED, Rating.asked_for_praise.is_(True))),
}
#: The tables themselves, for statements about many rows at once.
COUNTED: Any = CaseCount.__table__
