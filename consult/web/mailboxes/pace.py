"""How fast mailboxes answered in the last 90 days, as pages show it."""

from collections.abc import Collection, Mapping

from consult.services.caseload import mailbox_pages
from consult.services.supervising.numbers import Figures
from consult.web import current
from consult.web.figure_choice import zone


def paces(topic_ids: Collection[int]) -> Mapping[int, Figures]:
    """The figures of each mailbox, with days as they are where the offices are."""
    return mailbox_pages.paces(current.session(), topic_ids, zone=zone(), now=current.now())
