"""Home and the pages that explain."""

from flask import render_template
from flask.typing import ResponseReturnValue

from consult.services.caseload import mailbox_pages
from consult.services.overview import topic_numbers, topic_search
from consult.services.overview.topic_search import Filters, Stage
from consult.web import current
from consult.web.public.blueprint import bp
from consult.web.topic_cards import TopicCard, cards
from consult.web.zone import zone

OPEN_SHOWN = 6
ANSWERED_SHOWN = 3
MAILBOXES_SHOWN = 6


@bp.get("/")
def home() -> ResponseReturnValue:
    """What this is, what is open, and what became of what was closed."""
    session = current.session()
    answered = _first(Stage.REPORTED, ANSWERED_SHOWN)
    return render_template(
        "public/home.html",
        open_cards=_first(Stage.OPEN, OPEN_SHOWN),
        answered=answered,
        adopted=topic_numbers.adopted_groups(session, [card.topic for card in answered]),
        mailboxes=mailbox_pages.every(session, size=MAILBOXES_SHOWN),
        totals=topic_numbers.totals(session),
        counts=topic_search.counts(session, filters=Filters(), now=current.now(), zone=zone()),
    )


@bp.get("/about")
def about() -> ResponseReturnValue:
    """How grouping, counting and answering work, in plain words."""
    return render_template("public/about.html")


def _first(stage: Stage, size: int) -> list[TopicCard]:
    found = topic_search.search(
        current.session(),
        stage=stage,
        filters=Filters(),
        now=current.now(),
        zone=zone(),
        size=size,
    )
    return cards(found.items)
