"""My suggestions: what I wrote, what I support, and how far each has come."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.services.suggesting import my_suggestions as mine
from consult.services.suggesting.my_suggestions import Standing
from consult.web import current, labels
from consult.web.account.blueprint import bp


@bp.get("/suggestions")
def my_suggestions() -> ResponseReturnValue:
    """What I wrote; ``?show=supported`` what I support."""
    person, page = current.somebody(), max(1, request.args.get("page", 1, type=int))
    wanted = request.args.get("standing", "")
    standing = Standing(wanted) if wanted in set(Standing) else None
    supports = request.args.get("show") == "supported"
    if supports:
        found = mine.supported(current.session(), person=person, page=page)
    else:
        found = mine.written(current.session(), person=person, standing=standing, page=page)
    return render_template(
        "account/mine.html",
        found=found,
        show="supported" if supports else "written",
        standing=standing or "",
        standings=labels.choices(Standing),
    )
