"""All that happened to a message, told to the one who wrote it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consult.services.handling.moves import CaseAct as A
from consult.services.handling.reception import Refused
from consult.web import labels
from consult.web.mailboxes import whats_next
from consult.web.mailboxes.whats_next import Next
from models.case import Case, CaseStep
from models.case import CaseState as S
from models.supervision import Exclusion

#: Title, and words under it.
Words = tuple[str, str]
Step = dict[str, Any]


def of(case: Case, left_out: Sequence[Exclusion] = ()) -> list[Step]:
    """The steps so far, what is happening now, and what is still to come; the oldest first.

    ``left_out``: when two people left the case out of the rates, and when it was brought back.
    """
    sent = _step(
        _("Received"),
        case.created_at,
        _("Number %(no)s, sent to %(mailbox)s.", no=case.no, mailbox=case.topic.title),
    )
    told = [(step.created_at, _told(step)) for step in case.steps]
    told += [moment for one in left_out for moment in _left_out(one)]
    told.sort(key=lambda one: one[0])
    return [sent, *(step for _at, step in told), *_to_come(case, whats_next.of(case))]


def _left_out(found: Exclusion) -> Iterator[tuple[datetime, Step]]:
    """Why, in the words of the list; the grounds are the office's."""
    if not found.approved or found.decided_at is None:
        return
    why = _(
        "Reason: %(reason)s. Your message is answered like any other; only the rates of"
        " the office leave it out. Two people decided so.",
        reason=labels.label(found.reason),
    )
    yield found.decided_at, _step(_("Left out of the office's rates"), found.decided_at, why)
    if found.ended_at is not None:
        yield found.ended_at, _step(_("Counted in the office's rates again"), found.ended_at, "")


def _told(step: CaseStep) -> Step:
    title, text = TOLD.get(step.act, _note)(step)
    return _step(title, step.created_at, text)


def _step(title: str, at: datetime, text: str) -> Step:
    when = format_datetime(at, "yyyy-MM-dd HH:mm")
    return {"title": title, "state": "done", "when": when, "text": text}


def _to_come(case: Case, now: Next) -> list[Step]:
    """What is happening, then the stages that every case goes through from here."""
    if now.deadline is None and not now.asks_author:
        return []
    title = YOURS.get(case.state, now.happening)
    current = {"title": title, "state": "current", "text": now.coming}
    if now.deadline is not None:
        current["when"] = _("by %(day)s", day=now.deadline.on)
    following = [
        (FIRST, _("Accepted, and given to a unit")),
        (BEFORE_REPLY, _("Reply")),
        (BEFORE_RATING, _("Your rating")),
        (BEFORE_END, _("Case closed")),
    ]
    coming = [title for states, title in following if case.state in states]
    return [current, *({"title": title, "state": "next"} for title in coming)]


#: What is the author's to do: the step before has told already what is happening.
YOURS = {
    S.RETURNED_FOR_MORE: _l("Your turn: add what is missing"),
    S.REPLIED: _l("Your turn: rate the reply"),
    S.NOT_ACCEPTED: _l("You may object"),
    S.CLOSED: _l("You may ask for a review"),
}
#: States in which something is still to come: acceptance, the reply, the rating, the end.
FIRST = {S.SUBMITTED, S.UNDER_REVIEW, S.RETURNED_FOR_MORE}
BEFORE_REPLY = FIRST | {
    S.ACCEPTED,
    S.ASSIGNED,
    S.OBJECTION,
    S.REASSIGNED,
    S.UPHELD,
    S.IN_PROGRESS,
    S.EXTENDED,
    S.REPLY_DRAFTED,
    S.REPLY_RETURNED,
    S.REOPENED,
    S.MERGED,
}
BEFORE_RATING = BEFORE_REPLY
BEFORE_END = BEFORE_REPLY | {S.REPLIED, S.RATED}


def _reason(step: CaseStep) -> str:
    return step.reason if step.shown else ""


def _plain(title: Callable[[], str]) -> Callable[[CaseStep], Words]:
    """A step of which the reason is told, if the author may read it."""
    return lambda step: (title(), _reason(step))


def _unit(step: CaseStep) -> str:
    return labels.named(step.unit) if step.unit else _("The unit")


def _refused(step: CaseStep) -> Words:
    code = str(step.detail.get("code", ""))
    why = str(labels.label(Refused(code))) if code in set(Refused) else ""
    channel, _newline, rest = step.reason.partition("\n")
    if code in ELSEWHERE and channel:
        channel = _("The right place for it: %(channel)s", channel=channel)
    return _("Not accepted"), "\n".join(part for part in (why, channel, rest) if part)


ELSEWHERE = {"court", "arbitration", "petition_running", "other_agency", "emergency_line"}


def _transferred(step: CaseStep) -> Words:
    receiver, _newline, rest = step.reason.partition("\n")
    return _("Handed on to %(receiver)s", receiver=receiver), rest


def _extended(step: CaseStep) -> Words:
    until = str(step.detail.get("until", ""))
    if not until:
        return _("More time was granted"), _reason(step)
    day = format_date(datetime.fromisoformat(until) - whats_next.MOMENT, "yyyy-MM-dd")
    return _("More time was granted, until %(day)s", day=day), _reason(step)


def _reassigned(step: CaseStep) -> Words:
    return _("Given to %(unit)s instead", unit=_unit(step)), _reason(step)


def _closed(step: CaseStep) -> Words:
    if step.actor_id is None:
        return _("Closed"), _("The time to rate is over.")
    return _("Closed, with an answer to your rating"), _reason(step)


def _note(step: CaseStep) -> Words:
    """Something that is no move, such as a note that the author may read."""
    return _("Note"), _reason(step)


TOLD: Mapping[str, Callable[[CaseStep], Words]] = {
    A.BEGIN_REVIEW: lambda step: (_("Review begun"), ""),
    A.ACCEPT: lambda step: (_("Accepted"), _("It will be answered; the time for the reply runs.")),
    A.REFUSE: _refused,
    A.RETURN_FOR_MORE: _plain(lambda: _("You were asked for more")),
    A.SUPPLEMENT: lambda step: (_("You added what was missing"), ""),
    A.LAPSE: lambda step: (_("Closed, because nothing was added in time"), ""),
    A.RECONSIDER: _plain(lambda: _("The office took it up again")),
    A.CONTEST: _plain(lambda: _("You objected to the decision")),
    A.TRANSFER_OUT: _transferred,
    A.MERGE: lambda step: (_("Joined with others that ask the same"), ""),
    A.UNMERGE: lambda step: (_("Handled by itself again"), ""),
    A.WITHDRAW: lambda step: (_("You took it back"), ""),
    A.ASSIGN: lambda step: (_("Given to %(unit)s", unit=_unit(step)), _reason(step)),
    A.OBJECT: lambda step: (
        _("%(unit)s says that another unit should answer", unit=_unit(step)),
        "",
    ),
    A.REASSIGN: _reassigned,
    A.UPHOLD: lambda step: (_("It was ruled that %(unit)s answers", unit=_unit(step)), ""),
    A.TAKE_UP: lambda step: (_("%(unit)s took it up", unit=_unit(step)), ""),
    A.EXTEND: _extended,
    A.DRAFT: lambda step: (_("A reply was drafted"), ""),
    A.PASS: lambda step: (_("The draft passed its second review"), ""),
    A.RETURN_REPLY: lambda step: (
        _("The draft was not good enough and was returned"),
        _("You need not do anything. Returned drafts are counted in public."),
    ),
    A.PUBLISH: lambda step: (_("You were answered"), ""),
    A.ANSWER_JOINED: lambda step: (_("You were answered"), _("It answers several messages.")),
    A.RATE: lambda step: (_("You rated the reply"), ""),
    A.CLOSE: _closed,
    A.REOPEN: _plain(lambda: _("Opened again")),
    A.APPEAL: _plain(lambda: _("You asked for a review")),
    A.APPEAL_AGAIN: _plain(lambda: _("You asked for the final review")),
    A.DISMISS: _plain(lambda: _("Review answered: the answer stands")),
    A.GRANT: _plain(lambda: _("Review answered: you are right, and the case is handled again")),
    A.ARCHIVE: lambda step: (_("Filed"), ""),
}
