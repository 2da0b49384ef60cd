"""Messages of a mailbox that everybody may read: listed, searched, and like another one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, load_only

from consult.services.caseload.public_states import (
    PublicStatus,
    codes_within,
    has_status,
    shown,
    status_of,
)
from consult.services.grouping.similarity import TopicIndexes
from consult.services.handling.replying import Outcome
from consult.services.records.pages import Page, paginate_ids
from consult.services.suggesting import suggestion_lists, word_search
from consult.services.suggesting.faces import PublicSuggestion, faces, loaded
from consult.text.normalise import clip
from models.agency import Agency
from models.case import Case
from models.mailbox import Domain, Mailbox
from models.person import Person
from models.reply import Reply
from models.suggestion import Suggestion, SuggestionKind

SIZE = 20
#: So many like ones are looked at, since some of them may not be for everybody.
LOOKED_AT = 20
EXCERPT = 120


@dataclass(frozen=True)
class Wish:
    """Which messages are asked for; without a status those that have an answer."""

    words: str = ""
    domain: Domain | None = None
    region_code: str = ""
    kind: SuggestionKind | None = None
    status: PublicStatus | None = None


@dataclass(frozen=True)
class Answer:
    """What everybody reads of a reply."""

    text: str
    unit: Agency
    outcome: str
    at: datetime

    @property
    def result(self) -> Outcome | None:
        """解决情况 as the unit states it."""
        return outcome_of(self.outcome)

    @property
    def excerpt(self) -> str:
        """Its beginning."""
        return clip(" ".join(self.text.split()), EXCERPT)


@dataclass(frozen=True)
class PublicMessage:
    """A message in a list, in its public words."""

    face: PublicSuggestion
    status: PublicStatus | None
    domain: Domain
    unit: Agency
    answer: Answer | None


@dataclass(frozen=True)
class SimilarMessage:
    """One that may ask the same, and what became of it."""

    message: PublicMessage
    score: float
    shared_words: tuple[str, ...]


def search(
    session: Session,
    mailbox: Mailbox,
    wish: Wish,
    *,
    reader: Person | None = None,
    page: int = 1,
    size: int = SIZE,
) -> Page[PublicMessage]:
    """One page of what fits ``wish``; the latest answers first, or of what waits the latest sent.

    Every one of the words must stand in what the public reads of the message.
    """
    query = _asked(mailbox, wish)
    if wish.words.strip():
        found = word_search.found(
            session, query, topics=[mailbox.topic_id], words=wish.words, page=page, size=size
        )
    else:
        found = paginate_ids(session, query.with_only_columns(Suggestion.id), page=page, size=size)
    return found.with_items(of_messages(session, found.items, reader=reader))


def newest(
    session: Session, mailbox: Mailbox, *, reader: Person | None = None, limit: int = 5
) -> list[PublicMessage]:
    """The last few that were answered, without counting the others."""
    query = _asked(mailbox, Wish()).with_only_columns(Suggestion.id).limit(limit)
    return of_messages(session, session.scalars(query).all(), reader=reader)


def similar(
    session: Session,
    mailbox: Mailbox,
    *,
    indexes: TopicIndexes,
    title: str,
    body: str = "",
    reader: Person | None = None,
    limit: int = 5,
) -> list[SimilarMessage]:
    """Up to ``limit`` messages that may ask the same, the likeliest first, with their answers.

    Of those that one case answers together only the likeliest: their answer is the same.
    """
    likely = suggestion_lists.similar(
        session,
        indexes=indexes,
        topic=mailbox.topic,
        title=title,
        body=body,
        reader=reader,
        limit=LOOKED_AT,
    )
    ids = [one.face.id for one in likely]
    cases = _answered_by(session, ids) if ids else {}
    by_case = {cases[one.face.id]: one for one in reversed(likely) if one.face.id in cases}
    best = [one for one in likely if one in by_case.values()][:limit]
    messages = of_messages(session, [one.face.id for one in best], reader=reader)
    return [
        SimilarMessage(message, one.score, one.shared_words)
        for one, message in zip(best, messages, strict=True)
    ]


def _answered_by(session: Session, ids: Collection[int]) -> Mapping[int, int]:
    """Message id → the case that answers it, of the messages that everybody may read."""
    case = func.coalesce(Case.joined_to_id, Case.id)
    query = select(Case.suggestion_id, case).join(Suggestion)
    return dict(session.execute(query.where(Case.suggestion_id.in_(ids), shown())).all())


def answers(session: Session, cases: Collection[Case]) -> Mapping[int, Answer]:
    """Case id → the last answer that was published; of a joined message that of its joined case."""
    ids = {case.id for case in cases}
    leads = {case.joined_to_id for case in cases if case.joined_to_id is not None}
    if not ids:
        return {}
    query = (
        select(Reply)
        .where(Reply.case_id.in_(ids | leads), Reply.published_at.is_not(None))
        .options(joinedload(Reply.unit))
        .order_by(Reply.published_at, Reply.id)
    )
    last = {reply.case_id: public_answer(reply) for reply in session.scalars(query)}
    found = {}
    for case in cases:
        # A joined message that is not answered yet must not wear what its lead got before.
        own = last.get(case.id)
        theirs = last.get(case.joined_to_id or 0) if case.replied_at is not None else None
        if answer := own or theirs:
            found[case.id] = answer
    return found


def outcome_of(code: str) -> Outcome | None:
    """What a stored outcome stands for; none for one that nobody knows any more."""
    return Outcome(code) if code in set(Outcome) else None


def public_answer(reply: Reply) -> Answer:
    """A reply that was published, as everybody reads it."""
    assert reply.published_at is not None  # noqa: S101 - asked for in the query
    return Answer(reply.public_text, reply.unit, reply.outcome, reply.published_at)


def _asked(mailbox: Mailbox, wish: Wish) -> Select[Suggestion]:
    query = (
        select(Suggestion)
        .join(Case, Case.suggestion_id == Suggestion.id)
        .where(Case.topic_id == mailbox.topic_id, shown())
    )
    if wish.domain is not None:
        query = query.where(Case.domain == wish.domain)
    if wish.region_code:
        query = query.where(Case.region_code.between(*codes_within(wish.region_code)))
    if wish.kind is not None:
        query = query.where(Suggestion.kind == wish.kind)
    if wish.status is not None:
        query = query.where(has_status(wish.status))
    if wish.status in {None, *WITH_ANSWER}:
        query = query.where(Case.replied_at.is_not(None))
        return query.order_by(Case.replied_at.desc(), Case.id.desc())
    return query.order_by(Case.created_at.desc(), Case.id.desc())


#: Statuses that no message has without an answer.
WITH_ANSWER = frozenset({PublicStatus.REPLIED, PublicStatus.CLOSED, PublicStatus.REVIEWED})


def of_messages(
    session: Session, ids: Sequence[int], *, reader: Person | None
) -> list[PublicMessage]:
    """Messages in the order of their ids as given: four queries, however many."""
    if not ids:
        return []
    query = (
        select(Case)
        .where(Case.suggestion_id.in_(ids))
        .options(
            load_only(
                Case.suggestion_id,
                Case.state,
                Case.domain,
                Case.unit_id,
                Case.joined_to_id,
                Case.replied_at,
                Case.confidential,
            ),
            joinedload(Case.unit),
        )
    )
    cases = {case.suggestion_id: case for case in session.scalars(query)}
    rows = session.scalars(select(Suggestion).where(Suggestion.id.in_(ids)).options(*loaded()))
    shown_words = {face.id: face for face in faces(session, rows.unique().all(), reader=reader)}
    found = answers(session, cases.values())
    return [
        PublicMessage(
            shown_words[one],
            status_of(cases[one]),
            cases[one].domain,
            cases[one].unit,
            found.get(cases[one].id),
        )
        for one in ids
    ]
