"""The words of a reply, and the lines for single messages, before anybody reviews them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.clustering import digest
from consult.exceptions import N_, Invalid, StaleVersion
from consult.services.handling import joining
from consult.services.handling.reply_privacy import masked
from consult.services.records.versions import expect_version
from consult.text.normalise import tidy
from models.case import Case
from models.person import Person
from models.reply import Reply, ReplyLine

MOST = 8000


def current(session: Session, case: Case) -> Reply | None:
    """The reply of this round, drafted or published."""
    return session.scalar(select(Reply).filter_by(case_id=case.id, round=case.round))


def written(
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
    """Write the words of this round; where the reply lies stays as it was.

    :raises Invalid: if it is empty or too long.
    :raises StaleVersion: if the case, or the reply that was ``seen`` (0: none), was changed since.
    """
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
