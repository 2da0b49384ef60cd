"""The page of one group, and what an analyst does there."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid, Refusal
from consult.permissions import Permission, can
from consult.services.grouping import campaigns, clusters, group_pages, reviewing, themes
from consult.text.shared import marked
from consult.web import current
from consult.web.numbers import number
from consult.web.office.blueprint import bp
from consult.web.office.board import may_review
from consult.web.office.member_acts import MEMBER_ACTS, wanted_group
from consult.web.office.message_groups import answering
from consult.web.refusals import translated
from consult.web.zone import zone
from models.cluster import Cluster


@bp.get("/groups/<int:cluster_id>")
def group(cluster_id: int) -> ResponseReturnValue:
    """Show a group: who is in it, why, what is near, what was done."""
    return group_page(_cluster(cluster_id)), HTTPStatus.OK


@bp.post("/groups/<int:cluster_id>/name")
def rename_group(cluster_id: int) -> ResponseReturnValue:
    """Give the group a name."""
    return attempt(
        cluster_id,
        lambda cluster: reviewing.rename(
            current.session(), cluster=cluster, name=request.form.get("name", ""), **how()
        ),
        _("Renamed."),
    )


@bp.post("/groups/<int:cluster_id>/confirm")
def confirm_group(cluster_id: int) -> ResponseReturnValue:
    """Say that the members belong together."""
    return attempt(
        cluster_id,
        lambda cluster: reviewing.confirm(current.session(), cluster=cluster, **how()),
        _("Confirmed: no run moves these members any more."),
    )


@bp.post("/groups/<int:cluster_id>/merge")
def merge_group(cluster_id: int) -> ResponseReturnValue:
    """Let another group take over all members."""

    def merge(cluster: Cluster) -> None:
        reviewing.merge(current.session(), cluster=cluster, into=wanted_group(), **how())

    into = number(request.form.get("into"))
    return attempt(cluster_id, merge, _("Merged. It can be taken back below."), then=into)


@bp.post("/groups/<int:cluster_id>/members")
def group_members(cluster_id: int) -> ResponseReturnValue:
    """Move, split off or set apart the chosen members."""
    name = request.form.get("act", "")
    if name not in MEMBER_ACTS:
        return refused(cluster_id, Invalid(N_("Choose what is to be done.")))
    act, message = MEMBER_ACTS[name]
    return attempt(cluster_id, act, str(message))


def attempt(
    cluster_id: int,
    act: Callable[[Cluster], object],
    message: str,
    *,
    then: int = 0,
) -> ResponseReturnValue:
    """Do ``act`` and go on to the group; a refusal shows the group as it stands now beside it."""
    cluster = _cluster(cluster_id)
    try:
        act(cluster)
    except Refusal as refusal:
        return refused(cluster_id, refusal)
    flash(message, "success")
    return redirect(url_for(".group", cluster_id=then or cluster_id))


def refused(cluster_id: int, refusal: Refusal) -> ResponseReturnValue:
    """The group as it stands now, why nothing was done, and what was typed and chosen."""
    current.session().rollback()
    return group_page(_cluster(cluster_id), refusal=refusal), refusal.status


def group_page(cluster: Cluster, *, refusal: Refusal | None = None) -> str:
    """The page; ``refusal`` says what could not be done, and what was typed is kept."""
    person = current.somebody()
    page = group_pages.page(
        current.session(),
        cluster,
        reader=person,
        now=current.now(),
        zone=zone(),
        number=max(1, request.args.get("page", 1, type=int)),
    )
    return render_template(
        "office/group.html",
        page=page,
        group=cluster,
        topic=cluster.topic,
        refusal=translated(refusal) if refusal else "",
        typed=request.form if refusal else {},
        chosen=request.form.getlist("id") if refusal else [],
        may_review=may_review(cluster.topic) and cluster.retired_at is None,
        themes=themes.of_topic(current.session(), cluster.topic),
        theme=themes.standing(cluster),
        campaign=campaigns.campaign_of(current.session(), cluster, zone=zone()),
        may_propose=can(person, Permission.DECISION_PROPOSE, cluster),
        marks=_marks(page),
        **answering(page),
    )


def how() -> dict[str, Any]:
    """Who acts, when, and on which version of the group."""
    return {
        "version": number(request.form.get("version")),
        "actor": current.somebody(),
        "now": current.now(),
    }


def _cluster(cluster_id: int) -> Cluster:
    cluster = clusters.by_id(current.session(), cluster_id)
    g.topic_slug = cluster.topic.slug
    return cluster


def _marks(page: group_pages.GroupPage) -> dict[int, list[tuple[str, bool]]]:
    """The words of each member, cut by what it shares with the representative."""
    best = page.cluster.representative
    pattern = f"{best.title}\n{best.facts}\n{best.proposal}" if best else ""
    return {
        one.suggestion_id: marked(
            f"{one.suggestion.facts}\n{one.suggestion.proposal}".strip(),
            pattern if best and best.id != one.suggestion_id else "",
        )
        for one in page.members.items
    }
