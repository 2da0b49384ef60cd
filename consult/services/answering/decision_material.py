"""What lies beside a decision while it is written: the members' words, and the clauses they speak to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import NotFound
from consult.permissions import Permission, require
from consult.services.consultations.documents import SPOKEN_TO
from consult.services.records.pages import Page, paginate
from models.agency import Agency
from models.cluster import Cluster, Membership
from models.document import Clause, Document, DocumentKind
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic

VOICES = 5


@dataclass(frozen=True)
class SpokenTo:
    """A clause of the draft, and how many members of the cluster speak to it."""

    clause: Clause
    count: int


def cluster(session: Session, number: int, *, reader: Person) -> Cluster:
    """The cluster that is decided on, with its topic.

    :raises NotFound: if there is none.
    """
    found = session.scalar(
        select(Cluster)
        .where(Cluster.id == number)
        .options(
            joinedload(Cluster.topic).joinedload(Topic.region),
            joinedload(Cluster.representative),
        )
    )
    if found is None:
        raise NotFound
    require(reader, Permission.CLUSTER_SEE_BOARD, found)
    return found


def clauses(session: Session, wanted: Cluster) -> list[SpokenTo]:
    """The clauses of the draft, those that most members speak to first, then in their order."""
    count = func.count(Suggestion.id)
    members = _members(wanted).with_only_columns(Suggestion.clause_id, count.label("count"))
    spoken = members.group_by(Suggestion.clause_id).subquery()
    rows = session.execute(
        select(Clause, func.coalesce(spoken.c.count, 0).label("voices"))
        .join(Clause.document)
        .outerjoin(spoken, spoken.c.clause_id == Clause.id)
        .where(
            Document.topic_id == wanted.topic_id,
            Document.kind == DocumentKind.DRAFT,
            Clause.kind.in_(SPOKEN_TO),
        )
        .order_by(func.coalesce(spoken.c.count, 0).desc(), Clause.position)
    ).all()
    return [SpokenTo(row[0], row[1]) for row in rows]


def voices(session: Session, wanted: Cluster) -> Sequence[Suggestion]:
    """The representative, then the most supported members."""
    first = Suggestion.id == (wanted.representative_id or 0)
    query = _members(wanted).order_by(first.desc(), Suggestion.support_count.desc(), Suggestion.id)
    return session.scalars(query.limit(VOICES + 1)).all()


def members(
    session: Session, wanted: Cluster, *, words: str = "", page: int = 1, size: int = 10
) -> Page[Suggestion]:
    """The valid members, most supported first, or those that contain ``words``."""
    query = _members(wanted).order_by(Suggestion.support_count.desc(), Suggestion.id)
    columns = (
        Suggestion.public_title,
        Suggestion.public_facts,
        Suggestion.public_proposal,
    )
    for word in words.split():
        query = query.where(or_(*(c.icontains(word, autoescape=True) for c in columns)))
    return paginate(session, query, page=page, size=size)


def member(session: Session, wanted: Cluster, number: int) -> Suggestion:
    """One member by its id.

    :raises NotFound: if it is not a valid member of the cluster.
    """
    found = session.scalar(_members(wanted).where(Suggestion.id == number))
    if found is None:
        raise NotFound
    return found


def units(session: Session, topic: Topic) -> Sequence[Agency]:
    """The agencies that may carry out what is decided: all of them, the topic's own first."""
    own = Agency.path.startswith(topic.agency.path)
    return session.scalars(select(Agency).order_by(own.desc(), Agency.path)).all()


def _members(wanted: Cluster) -> Select[Suggestion]:
    return (
        select(Suggestion)
        .join(Membership, Membership.suggestion_id == Suggestion.id)
        .where(
            Membership.cluster_id == wanted.id,
            Suggestion.status == SuggestionStatus.RECEIVED,
        )
    )
