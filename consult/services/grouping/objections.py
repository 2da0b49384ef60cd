"""归类有误: an author says that the suggestion is in the wrong group, and staff answer."""

from datetime import datetime
from functools import partial

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotFound
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import reviewing, turns
from consult.services.records import bells, ledger
from consult.services.records.pages import Page, paginate
from models.cluster import Cluster, Membership, Objection
from models.job import JobName
from models.notice import Notice, NoticeKind
from models.person import Person
from models.suggestion import Suggestion
from models.topic import Topic

LONGEST = 500


def object_to_group(
    session: Session, *, suggestion: Suggestion, words: str, author: Person, now: datetime
) -> Objection:
    """Tell the analysts that ``suggestion`` is not what its group asks.

    Saying it twice of one group is one objection, with the words said last.

    :raises Conflict: if it is in no group yet, is alone in it, or was answered already.
    """
    require(author, Permission.CLUSTER_OBJECT, suggestion)
    require_phase(suggestion.topic, TopicAct.REVIEW, now)
    turns.take(session, suggestion.topic_id)
    cluster = _group_of(session, suggestion)
    words = words.strip()
    if len(words) > LONGEST:
        raise Invalid(
            N_("Keep this under %(most)s characters; these are %(length)s."),
            field="words",
            most=LONGEST,
            length=len(words),
        )
    earlier = session.scalar(
        select(Objection).filter_by(suggestion_id=suggestion.id, cluster_id=cluster.id)
    )
    if earlier is not None and earlier.settled_at is not None:
        raise Conflict(N_("You said this of the same group before, and it has been answered."))
    objection = earlier or Objection(
        topic_id=suggestion.topic_id, suggestion=suggestion, cluster=cluster, created_at=now
    )
    objection.words = words
    session.add(objection)
    ledger.record(
        session, "objection.raised", objection, actor=author, now=now, cluster_id=cluster.id
    )
    return objection


def settle(
    session: Session,
    *,
    objection: Objection,
    upheld: bool,
    answer: str,
    target: Cluster | None = None,
    version: int,
    actor: Person,
    now: datetime,
) -> Objection:
    """Answer an objection, and tell its author.

    Upheld, the suggestion moves into ``target``, or out into a group of its own.
    ``version`` is that of the group it is in.

    :raises Invalid: if it is declined without an answer.
    :raises Conflict: if it was settled already, or an answer holds the suggestion where it is.
    """
    cluster = objection.cluster
    require(actor, Permission.CLUSTER_REVIEW, cluster)
    require_phase(cluster.topic, TopicAct.REVIEW, now)
    turns.take(session, objection.topic_id)
    session.refresh(objection, ["settled_at"])
    if objection.settled_at is not None:
        raise Conflict(N_("This has been answered already."))
    answer = answer.strip()
    if not upheld and not answer:
        raise Invalid(N_("Say why it stays where it is: the author reads it."), field="answer")
    if upheld:
        _move(session, objection, target, version, actor, now)
    objection.settled_at, objection.settled_by_id = now, actor.id
    objection.upheld, objection.answer = upheld, answer[:LONGEST]
    ledger.record(session, "objection.settled", objection, actor=actor, now=now, upheld=upheld)
    _tell_author(session, objection, now)
    return objection


def by_id(session: Session, objection_id: int) -> Objection:
    """One objection with its suggestion and group.

    :raises NotFound: if there is none.
    """
    found = session.scalar(_loaded().where(Objection.id == objection_id))
    if found is None:
        raise NotFound
    return found


def of_topic(
    session: Session, topic: Topic, *, reader: Person, settled: bool = False, page: int = 1
) -> Page[Objection]:
    """Objections that wait (oldest first), or those that were answered (newest first)."""
    require(reader, Permission.CLUSTER_SEE_BOARD, topic)
    query = _loaded().where(Objection.topic_id == topic.id)
    if settled:
        query = query.where(Objection.settled_at.is_not(None)).order_by(Objection.id.desc())
    else:
        query = query.where(Objection.settled_at.is_(None)).order_by(Objection.id)
    return paginate(session, query, page=page)


def _group_of(session: Session, suggestion: Suggestion) -> Cluster:
    membership = session.scalar(
        select(Membership)
        .filter_by(suggestion_id=suggestion.id)
        .options(joinedload(Membership.cluster))
    )
    if membership is None or not suggestion.is_valid:
        raise Conflict(N_("Your suggestion is in no group at the moment."))
    if membership.cluster.suggestion_count < 2:  # noqa: PLR2004 - alone: wrong for nobody
        raise Conflict(N_("Your suggestion stands alone: it is grouped with no other."))
    return membership.cluster


def _move(
    session: Session,
    objection: Objection,
    target: Cluster | None,
    version: int,
    actor: Person,
    now: datetime,
) -> None:
    """Take it out of the group objected to, if it is still there."""
    where = session.get(Membership, objection.suggestion_id)
    if where is None or where.cluster_id != objection.cluster_id:
        return  # a run or an analyst moved it already
    act = partial(
        reviewing.split if target is None else partial(reviewing.move, target=target),
        session,
        cluster=objection.cluster,
        suggestion_ids=[objection.suggestion_id],
        version=version,
        actor=actor,
        now=now,
    )
    act()


def _tell_author(session: Session, objection: Objection, now: datetime) -> None:
    session.add(
        Notice(
            person_id=objection.suggestion.author_id,
            kind=NoticeKind.OBJECTION_SETTLED,
            topic_id=objection.topic_id,
            subject_key=f"objection:{objection.id}",
            suggestion_id=objection.suggestion_id,
            created_at=now,
        )
    )
    bells.ring(session, JobName.NOTICES)


def _loaded() -> Select[Objection]:
    return select(Objection).options(
        joinedload(Objection.suggestion).joinedload(Suggestion.author),
        joinedload(Objection.cluster).joinedload(Cluster.topic),
        joinedload(Objection.cluster).joinedload(Cluster.representative),
    )
