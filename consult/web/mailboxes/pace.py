"""How fast mailboxes answer: what came in this month and in the three before it."""

from collections.abc import Collection, Mapping

from consult.services.caseload import mailbox_pages
from consult.services.supervising import months
from consult.services.supervising.numbers import Figures
from consult.web import current
from consult.web.figure_choice import this_month

#: Whole months before this one: with them it is at least 90 days.
BEFORE = 3


def since() -> str:
    """The first month that is told of."""
    return months.earlier(this_month(), BEFORE)


def paces(topic_ids: Collection[int]) -> Mapping[int, Figures]:
    """The figures of each mailbox since then."""
    shown = months.between(since(), this_month())
    return mailbox_pages.paces(current.session(), topic_ids, months=shown, now=current.now())
