"""Review and acceptance: taken up, refused with a reason and the right channel, returned for more."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Invalid, NotAllowed
from consult.services.grouping import unplacing
from consult.services.handling import steps
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct
from consult.services.handling.parties import require_party
from consult.services.records.versions import expect_version
from consult.services.suggesting import wording
from consult.services.suggesting.taking_in import standing_of
from consult.text.normalise import tidy, tidy_line
from models.case import Case
from models.mailbox import Domain, Track
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus

MOST = 2000


class Refused(StrEnum):
    """Why a message is not accepted (信访工作条例 art. 22 and the rules of large boards)."""

    COURT = "court"
    ARBITRATION = "arbitration"
    PETITION_RUNNING = "petition_running"
    ANSWERED_BEFORE = "answered_before"
    OTHER_AGENCY = "other_agency"
    EMERGENCY_LINE = "emergency_line"
    NO_MATTER = "no_matter"
    ABUSIVE = "abusive"
    UNLAWFUL = "unlawful"
    ADVERTISING = "advertising"


#: Reasons for which the right channel must be named.
ELSEWHERE = frozenset(
    {
        Refused.COURT,
        Refused.ARBITRATION,
        Refused.PETITION_RUNNING,
        Refused.OTHER_AGENCY,
        Refused.EMERGENCY_LINE,
    }
)


def begin(session: Session, *, case: Case, times: Times, actor: Person, now: datetime) -> None:
    """Take a message up for review."""
    require_party(case, CaseAct.BEGIN_REVIEW, actor)
    steps.take(session, case=case, act=CaseAct.BEGIN_REVIEW, actor=actor, times=times, now=now)


def accept(
    session: Session,
    *,
    case: Case,
    version: int,
    track: Track = Track.ORDINARY,
    domain: Domain | None = None,
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """Accept it: the time for the reply begins, by the way in which it will be handled."""
    require_party(case, CaseAct.ACCEPT, actor)
    expect_version(case, version)
    case.track, case.domain = track, domain or case.domain
    steps.take(
        session,
        case=case,
        act=CaseAct.ACCEPT,
        actor=actor,
        times=times,
        now=now,
        track=track.value,
    )


def refuse(
    session: Session,
    *,
    case: Case,
    version: int,
    reason: Refused,
    channel: str = "",
    words: str = "",
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """Not accept it, with a reason from the list and, where there is one, the right channel.

    After an objection by the author somebody else must decide.

    :raises Invalid: if the right channel is missing.
    """
    require_party(case, CaseAct.REFUSE, actor)
    expect_version(case, version)
    channel = tidy_line(channel)[:200]
    if reason in ELSEWHERE and not channel:
        raise Invalid(N_("Please say where the matter belongs."), field="channel")
    if any(step.act == CaseAct.REFUSE and step.actor_id == actor.id for step in case.steps):
        raise NotAllowed(N_("You refused it before: somebody else decides this time."))
    steps.take(
        session,
        case=case,
        act=CaseAct.REFUSE,
        actor=actor,
        times=times,
        now=now,
        reason="\n".join(filter(None, (channel, tidy(words)[:MOST]))),
        code=reason.value,
    )
    _stand(session, case.suggestion, SuggestionStatus.NOT_ACCEPTED, reason.value, now)


def contest(
    session: Session, *, case: Case, words: str, times: Times, actor: Person, now: datetime
) -> None:
    """Let the author object to a refusal, once; it is reviewed again by somebody else.

    :raises Conflict: if that was done before.
    :raises Invalid: if nothing is said.
    """
    require_party(case, CaseAct.CONTEST, actor)
    if any(step.act == CaseAct.CONTEST for step in case.steps):
        raise Conflict(N_("You have objected once; the second review is final."))
    said = _said(words)
    steps.take(
        session, case=case, act=CaseAct.CONTEST, actor=actor, times=times, now=now, reason=said
    )
    _stand(session, case.suggestion, SuggestionStatus.RECEIVED, "", now)


def reconsider(
    session: Session, *, case: Case, words: str, times: Times, actor: Person, now: datetime
) -> None:
    """Take a refused message up again of one's own accord."""
    require_party(case, CaseAct.RECONSIDER, actor)
    steps.take(
        session,
        case=case,
        act=CaseAct.RECONSIDER,
        actor=actor,
        times=times,
        now=now,
        reason=_said(words),
    )
    _stand(session, case.suggestion, SuggestionStatus.RECEIVED, "", now)


def return_for_more(
    session: Session,
    *,
    case: Case,
    version: int,
    words: str,
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """Ask the author for what is missing; the review stops until it comes.

    :raises Invalid: if nothing is asked.
    """
    require_party(case, CaseAct.RETURN_FOR_MORE, actor)
    expect_version(case, version)
    steps.take(
        session,
        case=case,
        act=CaseAct.RETURN_FOR_MORE,
        actor=actor,
        times=times,
        now=now,
        reason=_said(words),
    )


def supplement(
    session: Session, *, case: Case, words: str, times: Times, actor: Person, now: datetime
) -> None:
    """Add what was asked for; the words before are kept as a version.

    :raises Invalid: if nothing is added, or the message grows too long.
    """
    require_party(case, CaseAct.SUPPLEMENT, actor)
    suggestion, said = case.suggestion, _said(words)
    added = wording.written(
        title=suggestion.title,
        facts=f"{suggestion.facts}\n\n{said}",
        proposal=suggestion.proposal,
        place=suggestion.place,
    )
    wording.keep(session, suggestion, now=now)
    wording.put(added, suggestion)
    unplacing.forget(session, suggestion, now=now)
    steps.take(session, case=case, act=CaseAct.SUPPLEMENT, actor=actor, times=times, now=now)


def lapse(session: Session, *, case: Case, times: Times, now: datetime) -> None:
    """Close a message whose author added nothing in time; done by the clock."""
    steps.take(session, case=case, act=CaseAct.LAPSE, actor=None, times=times, now=now)
    _stand(session, case.suggestion, SuggestionStatus.NOT_ACCEPTED, "lapsed", now)


def transfer_out(
    session: Session,
    *,
    case: Case,
    version: int,
    receiver: str,
    words: str = "",
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """Hand a message to an agency outside the platform, and tell the author to whom.

    :raises Invalid: if it is not said to whom.
    """
    require_party(case, CaseAct.TRANSFER_OUT, actor)
    expect_version(case, version)
    receiver = tidy_line(receiver)[:200]
    if not receiver:
        raise Invalid(N_("Please say to whom it is handed."), field="receiver")
    steps.take(
        session,
        case=case,
        act=CaseAct.TRANSFER_OUT,
        actor=actor,
        times=times,
        now=now,
        reason="\n".join(filter(None, (receiver, tidy(words)[:MOST]))),
    )


def withdraw(
    session: Session, *, case: Case, words: str = "", times: Times, actor: Person, now: datetime
) -> None:
    """Let the author take a message back; its number stays."""
    require_party(case, CaseAct.WITHDRAW, actor)
    steps.take(session, case=case, act=CaseAct.WITHDRAW, actor=actor, times=times, now=now)
    _stand(session, case.suggestion, SuggestionStatus.WITHDRAWN, tidy_line(words)[:500], now)


def _said(words: str) -> str:
    said = tidy(words)[:MOST]
    if not said:
        raise Invalid(N_("Please write a few words."), field="words")
    return said


def _stand(
    session: Session, suggestion: Suggestion, status: SuggestionStatus, reason: str, now: datetime
) -> None:
    """Let the message count, or not, in its group; a report never does."""
    if status is SuggestionStatus.RECEIVED:
        status = standing_of(suggestion.topic, suggestion.kind)
    try:
        with session.begin_nested():  # the counts of its group are taken from the table
            suggestion.status, suggestion.status_reason = status, reason
            suggestion.status_at = now
    except IntegrityError:
        raise Conflict(N_("The author has sent the same words again since.")) from None
    if not suggestion.stands:
        unplacing.leave(session, suggestion, now=now)
