"""What of a message the public may read, and how far it is told that it has come.

A message is read by everybody once somebody in office has accepted it, its author agreed, and it
is no report (举报). What happens inside the offices is told in six plain words.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from models.case import Case, CaseState
from models.case import CaseState as S
from models.suggestion import Suggestion, SuggestionStatus


class PublicStatus(StrEnum):
    """How far a message has come, for everybody."""

    ACCEPTED = "accepted"
    IN_HAND = "in_hand"
    REPLIED = "replied"
    #: 复查 or 复核 is going on.
    REVIEWED = "reviewed"
    CLOSED = "closed"
    HANDED_ON = "handed_on"


STATES: Mapping[PublicStatus, frozenset[S]] = {
    PublicStatus.ACCEPTED: frozenset({S.ACCEPTED}),
    PublicStatus.IN_HAND: frozenset(
        {
            S.ASSIGNED,
            S.OBJECTION,
            S.REASSIGNED,
            S.UPHELD,
            S.IN_PROGRESS,
            S.EXTENDED,
            S.REPLY_DRAFTED,
            S.REPLY_RETURNED,
            S.MERGED,
            S.REOPENED,
        }
    ),
    PublicStatus.REPLIED: frozenset({S.REPLIED, S.RATED}),
    PublicStatus.REVIEWED: frozenset({S.APPEAL, S.FINAL_APPEAL}),
    PublicStatus.CLOSED: frozenset({S.CLOSED, S.ARCHIVED}),
    PublicStatus.HANDED_ON: frozenset({S.TRANSFERRED}),
}
#: What has passed the review; the rest nobody but its author and the office has seen.
SHOWN = frozenset().union(*STATES.values())


def status_of(case: Case) -> PublicStatus | None:
    """How far ``case`` has come for everybody; None where it is not for them."""
    if case.state is S.ARCHIVED and case.replied_at is None:
        return PublicStatus.HANDED_ON
    return next((status for status, states in STATES.items() if case.state in states), None)


def is_shown(case: Case) -> bool:
    """Whether everybody may read the message."""
    return not case.confidential and case.state in SHOWN and case.suggestion.is_public


def shown() -> ColumnElement[bool]:
    """The same in a query of cases joined with their messages."""
    return and_(
        Case.confidential.is_(False),
        Case.state.in_(SHOWN),
        Suggestion.status == SuggestionStatus.RECEIVED,
        Suggestion.publish_text,
    )


def has_status(status: PublicStatus) -> ColumnElement[bool]:
    """Whether a case has come so far."""
    found: ColumnElement[bool] = Case.state.in_(STATES[status])
    filed: Any = Case.state == CaseState.ARCHIVED
    if status is PublicStatus.CLOSED:
        return and_(found, Case.replied_at.is_not(None))
    if status is PublicStatus.HANDED_ON:
        return or_(found, and_(filed, Case.replied_at.is_(None)))
    return found


def codes_within(code: str) -> tuple[str, str]:
    """The first and the last GB/T 2260 code of a region and those below it."""
    stem = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return code, stem.ljust(6, "9")
