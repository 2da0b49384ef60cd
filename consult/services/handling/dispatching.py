"""派单目录: which unit answers for what and where.

The catalogue is kept by people and never overwritten: every change ends a row and begins another.
What is proposed for a case from it, and from where like messages went before, stands in
:mod:`consult.services.handling.dispatch_learning`; a person confirms it, always.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotFound, StaleVersion
from consult.permissions import Permission, require
from consult.services.records import ledger
from consult.text.normalise import tidy_line
from models.agency import Agency, Region
from models.mailbox import DispatchRule, Domain, Mailbox
from models.person import Person

#: Everywhere, in the catalogue.
EVERYWHERE = ""
MOST_NOTE = 500


class Ground(StrEnum):
    """Why a unit is proposed."""

    #: Others of the same group went there.
    GROUP = "group"
    CATALOGUE = "catalogue"
    #: Learned from the words, the meaning and the place of messages that went there.
    WORDS = "words"
    #: Most messages of this domain and region went there.
    HABIT = "habit"


@dataclass(frozen=True)
class Proposal:
    """A unit, why, and how sure that ground is: the share of cases that speak for it; 1 for a rule."""

    unit: Agency
    ground: Ground
    share: float
    #: Words of the message that spoke for it.
    words: tuple[str, ...] = ()
    #: What else speaks for it.
    beside: tuple[Ground, ...] = ()


def catalogue(session: Session, mailbox: Mailbox) -> Sequence[DispatchRule]:
    """What holds now, by domain and region; one query."""
    query = (
        select(DispatchRule)
        .filter_by(mailbox_id=mailbox.topic_id, ended_at=None)
        .options(joinedload(DispatchRule.unit))
        .order_by(DispatchRule.domain, DispatchRule.region_code)
    )
    return session.scalars(query).all()


def history(
    session: Session, *, mailbox: Mailbox, domain: Domain, region_code: str = EVERYWHERE
) -> Sequence[DispatchRule]:
    """Who answered for a domain in a region, the newest first."""
    query = (
        select(DispatchRule)
        .filter_by(mailbox_id=mailbox.topic_id, domain=domain, region_code=region_code)
        .options(joinedload(DispatchRule.unit), joinedload(DispatchRule.made_by))
        .order_by(DispatchRule.id.desc())
    )
    return session.scalars(query).all()


def set_unit(
    session: Session,
    *,
    mailbox: Mailbox,
    domain: Domain,
    region: Region | None = None,
    unit: Agency,
    note: str = "",
    seen: int | None = None,
    actor: Person,
    now: datetime,
) -> DispatchRule:
    """Let ``unit`` answer for a domain, in a region or everywhere, from now on.

    ``seen`` is the row that the person saw there (0: none); without it nothing is compared.

    :raises Conflict: if it does already, with the same note.
    :raises StaleVersion: if somebody changed it since it was seen.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    code, said = region.code if region else EVERYWHERE, tidy_line(note)
    if len(said) > MOST_NOTE:
        raise Invalid(N_("Keep this under %(max)d characters."), field="note", max=MOST_NOTE)
    before = current(session, mailbox, domain, code)
    _expect(before, seen)
    if before is not None and before.unit_id == unit.id and before.note == said:
        raise Conflict(N_("This unit answers for it already."))
    if before is not None:
        before.ended_at, before.ended_by_id = now, actor.id
        session.flush()  # one row holds at a time: the old one must end first
    rule = DispatchRule(
        mailbox_id=mailbox.topic_id,
        domain=domain,
        region_code=code,
        unit=unit,
        note=said,
        made_by=actor,
        created_at=now,
    )
    session.add(rule)
    ledger.record(
        session,
        "mailbox.dispatch_set",
        mailbox.topic,
        actor=actor,
        now=now,
        domain=domain.value,
        region=code,
        unit=unit.id,
    )
    return rule


def end(
    session: Session,
    *,
    mailbox: Mailbox,
    domain: Domain,
    region_code: str = EVERYWHERE,
    seen: int | None = None,
    actor: Person,
    now: datetime,
) -> None:
    """Let nobody in particular answer for it from now on.

    :raises NotFound: if nobody does.
    :raises StaleVersion: if somebody changed it since it was ``seen``.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    rule = current(session, mailbox, domain, region_code)
    if rule is None:
        raise NotFound
    _expect(rule, seen)
    rule.ended_at, rule.ended_by_id = now, actor.id
    ledger.record(
        session,
        "mailbox.dispatch_ended",
        mailbox.topic,
        actor=actor,
        now=now,
        domain=domain.value,
        region=region_code,
    )


def current(
    session: Session, mailbox: Mailbox, domain: Domain, region_code: str = EVERYWHERE
) -> DispatchRule | None:
    """The row that holds for exactly this now, if there is one."""
    return session.scalar(
        select(DispatchRule)
        .filter_by(
            mailbox_id=mailbox.topic_id, domain=domain, region_code=region_code, ended_at=None
        )
        .options(joinedload(DispatchRule.unit))
    )


def gaps(session: Session, mailbox: Mailbox) -> list[Domain]:
    """Domains for which nobody answers everywhere: a message of them may find no rule."""
    query = select(DispatchRule.domain).filter_by(
        mailbox_id=mailbox.topic_id, region_code=EVERYWHERE, ended_at=None
    )
    named = set(session.scalars(query))
    return [domain for domain in Domain if domain not in named]


def stamp(session: Session, mailbox: Mailbox) -> str:
    """Differs whenever the catalogue was changed in between."""
    query = select(
        func.coalesce(func.max(DispatchRule.id), 0),
        func.count(),
        func.count(DispatchRule.ended_at),
    ).filter_by(mailbox_id=mailbox.topic_id)
    return "-".join(map(str, session.execute(query).one()))


def _expect(rule: DispatchRule | None, seen: int | None) -> None:
    if seen is not None and seen != (rule.id if rule else 0):
        raise StaleVersion
