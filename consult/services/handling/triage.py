"""轻重缓急: how urgent a message is, proposed by words and confirmed by a person."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, NotAllowed
from consult.services.handling import clocks, triage_rules
from consult.services.handling.allowances import RECEPTION
from consult.services.handling.clocks import Times
from consult.services.handling.moves import Party
from consult.services.handling.parties import parties, require_sight
from consult.services.handling.triage_judge import ORDER, Verdict
from consult.services.records import ledger
from models.case import Case, CaseStep, ClockKind
from models.mailbox import Domain, Mailbox, Urgency
from models.person import Person
from models.suggestion import Suggestion

#: Which clocks are shorter for what is urgent.
HASTENED = RECEPTION | {ClockKind.REPLY}

__all__ = ["ORDER", "confirm", "proposed", "verdict"]


def verdict(
    session: Session, mailbox: Mailbox, suggestion: Suggestion, domain: Domain | None = None
) -> Verdict:
    """How urgent a message seems, with the words and rules that say so."""
    judge = triage_rules.judge_of(session, mailbox)
    text = f"{suggestion.facts}\n{suggestion.proposal}"
    return judge.judge(suggestion.title, text, kind=suggestion.kind, domain=domain)


def proposed(
    session: Session, mailbox: Mailbox, suggestion: Suggestion, domain: Domain | None = None
) -> Urgency:
    """The class that is proposed; a person confirms it."""
    return verdict(session, mailbox, suggestion, domain).urgency


def confirm(
    session: Session, *, case: Case, urgency: Urgency, times: Times, actor: Person, now: datetime
) -> None:
    """Say how urgent a case is. A more urgent one gets the shorter time from its start.

    A clock is never made longer by this: a promise that was given stands.

    :raises NotAllowed: for others than the assigner.
    """
    require_sight(case, actor)
    if Party.ASSIGNER not in parties(case, actor):
        raise NotAllowed
    if case.closed_at is not None:
        raise Conflict(N_("The case is closed."))
    case.urgency, case.urgency_confirmed_by_id = urgency, actor.id
    _hasten(case, times)
    session.add(
        CaseStep(
            case=case,
            act="triage",
            state_before=case.state,
            state_after=case.state,
            round=case.round,
            actor=actor,
            unit_id=case.unit_id,
            detail={"urgency": urgency.value},
            created_at=now,
        )
    )
    ledger.record(session, "case.triaged", case, actor=actor, now=now, urgency=urgency.value)


def _hasten(case: Case, times: Times) -> None:
    for clock in clocks.running(case):
        if clock.kind not in HASTENED:
            continue
        allowed, limit = clocks.allowed_from(clock.started_at, case, clock.kind, times)
        if limit.at < clock.due_at:
            clock.due_at, clock.provisional = limit.at, limit.provisional
            clock.amount, clock.unit = allowed.amount, allowed.unit
    clocks.show(case)
