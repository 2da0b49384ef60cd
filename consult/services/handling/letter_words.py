"""What the office writes to an author alone, with its reply: the letter says it, the page does not."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.notice import Notice, NoticeKind
from models.reply import Reply, ReplyLine


def of(session: Session, notices: Sequence[Notice]) -> dict[int, str]:
    """By the id of a notice to an author that there is a reply: the words for the letter.

    To somebody whose message was joined to another, with the line of its own. Of a report there
    are none: letters lie about. Two queries, and only for letters about replies.
    """
    replied = {
        one.id: (int(one.step.detail.get("reply", 0)), one.case.id)
        for one in notices
        if one.kind is NoticeKind.CASE_REPLIED
        and one.step is not None
        and one.case is not None
        and not one.case.confidential
    }
    ids = {reply for reply, _case in replied.values()}
    if not ids:
        return {}
    rows = session.execute(select(Reply.id, Reply.mail_text).where(Reply.id.in_(ids)))
    mail = {row.id: row.mail_text for row in rows}
    own = session.scalars(select(ReplyLine).where(ReplyLine.reply_id.in_(ids)))
    lines = {(line.reply_id, line.case_id): line.text for line in own}
    return {
        notice: "\n".join(filter(None, (mail.get(reply, ""), lines.get((reply, case), ""))))
        for notice, (reply, case) in replied.items()
    }
