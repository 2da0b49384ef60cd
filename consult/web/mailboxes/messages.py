"""One message: for everybody, and for the one who wrote it."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from consult.extensions import limiter
from consult.services.caseload import message_pages
from consult.services.consultations.phases import TopicAct, allows
from consult.services.handling import clocks, origins
from consult.services.handling.allowances import name_for
from consult.services.suggesting import query_codes, receipts
from consult.web import casework, current
from consult.web.limits import GUESSES, not_found
from consult.web.mailboxes import whats_next
from consult.web.mailboxes.author_page import page
from consult.web.mailboxes.blueprint import bp
from models.case import ClockKind


@bp.get("/messages/<no>")
def message(no: str) -> ResponseReturnValue:
    """A message in its public words, with its reply and what its author said of that."""
    shown = message_pages.public(current.session(), no, reader=current.person())
    answer = make_response(
        render_template(
            "mailboxes/message.html",
            shown=shown,
            mailbox=shown.case.mailbox,
            consultations=origins.of_suggestion(current.session(), shown.case.suggestion),
            may_support=allows(shown.case.topic, TopicAct.SUPPORT, current.now()),
        )
    )
    if not shown.shows_words or shown.is_own or shown.is_in_office:
        _keep_private(answer)
    return answer


@bp.get("/messages/<no>/progress")
@limiter.limit(GUESSES, deduct_when=not_found)
def progress(no: str) -> ResponseReturnValue:
    """What happened to one's message, what comes next and by when; by ``?code=`` without an account."""
    case = message_pages.followed(
        current.session(), no, person=current.person(), code=request.args.get("code", "")
    )
    return _keep_private(make_response(page(case)))


@bp.get("/messages/<no>/receipt")
@limiter.limit(GUESSES, deduct_when=not_found)
def receipt(no: str) -> ResponseReturnValue:
    """Number, query code, proof, and by when what happens; made to be printed."""
    session = current.session()
    case = message_pages.followed(
        session, no, person=current.person(), code=request.args.get("code", "")
    )
    answer = make_response(
        render_template(
            "mailboxes/receipt.html",
            case=case,
            code=query_codes.shown(case.suggestion.query_code),
            proof=receipts.proof(session, case.suggestion),
            told_by=whats_next.deadline(case, ClockKind.ACCEPTANCE),
            reply_name=name_for(case, ClockKind.REPLY),
            allowed=clocks.times(session, case, casework.calendar()).allowances,
            shows_original=_is_own(case.suggestion.author_id),
        )
    )
    return _keep_private(answer)


def _is_own(author_id: int) -> bool:
    person = current.person()
    return person is not None and person.id == author_id


def _keep_private(answer: Response) -> Response:
    """A page of one person: kept by no cache, found by no search."""
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
