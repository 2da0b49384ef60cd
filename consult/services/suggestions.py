"""Suggestions: received, changed, withdrawn, not accepted."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.exceptions import N_, Invalid, TooMany
from consult.permissions import Permission, require
from consult.sealing import Vault
from consult.services import contacts, ledger, query_codes, wording
from consult.services.contacts import ContactDetails
from consult.services.phases import TopicAct, require_phase
from models.document import Clause
from models.person import Person
from models.suggestion import Channel, Distinction, Suggestion, SuggestionKind, SuggestionStatus
from models.topic import Question, Topic

HOUR = timedelta(hours=1)


def submit(
    session: Session,
    *,
    topic: Topic,
    author: Person,
    title: str,
    facts: str,
    proposal: str = "",
    place: str = "",
    kind: SuggestionKind = SuggestionKind.ADVICE,
    channel: Channel = Channel.WEB,
    clause: Clause | None = None,
    question: Question | None = None,
    publish_text: bool = False,
    publish_name: bool = False,
    contact: ContactDetails | None = None,
    different_from: Collection[int] = (),
    per_hour: int | None = None,
    vault: Vault,
    now: datetime,
) -> Suggestion:
    """Record a suggestion and return it with its number and query code.

    Sending the same words twice is forgiven: the first suggestion is returned and
    nothing is written, so that a double click never counts as two voices. The author
    saw ``different_from`` and said "mine is different"; ids that are none are passed over.

    :raises NotAllowed: if the author may not take part.
    :raises NotInThisPhase: if the topic is not open at ``now``.
    :raises Invalid: if words are missing or too long, or the clause is another topic's.
    :raises TooMany: if the author sent ``per_hour`` within the last hour.
    """
    require(author, Permission.SUGGESTION_SUBMIT, topic)
    require_phase(topic, TopicAct.SUGGEST, now)
    words = wording.written(title=title, facts=facts, proposal=proposal, place=place)
    _check_belongs(topic, clause, question)
    if earlier := same_words(session, topic=topic, author=author, digest=words.digest):
        return earlier
    _check_rate(session, author=author, per_hour=per_hour, now=now)

    suggestion = Suggestion(
        query_code=query_codes.make(),
        topic=topic,
        author=author,
        kind=kind,
        channel=channel,
        clause=clause,
        question=question,
        publish_text=publish_text,
        publish_name=publish_name,
        contact=contacts.sealed(contact, vault),
        created_at=now,
    )
    wording.put(words, suggestion)
    if earlier := _insert(session, suggestion):
        return earlier
    _note_distinctions(session, suggestion, different_from, now)
    ledger.record(
        session, "suggestion.submitted", suggestion, actor=author, now=now, digest=words.digest
    )
    return suggestion


def same_words(session: Session, *, topic: Topic, author: Person, digest: str) -> Suggestion | None:
    """The standing suggestion with which ``author`` already said this."""
    return session.scalar(
        select(Suggestion).filter_by(
            topic_id=topic.id,
            author_id=author.id,
            digest=digest,
            status=SuggestionStatus.RECEIVED,
        )
    )


def _insert(session: Session, suggestion: Suggestion) -> Suggestion | None:
    """Insert it, or return the one that a double click inserted in the meantime.

    Only the unique index sees two transactions at once; the savepoint keeps the
    rest of this one alive when it objects.
    """
    topic, author, digest = suggestion.topic, suggestion.author, suggestion.digest
    try:
        with session.begin_nested():
            session.add(suggestion)
    except IntegrityError:
        earlier = same_words(session, topic=topic, author=author, digest=digest)
        if earlier is None:
            raise
        return earlier
    return None


def _check_belongs(topic: Topic, clause: Clause | None, question: Question | None) -> None:
    if clause is not None and clause.document.topic_id != topic.id:
        raise Invalid(N_("This clause belongs to another consultation."), field="clause")
    if question is not None and question.topic_id != topic.id:
        raise Invalid(N_("This question belongs to another consultation."), field="question")


def _check_rate(session: Session, *, author: Person, per_hour: int | None, now: datetime) -> None:
    if per_hour is None:
        return
    sent = session.scalar(
        select(func.count()).where(
            Suggestion.author_id == author.id,
            Suggestion.channel == Channel.WEB,
            Suggestion.created_at > now - HOUR,
        )
    )
    if (sent or 0) >= per_hour:
        raise TooMany(
            N_("You have sent %(count)s suggestions within an hour. Please go on a little later."),
            count=per_hour,
        )


def _note_distinctions(
    session: Session, suggestion: Suggestion, others: Collection[int], now: datetime
) -> None:
    """Keep which similar ones the author saw, where they are suggestions of the same topic."""
    found = session.scalars(
        select(Suggestion.id).where(
            Suggestion.id.in_(set(others)),
            Suggestion.id != suggestion.id,
            Suggestion.topic_id == suggestion.topic_id,
        )
    )
    session.add_all(
        Distinction(suggestion_id=suggestion.id, other_id=other, created_at=now) for other in found
    )
