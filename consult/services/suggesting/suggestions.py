"""Suggestions: received, changed, withdrawn, not accepted."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from consult.exceptions import N_, Conflict, StaleVersion
from consult.permissions import Permission, require
from consult.sealing import Vault
from consult.services.consultations.phases import TopicAct, require_consultation, require_phase
from consult.services.grouping import unplacing
from consult.services.records import bells, ledger
from consult.services.records.versions import expect_version
from consult.services.suggesting import contacts, query_codes, taking_in, wording
from consult.services.suggesting.contacts import ContactDetails
from consult.services.suggesting.submission_checks import check_belongs, check_rate, sent_before
from consult.services.suggesting.wording import Words
from consult.text.normalise import tidy_line
from models.document import Clause
from models.job import JobName
from models.person import Person
from models.suggestion import Channel, Suggestion, SuggestionKind, SuggestionStatus
from models.topic import Question, Topic


class RefusalReason(StrEnum):
    """Why a suggestion is not accepted."""

    OFF_TOPIC = "off_topic"
    OTHER_CHANNEL = "other_channel"
    EMPTY = "empty"
    ABUSIVE = "abusive"
    OTHERS_PRIVACY = "others_privacy"
    ADVERTISING = "advertising"
    UNLAWFUL = "unlawful"


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
    act: TopicAct = TopicAct.SUGGEST,
    vault: Vault,
    now: datetime,
) -> Suggestion:
    """Record a suggestion, or the words of a message, and return it with its number and query code.

    To a mailbox only :func:`consult.services.handling.messages.send` may bring it, which says so by
    ``act``: without a case nobody would answer it.

    Sending the same words twice is forgiven: the first suggestion is returned and
    nothing is written, so that a double click never counts as two voices. The author
    saw ``different_from`` and said "mine is different"; ids that are none are passed over.

    :raises NotAllowed: if the author may not take part.
    :raises NotInThisPhase: if the topic is not open at ``now``.
    :raises Invalid: if words are missing or too long, or the clause is another topic's.
    :raises TooMany: if the author sent ``per_hour`` within the last hour.
    """
    require(author, Permission.SUGGESTION_SUBMIT, topic)
    require_phase(topic, act, now)
    words = wording.written(title=title, facts=facts, proposal=proposal, place=place)
    check_belongs(topic, clause, question)
    columns = wording.columns(words)
    digest, status = columns["digest"], taking_in.standing_of(topic, kind)
    where = taking_in.STANDS[status]
    before = sent_before(
        session, topic=topic, author=author, digest=digest, standing=where, now=now
    )
    if before.same is not None:
        return session.get_one(Suggestion, before.same)
    check_rate(before.lately, per_hour)

    suggestion, is_new = taking_in.insert(
        session,
        {
            **columns,
            "query_code": query_codes.make(),
            "topic_id": topic.id,
            "author_id": author.id,
            "kind": kind,
            "channel": channel,
            "status": status,
            "clause_id": clause.id if clause else None,
            "question_id": question.id if question else None,
            "publish_text": publish_text and kind is not SuggestionKind.REPORT,
            "publish_name": publish_name,
            "created_at": now,
        },
        where,
    )
    if not is_new:
        return suggestion
    _keep_contact(session, suggestion, contact, vault)
    taking_in.note_distinctions(session, suggestion, different_from, now)
    ledger.record(session, "suggestion.submitted", suggestion, actor=author, now=now, digest=digest)
    if suggestion.is_valid:
        bells.ring(session, JobName.PLACEMENT, topic.id)
    return suggestion


def _keep_contact(
    session: Session, suggestion: Suggestion, contact: ContactDetails | None, vault: Vault
) -> None:
    if details := contacts.sealed(contact, vault):
        details.suggestion_id = suggestion.id
        session.add(details)


def edit(
    session: Session,
    *,
    suggestion: Suggestion,
    title: str,
    facts: str,
    proposal: str = "",
    place: str = "",
    version: int,
    window: timedelta,
    actor: Person,
    now: datetime,
) -> None:
    """Change the words, within ``window`` of sending them; the words before are kept.

    It is compared anew with all others, and so may come into another group.

    :raises StaleVersion: if it was changed since ``version``.
    :raises Conflict: if the window is over, or the author already said just this.
    """
    require(actor, Permission.SUGGESTION_CHANGE, suggestion)
    require_phase(suggestion.topic, TopicAct.CHANGE_SUGGESTION, now)
    _require_standing(suggestion)
    expect_version(suggestion, version)
    if now > suggestion.created_at + window:
        raise Conflict(N_("The time in which this suggestion could be edited is over."))
    words = wording.written(title=title, facts=facts, proposal=proposal, place=place)
    if words == wording.of(suggestion):
        return
    wording.keep(session, suggestion, now=now)
    _rewrite(session, suggestion, words)
    unplacing.forget(session, suggestion, now=now)
    ledger.record(
        session, "suggestion.edited", suggestion, actor=actor, now=now, digest=words.digest
    )
    bells.ring(session, JobName.PLACEMENT, suggestion.topic_id)


def _rewrite(session: Session, suggestion: Suggestion, words: Words) -> None:
    """Write the words; the unique index says whether the author already sent the same."""
    try:
        with session.begin_nested():
            wording.put(words, suggestion)
    except IntegrityError:
        raise Conflict(N_("You have already sent a suggestion with these words.")) from None
    except StaleDataError:
        raise StaleVersion from None


def set_consents(
    session: Session,
    *,
    suggestion: Suggestion,
    publish_text: bool,
    publish_name: bool,
    actor: Person,
    now: datetime,
) -> None:
    """Let the author change what the public sees; at any time, as the law has it."""
    require(actor, Permission.SUGGESTION_CHANGE, suggestion)
    _require_standing(suggestion)
    publish_text = publish_text and suggestion.kind is not SuggestionKind.REPORT
    suggestion.publish_text, suggestion.publish_name = publish_text, publish_name
    unplacing.show_anew(session, suggestion)
    ledger.record(
        session,
        "suggestion.consents_set",
        suggestion,
        actor=actor,
        now=now,
        publish_text=publish_text,
        publish_name=publish_name,
    )


def withdraw(
    session: Session, *, suggestion: Suggestion, actor: Person, now: datetime, reason: str = ""
) -> None:
    """Take it back: hidden and no longer counted, while its number stays. Twice is once."""
    require(actor, Permission.SUGGESTION_CHANGE, suggestion)
    if suggestion.status is SuggestionStatus.WITHDRAWN:
        return
    require_phase(suggestion.topic, TopicAct.WITHDRAW, now)
    _set_status(session, suggestion, SuggestionStatus.WITHDRAWN, tidy_line(reason)[:500], now)
    ledger.record(session, "suggestion.withdrawn", suggestion, actor=actor, now=now)


def refuse(
    session: Session,
    *,
    suggestion: Suggestion,
    reason_code: RefusalReason,
    actor: Person,
    now: datetime,
) -> None:
    """Not accept it, for a reason from the list that the public reads; it is kept."""
    require(actor, Permission.SUGGESTION_REFUSE, suggestion)
    require_consultation(suggestion.topic)
    _require_standing(suggestion)
    _set_status(session, suggestion, SuggestionStatus.NOT_ACCEPTED, reason_code.value, now)
    ledger.record(
        session,
        "suggestion.refused",
        suggestion,
        actor=actor,
        now=now,
        reason=reason_code.value,
    )


def restore(session: Session, *, suggestion: Suggestion, actor: Person, now: datetime) -> None:
    """Accept after all what was not accepted; it is placed into a group again.

    :raises Conflict: if it is not one of those, or its author has sent the words again since.
    """
    require(actor, Permission.SUGGESTION_REFUSE, suggestion)
    require_consultation(suggestion.topic)
    if suggestion.status is not SuggestionStatus.NOT_ACCEPTED:
        raise Conflict(N_("Only a suggestion that was not accepted can be accepted after all."))
    try:
        with session.begin_nested():
            suggestion.status, suggestion.status_reason = SuggestionStatus.RECEIVED, ""
            suggestion.status_at = now
    except IntegrityError:
        raise Conflict(N_("The author has sent the same words again since.")) from None
    ledger.record(session, "suggestion.restored", suggestion, actor=actor, now=now)


def _set_status(
    session: Session, suggestion: Suggestion, status: SuggestionStatus, reason: str, now: datetime
) -> None:
    suggestion.status, suggestion.status_reason, suggestion.status_at = status, reason, now
    session.flush()  # the counts of its group are taken from the table
    unplacing.leave(session, suggestion, now=now)


def _require_standing(suggestion: Suggestion) -> None:
    if suggestion.status is SuggestionStatus.WITHDRAWN:
        raise Conflict(N_("This suggestion was withdrawn."))
    if not suggestion.stands:
        raise Conflict(N_("This suggestion was not accepted."))
