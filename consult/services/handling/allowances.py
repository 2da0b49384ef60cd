"""How long things may take: the defaults of the house, and what a mailbox sets instead.

Sources: 信访工作条例 (2022) arts. 22-23, 31-36 for the days of a petition and its appeals;
国办发〔2020〕53号 for the classes of hotline requests; the rest is the practice of large boards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Invalid, NotFound, StaleVersion
from consult.permissions import Permission, require
from consult.services.handling.working_days import MOST
from consult.services.records import ledger
from models.case import Case, ClockKind
from models.mailbox import ClockRule, Mailbox, TimeUnit, Track, Urgency
from models.person import Person
from models.suggestion import SuggestionKind


@dataclass(frozen=True)
class Allowance:
    """So much time."""

    amount: int
    unit: TimeUnit = TimeUnit.WORKING_DAYS


DEFAULTS: Mapping[str, Allowance] = {
    "review": Allowance(1),
    "acceptance": Allowance(5),
    "supplement": Allowance(15),
    "objection": Allowance(5),
    "reply_question": Allowance(5),
    "reply_praise": Allowance(5),
    "reply_advice": Allowance(10),
    "reply_complaint": Allowance(10),
    "reply_help": Allowance(10),
    "reply_investigation": Allowance(20),
    "reply_petition": Allowance(60, TimeUnit.DAYS),
    "reply_supply": Allowance(24, TimeUnit.HOURS),
    "reply_danger": Allowance(2, TimeUnit.HOURS),
    "extension": Allowance(10),
    "extension_petition": Allowance(30, TimeUnit.DAYS),
    "rating": Allowance(15),
    "follow_up": Allowance(15),
    "appeal_window": Allowance(30, TimeUnit.DAYS),
    "appeal": Allowance(30, TimeUnit.DAYS),
    "publication": Allowance(20),
    # How long after a clock ran out the next one up is told: consult/services/handling/escalating.
    "warn_leader": Allowance(1),
    "warn_supervisor": Allowance(3),
}
#: What the law allows at most, or at least, in days (信访工作条例 arts. 22, 31-36): an agency may be
#: quicker, or give people longer, and not the other way round.
AT_MOST: Mapping[str, int] = {
    "acceptance": 15,
    "reply_petition": 60,
    "extension_petition": 30,
    "appeal": 30,
}
AT_LEAST: Mapping[str, int] = {"appeal_window": 30}
#: So many calendar days a working day may take, holidays of a week among them, and in the long run.
LONGEST_PER_DAY = 2
#: What cannot wait goes before the kind of message.
BY_URGENCY = {Urgency.DANGER: "reply_danger", Urgency.SUPPLY: "reply_supply"}
#: What an office must do before it may answer at all.
RECEPTION = frozenset({ClockKind.REVIEW, ClockKind.ACCEPTANCE})
BY_TRACK = {Track.INVESTIGATION: "reply_investigation", Track.PETITION: "reply_petition"}
BY_KIND = {
    SuggestionKind.QUESTION: "reply_question",
    SuggestionKind.PRAISE: "reply_praise",
    SuggestionKind.ADVICE: "reply_advice",
    SuggestionKind.COMPLAINT: "reply_complaint",
    SuggestionKind.HELP: "reply_help",
    SuggestionKind.REPORT: "reply_investigation",
}


def allowances(session: Session, mailbox: Mailbox) -> Mapping[str, Allowance]:
    """Every allowance of ``mailbox``, by name; one query."""
    rules = session.scalars(select(ClockRule).filter_by(mailbox_id=mailbox.topic_id))
    return {**DEFAULTS, **{rule.name: Allowance(rule.amount, rule.unit) for rule in rules}}


def name_for(case: Case, kind: ClockKind) -> str:
    """Which allowance a clock of ``kind`` on ``case`` goes by.

    For a reply the urgent goes first, then the way it is handled, then the kind of message.
    """
    if kind is not ClockKind.REPLY:
        return kind.value
    return BY_URGENCY.get(case.urgency) or BY_TRACK.get(case.track) or BY_KIND[case.suggestion.kind]


def names_for(case: Case, kind: ClockKind) -> Sequence[str]:
    """The same, and what else a clock may not outlast: looking at what cannot wait does not wait."""
    urgent = BY_URGENCY.get(case.urgency) if kind in RECEPTION else None
    return [name_for(case, kind), *([urgent] if urgent else [])]


def set_allowance(
    session: Session,
    *,
    mailbox: Mailbox,
    name: str,
    allowance: Allowance,
    seen: Allowance | None = None,
    actor: Person,
    now: datetime,
) -> None:
    """Let ``mailbox`` allow another time for ``name`` from now on; clocks that run keep theirs.

    :raises NotFound: if there is no such allowance.
    :raises Invalid: if the time is none, longer than a year, or other than the law allows.
    :raises StaleVersion: if somebody set another than was ``seen``.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    if name not in DEFAULTS:
        raise NotFound
    longest = MOST * (24 if allowance.unit is TimeUnit.HOURS else 1)
    if not 1 <= allowance.amount <= longest:
        raise Invalid(N_("A time limit is between one day and a year."), field="amount")
    _check_law(name, allowance)
    if seen is not None and seen != allowances(session, mailbox)[name]:
        raise StaleVersion
    rule = session.scalar(select(ClockRule).filter_by(mailbox_id=mailbox.topic_id, name=name))
    rule = rule or ClockRule(mailbox_id=mailbox.topic_id, name=name)
    rule.amount, rule.unit = allowance.amount, allowance.unit
    rule.made_by_id, rule.created_at = actor.id, now
    session.add(rule)
    ledger.record(
        session,
        "mailbox.allowance_set",
        mailbox.topic,
        actor=actor,
        now=now,
        name=name,
        amount=allowance.amount,
        unit=allowance.unit.value,
    )


def rows_of(session: Session, mailbox: Mailbox) -> Mapping[str, ClockRule]:
    """What ``mailbox`` set of its own, by name, with who did."""
    query = select(ClockRule).filter_by(mailbox_id=mailbox.topic_id)
    return {
        rule.name: rule for rule in session.scalars(query.options(joinedload(ClockRule.made_by)))
    }


def drop_allowance(
    session: Session, *, mailbox: Mailbox, name: str, actor: Person, now: datetime
) -> None:
    """Let the time of the house hold again for ``name``.

    :raises NotFound: if ``mailbox`` set none of its own.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    rule = session.scalar(select(ClockRule).filter_by(mailbox_id=mailbox.topic_id, name=name))
    if rule is None:
        raise NotFound
    session.delete(rule)
    ledger.record(
        session, "mailbox.allowance_dropped", mailbox.topic, actor=actor, now=now, name=name
    )


def _check_law(name: str, allowance: Allowance) -> None:
    """The law counts in days: a limit in working days could run longer, one in hours be shorter."""
    hours, working = TimeUnit.HOURS, TimeUnit.WORKING_DAYS
    most, least = AT_MOST.get(name), AT_LEAST.get(name)
    at_most = allowance.amount * (LONGEST_PER_DAY if allowance.unit is working else 1)
    if most and allowance.unit is not hours and at_most > most:
        raise Invalid(
            N_("The law allows at most %(most)d days; working days count double."),
            field="amount",
            most=most,
        )
    if most and allowance.unit is hours and allowance.amount > 24 * most:
        raise Invalid(N_("The law allows at most %(most)d days."), field="amount", most=most)
    if least and (allowance.unit is hours or allowance.amount < least):
        raise Invalid(
            N_("The law gives people at least %(least)d days."), field="amount", least=least
        )
