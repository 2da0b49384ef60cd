"""并案: one case that answers a whole group of messages, each keeping its number and its author."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Invalid, NotAllowed
from consult.services.handling import assigning, steps
from consult.services.handling.clocks import Times
from consult.services.handling.moves import TABLE, CaseAct, Party
from consult.services.handling.parties import parties, require_party
from models.case import Case
from models.cluster import Cluster, Membership
from models.person import Person

#: States from which a message can be joined to another.
JOINABLE = frozenset(state for state, moves in TABLE.items() if CaseAct.MERGE in moves)


def candidates(session: Session, cluster: Cluster) -> list[Case]:
    """The cases of a group that could be answered together, the oldest first."""
    query = (
        select(Case)
        .join(Membership, Membership.suggestion_id == Case.suggestion_id)
        .where(
            Membership.cluster_id == cluster.id,
            Case.state.in_(JOINABLE),
            Case.confidential.is_(False),
        )
    )
    return list(session.scalars(query.order_by(Case.id)))


def join(
    session: Session,
    *,
    lead: Case,
    others: Collection[Case],
    cluster: Cluster | None = None,
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """Let ``lead`` answer ``others`` as well; their clocks go on until it does.

    :raises Invalid: if there are none, one is of another mailbox, or confidential.
    :raises NotAllowed: for others than the assigner, and for a message of their own.
    :raises Conflict: if one is answered already, or answers others itself.
    """
    found = [one for one in others if one.id != lead.id]
    if not found:
        raise Invalid(N_("Choose at least one other message."), field="others")
    if Party.ASSIGNER not in parties(lead, actor):
        raise NotAllowed
    if lead.state not in JOINABLE:
        raise Conflict(N_("This case is answered already, so it cannot answer others as well."))
    for one in found:
        require_party(one, CaseAct.MERGE, actor)
        if one.mailbox_id != lead.mailbox_id or one.confidential or lead.confidential:
            raise Invalid(
                N_("Message %(no)s cannot be joined to this case."), field="others", no=one.no
            )
        if members(session, one):
            raise Conflict(N_("Message %(no)s answers others itself."), no=one.no)
        assigning.release(one, now=now)
        one.joined_to, one.unit = lead, lead.unit
        steps.take(
            session,
            case=one,
            act=CaseAct.MERGE,
            actor=actor,
            times=times,
            now=now,
            joined_to=lead.id,
        )
    lead.cluster = cluster or lead.cluster


def part(session: Session, *, case: Case, times: Times, actor: Person, now: datetime) -> None:
    """Take a message out of a joined case; it is assigned by itself, and its clock goes on."""
    require_party(case, CaseAct.UNMERGE, actor)
    case.joined_to, case.unit = None, case.topic.agency
    steps.take(session, case=case, act=CaseAct.UNMERGE, actor=actor, times=times, now=now)


def members(session: Session, case: Case) -> Sequence[Case]:
    """The messages that ``case`` answers besides its own."""
    return assigning.joined(session, case)
