"""Replies: drafted, reviewed by three, returned with a coded reason, published."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.clustering import digest
from consult.exceptions import N_, Conflict, Invalid, NotAllowed, StaleVersion
from consult.services.handling import clocks, joining, more_time, reply_similar, steps
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct
from consult.services.handling.parties import require_party
from consult.services.handling.reply_privacy import masked
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from consult.text.normalise import tidy
from models.case import Case
from models.person import Person
from models.reply import Reply, ReplyLine, ReplyReview, ReplyStage, ReturnReason

MOST = 8000


class Outcome(StrEnum):
    """解决情况, as the unit states it."""

    SOLVED = "solved"
    PARTLY = "partly"
    PLANNED = "planned"
    EXPLAINED = "explained"
    NOT_POSSIBLE = "not_possible"


def current(session: Session, case: Case) -> Reply | None:
    """The reply of this round, drafted or published."""
    return session.scalar(select(Reply).filter_by(case_id=case.id, round=case.round))


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
    reply = _written(
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
    reply = _written(
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


def _written(
    session: Session,
    case: Case,
    version: int,
    seen: int | None,
    text: str,
    mail_text: str,
    lines: Mapping[int, str],
    *,
    actor: Person,
    now: datetime,
) -> Reply:
    """Write the words of this round; where the reply lies stays as it was."""
    expect_version(case, version)
    reply = current(session, case)
    if seen is not None and seen != (reply.version if reply else 0):
        raise StaleVersion
    reply = reply or Reply(case_id=case.id, round=case.round, outcome="")
    reply.text, reply.mail_text = _checked("text", text), _checked("mail_text", mail_text)
    if not reply.text:
        raise Invalid(N_("Please write the reply."), field="text")
    reply.public_text, reply.digest = masked(reply.text), digest(reply.text)
    reply.unit_id, reply.drafted_by, reply.drafted_at = case.unit_id, actor, now
    session.add(reply)
    session.flush()
    _write_lines(session, case, reply, lines)
    return reply


def _checked(field: str, text: str) -> str:
    words = tidy(text)
    if len(words) > MOST:
        raise Invalid(N_("A reply has up to %(most)d characters."), field=field, most=MOST)
    return words


def _write_lines(session: Session, case: Case, reply: Reply, lines: Mapping[int, str]) -> None:
    """Keep the lines for members of this joined case; words for others are passed over."""
    known = {line.case_id: line for line in reply.lines}
    for member in joining.members(session, case) if lines else ():
        if member.id not in lines:
            continue
        said, line = tidy(lines[member.id])[:MOST], known.get(member.id)
        if said and line is not None:
            line.text = said
        elif said:
            reply.lines.append(ReplyLine(case=member, text=said))
        elif line is not None:
            session.delete(line)
            reply.lines.remove(line)
