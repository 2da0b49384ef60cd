"""The receipt, looking up, and the journey of a suggestion: open to who has the query code."""

from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired

from consult.exceptions import NotFound
from consult.extensions import csrf, limiter
from consult.permissions import Permission, can
from consult.services.consultations.phases import state_at
from consult.services.suggesting import contacts, journeys, query_codes, receipts, suggestion_pages
from consult.web import current
from consult.web.editing import what_may_change
from consult.web.forms import Form
from consult.web.limits import GUESSES, not_found
from consult.web.public.blueprint import bp
from consult.web.refusals import translated
from models.suggestion import Suggestion


class LookupForm(Form):
    """Without a token against forgery: it changes nothing, and its page needs no cookie then."""

    class Meta:
        csrf = False

    code = StringField(
        _l("Query code or number"),
        description=_l("You find the code on your receipt, such as K7WQ2-8MXHP."),
        validators=[
            DataRequired(_l("Type the query code or the number of a suggestion or a message."))
        ],
    )


@csrf.exempt
@bp.route("/lookup", methods=["GET", "POST"])
@limiter.limit(GUESSES, methods=["POST"], deduct_when=not_found)
def lookup() -> ResponseReturnValue:
    """Look a suggestion up by its query code, or by its number if it is public."""
    form = LookupForm()
    if form.validate_on_submit():
        typed = form.code.data or ""
        try:
            found = suggestion_pages.looked_up(current.session(), typed, reader=current.person())
        except NotFound as refusal:
            form.code.errors = [translated(refusal)]
            return render_template("public/lookup.html", form=form), HTTPStatus.NOT_FOUND
        return redirect(_where(found, typed))
    return render_template("public/lookup.html", form=form), form.status


def _where(found: Suggestion, typed: str) -> str:
    """Who typed the code sees the journey; the number leads to the public page only."""
    if query_codes.tidy(typed) == found.query_code:
        return url_for(".journey", code=found.query_code)
    return url_for(".suggestion", id=found.id)


@bp.get("/receipts/<code>")
@limiter.limit(GUESSES, deduct_when=not_found)
def receipt(code: str) -> ResponseReturnValue:
    """Number, query code, proof, and what happens next; made to be printed."""
    found = suggestion_pages.by_code(current.session(), code)
    if found.is_message:
        return redirect(_of_message("mailboxes.receipt", found))
    return _private(
        "public/receipt.html",
        suggestion=found,
        topic=found.topic,
        state=state_at(found.topic, current.now()),
        code=query_codes.shown(found.query_code),
        proof=receipts.proof(current.session(), found),
        shows_original=can(current.person(), Permission.SUGGESTION_READ_HIDDEN, found),
    )


@bp.get("/receipts/<code>/entry")
@limiter.limit(GUESSES, deduct_when=not_found)
def receipt_entry(code: str) -> ResponseReturnValue:
    """The ledger entry in the spelling that is hashed, to be hashed again at home."""
    found = suggestion_pages.by_code(current.session(), code)
    proof = receipts.proof(current.session(), found)
    if proof is None:
        raise NotFound
    answer = make_response(proof.text)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.no}.json"'
    return answer


@bp.get("/journeys/<code>")
@limiter.limit(GUESSES, deduct_when=not_found)
def journey(code: str) -> ResponseReturnValue:
    """All that happened to a suggestion; what may still be done is for its signed-in author."""
    found = suggestion_pages.by_code(current.session(), code)
    if found.is_message:
        return redirect(_of_message("mailboxes.progress", found))
    return _private(
        "public/journey.html",
        suggestion=found,
        topic=found.topic,
        state=state_at(found.topic, current.now()),
        code=query_codes.shown(found.query_code),
        journey=journeys.of(current.session(), found, now=current.now()),
        contact=contacts.masked(current.session(), found),
        shows_original=can(current.person(), Permission.SUGGESTION_READ_HIDDEN, found),
        may=what_may_change(found),
    )


def _of_message(endpoint: str, found: Suggestion) -> str:
    """A message has pages of its own, which ask for the code again."""
    return url_for(endpoint, no=found.no, code=found.query_code)


def _private(template: str, **shown: object) -> Response:
    """A page that only the holder of the code should have: kept by no cache, found by no search."""
    answer = make_response(render_template(template, **shown))
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
