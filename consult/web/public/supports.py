"""Standing behind somebody else's suggestion."""

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import NotSignedIn
from consult.extensions import limiter
from consult.services.suggesting import suggestion_pages, supports
from consult.web import current
from consult.web.limits import by_reader
from consult.web.local_paths import next_path
from consult.web.public.blueprint import bp

#: A reader presses this as often as there are suggestions on a few pages; a script far more.
PRESSES = "120 per minute"


@bp.post("/suggestions/<int:id>/support")
@limiter.limit(PRESSES, key_func=by_reader)
def support(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Stand behind it (``support=yes``) or take that back (``no``); scripts get JSON."""
    wants_json = request.accept_mimetypes.best == "application/json"
    person = current.person()
    if person is None:
        return _ask_to_sign_in(id, wants_json=wants_json)
    suggestion = suggestion_pages.for_support(current.session(), id)
    supported = request.form.get("support", "yes") != "no"
    act = supports.give if supported else supports.take_back
    act(current.session(), suggestion=suggestion, person=person, now=current.now())
    message = _("Your support is counted.") if supported else _("Your support was taken back.")
    if wants_json:
        return jsonify(supported=supported, support_count=suggestion.support_count)
    flash(message, "success")
    return redirect(_back(id))


def _ask_to_sign_in(number: int, *, wants_json: bool) -> ResponseReturnValue:
    """A script is told so; a browser goes to sign in and then comes back to the suggestion."""
    if wants_json:
        raise NotSignedIn
    flash(_("Please sign in first; then press the button again."), "info")
    return redirect(url_for("account.sign_in", next=_back(number)))


def _back(number: int) -> str:
    if request.form.get("next"):
        return next_path("public.home")
    return url_for("public.suggestion", id=number)
