"""One step of a case: the only place where its state changes."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consult.services.handling import clocks
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct, Party, move
from consult.services.records import bells, ledger
from models.case import Case, CaseState, CaseStep, ClockKind
from models.job import JobName
from models.person import Person

#: States in which a case is over for the unit that had it.
OVER = frozenset(
    {
        CaseState.NOT_ACCEPTED,
        CaseState.CLOSED,
        CaseState.ARCHIVED,
        CaseState.TRANSFERRED,
        CaseState.WITHDRAWN,
    }
)


def take(
    session: Session,
    *,
    case: Case,
    act: CaseAct,
    actor: Person | None,
    times: Times,
    now: datetime,
    reason: str = "",
    shown: bool = True,
    **detail: Any,
) -> CaseStep:
    """Take ``act``: the state, the clocks, the timeline and the ledger move together.

    Who may is asked before, by :func:`consult.services.handling.parties.require_party`; without
    an actor it is the clock that acts, and the table is asked whether it may.

    :raises Conflict: if the case is at another stage.
    """
    found = move(case.state, act)
    if actor is None and Party.CLOCK not in found.by:
        raise PermissionError(f"the clock may not {act} a case that is {case.state}")
    before, case.state = case.state, found.to
    _stamp(case, times, now)
    clocks.follow(case, found.to, times=times, now=now)
    step = CaseStep(
        case=case,
        act=act.value,
        state_before=before,
        state_after=found.to,
        round=case.round,
        actor=actor,
        unit=case.unit,  # its id is behind until the next flush
        reason=reason,
        shown=shown,
        detail=detail,
        created_at=now,
    )
    session.add(step)
    bells.ring(session, JobName.CASE_NOTICES)
    ledger.record(
        session, f"case.{act.value}", case, actor=actor, now=now, state=found.to.value, **detail
    )
    return step


def _stamp(case: Case, times: Times, now: datetime) -> None:
    """Note the moments that numbers are made of; those of the first time stay."""
    if case.state in {CaseState.ACCEPTED, CaseState.MERGED}:  # what is joined is answered, too
        case.accepted_at = case.accepted_at or now
    elif case.state is CaseState.REPLIED:
        case.replied_at = now
        _measure(case, times, now)
    elif case.state is CaseState.REOPENED:
        case.round += 1
        case.closed_at = None
    if case.state in OVER:
        case.closed_at = now


def _measure(case: Case, times: Times, now: datetime) -> None:
    """Note how long the first reply took, and whether it came in time; asked before it stops."""
    if case.days_taken is None:
        started = case.accepted_at or case.created_at
        case.days_taken = times.calendar.worked_between(started, now)
        case.on_time = all(now < clock.due_at for clock in clocks.running(case, ClockKind.REPLY))
