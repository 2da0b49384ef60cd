"""Finding one message by its number, for everybody or for the one who wrote it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.exceptions import N_, Gone, NotFound, NotSignedIn
from consult.services.caseload import answered
from consult.services.caseload.answered import Answer
from consult.services.caseload.public_states import PublicStatus, is_shown, status_of
from consult.services.handling.parties import may_see
from consult.services.suggesting import faces, query_codes
from consult.services.suggesting.faces import PublicSuggestion
from consult.text.personal_data import mask
from models.case import Case, CaseState, CaseStep, ClockKind
from models.person import Person
from models.reply import Appeal, Rating, Reply, ReplyLine
from models.suggestion import Suggestion, SuggestionStatus

#: ``0007-000123``: of the mailbox, and of the message.
NUMBER = re.compile(r"(\d{4,9})-(\d{6,12})")
#: With what every page about a case asks for.
WHOLE: Select[Case] = (
    select(Case)
    .join(Suggestion, Suggestion.id == Case.suggestion_id)
    .options(
        joinedload(Case.suggestion).joinedload(Suggestion.author),
        joinedload(Case.suggestion).selectinload(Suggestion.attachments),
        joinedload(Case.topic),
        joinedload(Case.mailbox),
        joinedload(Case.unit),
        joinedload(Case.named_unit),
        joinedload(Case.joined_to),
        selectinload(Case.clocks),
        selectinload(Case.steps).joinedload(CaseStep.unit),
        selectinload(Case.appeals).joinedload(Appeal.unit),
        selectinload(Case.assignments),
    )
)


@dataclass(frozen=True)
class Shown:
    """A message as its public page shows it."""

    case: Case
    face: PublicSuggestion
    #: Whether the words may be read by whoever looks; of one not accepted only the reason is.
    shows_words: bool
    status: PublicStatus | None
    answers: Sequence[Answer]
    #: What is said to this one alone, in a reply that answers many.
    line: str
    rating: Rating | None
    #: Its words, with personal data masked.
    rating_words: str
    is_own: bool
    #: Whoever works on it has a page of their own.
    is_in_office: bool


def by_no(session: Session, no: str) -> Case:
    """The case of the message with this number.

    :raises NotFound: if there is none.
    """
    number = NUMBER.fullmatch(no)
    case = None
    if number is not None:
        case = session.scalars(WHOLE.where(Suggestion.id == int(number[2]))).unique().one_or_none()
    if case is None or case.no != no:
        raise NotFound(N_("There is no message with this number."))
    return case


def public(session: Session, no: str, *, reader: Person | None) -> Shown:
    """A message for whoever looks.

    :raises NotFound: if it is not for them; that there is a report is told to nobody.
    :raises Gone: if its author has taken it back after it was public.
    """
    case = by_no(session, no)
    own, inside = _is_author(case, reader), may_see(case, reader)
    if not (own or inside or is_shown(case)):
        _explain(case)
    suggestion, rating = case.suggestion, _closed_rating(session, case)
    return Shown(
        case=case,
        face=faces.faces(session, [suggestion], reader=reader)[0],
        shows_words=own or inside or is_shown(case),
        status=status_of(case),
        answers=_answers(session, case),
        line=mask(line_for(session, case)),
        rating=rating,
        rating_words=mask(rating.words) if rating else "",
        is_own=own,
        is_in_office=inside and not own,
    )


def own(session: Session, no: str, *, person: Person | None) -> Case:
    """The case of a message for its author, and for nobody else.

    :raises NotSignedIn: if nobody is signed in, whether or not there is such a message.
    :raises NotFound: for anybody else.
    """
    if person is None:
        raise NotSignedIn
    case = by_no(session, no)
    if not _is_author(case, person):
        raise NotFound(N_("There is no message with this number."))
    return case


def followed(session: Session, no: str, *, person: Person | None, code: str) -> Case:
    """The same, or by the query code without an account: who holds it is the author.

    :raises NotFound: for a wrong code.
    :raises NotSignedIn: without a code, if nobody is signed in.
    """
    if not code:
        return own(session, no, person=person)
    case = by_no(session, no)
    # The same sentence as for a number that is none: a guess finds out nothing.
    if not compare_digest(query_codes.tidy(code).encode(), case.suggestion.query_code.encode()):
        raise NotFound(N_("There is no message with this number."))
    return case


def replies(session: Session, case: Case) -> Sequence[Reply]:
    """Every reply that answers this message, round by round; of a joined one the lead's too."""
    own_ids = [case.id]
    joined = [step.detail.get("reply") for step in case.steps if step.act == "answer_joined"]
    query = (
        select(Reply)
        .where(Reply.published_at.is_not(None), Reply.case_id.in_(own_ids) | Reply.id.in_(joined))
        .options(joinedload(Reply.unit))
        .order_by(Reply.published_at, Reply.id)
    )
    return session.scalars(query).all()


def line_for(session: Session, case: Case) -> str:
    """What the last reply to many says to this message alone."""
    query = (
        select(ReplyLine.text)
        .join(Reply)
        .where(ReplyLine.case_id == case.id, Reply.published_at.is_not(None))
        .order_by(Reply.published_at.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


def rating_of(session: Session, case: Case) -> Rating | None:
    """What its author said of the reply of this round."""
    return session.scalar(select(Rating).filter_by(case_id=case.id, round=case.round))


def _answers(session: Session, case: Case) -> list[Answer]:
    return [answered.public_answer(reply) for reply in replies(session, case)]


def _closed_rating(session: Session, case: Case) -> Rating | None:
    """The last rating whose window has closed: nobody sees it before."""
    open_rounds = {
        clock.turn
        for clock in case.clocks
        if clock.kind is ClockKind.RATING and clock.stopped_at is None
    }
    query = select(Rating).filter_by(case_id=case.id).order_by(Rating.round.desc())
    return next((one for one in session.scalars(query) if one.round not in open_rounds), None)


def _is_author(case: Case, person: Person | None) -> bool:
    return person is not None and case.suggestion.author_id == person.id


def _explain(case: Case) -> None:
    """Say why a message is not there for everybody, where they may know that it was."""
    suggestion = case.suggestion
    was_public = suggestion.publish_text and not case.confidential and case.accepted_at is not None
    if was_public and suggestion.status is SuggestionStatus.WITHDRAWN:
        raise Gone(
            N_("Message %(no)s was taken back by its author. Its number is kept."), no=case.no
        )
    if was_public and case.state is CaseState.NOT_ACCEPTED:
        raise NotFound(N_("Message %(no)s was not accepted, so it is not shown."), no=case.no)
    raise NotFound(N_("There is no message with this number."))
