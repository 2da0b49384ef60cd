"""交办 and 退单: which unit answers, what it says to that, and who rules."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Invalid, NotAllowed
from consult.services.handling import steps
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct
from consult.services.handling.parties import STANDING, lead, require_party
from consult.services.records.versions import expect_version
from consult.text.normalise import tidy
from models.agency import Agency
from models.case import Assignment, AssignmentState, Case, CaseState
from models.person import Person

MOST = 2000


def assign(
    session: Session,
    *,
    case: Case,
    version: int,
    unit: Agency,
    co_units: Collection[Agency] = (),
    words: str = "",
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """Give a case to the unit that answers it, and to those that help.

    :raises Invalid: if a report would go to the unit it names.
    """
    require_party(case, CaseAct.ASSIGN, actor)
    expect_version(case, version)
    _hand(case, unit, co_units, words, actor=actor, now=now)
    steps.take(
        session,
        case=case,
        act=CaseAct.ASSIGN,
        actor=actor,
        times=times,
        now=now,
        reason=tidy(words)[:MOST],
        unit=unit.id,
    )


def object_to(
    session: Session,
    *,
    case: Case,
    version: int,
    words: str,
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """退单异议: say why another unit should have it. The clock for the reply goes on.

    :raises Conflict: if this unit was overruled on it before.
    """
    require_party(case, CaseAct.OBJECT, actor)
    expect_version(case, version)
    said, standing = _said(words), _lead(case)
    if any(
        one.unit_id == standing.unit_id and one.state is AssignmentState.UPHELD
        for one in case.assignments
    ):
        raise Conflict(N_("It was ruled that this unit answers; that is final."))
    standing.state, standing.objected_at = AssignmentState.OBJECTED, now
    standing.objected_by, standing.objection = actor, said
    steps.take(
        session,
        case=case,
        act=CaseAct.OBJECT,
        actor=actor,
        times=times,
        now=now,
        reason=said,
        shown=False,
    )


def uphold(
    session: Session,
    *,
    case: Case,
    version: int,
    words: str,
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """Overrule an objection: the unit keeps the case, and cannot object to it again."""
    require_party(case, CaseAct.UPHOLD, actor)
    expect_version(case, version)
    said, standing = _said(words), _lead(case)
    _require_other(standing, actor)
    standing.state, standing.ruled_at = AssignmentState.UPHELD, now
    standing.ruled_by, standing.ruling = actor, said
    steps.take(
        session,
        case=case,
        act=CaseAct.UPHOLD,
        actor=actor,
        times=times,
        now=now,
        reason=said,
        shown=False,
    )


def reassign(
    session: Session,
    *,
    case: Case,
    version: int,
    unit: Agency,
    co_units: Collection[Agency] = (),
    words: str,
    ruling: bool = False,
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """改派: give it to another unit. The clock goes on; from the third time on it takes a ruling.

    A ruling binds the unit: it cannot object any more.

    :raises Conflict: if it went from unit to unit twice and this is no ruling.
    :raises Invalid: if no reason is given, or the unit has it already.
    """
    require_party(case, CaseAct.REASSIGN, actor)
    expect_version(case, version)
    said, standing = _said(words), lead(case)
    if case.transfers >= Case.MAX_TRANSFERS and not ruling:
        raise Conflict(
            N_(
                "It was passed on twice. Who gives it to a third unit must rule that this one answers."
            )
        )
    if standing is not None:
        if standing.unit_id == unit.id:
            raise Invalid(N_("This unit has it already."), field="unit")
        _require_other(standing, actor)
        standing.ruled_at, standing.ruled_by, standing.ruling = now, actor, said
    _end(case, AssignmentState.MOVED, now)
    session.flush()  # one lead at a time: the old one must be gone first
    given = _hand(case, unit, co_units, said, actor=actor, now=now)
    for member in joined(session, case):
        member.unit = unit
    case.transfers += 1
    if ruling:
        given.state, given.ruled_at, given.ruled_by = AssignmentState.UPHELD, now, actor
        given.ruling = said
    steps.take(
        session,
        case=case,
        act=CaseAct.REASSIGN,
        actor=actor,
        times=times,
        now=now,
        reason=said,
        unit=unit.id,
        ruling=ruling,
    )


def take_up(
    session: Session, *, case: Case, version: int, times: Times, actor: Person, now: datetime
) -> None:
    """Take a case in hand; whoever does is its handler."""
    require_party(case, CaseAct.TAKE_UP, actor)
    expect_version(case, version)
    case.handler = actor
    steps.take(session, case=case, act=CaseAct.TAKE_UP, actor=actor, times=times, now=now)


def joined(session: Session, case: Case) -> Sequence[Case]:
    """The messages that ``case`` answers besides its own, in the order in which they came."""
    query = select(Case).filter_by(joined_to_id=case.id, state=CaseState.MERGED)
    return session.scalars(query.order_by(Case.id)).all()


def release(case: Case, *, now: datetime) -> None:
    """End the assignments of a case that another one answers from now on."""
    _end(case, AssignmentState.ENDED, now)
    case.handler = None


def _hand(
    case: Case,
    unit: Agency,
    co_units: Collection[Agency],
    words: str,
    *,
    actor: Person,
    now: datetime,
) -> Assignment:
    """Write the assignments, the lead's first."""
    named = case.named_unit
    if named is not None and any(one.is_within(named) for one in (unit, *co_units)):
        raise Invalid(N_("A report never goes to the unit that it names."), field="unit")
    units = {unit.id: unit, **{one.id: one for one in co_units}}
    made = [
        Assignment(
            unit=one,
            lead=one.id == unit.id,
            assigned_by=actor,
            reason=tidy(words)[:MOST],
            created_at=now,
        )
        for one in units.values()
    ]
    case.assignments.extend(made)
    case.unit, case.handler = unit, None
    return made[0]


def _end(case: Case, state: AssignmentState, now: datetime) -> None:
    for one in case.assignments:
        if one.state in STANDING:
            one.state = state if one.lead else AssignmentState.ENDED
            one.ended_at = now


def _lead(case: Case) -> Assignment:
    standing = lead(case)
    if standing is None:
        raise Conflict(N_("No unit has the case at the moment."))
    return standing


def _require_other(standing: Assignment, actor: Person) -> None:
    """Nobody rules on an objection of their own."""
    if standing.objected_by_id == actor.id:
        raise NotAllowed(N_("You raised the objection: somebody else rules on it."))


def _said(words: str) -> str:
    said = tidy(words)[:MOST]
    if not said:
        raise Invalid(N_("Please give a reason."), field="words")
    return said
