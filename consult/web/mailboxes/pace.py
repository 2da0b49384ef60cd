"""How fast mailboxes answer, reckoned once in a few minutes: of 90 days no minute tells a difference."""

from collections.abc import Collection, Mapping

from flask import current_app

from consult.services.caseload import mailbox_pages
from consult.services.caseload.mailbox_pages import Pace
from consult.services.overview.page_versions import LONGEST
from consult.web import current

#: Topic id → the few minutes for which it was reckoned, and what was found.
Kept = dict[int, tuple[int, Pace]]


def paces(topic_ids: Collection[int]) -> Mapping[int, Pace]:
    """The pace of each mailbox, as it was at most :data:`LONGEST` seconds ago.

    Reckoned anew each time where no page is kept (``KEPT_PAGES_MB`` is 0).
    """
    now = current.now()
    if not current_app.config["KEPT_PAGES_MB"]:
        return mailbox_pages.paces(current.session(), topic_ids, now=now)
    kept: Kept = current_app.extensions.setdefault("kept_paces", {})
    period = int(now.timestamp()) // LONGEST
    known = {one: kept[one] for one in topic_ids if one in kept}
    found = {one: pace for one, (reckoned, pace) in known.items() if reckoned == period}
    missing = [one for one in topic_ids if one not in found]
    for one, pace in mailbox_pages.paces(current.session(), missing, now=now).items():
        kept[one] = (period, pace)
        found[one] = pace
    return found
