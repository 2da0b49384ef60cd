"""Replies: drafted, reviewed by three, returned with a coded reason, published."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Invalid, NotAllowed
from consult.services.handling import clocks, joining, more_time, reply_similar, steps
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct
from consult.services.handling.parties import require_party
from consult.services.handling.reply_writing import MOST, current, written
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from consult.text.normalise import tidy
from models.case import Case
from models.person import Person
from models.reply import Reply, ReplyReview, ReplyStage, ReturnReason

__all__ = [
    "MOST",
    "Outcome",
    "current",
    "draft",
    "extend",
    "keep",
    "let_pass",
    "publish",
    "send_back",
]


class Outcome(StrEnum):
    """解决情况, as the unit states it."""

    SOLVED = "solved"
    PARTLY = "partly"
    PLANNED = "planned"
    EXPLAINED = "explained"
    NOT_POSSIBLE = "not_possible"


def draft(
    session: Session,
    *,
    case: Case,
    version: int,
    text: str,
    outcome: Outcome,
    mail_text: str = "",
    lines: Mapping[int, str] | None = None,
    seen: int | None = None,
    times: Times,
    actor: Person,
    now: datetime,
) -> Reply:
    """Put a reply before the unit's leader; ``lines`` are for single messages of a joined case.

    Lines that are not named stay. ``seen`` is the version of the reply on the page (0: none yet).

    :raises Invalid: if it is empty or too long.
    :raises StaleVersion: if a colleague changed the case or the words meanwhile.
    """
    require_party(case, CaseAct.DRAFT, actor)
    reply = written(
        session, case, version, seen, text, mail_text, lines or {}, actor=actor, now=now
    )
    reply.outcome, reply.stage = outcome.value, ReplyStage.UNIT_LEADER
    reply_similar.index(session, case=case, reply=reply)
    steps.take(
        session, case=case, act=CaseAct.DRAFT, actor=actor, times=times, now=now, reply=reply.id
    )
    return reply


def keep(
    session: Session,
    *,
    case: Case,
    version: int,
    text: str,
    outcome: Outcome | None = None,
    mail_text: str = "",
    lines: Mapping[int, str] | None = None,
    seen: int | None = None,
    actor: Person,
    now: datetime,
) -> Reply:
    """暂存: keep what is written so far; nobody is asked to review it, and the case stays where it is.

    The same may refuse it as :func:`draft`.
    """
    require_party(case, CaseAct.DRAFT, actor)
    reply = written(
        session, case, version, seen, text, mail_text, lines or {}, actor=actor, now=now
    )
    reply.outcome = outcome.value if outcome else ""
    ledger.record(session, "reply.kept", reply, actor=actor, now=now)
    return reply


def let_pass(
    session: Session,
    *,
    case: Case,
    reply: Reply,
    version: int,
    note: str = "",
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """The second review: the unit's leader lets it go on to the assigner.

    :raises NotAllowed: for whoever drafted it.
    """
    require_party(case, CaseAct.PASS, actor)
    _require(reply, version, {ReplyStage.UNIT_LEADER}, actor)
    _review(session, reply, actor, passed=True, note=note, now=now)
    reply.stage = ReplyStage.ASSIGNER
    steps.take(
        session,
        case=case,
        act=CaseAct.PASS,
        actor=actor,
        times=times,
        now=now,
        reason=tidy(note)[:MOST],
        shown=False,
    )


def send_back(
    session: Session,
    *,
    case: Case,
    reply: Reply,
    version: int,
    code: ReturnReason,
    note: str = "",
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """退回回复: return it to the handler with a coded reason; returns are counted in public.

    :raises Invalid: if the reason is "other" and nothing is said.
    """
    require_party(case, CaseAct.RETURN_REPLY, actor)
    _require(reply, version, {ReplyStage.UNIT_LEADER, ReplyStage.ASSIGNER}, actor)
    said = tidy(note)[:MOST]
    if code is ReturnReason.OTHER and not said:
        raise Invalid(N_("Please give a reason."), field="note")
    _review(session, reply, actor, passed=False, code=code, note=said, now=now)
    reply.stage = ReplyStage.RETURNED
    steps.take(
        session,
        case=case,
        act=CaseAct.RETURN_REPLY,
        actor=actor,
        times=times,
        now=now,
        reason=said,
        shown=False,
        code=code.value,
    )


def publish(
    session: Session,
    *,
    case: Case,
    reply: Reply,
    version: int,
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """The third review: the assigner publishes it; of a joined case for all its messages.

    :raises Conflict: if the unit's leader has not let it pass.
    :raises NotAllowed: for whoever drafted it.
    """
    require_party(case, CaseAct.PUBLISH, actor)
    _require(reply, version, {ReplyStage.ASSIGNER}, actor)
    _review(session, reply, actor, passed=True, note="", now=now)
    reply.stage, reply.published_at, reply.published_by = ReplyStage.PUBLISHED, now, actor
    steps.take(
        session, case=case, act=CaseAct.PUBLISH, actor=actor, times=times, now=now, reply=reply.id
    )
    for member in joining.members(session, case):
        steps.take(
            session,
            case=member,
            act=CaseAct.ANSWER_JOINED,
            actor=actor,
            times=times,
            now=now,
            reply=reply.id,
        )


def extend(
    session: Session,
    *,
    case: Case,
    version: int,
    words: str,
    times: Times,
    actor: Person,
    now: datetime,
) -> None:
    """延期: more time for the reply, once, with a reason that the author reads.

    :raises Conflict: if it was extended before, or the time has run out.
    """
    require_party(case, CaseAct.EXTEND, actor)
    expect_version(case, version)
    said = tidy(words)[:MOST]
    if not said:
        raise Invalid(N_("Please give a reason."), field="words")
    if case.handler_id == actor.id:
        raise NotAllowed(N_("Somebody else than the handler approves more time."))
    more_time.note_granted(session, case=case, actor=actor, now=now)
    clock = clocks.extend(case, reason=said, times=times, approver=actor, now=now)
    steps.take(
        session,
        case=case,
        act=CaseAct.EXTEND,
        actor=actor,
        times=times,
        now=now,
        reason=said,
        until=clock.due_at.isoformat(),
    )


def _require(reply: Reply, version: int, stages: set[ReplyStage], actor: Person) -> None:
    expect_version(reply, version)
    if reply.stage not in stages:
        raise Conflict(N_("The reply lies on another desk at the moment."))
    if reply.drafted_by_id == actor.id:
        raise NotAllowed(N_("You wrote this reply: somebody else reviews it."))


def _review(
    session: Session,
    reply: Reply,
    actor: Person,
    *,
    passed: bool,
    note: str,
    now: datetime,
    code: ReturnReason | None = None,
) -> None:
    session.add(
        ReplyReview(
            reply=reply,
            stage=reply.stage,
            reviewer=actor,
            passed=passed,
            reason=code,
            note=tidy(note)[:MOST],
            text=reply.text,
            created_at=now,
        )
    )
    ledger.record(session, "reply.reviewed", reply, actor=actor, now=now, passed=passed)
