"""Trying words and rules on the newest messages, before they hold and after.

Whoever tries sees messages that they may see anyway: reports of wrongdoing never, and the words of
others only who assigns or supervises in the mailbox's agency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from consult.exceptions import NotAllowed
from consult.services.handling.parties import READERS, holds
from consult.services.handling.triage_judge import Judge, Verdict
from consult.services.records.pages import Page, paginate
from models.case import Case, CaseState
from models.mailbox import Mailbox, Urgency
from models.person import Person, Role
from models.suggestion import Suggestion

#: So many of the newest messages are tried on.
TRIED = 300
#: What a person still has to say something about.
WAITING = (CaseState.SUBMITTED, CaseState.UNDER_REVIEW, CaseState.ACCEPTED)


@dataclass(frozen=True)
class Tried:
    """A message, and how words and rules judge it."""

    case: Case
    verdict: Verdict
    #: How it would be judged with what is tried out; None: nothing is.
    instead: Verdict | None = None

    @property
    def differs(self) -> bool:
        """What is tried out would change its class."""
        return self.instead is not None and self.instead.urgency is not self.verdict.urgency


def may_read(mailbox: Mailbox, person: Person) -> bool:
    """Say whether ``person`` may read the messages of a mailbox that are no reports."""
    return any(holds(person, role, mailbox.topic.agency) for role in (Role.ASSIGNER, *READERS))


def on_recent(
    session: Session,
    *,
    mailbox: Mailbox,
    judge: Judge,
    instead: Judge | None = None,
    person: Person,
    most: int = TRIED,
) -> list[Tried]:
    """How the newest messages are judged, the newest first; two queries.

    :raises NotAllowed: if this person may not read them.
    """
    if not may_read(mailbox, person):
        raise NotAllowed
    cases = session.scalars(_messages(mailbox).order_by(Case.id.desc()).limit(most)).all()
    return [
        Tried(case, _judged(judge, case), _judged(instead, case) if instead else None)
        for case in cases
    ]


def waiting(
    session: Session, *, mailbox: Mailbox, judge: Judge, person: Person, page: int = 1
) -> Page[Tried]:
    """Those that seem urgent and that nobody has said anything about yet, the oldest first.

    :raises NotAllowed: if this person may not read them.
    """
    if not may_read(mailbox, person):
        raise NotAllowed
    query = (
        _messages(mailbox)
        .where(
            Case.state.in_(WAITING),
            Case.urgency != Urgency.ROUTINE,
            Case.urgency_confirmed_by_id.is_(None),
        )
        .order_by(Case.id)
    )
    found = paginate(session, query, page=page)
    return found.with_items([Tried(case, _judged(judge, case)) for case in found.items])


def since(tried: Sequence[Tried]) -> datetime | None:
    """When the oldest of them came."""
    return tried[-1].case.created_at if tried else None


def _messages(mailbox: Mailbox) -> Select[Case]:
    return (
        select(Case)
        .join(Case.suggestion)
        .where(Case.topic_id == mailbox.topic_id, Case.confidential.is_(False))
        .options(contains_eager(Case.suggestion))
    )


def _judged(judge: Judge, case: Case) -> Verdict:
    message: Suggestion = case.suggestion
    text = f"{message.facts}\n{message.proposal}"
    return judge.judge(message.title, text, kind=message.kind, domain=case.domain)
