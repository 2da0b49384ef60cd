"""延期: the handler asks for more time, the unit's leader or the assigner grants it, once."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Conflict, Invalid, Refusal
from consult.services.handling import more_time, replying
from consult.services.handling.moves import CaseAct, Party
from consult.services.handling.parties import parties
from consult.web import casework, current
from consult.web.handling.blueprint import bp
from consult.web.handling.reply_forms import MoreTimeForm
from consult.web.handling.reply_page import around, case_in_hand, filled, templates_for
from consult.web.numbers import number
from consult.web.refusals import translated
from models.case import Case, CaseState


@bp.route("/cases/<int:case_id>/extension", methods=["GET", "POST"])
def extension(case_id: int) -> ResponseReturnValue:
    """More time for the reply: what it would give, who asked and why, and the decision."""
    case, form = case_in_hand(case_id), MoreTimeForm()
    if request.method == "GET" or not form.validate():
        return _page(case, form), form.status
    act = request.form.get("act", "")
    if act == "template":
        found = filled(case, CaseState.EXTENDED, form.template.data)
        form.words.data = found.page_text if found else form.words.data
        return _page(case, form)
    try:
        told = ACTS[act](case, form)
    except KeyError:
        return _again(case_id, form, Invalid(N_("Choose what is done.")))
    except Refusal as refusal:
        return _again(case_id, form, refusal)
    flash(told, "success")
    return redirect(url_for(".extension", case_id=case_id))


def _ask(case: Case, form: MoreTimeForm) -> str:
    more_time.ask(
        current.session(),
        case=case,
        version=number(form.version.data),
        words=form.words.data or "",
        actor=current.somebody(),
        now=current.now(),
    )
    return str(_("Asked for. The unit's leader or the assigner decides."))


def _grant(case: Case, form: MoreTimeForm) -> str:
    replying.extend(
        current.session(),
        case=case,
        version=number(form.version.data),
        words=form.words.data or "",
        times=casework.times(case),
        actor=current.somebody(),
        now=current.now(),
    )
    return str(_("Extended. The author is told, with the reason."))


def _decline(case: Case, form: MoreTimeForm) -> str:
    asked = more_time.of_round(current.session(), case)
    if asked is None:
        raise Conflict(N_("Nobody has asked for more time."))
    more_time.decline(
        current.session(),
        case=case,
        request=asked,
        version=number(form.request_version.data),
        words=form.words.data or "",
        actor=current.somebody(),
        now=current.now(),
    )
    return str(_("Declined. The time stays as it was."))


ACTS = {"ask": _ask, "grant": _grant, "decline": _decline}


def _again(case_id: int, form: MoreTimeForm, refusal: Refusal) -> ResponseReturnValue:
    current.session().rollback()
    said = ""
    if isinstance(refusal, Invalid) and refusal.field:
        form.blame(refusal)
    else:
        said = translated(refusal)
    return _page(case_in_hand(case_id), form, refusal=said), refusal.status


def _page(case: Case, form: MoreTimeForm, *, refusal: str = "") -> str:
    session, person, times = current.session(), current.somebody(), casework.times(case)
    asked, held, shown = more_time.of_round(session, case), parties(case, person), around(case)
    form.version.data = str(case.version)
    form.request_version.data = str(asked.version if asked else 0)
    open_request = asked is not None and asked.decided_at is None
    if asked is not None and open_request and request.method == "GET":
        form.words.data = asked.reason
    possible = case.state in more_time.STATES and more_time.until(case, times=times) is not None
    other = asked is None or asked.asked_by_id != person.id
    return render_template(
        "handling/reply_extension.html",
        form=form,
        offered=templates_for(case, CaseState.EXTENDED, form.template),
        asked=asked,
        until=more_time.until(case, times=times),
        allowed=more_time.allowed(case, times=times),
        may_grant=possible
        and CaseAct.EXTEND in shown["acts"]
        and other
        and case.handler_id != person.id,
        may_decline=open_request and other and bool(held & more_time.DECIDING),
        may_ask=possible and asked is None and Party.HANDLER in held,
        refusal=refusal,
        **shown,
    )
