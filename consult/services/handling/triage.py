"""轻重缓急: how urgent a message is, proposed by words and confirmed by a person."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Invalid, NotAllowed, NotFound
from consult.permissions import Permission, require
from consult.services.handling import clocks
from consult.services.handling.allowances import name_for
from consult.services.handling.clocks import Times
from consult.services.handling.moves import Party
from consult.services.handling.parties import parties, require_sight
from consult.services.records import ledger
from consult.text.normalise import tidy_line
from models.case import Case, CaseStep, ClockKind
from models.mailbox import Mailbox, TriageWord, Urgency
from models.person import Person
from models.suggestion import Suggestion

ORDER = (Urgency.ROUTINE, Urgency.PRESSING, Urgency.SUPPLY, Urgency.DANGER)
#: What a mailbox begins with; an agency adds to it, or says otherwise of a word.
WORDS: Mapping[str, Urgency] = {
    **dict.fromkeys(
        (
            "坍塌", "塌方", "塌陷", "燃气泄漏", "煤气泄漏", "漏气", "着火", "起火", "火灾", "爆炸",
            "触电", "漏电", "电线掉落", "溺水", "中毒", "高空坠物", "危房", "轻生", "被困",
            "gas leak", "on fire", "collapse", "explosion", "electrocut", "drowning",
        ),
        Urgency.DANGER,
    ),
    **dict.fromkeys(
        (
            "停水", "断水", "没有水", "停电", "断电", "停气", "断气", "停暖", "没有暖气", "不热",
            "暖气不热", "爆管", "污水倒灌", "no water", "no heating", "power cut", "no electricity",
        ),
        Urgency.SUPPLY,
    ),
    **dict.fromkeys(
        (
            "拖欠工资", "欠薪", "讨薪", "急需", "紧急", "尽快", "上学", "入学", "住院", "手术",
            "夜间施工", "unpaid wages", "urgent", "surgery",
        ),
        Urgency.PRESSING,
    ),
}  # fmt: skip


def words_of(session: Session, mailbox: Mailbox) -> Mapping[str, Urgency]:
    """Every word that says something about urgency here, with what it says."""
    own = session.scalars(select(TriageWord).filter_by(mailbox_id=mailbox.topic_id))
    return {**WORDS, **{row.word: row.urgency for row in own}}


def proposed(session: Session, mailbox: Mailbox, suggestion: Suggestion) -> Urgency:
    """The most urgent class that a word of the message stands for."""
    text = f"{suggestion.title}\n{suggestion.facts}\n{suggestion.proposal}".casefold()
    found = (urgency for word, urgency in words_of(session, mailbox).items() if word in text)
    return max(found, key=ORDER.index, default=Urgency.ROUTINE)


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
    for clock in clocks.running(case, ClockKind.REPLY):
        allowed = times.allowances[name_for(case, ClockKind.REPLY)]
        limit = times.calendar.limit(clock.started_at, allowed.amount, allowed.unit)
        if limit.at < clock.due_at:
            clock.due_at, clock.provisional = limit.at, limit.provisional
            clock.amount, clock.unit = allowed.amount, allowed.unit
    clocks.show(case)


def set_word(
    session: Session,
    *,
    mailbox: Mailbox,
    word: str,
    urgency: Urgency,
    actor: Person,
    now: datetime,
) -> None:
    """Let a word stand for a class here; routine: for none.

    :raises Invalid: if it is no word, or longer than forty characters.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    word = tidy_line(word).casefold()
    if not 1 <= len(word) <= 40:  # noqa: PLR2004 - as wide as the column
        raise Invalid(N_("A word has up to 40 characters."), field="word")
    row = session.scalar(select(TriageWord).filter_by(mailbox_id=mailbox.topic_id, word=word))
    row = row or TriageWord(mailbox_id=mailbox.topic_id, word=word)
    row.urgency, row.made_by_id, row.created_at = urgency, actor.id, now
    session.add(row)
    ledger.record(
        session, "mailbox.word_set", mailbox.topic, actor=actor, now=now, urgency=urgency.value
    )


def drop_word(
    session: Session, *, mailbox: Mailbox, word: str, actor: Person, now: datetime
) -> None:
    """Let the house's own list speak again for a word.

    :raises NotFound: if it was not set here.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    row = session.scalar(select(TriageWord).filter_by(mailbox_id=mailbox.topic_id, word=word))
    if row is None:
        raise NotFound
    session.delete(row)
    ledger.record(session, "mailbox.word_dropped", mailbox.topic, actor=actor, now=now)
