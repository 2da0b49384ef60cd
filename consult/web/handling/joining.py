"""从一事到一类: a group of messages answered by one case, that undone, and a consultation on it."""

from datetime import timedelta
from http import HTTPStatus

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from consult.exceptions import N_, Conflict, Invalid, NotAllowed, Refusal
from consult.services.caseload import case_pages
from consult.services.grouping import clusters
from consult.services.handling import joining_groups, origins
from consult.services.overview import desk
from consult.web import current, joint_form, labels
from consult.web.casework import calendar
from consult.web.handling.blueprint import bp
from consult.web.handling.consultation_form import ConsultationForm, begun
from consult.web.numbers import number
from consult.web.refusals import translated
from models.cluster import Cluster
from models.topic import Topic, TopicMode

#: How long a consultation is open unless somebody says otherwise.
WINDOW = timedelta(days=31)


@bp.get("/groups/<int:cluster_id>/join")
def join(cluster_id: int) -> ResponseReturnValue:
    """Offer to answer the messages of a group together."""
    return _page(cluster_id), HTTPStatus.OK


@bp.post("/groups/<int:cluster_id>/join")
def join_group(cluster_id: int) -> ResponseReturnValue:
    """Join what was chosen; after a refusal the choice stays."""
    cluster = _cluster(cluster_id)
    offer = joining_groups.of_group(current.session(), cluster, actor=current.somebody())
    try:
        lead = joint_form.carry_out(offer, cluster)
    except Refusal as refusal:
        current.session().rollback()
        return _page(cluster_id, refusal), refusal.status
    flash(
        _("One case answers these messages now. Each keeps its number and its author."), "success"
    )
    return redirect(url_for(".case", case_id=lead.id))


@bp.post("/cases/<int:case_id>/apart")
def take_apart(case_id: int) -> ResponseReturnValue:
    """Undo a joining: each message is answered by itself again."""
    lead = case_pages.for_staff(current.session(), case_id, current.somebody())
    count = joining_groups.take_apart(
        current.session(),
        lead=lead,
        version=number(request.form.get("version")),
        calendar=calendar(),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(
        ngettext(
            "%(num)d message stands by itself again.",
            "%(num)d messages stand by themselves again.",
            count,
        ),
        "success",
    )
    return redirect(url_for(".case", case_id=case_id))


@bp.route("/groups/<int:cluster_id>/consultation", methods=["GET", "POST"])
def open_consultation(cluster_id: int) -> ResponseReturnValue:
    """Begin a consultation on what a group asks; its people are invited once it opens."""
    cluster, session = _cluster(cluster_id), current.session()
    mine = desk.agencies(session, person=current.somebody())
    if cluster.topic.agency not in mine:
        raise NotAllowed
    form = ConsultationForm(data=begun(cluster, current.now(), WINDOW))
    form.agency.choices = [(one.slug, labels.named(one)) for one in mine]
    if form.validate_on_submit():
        try:
            made = _begin(form, cluster)
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("The draft is saved. Its people are invited when it opens."), "success")
            return redirect(url_for("office.topic", slug=made.slug))
    page = render_template(
        "handling/open_consultation.html",
        form=form,
        group=cluster,
        topic=cluster.topic,
        reached=origins.reached(session, cluster),
        earlier=origins.of_cluster(session, cluster),
    )
    return page, form.status


def _begin(form: ConsultationForm, cluster: Cluster) -> Topic:
    mine = desk.agencies(current.session(), person=current.somebody())
    agency = next(one for one in mine if one.slug == form.agency.data)
    return origins.open_on(
        current.session(),
        cluster=cluster,
        agency=agency,
        brief=form.brief(cluster.topic),
        actor=current.somebody(),
        now=current.now(),
    )


def _cluster(cluster_id: int) -> Cluster:
    """A group of a mailbox, in hand for the navigation at the side.

    :raises Conflict: if it belongs to a consultation.
    """
    cluster = clusters.by_id(current.session(), cluster_id)
    if cluster.topic.mode is not TopicMode.MAILBOX:
        raise Conflict(N_("This group belongs to a consultation already."))
    g.topic_slug = cluster.topic.slug
    return cluster


def _page(cluster_id: int, refusal: Refusal | None = None) -> str:
    cluster = _cluster(cluster_id)
    offer = joining_groups.of_group(current.session(), cluster, actor=current.somebody())
    return render_template(
        "handling/join.html",
        group=cluster,
        topic=cluster.topic,
        **joint_form.choices(offer),
        refusal=translated(refusal) if refusal else "",
        blamed=getattr(refusal, "field", ""),
        typed=request.form if refusal else {},
    )
