"""The list of consultations, a consultation, one clause of its draft."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.services.answering import clause_voices
from consult.services.consultations import documents
from consult.services.consultations import topics as consultations
from consult.services.consultations.phases import TopicAct, allows
from consult.services.grouping import group_voices
from consult.services.overview import topic_search
from consult.services.overview.topic_search import Stage
from consult.services.suggesting import suggestion_lists
from consult.web import current
from consult.web.public.blueprint import bp
from consult.web.public.topic_filters import asked, choices
from consult.web.topic_cards import cards
from consult.web.topic_page import everything
from consult.web.zone import zone
from models.document import DocumentKind


@bp.get("/topics")
def topics() -> ResponseReturnValue:
    """All published consultations, by stage."""
    session, now, wish = current.session(), current.now(), asked()
    found = topic_search.search(
        session, stage=wish.stage, filters=wish.filters, now=now, zone=zone(), page=wish.page
    )
    return render_template(
        "public/topics.html",
        wish=wish,
        found=found,
        cards=cards(found.items),
        counts=topic_search.counts(session, filters=wish.filters, now=now, zone=zone()),
        stages=list(Stage),
        **choices(wish),
    )


@bp.get("/topics/<slug>")
def topic(slug: str) -> ResponseReturnValue:
    """What is asked, until when, what people said so far, and what became of it."""
    found = consultations.consultation(
        current.session(), slug, reader=current.person(), now=current.now()
    )
    return render_template("public/topic.html", **everything(found))


@bp.get("/topics/<slug>/clauses/<anchor>")
def clause(slug: str, anchor: str) -> ResponseReturnValue:
    """One clause of the draft, who spoke to it, and what changed."""
    session, reader = current.session(), current.person()
    found = consultations.consultation(session, slug, reader=reader, now=current.now())
    passage = documents.clause(session, found, anchor, DocumentKind.DRAFT)
    before, after = documents.neighbours(session, passage)
    return render_template(
        "public/clause.html",
        topic=found,
        clause=passage,
        before=before,
        after=after,
        changes=clause_voices.changes_of(session, passage),
        groups=group_voices.on_clause(session, passage),
        voices=suggestion_lists.public(
            session,
            topic=found,
            clause=passage,
            reader=reader,
            page=request.args.get("page", 1, type=int),
        ),
        may_suggest=allows(found, TopicAct.SUGGEST, current.now()),
    )
