"""Refusals become pages here, or problem+json (RFC 9457) under /api, and nowhere else."""

import logging
from contextlib import suppress
from http import HTTPStatus

from flask import (
    Flask,
    abort,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from consult.exceptions import NotSignedIn, Refusal, StaleVersion
from consult.extensions import db
from consult.web import identity

log = logging.getLogger(__name__)

#: The database is away, full, or was held by others for too long.
UNAVAILABLE = (OperationalError, PoolTimeoutError)
#: What PostgreSQL says of a table or column that is not there: before `consult db upgrade`.
OLDER_TABLES = {"42P01", "42703"}
#: Seconds after which it is worth trying again.
RETRY_AFTER = 30

HEADINGS = {
    400: _l("This request could not be understood"),
    401: _l("Please sign in"),
    403: _l("You do not have permission"),
    404: _l("Page not found"),
    405: _l("This cannot be done here"),
    409: _l("This cannot be done now"),
    410: _l("No longer available"),
    413: _l("Too large"),
    415: _l("This kind of file is not taken"),
    422: _l("Something needs correcting"),
    429: _l("Please wait a little"),
    500: _l("Something went wrong on our side"),
    503: _l("Not available at the moment"),
}
SENTENCES = {
    400: _l("The page may have been open for too long. Go back, reload it and try again."),
    404: _l("There is nothing at this address. It may have been mistyped."),
    405: _l("This address does not take that kind of request."),
    413: _l("What you sent is larger than this platform takes (12 MB in all)."),
    429: _l("That was too often in a short time. Please wait a little and try again."),
    500: _l("Nothing you sent was saved. The fault was recorded; please try again later."),
    # A connection that breaks in the middle of a commit leaves open whether it was done.
    503: _l(
        "Please try again in half a minute. If you sent something,"
        " look whether it has arrived before you send it again."
    ),
}


def register(app: Flask) -> None:
    """Let ``app`` answer every refusal and every HTTP error through this module."""
    app.register_error_handler(Refusal, explain)
    app.register_error_handler(StaleDataError, overtaken)
    app.register_error_handler(CSRFError, stale_page)
    app.register_error_handler(HTTPException, explain_http)
    app.before_request(refuse_nul)
    app.register_error_handler(DataError, unstorable)
    for kind in UNAVAILABLE:
        app.register_error_handler(kind, put_off)
    app.register_error_handler(ProgrammingError, older_tables)
    app.register_error_handler(Exception, confess)


def refuse_nul() -> None:
    """Nothing is called by a name with a NUL in it, which PostgreSQL would not even compare."""
    if "\0" in request.path:
        abort(HTTPStatus.NOT_FOUND)


def translated(refusal: Refusal) -> str:
    """The sentence of a refusal in the reader's language."""
    sentence: str = _(refusal.message)
    return sentence % refusal.params if refusal.params else sentence


def explain(refusal: Refusal) -> ResponseReturnValue:
    """Turn a refusal, raised anywhere below, into a page that says why."""
    if isinstance(refusal, NotSignedIn) and request.method == "GET" and not _wants_json():
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))
    return page(refusal.status, translated(refusal))


def unstorable(error: DataError) -> ResponseReturnValue:
    """A text or a number that the database cannot hold: no page of ours sends one."""
    db.session.rollback()
    return page(HTTPStatus.BAD_REQUEST, str(SENTENCES[400]))


def overtaken(error: StaleDataError) -> ResponseReturnValue:
    """Somebody else's change was committed between our reading and our writing."""
    db.session.rollback()  # after a failed flush nothing can be read for the page
    return explain(StaleVersion())


def stale_page(error: CSRFError) -> ResponseReturnValue:
    """A form whose token is missing or from another session."""
    return page(HTTPStatus.BAD_REQUEST, str(SENTENCES[400]))


def explain_http(error: HTTPException) -> ResponseReturnValue:
    """An HTTP error of the framework, in our words."""
    if error.response is not None:
        return error.get_response()
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, UNAVAILABLE):  # raised by the commit, after the view
        return put_off(cause)
    code = error.code or 500
    return page(HTTPStatus(code), str(SENTENCES.get(code, error.description or "")))


def put_off(error: Exception) -> ResponseReturnValue:
    """The database cannot be written or asked now: say so without asking it who is looking."""
    log.error("the database is away", exc_info=error)
    with suppress(SQLAlchemyError):
        db.session.rollback()
    identity.take_for_nobody()
    answer = make_response(page(HTTPStatus.SERVICE_UNAVAILABLE, str(SENTENCES[503])))
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def older_tables(error: ProgrammingError) -> ResponseReturnValue:
    """The tables are those of a release before this one: away until they are brought up to date."""
    if getattr(error.orig, "sqlstate", "") in OLDER_TABLES:
        return put_off(error)
    return confess(error)


def confess(error: Exception) -> ResponseReturnValue:
    """A fault of ours: logged whole, shown without its insides."""
    db.session.rollback()
    log.error("the request failed", exc_info=error)
    return page(HTTPStatus.INTERNAL_SERVER_ERROR, str(SENTENCES[500]))


def page(status: HTTPStatus, sentence: str) -> ResponseReturnValue:
    """The answer itself; every other visitor of this request's work is undone by the status."""
    heading = str(HEADINGS.get(status, status.phrase))
    if _wants_json():
        problem = {"title": heading, "status": int(status), "detail": sentence}
        answer = jsonify(problem | {"request_id": g.get("request_id", "")})
        answer.content_type = "application/problem+json"
        return answer, status
    return (
        render_template("errors/refusal.html", heading=heading, sentence=sentence, status=status),
        status,
    )


def _wants_json() -> bool:
    best = request.accept_mimetypes.best
    return request.path.startswith("/api/") or best == "application/json"
