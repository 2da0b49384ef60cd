"""The clocks of a case: which run in which state, started once, moved only by an extension."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict
from consult.services.handling.allowances import Allowance, allowances, names_for
from consult.services.handling.working_days import Calendar, Limit
from models.case import Case, CaseState, Clock, ClockKind
from models.case import CaseState as S
from models.case import ClockKind as K
from models.mailbox import Track
from models.person import Person

_REPLY = frozenset({K.REPLY})
#: The clocks that run in a state. One that runs in two states in a row goes on; nothing else
#: than leaving its states stops it, so that no transfer and no objection begins it anew.
RUNS: Mapping[S, frozenset[K]] = {
    S.SUBMITTED: frozenset({K.REVIEW, K.ACCEPTANCE}),
    S.UNDER_REVIEW: frozenset({K.REVIEW, K.ACCEPTANCE}),
    S.RETURNED_FOR_MORE: frozenset({K.SUPPLEMENT}),
    S.ACCEPTED: _REPLY,
    S.ASSIGNED: _REPLY,
    S.OBJECTION: frozenset({K.REPLY, K.OBJECTION}),
    S.REASSIGNED: _REPLY,
    S.UPHELD: _REPLY,
    S.IN_PROGRESS: _REPLY,
    S.EXTENDED: _REPLY,
    S.REPLY_DRAFTED: _REPLY,
    S.REPLY_RETURNED: _REPLY,
    S.MERGED: _REPLY,
    S.REOPENED: _REPLY,
    S.REPLIED: frozenset({K.RATING}),
    S.RATED: frozenset({K.RATING, K.FOLLOW_UP}),
    S.CLOSED: frozenset({K.APPEAL_WINDOW}),
    S.APPEAL: frozenset({K.APPEAL}),
    S.FINAL_APPEAL: frozenset({K.APPEAL}),
}
#: Started by more than the state: a follow-up only where the rating was low.
ON_DEMAND = frozenset({K.FOLLOW_UP})
#: One a round; of the others one each time their state is entered.
ONCE_A_ROUND = frozenset({K.REPLY, K.RATING, K.FOLLOW_UP})
MOMENT = timedelta(microseconds=1)
#: What somebody in office must do in time; the others give time to the one who wrote.
DUTIES = frozenset({K.REVIEW, K.ACCEPTANCE, K.OBJECTION, K.REPLY, K.FOLLOW_UP, K.APPEAL})


@dataclass(frozen=True)
class Times:
    """What clocks are set by: the calendar, and what the mailbox allows."""

    calendar: Calendar
    allowances: Mapping[str, Allowance]


def times(session: Session, case: Case, calendar: Calendar) -> Times:
    """What the clocks of ``case`` are set by; one query."""
    return Times(calendar, allowances(session, case.mailbox))


def running(case: Case, kind: ClockKind | None = None) -> list[Clock]:
    """The clocks of ``case`` that run, the one that runs out first before the others."""
    found = [one for one in case.clocks if one.stopped_at is None and kind in {None, one.kind}]
    return sorted(found, key=lambda clock: clock.due_at)


def follow(case: Case, state: CaseState, *, times: Times, now: datetime) -> None:
    """Stop the clocks that do not run in ``state``, and start those that do."""
    wanted = RUNS.get(state, frozenset())
    for clock in running(case):
        if clock.kind not in wanted:
            clock.stopped_at = now
    for kind in sorted(wanted - ON_DEMAND):
        start(case, kind, times=times, now=now)
    show(case)


def start(case: Case, kind: ClockKind, *, times: Times, now: datetime) -> None:
    """Start a clock of ``kind``, unless it runs or has run for this occasion."""
    before = [clock for clock in case.clocks if clock.kind is kind]
    turn = case.round if kind in ONCE_A_ROUND else len(before) + 1
    if running(case, kind) or any(clock.turn == turn for clock in before):
        return
    allowed, limit = allowed_from(now, case, kind, times)
    case.clocks.append(
        Clock(
            kind=kind,
            turn=turn,
            started_at=now,
            due_at=limit.at,
            amount=allowed.amount,
            unit=allowed.unit,
            provisional=limit.provisional,
        )
    )
    show(case)


def allowed_from(
    moment: datetime, case: Case, kind: ClockKind, times: Times
) -> tuple[Allowance, Limit]:
    """How long a clock of ``kind`` runs that begins at ``moment``, and until when.

    What is urgent is not looked at later than it must be answered: of several times the one
    that is over first counts.
    """
    named = (times.allowances[name] for name in names_for(case, kind))
    limits = ((one, times.calendar.limit(moment, one.amount, one.unit)) for one in named)
    return min(limits, key=lambda found: found[1].at)


def show(case: Case) -> None:
    """Write the next duty into the case, for lists."""
    due = [clock.due_at for clock in running(case) if clock.kind in DUTIES]
    case.due_at = min(due, default=None)


def extend(case: Case, *, reason: str, times: Times, approver: Person, now: datetime) -> Clock:
    """Give more time for the reply, from the day on which it would have run out.

    :raises Conflict: if it was extended before, or has run out already.
    """
    clock = next(iter(running(case, K.REPLY)), None)
    if clock is None or clock.extended_at is not None:
        raise Conflict(N_("The time can be extended while the case is handled, and once."))
    if now >= clock.due_at:
        raise Conflict(N_("The time has run out; it cannot be extended any more."))
    name = "extension_petition" if case.track is Track.PETITION else "extension"
    more = times.allowances[name]
    # It runs out as the day after begins; the first day that is added is that day.
    limit = times.calendar.limit(clock.due_at - MOMENT, more.amount, more.unit)
    clock.due_at, clock.provisional = limit.at, clock.provisional or limit.provisional
    clock.extended_amount, clock.extended_by = more.amount, approver
    clock.extension_reason, clock.extended_at = reason, now
    show(case)
    return clock


def reckon_anew(clock: Clock, calendar: Calendar) -> bool:
    """Set a provisional clock by the calendar as it is known now; say whether that moved it.

    An extended clock keeps what was granted.
    """
    if not clock.provisional or clock.extended_at is not None:
        return False
    limit = calendar.limit(clock.started_at, clock.amount, clock.unit)
    moved = limit.at != clock.due_at
    clock.due_at, clock.provisional = limit.at, limit.provisional
    return moved
