"""My notices."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.letters import case_place
from consult.services.answering import notices as service
from consult.services.answering.notices import Told
from consult.web import current
from consult.web.account.blueprint import bp
from models.notice import NoticeKind


@bp.get("/notices")
def notices() -> ResponseReturnValue:
    """What one should know, unread first."""
    page = service.mine(
        current.session(),
        person=current.somebody(),
        page=request.args.get("page", 1, type=int),
    )
    return render_template("account/notices.html", page=page)


@bp.post("/notices/<int:number>")
def read_notice(number: int) -> ResponseReturnValue:
    """Mark one as read and go to what it is about."""
    told = service.read(
        current.session(), person=current.somebody(), number=number, now=current.now()
    )
    return redirect(_about(told) if "open" in request.form else url_for(".notices"))


@bp.post("/notices/read-all")
def read_all_notices() -> ResponseReturnValue:
    """Mark all as read."""
    service.read_all(current.session(), person=current.somebody(), now=current.now())
    return redirect(url_for(".notices"))


def _about(told: Told) -> str:
    """The journey of one's own suggestion, or what became of the consultation."""
    suggestion = told.notice.suggestion
    if told.case is not None:
        endpoint, values = case_place(told)
        return url_for(endpoint, **values)
    if told.notice.kind is NoticeKind.INVITED:
        return url_for("public.topic", slug=told.notice.topic.slug)
    if suggestion is not None and told.own:
        return url_for("public.journey", code=suggestion.query_code)
    return url_for("public.outcome", slug=told.notice.topic.slug)
