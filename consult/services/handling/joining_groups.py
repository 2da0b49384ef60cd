"""从一事到一类: the messages of a group answered by one case, and that taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.exceptions import N_, Conflict, Invalid, NotAllowed, NotFound
from consult.services.handling import assigning, clocks, joining, reception
from consult.services.handling.joining import JOINABLE
from consult.services.handling.moves import TABLE, CaseAct, Party
from consult.services.handling.parties import holds, may_see, parties, require_sight
from consult.services.handling.working_days import Calendar
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from models.agency import Agency
from models.case import Assignment, AssignmentState, Case, CaseState
from models.cluster import Cluster, Membership
from models.mailbox import Mailbox
from models.person import Person, Role
from models.suggestion import Suggestion
from models.topic import TopicMode

#: Joined at once; the rest of a larger group is joined to the same case in another turn.
AT_ONCE = 200
#: What a line about a case tells of it.
IN_LISTS = (joinedload(Case.suggestion), joinedload(Case.unit), joinedload(Case.handler))


@dataclass(frozen=True)
class Offer:
    """What of a group, or of an alarm, could be answered together."""

    mailbox: Mailbox
    #: The oldest first, up to :data:`AT_ONCE`.
    cases: Sequence[Case]
    #: All that could be joined, whether or not they are in ``cases``.
    total: int
    #: Cases that answer others of the same group already, with how many each.
    leads: Sequence[tuple[Case, int]]
    #: What is past joining: answered, closed, withdrawn.
    past: int

    @property
    def by_itself(self) -> Case | None:
        """The case that stands for all unless somebody chooses another."""
        if self.leads:
            return self.leads[0][0]
        return self.cases[0] if self.cases else None


def of_group(session: Session, cluster: Cluster, *, actor: Person) -> Offer:
    """What of a group could be answered together; a fixed number of queries.

    :raises NotFound: if it is no group of a mailbox.
    :raises NotAllowed: for others than the assigner.
    """
    mailbox = session.get(Mailbox, cluster.topic_id)
    if mailbox is None or cluster.topic.mode is not TopicMode.MAILBOX:
        raise NotFound
    members = select(Membership.suggestion_id).where(Membership.cluster_id == cluster.id)
    return of_messages(session, mailbox, [Case.suggestion_id.in_(members)], actor=actor)


def of_messages(
    session: Session,
    mailbox: Mailbox,
    conditions: Sequence[ColumnElement[bool]],
    *,
    actor: Person,
) -> Offer:
    """The same of the messages of a mailbox for which ``conditions`` hold.

    :raises NotAllowed: for others than the assigner.
    """
    if not holds(actor, Role.ASSIGNER, mailbox.topic.agency):
        raise NotAllowed(N_("Only who assigns the messages of this mailbox joins them."))
    ours = (
        Case.mailbox_id == mailbox.topic_id,
        Case.confidential.is_(False),
        # Nobody handles a message of their own.
        Case.suggestion_id.in_(select(Suggestion.id).where(Suggestion.author_id != actor.id)),
        *conditions,
    )
    answering = select(Case.joined_to_id).where(
        *ours, Case.state == CaseState.MERGED, Case.joined_to_id.is_not(None)
    )
    leading = Case.id.in_(answering)
    count = func.count(Case.id)
    rows = session.execute(select(Case.state, count).where(*ours, ~leading).group_by(Case.state))
    totals: dict[CaseState, int] = {state: number for state, number in rows}  # noqa: C416 - typed
    free = sum(number for state, number in totals.items() if state in JOINABLE)
    query = (
        select(Case)
        .where(*ours, ~leading, Case.state.in_(JOINABLE))
        .options(*IN_LISTS)
        .order_by(Case.created_at, Case.id)
        .limit(AT_ONCE)
    )
    past = sum(totals.values()) - free - totals.get(CaseState.MERGED, 0)
    leads = _leads(session, answering)
    return Offer(mailbox, session.scalars(query).all(), free, leads, past)


def together(
    session: Session,
    *,
    lead: int,
    chosen: Mapping[int, int],
    mailbox: Mailbox,
    cluster: Cluster | None = None,
    unit: Agency | None = None,
    co_units: Collection[Agency] = (),
    words: str = "",
    calendar: Calendar,
    actor: Person,
    now: datetime,
) -> Case:
    """Let the case ``lead`` answer the ``chosen`` ones (id → version seen), all of them or none.

    A lead that was not accepted yet is accepted by this, and one without a unit is given to
    ``unit``, with ``co_units`` beside it (联席会商); one that a unit has keeps it.

    :raises StaleVersion: if one was changed since.
    :raises Invalid: if none is chosen, too many, or no unit for a lead that needs one.
    :raises Conflict: if one is past joining.
    """
    if len(chosen) > AT_ONCE:
        raise Invalid(N_("Join up to %(most)d messages at once."), field="id", most=AT_ONCE)
    found = _cases(session, mailbox, {lead, *chosen})
    if lead not in found:
        raise Invalid(N_("Choose the message that stands for all."), field="lead")
    for number, version in chosen.items():
        if number not in found:
            raise NotFound
        expect_version(found[number], version)
    first = found[lead]
    others = [found[number] for number in chosen if number != lead]
    times = clocks.times(session, first, calendar)
    if first.state in {CaseState.SUBMITTED, CaseState.UNDER_REVIEW}:
        reception.accept(
            session, case=first, version=first.version, times=times, actor=actor, now=now
        )
    if first.state is CaseState.ACCEPTED and unit is not None:
        session.flush()  # the version goes up with each step
        assigning.assign(
            session,
            case=first,
            version=first.version,
            unit=unit,
            co_units=co_units,
            words=words,
            times=times,
            actor=actor,
            now=now,
        )
    joining.join(
        session, lead=first, others=others, cluster=cluster, times=times, actor=actor, now=now
    )
    ledger.record(session, "case.joined", first, actor=actor, now=now, others=len(others))
    return first


def take_apart(
    session: Session, *, lead: Case, version: int, calendar: Calendar, actor: Person, now: datetime
) -> int:
    """Undo a joining: each message stands by itself again, with the unit that it had before.

    Clocks went on all the time and go on. Says how many messages were let go.

    :raises NotAllowed: for others than the assigner.
    :raises Conflict: if it answers no other message (any more).
    :raises StaleVersion: if it was changed since.
    """
    require_sight(lead, actor)
    if Party.ASSIGNER not in parties(lead, actor):
        raise NotAllowed
    members = joining.members(session, lead)
    if not members:
        raise Conflict(N_("This case answers no other message, so nothing can be taken apart."))
    expect_version(lead, version)
    for member in members:
        before = _before(member)
        times = clocks.times(session, member, calendar)
        joining.part(session, case=member, times=times, actor=actor, now=now)
        if before is not None:
            session.flush()  # the version goes up with each step
            assigning.assign(
                session,
                case=member,
                version=member.version,
                unit=before.unit,
                words=before.reason,
                times=times,
                actor=actor,
                now=now,
            )
    lead.cluster = None
    ledger.record(session, "case.taken_apart", lead, actor=actor, now=now, others=len(members))
    return len(members)


def numbered(session: Session, mailbox: Mailbox, numbers: Collection[int]) -> dict[int, int]:
    """The cases of a mailbox whose messages have these ids, with their versions.

    :raises Invalid: naming nothing of one that is of another mailbox, or confidential.
    """
    query = select(Case.suggestion_id, Case.id, Case.version).where(
        Case.suggestion_id.in_(numbers),
        Case.mailbox_id == mailbox.topic_id,
        Case.confidential.is_(False),
    )
    found = session.execute(query).all()
    missing = {*numbers} - {suggestion for suggestion, _case, _version in found}
    if missing:
        raise Invalid(
            N_("There is no message %(no)s in this mailbox."),
            field="more",
            no=f"{mailbox.topic_id:04d}-{min(missing):06d}",
        )
    return {case: version for _suggestion, case, version in found}


def of_which(session: Session, offer: Offer, cluster: Cluster) -> set[int]:
    """Of the cases that are offered, the ids of those in a group."""
    suggestions = {case.suggestion_id: case.id for case in offer.cases}
    query = select(Membership.suggestion_id).where(
        Membership.cluster_id == cluster.id, Membership.suggestion_id.in_(suggestions)
    )
    return {suggestions[number] for number in session.scalars(query)}


def cases_of(
    session: Session, suggestion_ids: Collection[int], *, reader: Person
) -> dict[int, int]:
    """By message the case that ``reader`` may open."""
    query = (
        select(Case)
        .where(Case.suggestion_id.in_(suggestion_ids))
        .options(joinedload(Case.suggestion), selectinload(Case.assignments))
    )
    return {one.suggestion_id: one.id for one in session.scalars(query) if may_see(one, reader)}


def assignable(lead: Case) -> bool:
    """Whether a unit can be chosen for ``lead`` while others are joined to it."""
    return lead.state in {CaseState.SUBMITTED, CaseState.UNDER_REVIEW} or (
        CaseAct.ASSIGN in TABLE[lead.state]
    )


def _before(member: Case) -> Assignment | None:
    """The unit that led it when it was joined."""
    ended = [
        one
        for one in member.assignments
        if one.lead and one.state is AssignmentState.ENDED and one.ended_at is not None
    ]
    return ended[-1] if ended else None


def _cases(session: Session, mailbox: Mailbox, numbers: Collection[int]) -> dict[int, Case]:
    query = (
        select(Case)
        .where(
            Case.id.in_(numbers),
            Case.mailbox_id == mailbox.topic_id,
            Case.confidential.is_(False),
        )
        .options(
            joinedload(Case.suggestion),
            selectinload(Case.clocks),
            selectinload(Case.assignments),
        )
    )
    return {case.id: case for case in session.scalars(query)}


def _leads(session: Session, answering: Select[int | None]) -> list[tuple[Case, int]]:
    """Those that answer others of the group and are still in hand, the largest first."""
    counts = (
        select(Case.joined_to_id.label("lead"), func.count().label("number"))
        .where(Case.state == CaseState.MERGED, Case.joined_to_id.in_(answering))
        .group_by(Case.joined_to_id)
        .subquery()
    )
    query = (
        select(Case, counts.c.number)
        .join(counts, counts.c.lead == Case.id)
        .where(Case.state.in_(JOINABLE))
        .options(*IN_LISTS)
        .order_by(counts.c.number.desc(), Case.id)
    )
    return [(case, number) for case, number in session.execute(query)]
