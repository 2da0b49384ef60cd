"""The workbench's first page."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consult.permissions import Permission, can
from consult.services.caseload.queues import TASKS, Queue
from consult.services.overview import desk
from consult.services.overview.desk import Errand, Shelf
from consult.web import current
from consult.web.office.blueprint import bp
from consult.web.side import case_counts
from consult.web.topic_cards import cards

SHELVES = {
    Shelf.RUNNING: _l("Planned and open"),
    Shelf.ANALYSIS: _l("Closed or under consideration"),
    Shelf.DRAFTS: _l("Drafts"),
    Shelf.ANSWERED: _l("Answered"),
}
#: What waits, and the page on which it is done.
ERRANDS = {
    Errand.APPROVE: (_l("decisions await your approval"), "office.decisions"),
    Errand.RETURNED: (_l("decisions were returned"), "office.decisions"),
    Errand.OBJECTIONS: (_l("authors say they are in the wrong group"), "office.objections"),
    Errand.UNDECIDED: (_l("groups have no decision yet"), "office.board"),
    Errand.START_ANALYSIS: (_l("has closed: begin the analysis"), "office.topic"),
}
#: Cases that wait, as one would say it after their number.
CASE_ERRANDS = {
    Queue.REVIEW: _l("messages are to be reviewed"),
    Queue.TO_ASSIGN: _l("accepted messages are to be assigned"),
    Queue.OBJECTIONS: _l("objections are to be ruled on"),
    Queue.TAKE_UP: _l("cases are to be taken in hand"),
    Queue.MINE: _l("cases are in your hands"),
    Queue.REPLIES: _l("replies await your review"),
    Queue.LOW: _l("low ratings are to be followed up"),
    Queue.APPEALS: _l("reviews are to be answered"),
    Queue.CONFIDENTIAL: _l("reports of wrongdoing are open"),
    Queue.OVERDUE: _l("cases are overdue"),
}


@bp.get("/")
def home() -> ResponseReturnValue:
    """What waits for me, and the consultations of my agencies."""
    session, now, person = current.session(), current.now(), current.somebody()
    wanted = request.args.get("shelf", "")
    shelf = Shelf(wanted) if wanted in set(Shelf) else Shelf.RUNNING
    page = max(1, request.args.get("page", 1, type=int))
    found = desk.topics(session, person=person, shelf=shelf, now=now, page=page)
    return render_template(
        "office/home.html",
        waiting=desk.waiting(session, person=person, now=now),
        errands=ERRANDS,
        cases=_case_errands(),
        shelf=shelf,
        shelves=SHELVES,
        counts=desk.shelf_counts(session, person=person, now=now),
        found=found,
        cards=cards(found.items),
        may_draft=can(person, Permission.TOPIC_DRAFT),
    )


def _case_errands() -> list[tuple[Queue, int, LazyString]]:
    """The queues in which something waits; what is overdue first, since it is late already."""
    counts = case_counts()
    order = (Queue.OVERDUE, Queue.CONFIDENTIAL, *TASKS)
    return [(queue, counts[queue], CASE_ERRANDS[queue]) for queue in order if counts.get(queue)]
