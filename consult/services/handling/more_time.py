"""延期申请: a handler asks for more time for the reply; who grants it is somebody else."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotAllowed
from consult.services.handling import clocks, telling_people
from consult.services.handling.clocks import Times
from consult.services.handling.moves import TABLE, CaseAct, Party, move
from consult.services.handling.parties import parties, require_sight
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from consult.text.normalise import tidy
from models.case import Case, ClockKind
from models.extension import ExtensionRequest
from models.mailbox import TimeUnit, Track
from models.person import Person

MOST = 2000
ASKING = frozenset({Party.HANDLER, Party.LEADER})
DECIDING = frozenset({Party.LEADER, Party.ASSIGNER})
#: States in which the time can be extended.
STATES = frozenset(state for state, moves in TABLE.items() if CaseAct.EXTEND in moves)


def of_round(session: Session, case: Case) -> ExtensionRequest | None:
    """What was asked for in this round."""
    query = select(ExtensionRequest).filter_by(case_id=case.id, round=case.round)
    return session.scalar(
        query.options(
            joinedload(ExtensionRequest.asked_by), joinedload(ExtensionRequest.decided_by)
        )
    )


def ask(
    session: Session, *, case: Case, version: int, words: str, actor: Person, now: datetime
) -> ExtensionRequest:
    """Ask for more time; once a round.

    :raises NotAllowed: for whoever is not of the unit that has the case.
    :raises Conflict: if it was asked for or extended before, or the time has run out.
    :raises Invalid: if no reason is given.
    """
    require_sight(case, actor)
    if not ASKING & parties(case, actor):
        raise NotAllowed
    move(case.state, CaseAct.EXTEND)
    expect_version(case, version)
    said = tidy(words)[:MOST]
    if not said:
        raise Invalid(N_("Please give a reason."), field="words")
    if of_round(session, case) is not None:
        raise Conflict(N_("More time was asked for in this round already."))
    _require_extendable(case, now)
    request = ExtensionRequest(
        case_id=case.id, round=case.round, asked_by=actor, reason=said, created_at=now
    )
    session.add(request)
    key = f"more time:{case.id}:{case.round}"
    telling_people.tell_more_time_asked(session, case, key=key, actor=actor, now=now)
    ledger.record(session, "case.more_time_asked", case, actor=actor, now=now)
    return request


def decline(
    session: Session,
    *,
    case: Case,
    request: ExtensionRequest,
    version: int,
    words: str,
    actor: Person,
    now: datetime,
) -> None:
    """Say no, and why: the time stays as it was.

    :raises Conflict: if it was decided already.
    """
    require_sight(case, actor)
    if not DECIDING & parties(case, actor):
        raise NotAllowed
    expect_version(request, version)
    _require_open(request, actor)
    said = tidy(words)[:MOST]
    if not said:
        raise Invalid(N_("Please give a reason."), field="words")
    request.granted, request.answer = False, said
    request.decided_at, request.decided_by = now, actor
    telling_people.tell_more_time_declined(
        session, case, key=f"more time:{request.id}", asked_by=request.asked_by, now=now
    )
    ledger.record(session, "case.more_time_declined", case, actor=actor, now=now)


def note_granted(session: Session, *, case: Case, actor: Person, now: datetime) -> None:
    """Close what was asked for when the time is extended.

    :raises NotAllowed: for whoever asked: somebody else grants it.
    """
    request = of_round(session, case)
    if request is None or request.decided_at is not None:
        return
    _require_open(request, actor)
    request.granted, request.decided_at, request.decided_by = True, now, actor


def until(case: Case, *, times: Times) -> datetime | None:
    """When the reply would be due if it were extended now; None if it cannot be."""
    clock = next(iter(clocks.running(case, ClockKind.REPLY)), None)
    if clock is None or clock.extended_at is not None:
        return None
    amount, unit = allowed(case, times=times)
    limit: datetime = times.calendar.limit(clock.due_at - clocks.MOMENT, amount, unit).at
    return limit


def allowed(case: Case, *, times: Times) -> tuple[int, TimeUnit]:
    """How much an extension of ``case`` gives."""
    name = "extension_petition" if case.track is Track.PETITION else "extension"
    return times.allowances[name].amount, times.allowances[name].unit


def _require_extendable(case: Case, now: datetime) -> None:
    clock = next(iter(clocks.running(case, ClockKind.REPLY)), None)
    if clock is None or clock.extended_at is not None:
        raise Conflict(N_("The time can be extended while the case is handled, and once."))
    if now >= clock.due_at:
        raise Conflict(N_("The time has run out; it cannot be extended any more."))


def _require_open(request: ExtensionRequest, actor: Person) -> None:
    if request.decided_at is not None:
        raise Conflict(N_("This was decided already."))
    if request.asked_by_id == actor.id:
        raise NotAllowed(N_("You asked for it: somebody else decides."))
