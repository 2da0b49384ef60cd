"""One case with all that hangs on it, for those who work on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from consult.exceptions import N_, NotAllowed, NotFound
from consult.services.caseload import case_stages, sight
from consult.services.caseload.case_stages import StagePage
from consult.services.handling import clocks, judging_replies
from consult.services.handling.moves import CaseAct, Party, acts_of
from consult.services.handling.parties import may_see, parties
from models.agency import Region
from models.attachment import Attachment
from models.case import Assignment, Case, CaseStep, Clock
from models.casework import CaseFile, CaseNote, Meeting
from models.cluster import Cluster, Membership
from models.mailbox import Mailbox
from models.person import Person
from models.reply import Appeal, Rating, Reply, ReplyReview, Visit
from models.suggestion import Contact, Suggestion

#: Others of the same group, and members of a joined case, that are shown.
MOST_BESIDE = 10
Row = TypeVar("Row", CaseStep, CaseNote, Meeting, CaseFile, Visit)


class OwnCase(NotAllowed):
    """The reader wrote it, and follows it on the page for authors."""

    default = N_("You wrote this message yourself: nobody works on their own, nor reads its notes.")


@dataclass(frozen=True)
class CasePage:
    """A case and what is shown beside it; lists in the order in which they came about."""

    case: Case
    parties: frozenset[Party]
    acts: Sequence[CaseAct]
    stages: Sequence[StagePage]
    running: Sequence[Clock]
    replies: Sequence[Reply]
    #: Only those whose window has closed.
    ratings: Sequence[Rating]
    notes: Sequence[CaseNote]
    meetings: Sequence[Meeting]
    files: Sequence[CaseFile]
    #: What the one who wrote attached.
    attachments: Sequence[Attachment]
    visits: Sequence[Visit]
    contact: Contact | None
    group: Cluster | None
    mates: Sequence[Case]
    members: Sequence[Case]
    member_count: int


def for_staff(session: Session, case_id: int, reader: Person) -> Case:
    """A case that ``reader`` works on or supervises, with what acts on it need; a few queries.

    :raises NotFound: if there is none, or none for this person.
    :raises OwnCase: if they wrote it themselves.
    """
    query = (
        select(Case)
        .where(Case.id == case_id)
        .options(
            joinedload(Case.topic),
            joinedload(Case.mailbox).joinedload(Mailbox.report_unit),
            joinedload(Case.suggestion).joinedload(Suggestion.author),
            joinedload(Case.unit),
            joinedload(Case.named_unit),
            joinedload(Case.handler),
            joinedload(Case.joined_to).joinedload(Case.suggestion),
            selectinload(Case.clocks).joinedload(Clock.extended_by),
            selectinload(Case.assignments).options(
                joinedload(Assignment.unit),
                joinedload(Assignment.assigned_by),
                joinedload(Assignment.objected_by),
                joinedload(Assignment.ruled_by),
            ),
            selectinload(Case.appeals).options(
                joinedload(Appeal.unit), joinedload(Appeal.answered_by)
            ),
        )
    )
    case = session.scalar(query)
    if case is None or not may_see(case, reader):
        raise NotFound
    if Party.AUTHOR in parties(case, reader):
        raise OwnCase(no=case.no)
    return case


def region_of(session: Session, case: Case) -> Region | None:
    """Where the matter is."""
    return session.get(Region, case.region_code) if case.region_code else None


def acts_for(case: Case, reader: Person) -> list[CaseAct]:
    """What ``reader`` may do to ``case`` now, in the order of the table."""
    return list(acts_of(case.state, parties(case, reader)))


def page(session: Session, case: Case, *, reader: Person) -> CasePage:
    """All that the page of ``case`` shows to ``reader``; a fixed number of queries."""
    steps = _of(session, CaseStep, case, joinedload(CaseStep.actor), joinedload(CaseStep.unit))
    notes = _of(session, CaseNote, case, joinedload(CaseNote.author))
    meetings = _of(
        session, Meeting, case, joinedload(Meeting.recorded_by), selectinload(Meeting.units)
    )
    visits = _of(session, Visit, case, joinedload(Visit.person))
    group = _group(session, case)
    members, member_count = _members(session, case, reader)
    return CasePage(
        case=case,
        parties=parties(case, reader),
        acts=acts_for(case, reader),
        stages=case_stages.stages(case, steps=steps, notes=notes, meetings=meetings, visits=visits),
        running=clocks.running(case),
        replies=_replies(session, case),
        ratings=judging_replies.shown_to_staff(session, case),
        notes=notes,
        meetings=meetings,
        files=_of(session, CaseFile, case, joinedload(CaseFile.added_by)),
        attachments=_attachments(session, case),
        visits=visits,
        contact=session.scalar(select(Contact).filter_by(suggestion_id=case.suggestion_id)),
        group=group,
        mates=_mates(session, case, group, reader),
        members=members,
        member_count=member_count,
    )


def _of(
    session: Session, model: type[Row], case: Case, *options: ExecutableOption
) -> Sequence[Row]:
    """All rows of ``model`` about a case, in the order in which they came."""
    query = select(model).where(model.case_id == case.id).options(*options).order_by(model.id)
    return session.scalars(query).unique().all()


def _replies(session: Session, case: Case) -> Sequence[Reply]:
    query = (
        select(Reply)
        .filter_by(case_id=case.id)
        .options(
            joinedload(Reply.unit),
            joinedload(Reply.drafted_by),
            joinedload(Reply.published_by),
            selectinload(Reply.reviews).joinedload(ReplyReview.reviewer),
        )
        .order_by(Reply.round)
    )
    return session.scalars(query).unique().all()


def _attachments(session: Session, case: Case) -> Sequence[Attachment]:
    query = select(Attachment).filter_by(suggestion_id=case.suggestion_id)
    return session.scalars(query.order_by(Attachment.id)).all()


def _group(session: Session, case: Case) -> Cluster | None:
    """The group of the message; of a report none is shown."""
    if case.confidential:
        return None
    query = (
        select(Cluster)
        .join(Membership, Membership.cluster_id == Cluster.id)
        .where(Membership.suggestion_id == case.suggestion_id)
    )
    return session.scalar(query)


def _mates(session: Session, case: Case, group: Cluster | None, reader: Person) -> Sequence[Case]:
    """The newest other cases of the group that the reader may see as well."""
    if group is None:
        return []
    query = (
        select(Case)
        .join(Membership, Membership.suggestion_id == Case.suggestion_id)
        .where(
            Membership.cluster_id == group.id,
            Case.id != case.id,
            Case.confidential.is_(False),
            sight.visible(reader),
        )
        .options(joinedload(Case.suggestion), joinedload(Case.unit))
        .order_by(Case.id.desc())
        .limit(MOST_BESIDE)
    )
    return session.scalars(query).all()


def _members(session: Session, case: Case, reader: Person) -> tuple[Sequence[Case], int]:
    """The first messages that this case answers besides its own, and how many there are."""
    joined = (Case.joined_to_id == case.id, sight.not_barred(reader))
    query = select(Case).where(*joined).options(joinedload(Case.suggestion)).order_by(Case.id)
    count = session.scalar(select(func.count(Case.id)).where(*joined)) or 0
    return (session.scalars(query.limit(MOST_BESIDE)).all() if count else []), count
