"""三审: the unit's leader and the assigner look at a reply; it goes on, back, or out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid, NotFound, Refusal
from consult.services.caseload import reply_pages
from consult.services.handling import replying
from consult.services.handling.replying import Outcome
from consult.web import casework, current
from consult.web.diffs import parts
from consult.web.handling.blueprint import bp
from consult.web.handling.reply_forms import PassForm, ReviewForm
from consult.web.handling.reply_page import around, case_in_hand, look
from consult.web.numbers import number
from consult.web.refusals import translated
from models.case import Case
from models.reply import Reply, ReplyReview, ReturnReason


@bp.get("/cases/<int:case_id>/review")
def review(case_id: int) -> ResponseReturnValue:
    """The reply with the reasons to look again, what was said of it so far, and what may be done."""
    return _page(case_in_hand(case_id)), 200


@bp.post("/cases/<int:case_id>/review")
def review_reply(case_id: int) -> ResponseReturnValue:
    """Let it pass, send it back with a coded reason, or publish it."""
    case = case_in_hand(case_id)
    reply = replying.current(current.session(), case)
    if reply is None:
        raise NotFound
    returning = ReviewForm(prefix="return")
    try:
        told = VERDICTS[request.form.get("verdict", "")](case, reply, returning)
    except KeyError:
        return _again(case_id, returning, Invalid(N_("Choose what is done with the reply.")))
    except Refusal as refusal:
        return _again(case_id, returning, refusal)
    flash(told, "success")
    return redirect(url_for(".review", case_id=case_id))


def _pass(case: Case, reply: Reply, returning: ReviewForm) -> str:
    form = PassForm(prefix="pass")
    replying.let_pass(
        current.session(),
        case=case,
        reply=reply,
        version=number(form.version.data),
        note=form.note.data or "",
        times=casework.times(case),
        actor=current.somebody(),
        now=current.now(),
    )
    return str(_("Passed on to the assigner."))


def _return(case: Case, reply: Reply, returning: ReviewForm) -> str:
    if (returning.code.data or "") not in set(ReturnReason):
        raise Invalid(N_("Choose a reason from the list."), field="code")
    replying.send_back(
        current.session(),
        case=case,
        reply=reply,
        version=number(returning.version.data),
        code=ReturnReason(returning.code.data),
        note=returning.note.data or "",
        times=casework.times(case),
        actor=current.somebody(),
        now=current.now(),
    )
    return str(_("Returned to the handler."))


def _publish(case: Case, reply: Reply, returning: ReviewForm) -> str:
    replying.publish(
        current.session(),
        case=case,
        reply=reply,
        version=number(request.form.get("version")),
        times=casework.times(case),
        actor=current.somebody(),
        now=current.now(),
    )
    return str(_("Published. The author is told."))


VERDICTS = {"pass": _pass, "return": _return, "publish": _publish}


def _again(case_id: int, returning: ReviewForm, refusal: Refusal) -> ResponseReturnValue:
    """The page again with what was typed, by the version that stands now."""
    current.session().rollback()
    case = case_in_hand(case_id)
    said = ""
    if isinstance(refusal, Invalid) and refusal.field:
        returning.blame(refusal)
    else:
        said = translated(refusal)
    return _page(case, returning=returning, refusal=said), refusal.status


def _page(case: Case, *, returning: ReviewForm | None = None, refusal: str = "") -> str:
    replies = reply_pages.replies(current.session(), case)
    standing = next((one for one in replies if one.round == case.round), None)
    lines = {line.case_id: line.text for line in standing.lines} if standing else {}
    returned = reply_pages.returned(standing)
    version = standing.version if standing else 0
    form = returning or ReviewForm(formdata=None, prefix="return")
    form.version.data = str(version)
    members, member_count = reply_pages.members(current.session(), case)
    return render_template(
        "handling/reply_review.html",
        standing=standing,
        outcome=Outcome(standing.outcome) if standing and standing.outcome else None,
        earlier_rounds=[one for one in replies if one.round < case.round],
        returned=_changed(returned, standing),
        changes=parts(returned.text, standing.text) if returned and standing else [],
        looked=look(case, standing.text, standing.mail_text, lines) if standing else None,
        members=members,
        member_count=member_count,
        lines=lines,
        returning=form,
        passing=PassForm(formdata=None, prefix="pass", version=version),
        own=standing is not None and standing.drafted_by_id == current.somebody().id,
        refusal=refusal,
        **around(case),
    )


def _changed(returned: ReplyReview | None, standing: Reply | None) -> ReplyReview | None:
    """The review by which it was sent back, if the words were changed since."""
    if returned is None or standing is None or returned.text == standing.text:
        return None
    return returned
