"""复查 and 复核: a review by the unit above, once each; closed to the same facts after that."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Invalid
from consult.services.handling import clocks, steps
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct
from consult.services.handling.parties import require_party
from consult.text.normalise import tidy
from models.agency import Agency
from models.case import Case, ClockKind
from models.person import Person
from models.reply import Appeal

MOST = 4000


def pending(case: Case) -> Appeal | None:
    """The appeal that waits for its answer."""
    return next((one for one in case.appeals if one.answered_at is None), None)


def ask(
    session: Session, *, case: Case, words: str, times: Times, actor: Person, now: datetime
) -> Appeal:
    """Ask for a review; the second time, after the first was answered, for the final one.

    It goes to the unit above the one that answered, the final one to the unit above that.

    :raises Conflict: outside the time for it, or after the final one.
    :raises Invalid: if no reason is given.
    """
    before = list(case.appeals)
    final = bool(before)
    act = CaseAct.APPEAL_AGAIN if final else CaseAct.APPEAL
    require_party(case, act, actor)
    said = tidy(words)[:MOST]
    if not said:
        raise Invalid(N_("Please give a reason."), field="words")
    if len(before) > 1:
        raise Conflict(N_("The final review was given; the same facts are not reviewed again."))
    window = next(iter(clocks.running(case, ClockKind.APPEAL_WINDOW)), None)
    if window is None or now >= window.due_at:
        raise Conflict(N_("The time in which a review could be asked for is over."))
    unit = _above(before[0].unit if final else case.unit, case)
    appeal = Appeal(
        case=case, final=final, round=case.round, reason=said, unit=unit, created_at=now
    )
    session.add(appeal)
    steps.take(
        session,
        case=case,
        act=act,
        actor=actor,
        times=times,
        now=now,
        reason=said,
        unit=unit.id,
    )
    return appeal


def answer(
    session: Session,
    *,
    case: Case,
    granted: bool,
    words: str,
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """Answer the appeal: granted, the case is handled again; dismissed, it is closed again.

    :raises Invalid: if no grounds are given.
    """
    appeal = pending(case)
    act = CaseAct.GRANT if granted else CaseAct.DISMISS
    require_party(case, act, actor)
    said = tidy(words)[:MOST]
    if not said:
        raise Invalid(N_("Please give a reason."), field="words")
    if appeal is None:
        raise Conflict(N_("No review is asked for at the moment."))
    appeal.granted, appeal.answer = granted, said
    appeal.answered_at, appeal.answered_by = now, actor
    steps.take(
        session,
        case=case,
        act=act,
        actor=actor,
        times=times,
        now=now,
        reason=said,
        final=appeal.final,
    )


def _above(unit: Agency, case: Case) -> Agency:
    """The unit above; at the top, the mailbox's unit for reports, which answers to another."""
    return unit.parent or case.mailbox.report_unit
