"""Where a message stands in plain words: what is happening, who acts next and by when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from consult.services.handling import clocks
from consult.web import casework, current, labels
from models.case import Case, Clock, ClockKind
from models.case import CaseState as S
from models.case import ClockKind as K
from models.mailbox import TimeUnit

#: A limit in days ends as the next day begins: it is named by the day before.
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Deadline:
    """By when, in words."""

    on: str
    is_over: bool
    #: Working days that are left, where days are counted.
    days_left: int | None
    #: It is for the author to keep, not for an office.
    is_own: bool


@dataclass(frozen=True)
class Next:
    """What is happening, and what comes next by when."""

    happening: str
    coming: str
    deadline: Deadline | None
    #: The author has something to do, or may.
    asks_author: bool = False


def deadline(case: Case, *kinds: ClockKind) -> Deadline | None:
    """The one that runs out first among the running clocks of these kinds."""
    running = [clock for clock in clocks.running(case) if clock.kind in kinds]
    return _of_clock(running[0], current.now()) if running else None


def named_day(due_at: datetime, unit: TimeUnit) -> str:
    """A time limit as people say it: the last day, or the minute where hours count."""
    if unit is TimeUnit.HOURS:
        return str(format_datetime(due_at, "yyyy-MM-dd HH:mm"))
    return str(format_date(due_at - MOMENT, "yyyy-MM-dd"))


def _of_clock(clock: Clock, now: datetime) -> Deadline:
    is_over, days = now >= clock.due_at, None
    if not is_over and clock.unit is not TimeUnit.HOURS:
        days = casework.calendar().worked_between(now, clock.due_at - MOMENT)
    return Deadline(
        named_day(clock.due_at, clock.unit), is_over, days, clock.kind not in clocks.DUTIES
    )


def of(case: Case) -> Next:
    """What to tell the author of ``case`` now."""
    return WORDS[case.state](case)


def _unit(case: Case) -> str:
    return labels.named(case.unit)


def _reviewed(case: Case) -> Next:
    return Next(
        _("We have your message, and a member of staff reads it."),
        _("You are told whether it is accepted, or what is still missing."),
        deadline(case, K.REVIEW, K.ACCEPTANCE),
    )


def _again_reviewed(case: Case) -> Next:
    return Next(
        _("Your message is being reviewed."),
        _("You are told whether it is accepted, or what is still missing."),
        deadline(case, K.ACCEPTANCE, K.REVIEW),
    )


def _returned(case: Case) -> Next:
    return Next(
        _("Something is missing before your message can be accepted."),
        _("Please add it. If nothing comes in time, the message is closed."),
        deadline(case, K.SUPPLEMENT),
        asks_author=True,
    )


def _refused(case: Case) -> Next:
    if any(step.act == "contest" for step in case.steps):
        coming = _("It was reviewed a second time, by somebody else; that is final here.")
        return Next(_("Your message was not accepted."), coming, None)
    return Next(
        _("Your message was not accepted."),
        _("If you do not agree, you can object once: somebody else decides then."),
        None,
        asks_author=True,
    )


def _accepted(case: Case) -> Next:
    return Next(
        _("Your message is accepted; it is being decided which unit answers."),
        _("A unit is given the case and answers you."),
        deadline(case, K.REPLY),
    )


def _with_unit(case: Case) -> Next:
    return Next(
        _("%(unit)s has been given your message.", unit=_unit(case)),
        _("It looks into the matter and answers you."),
        deadline(case, K.REPLY),
    )


def _objected(case: Case) -> Next:
    return Next(
        _("%(unit)s says that another unit should answer.", unit=_unit(case)),
        _("It is ruled which of them answers. The time for your reply does not stop for it."),
        deadline(case, K.REPLY),
    )


def _in_hand(case: Case) -> Next:
    return Next(
        _("%(unit)s is working on it.", unit=_unit(case)),
        _("You get a reply."),
        deadline(case, K.REPLY),
    )


def _extended(case: Case) -> Next:
    return Next(
        _(
            "%(unit)s needs more time, and it was granted; the reason stands in the timeline.",
            unit=_unit(case),
        ),
        _("You get a reply. There is no second extension."),
        deadline(case, K.REPLY),
    )


def _drafted(case: Case) -> Next:
    return Next(
        _("%(unit)s has drafted a reply, and others review it.", unit=_unit(case)),
        _("If it is good enough it is published; if not, it is written anew."),
        deadline(case, K.REPLY),
    )


def _improved(case: Case) -> Next:
    return Next(
        _(
            "The draft of the reply was not good enough and went back to %(unit)s.",
            unit=_unit(case),
        ),
        _("You get a better reply."),
        deadline(case, K.REPLY),
    )


def _replied(case: Case) -> Next:
    return Next(
        _("You have a reply."),
        _(
            "Please rate it. Without a rating the case is closed; it does not count as satisfied then."
        ),
        deadline(case, K.RATING),
        asks_author=True,
    )


def _rated(case: Case) -> Next:
    if clocks.running(case, K.FOLLOW_UP):
        return Next(
            _("You were not satisfied, and the office must follow that up."),
            _("The case is opened again, or you are told in writing why not."),
            deadline(case, K.FOLLOW_UP),
        )
    return Next(
        _("You have rated the reply. Nobody in office sees how until the time for it is over."),
        _("Then the case is closed, or a low rating is followed up."),
        deadline(case, K.RATING),
    )


def _closed(case: Case) -> Next:
    window = deadline(case, K.APPEAL_WINDOW)
    if window is None or window.is_over or len(case.appeals) > 1:
        return Next(_("The case is closed."), _("Nothing more is to come."), None)
    again = bool(case.appeals)
    coming = (
        _("If you do not agree with the answer, you can ask for the final review.")
        if again
        else _("If you do not agree with the answer, you can ask the unit above for a review.")
    )
    return Next(_("The case is closed."), coming, window, asks_author=True)


def _reopened(case: Case) -> Next:
    return Next(
        _("The case was opened again and is handled anew."),
        _("%(unit)s takes it up and gives you a new reply.", unit=_unit(case)),
        deadline(case, K.REPLY),
    )


def _appealed(case: Case) -> Next:
    unit = next((one.unit for one in case.appeals if one.answered_at is None), case.unit)
    return Next(
        _("%(unit)s is reviewing the answer you got.", unit=labels.named(unit)),
        _("You get an answer with its grounds; if you are right, the case is handled again."),
        deadline(case, K.APPEAL),
    )


def _filed(case: Case) -> Next:
    return Next(_("The case is filed."), _("Nothing more is to come."), None)


def _joined(case: Case) -> Next:
    return Next(
        _("Your message is handled together with others that ask the same."),
        _("%(unit)s answers all of them; your number and your time stay.", unit=_unit(case)),
        deadline(case, K.REPLY),
    )


def _handed_on(case: Case) -> Next:
    return Next(
        _("Your message was handed on to whoever is responsible; the timeline says to whom."),
        _("The answer comes from there, not through this platform."),
        None,
    )


def _withdrawn(case: Case) -> Next:
    return Next(
        _("You took the message back. Its number is kept."), _("Nothing more is to come."), None
    )


WORDS: dict[S, Callable[[Case], Next]] = {
    S.SUBMITTED: _reviewed,
    S.UNDER_REVIEW: _again_reviewed,
    S.RETURNED_FOR_MORE: _returned,
    S.NOT_ACCEPTED: _refused,
    S.ACCEPTED: _accepted,
    S.ASSIGNED: _with_unit,
    S.OBJECTION: _objected,
    S.REASSIGNED: _with_unit,
    S.UPHELD: _with_unit,
    S.IN_PROGRESS: _in_hand,
    S.EXTENDED: _extended,
    S.REPLY_DRAFTED: _drafted,
    S.REPLY_RETURNED: _improved,
    S.REPLIED: _replied,
    S.RATED: _rated,
    S.CLOSED: _closed,
    S.REOPENED: _reopened,
    S.APPEAL: _appealed,
    S.FINAL_APPEAL: _appealed,
    S.ARCHIVED: _filed,
    S.MERGED: _joined,
    S.TRANSFERRED: _handed_on,
    S.WITHDRAWN: _withdrawn,
}
