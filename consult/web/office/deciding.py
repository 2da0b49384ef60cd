"""One decision: written, looked at by a second person, sent back, taken back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import Conflict, Invalid, Refusal, StaleVersion
from consult.services.answering import decision_exceptions, decision_material, decisions
from consult.web import current
from consult.web.numbers import number
from consult.web.office.answer_form import AnswerForm, written
from consult.web.office.blueprint import bp
from consult.web.office.decision_forms import ExceptionForm, ReturnForm
from consult.web.office.decision_page import around, everything
from models.decision import Decision, Outcome


@bp.route("/groups/<int:cluster_id>/decision", methods=["GET", "POST"])
def propose(cluster_id: int) -> ResponseReturnValue:
    """Propose an answer to a group; one that has an answer leads there."""
    session, person = current.session(), current.somebody()
    cluster = decision_material.cluster(session, cluster_id, reader=person)
    standing = decisions.standing(session, cluster)
    if standing is not None and request.method == "GET":
        return redirect(url_for(".decision", id=standing.id))
    form, clash = AnswerForm(), None
    beside = around(cluster, form)
    if not form.rearranged() and form.validate_on_submit():
        try:
            made = decisions.propose(
                session, cluster=cluster, answer=form.answer(), actor=person, now=current.now()
            )
        except Invalid as refusal:
            form.blame(refusal)
        except Conflict as refusal:
            clash = refusal
        else:
            flash(_("Proposed. Somebody else has to approve it."), "success")
            return redirect(url_for(".decision", id=made.id))
    page = render_template(
        "office/decision_new.html", form=form, clash=clash, newer=standing, **beside
    )
    return page, clash.status if clash else form.status


@bp.route("/decisions/<int:id>", methods=["GET", "POST"])
def decision(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """A decision and all around it; what is typed stays if somebody else was quicker."""
    found = decisions.by_id(current.session(), id)
    form = AnswerForm(data=written(found))
    beside = around(found.cluster, form)
    if request.method == "GET" or form.rearranged() or not form.validate_on_submit():
        return _page(found, form, beside)
    try:
        decisions.revise(
            current.session(),
            decision=found,
            answer=form.answer(),
            version=number(form.version.data),
            actor=current.somebody(),
            now=current.now(),
        )
    except Invalid as refusal:
        form.blame(refusal)
    except StaleVersion as refusal:
        form.version.data = str(found.version)
        return _page(found, form, beside, clash=refusal)
    else:
        flash(_("Saved. It waits for approval again."), "success")
        return redirect(url_for(".decision", id=id))
    return _page(found, form, beside)


@bp.post("/decisions/<int:id>/approve")
def approve(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """The second person agrees."""
    decisions.approve(
        current.session(),
        decision=decisions.by_id(current.session(), id),
        version=number(request.form.get("version")),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("Approved. It is published together with all the others."), "success")
    return redirect(url_for(".decision", id=id))


@bp.post("/decisions/<int:id>/return")
def return_decision(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """The second person sends it back, and says why."""
    found, form = decisions.by_id(current.session(), id), ReturnForm(prefix="return")
    try:
        decisions.return_(
            current.session(),
            decision=found,
            reason=form.reason.data or "",
            version=number(form.version.data),
            actor=current.somebody(),
            now=current.now(),
        )
    except Invalid as refusal:
        form.blame(refusal)
        return _page(found, returning=form)
    except StaleVersion as refusal:
        form.version.data = str(found.version)
        return _page(found, returning=form, clash=refusal)
    flash(_("Returned to its proposer."), "success")
    return redirect(url_for(".decision", id=id))


@bp.post("/decisions/<int:id>/withdraw")
def withdraw_decision(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Take a decision back; its group is undecided again."""
    found = decisions.by_id(current.session(), id)
    decisions.withdraw(
        current.session(),
        decision=found,
        version=number(request.form.get("version")),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("Withdrawn: the group has no answer now."), "success")
    return redirect(url_for(".decisions", slug=found.topic.slug))


@bp.post("/decisions/<int:id>/exceptions/<int:suggestion_id>")
def except_member(id: int, suggestion_id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Answer one member apart from its group."""
    session, form = current.session(), ExceptionForm(prefix=f"member-{suggestion_id}")
    found = decisions.by_id(session, id)
    member = decision_material.member(session, found.cluster, suggestion_id)
    if form.validate_on_submit():
        try:
            decision_exceptions.except_member(
                session,
                decision=found,
                suggestion=member,
                outcome=Outcome(form.outcome.data),
                reason=form.reason.data or "",
                version=number(form.version.data),
                actor=current.somebody(),
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("This suggestion is answered separately."), "success")
            return redirect(url_for(".decision", id=id, _anchor="exceptions"))
    return _page(found, excepting=(member, form))


@bp.post("/decisions/<int:id>/exceptions/<int:suggestion_id>/drop")
def drop_exception(id: int, suggestion_id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Give a member the answer of its group again."""
    decision_exceptions.drop_exception(
        current.session(),
        decision=decisions.by_id(current.session(), id),
        suggestion_id=suggestion_id,
        version=number(request.form.get("version")),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("It has the answer of its group again."), "success")
    return redirect(url_for(".decision", id=id, _anchor="exceptions"))


def _page(
    found: Decision,
    form: AnswerForm | None = None,
    beside: dict[str, object] | None = None,
    *,
    clash: Refusal | None = None,
    returning: ReturnForm | None = None,
    excepting: tuple[object, ExceptionForm] | None = None,
) -> ResponseReturnValue:
    form = form or AnswerForm(formdata=None, data=written(found))
    beside = beside or around(found.cluster, form)
    page = render_template(
        "office/decision.html",
        form=form,
        clash=clash,
        returning=returning or ReturnForm(formdata=None, prefix="return", version=found.version),
        excepting=excepting,
        **beside,
        **everything(found),
    )
    forms = [form, returning, excepting[1] if excepting else None]
    status = max(one.status for one in forms if one is not None)
    return page, clash.status if clash else status
