"""归类有误: what authors say of the group they are in, and the answers."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid, Refusal
from consult.services.grouping import clusters, group_pages, objections
from consult.web import current
from consult.web.numbers import number
from consult.web.office.blueprint import bp
from consult.web.office.board import in_hand, may_review
from consult.web.refusals import translated
from models.cluster import Cluster, Objection


@bp.get("/topics/<slug>/objections", endpoint="objections")
def list_objections(slug: str) -> ResponseReturnValue:
    """Show the objections that wait, or those that were answered."""
    topic, settled = in_hand(slug), request.args.get("tab") == "settled"
    found = objections.of_topic(
        current.session(),
        topic,
        reader=current.somebody(),
        settled=settled,
        page=max(1, request.args.get("page", 1, type=int)),
    )
    return render_template("office/objections.html", topic=topic, found=found, settled=settled)


@bp.get("/objections/<int:objection_id>")
def objection(objection_id: int) -> ResponseReturnValue:
    """Show one objection: the suggestion, its group, and where else it might belong."""
    return _page(objections.by_id(current.session(), objection_id)), 200


@bp.post("/objections/<int:objection_id>")
def settle_objection(objection_id: int) -> ResponseReturnValue:
    """Uphold it (and move the suggestion) or decline it with an answer; the author is told."""
    found, upheld = objections.by_id(current.session(), objection_id), _upheld()
    try:
        objections.settle(
            current.session(),
            objection=found,
            upheld=upheld,
            answer=request.form.get("answer", ""),
            target=_target() if upheld else None,
            version=number(request.form.get("version")),
            actor=current.somebody(),
            now=current.now(),
        )
    except Refusal as refusal:
        current.session().rollback()
        again = objections.by_id(current.session(), objection_id)
        return _page(again, refusal=refusal), refusal.status
    flash(_("Answered. The author is told."), "success")
    return redirect(url_for(".objections", slug=found.cluster.topic.slug))


def _upheld() -> bool:
    verdict = request.form.get("verdict", "")
    if verdict not in {"uphold", "decline"}:
        raise Invalid(N_("Choose whether it is upheld."))
    return verdict == "uphold"


def _target() -> Cluster | None:
    """The group it moves to; None: a group of its own."""
    typed = request.form.get("into_number", "").strip().removeprefix("#")
    wanted = number(typed) or number(request.form.get("into"))
    return clusters.by_id(current.session(), wanted) if wanted else None


def _page(found: Objection, *, refusal: Refusal | None = None) -> str:
    g.topic_slug = found.cluster.topic.slug
    topic = in_hand(found.cluster.topic.slug)
    return render_template(
        "office/objection.html",
        topic=topic,
        objection=found,
        members=group_pages.first_members(current.session(), found.cluster, limit=4),
        neighbours=group_pages.neighbours(current.session(), found.cluster),
        refusal=translated(refusal) if refusal else "",
        typed=request.form.get("answer", "") if refusal else "",
        may_review=may_review(topic),
    )
