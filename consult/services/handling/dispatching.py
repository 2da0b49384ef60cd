"""派单目录: which unit answers for what and where, and which is proposed for a case.

The catalogue is kept by people and never overwritten: every change ends a row and begins another.
What is proposed for a case comes from the catalogue and from where like messages went before;
a person confirms it, always.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, NotFound
from consult.permissions import Permission, require
from consult.services.records import ledger
from consult.text.normalise import tidy_line
from models.agency import Agency, Region
from models.case import Assignment, AssignmentState, Case
from models.cluster import Membership
from models.mailbox import DispatchRule, Domain, Mailbox
from models.person import Person

#: Everywhere, in the catalogue.
EVERYWHERE = ""
#: Cases that are looked at to learn where messages of a domain and region went.
REMEMBERED = 200
#: Fewer say nothing.
ENOUGH = 3


class Ground(StrEnum):
    """Why a unit is proposed."""

    #: Others of the same group went there.
    GROUP = "group"
    CATALOGUE = "catalogue"
    #: Most messages of this domain and region went there.
    HABIT = "habit"


@dataclass(frozen=True)
class Proposal:
    """A unit, why, and how sure that is (the share of cases that speak for it; 1 for a rule)."""

    unit: Agency
    ground: Ground
    share: float


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
    actor: Person,
    now: datetime,
) -> DispatchRule:
    """Let ``unit`` answer for a domain, in a region or everywhere, from now on.

    :raises Conflict: if it does already.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    code = region.code if region else EVERYWHERE
    before = _current(session, mailbox, domain, code)
    if before is not None and before.unit_id == unit.id:
        raise Conflict(N_("This unit answers for it already."))
    if before is not None:
        before.ended_at = now
        session.flush()  # one row holds at a time: the old one must end first
    rule = DispatchRule(
        mailbox_id=mailbox.topic_id,
        domain=domain,
        region_code=code,
        unit=unit,
        note=tidy_line(note)[:500],
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
    actor: Person,
    now: datetime,
) -> None:
    """Let nobody in particular answer for it from now on.

    :raises NotFound: if nobody does.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    rule = _current(session, mailbox, domain, region_code)
    if rule is None:
        raise NotFound
    rule.ended_at = now
    ledger.record(
        session,
        "mailbox.dispatch_ended",
        mailbox.topic,
        actor=actor,
        now=now,
        domain=domain.value,
        region=region_code,
    )


def propose(session: Session, case: Case) -> list[Proposal]:
    """Units for a case, the likeliest first; five queries whatever there is.

    Where its group went comes first, then the catalogue (the region before the whole), then
    where messages of its domain and region mostly went. A unit that a report names is left out.
    """
    found = [*_by_group(session, case), *_by_rule(session, case), *_by_habit(session, case)]
    once = {proposal.unit.id: proposal for proposal in reversed(found)}
    return [
        one
        for one in found
        if once[one.unit.id] is one
        and not (case.named_unit and one.unit.is_within(case.named_unit))
    ]


def _by_group(session: Session, case: Case) -> list[Proposal]:
    cluster = session.scalar(
        select(Membership.cluster_id).filter_by(suggestion_id=case.suggestion_id)
    )
    if cluster is None:
        return []
    units = (
        select(Assignment.unit_id)
        .join(Case)
        .join(Membership, Membership.suggestion_id == Case.suggestion_id)
        .where(Membership.cluster_id == cluster, Case.id != case.id, *_stood())
        .order_by(Assignment.id.desc())
        .limit(REMEMBERED)
    )
    return _shares(session, session.scalars(units).all(), Ground.GROUP, least=1)


def _by_rule(session: Session, case: Case) -> list[Proposal]:
    codes = [code for code in (case.region_code, EVERYWHERE) if code is not None]
    rules = session.scalars(
        select(DispatchRule)
        .filter_by(mailbox_id=case.mailbox_id, domain=case.domain, ended_at=None)
        .where(DispatchRule.region_code.in_(codes))
        .options(joinedload(DispatchRule.unit))
        .order_by(DispatchRule.region_code.desc())
    )
    return [Proposal(rule.unit, Ground.CATALOGUE, 1.0) for rule in rules]


def _by_habit(session: Session, case: Case) -> list[Proposal]:
    units = (
        select(Assignment.unit_id)
        .join(Case)
        .where(
            Case.mailbox_id == case.mailbox_id,
            Case.domain == case.domain,
            Case.region_code == case.region_code
            if case.region_code
            else Case.region_code.is_(None),
            Case.id != case.id,
            *_stood(),
        )
        .order_by(Assignment.id.desc())
        .limit(REMEMBERED)
    )
    return _shares(session, session.scalars(units).all(), Ground.HABIT, least=ENOUGH)


def _stood() -> tuple[ColumnElement[bool], ...]:
    """Assignments to who answered in the end, not those that were passed on."""
    kept = (AssignmentState.STANDING, AssignmentState.UPHELD)
    return (Assignment.lead.is_(True), Assignment.state.in_(kept))


def _shares(
    session: Session, units: Sequence[int], ground: Ground, *, least: int
) -> list[Proposal]:
    counted = Counter(units).most_common(3)
    agencies = {
        agency.id: agency
        for agency in session.scalars(
            select(Agency).where(Agency.id.in_([unit for unit, _count in counted]))
        )
    }
    return [
        Proposal(agencies[unit], ground, count / len(units))
        for unit, count in counted
        if count >= least
    ]


def _current(
    session: Session, mailbox: Mailbox, domain: Domain, region_code: str
) -> DispatchRule | None:
    return session.scalar(
        select(DispatchRule).filter_by(
            mailbox_id=mailbox.topic_id, domain=domain, region_code=region_code, ended_at=None
        )
    )
