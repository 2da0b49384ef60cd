"""Two groups side by side, judging the pair, and taking acts back."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid, NotFound, Refusal
from consult.extensions import indexes
from consult.permissions import Permission, require
from consult.services.grouping import clusters, group_pages, judging, undoing
from consult.services.suggesting import suggestion_pages
from consult.text.shared import marked
from consult.web import current
from consult.web.numbers import is_number, number
from consult.web.office.blueprint import bp
from consult.web.office.board import may_review
from consult.web.office.groups import attempt, refused
from models.cluster import Cluster, ClusterAct, Verdict
from models.suggestion import Suggestion

#: Members shown of each group.
SHOWN = 5


@bp.get("/groups/<int:cluster_id>/compare/<int:other_id>")
def compare(cluster_id: int, other_id: int) -> ResponseReturnValue:
    """Show two groups side by side, and what makes them alike."""
    session = current.session()
    first, second = (clusters.by_id(session, one) for one in (cluster_id, other_id))
    for one in (first, second):
        require(current.somebody(), Permission.CLUSTER_SEE_BOARD, one)
    if first.topic_id != second.topic_id or first.representative is None:
        raise NotFound
    g.topic_slug = first.topic.slug
    pair = (first.representative, _representative(second))
    return render_template(
        "office/compare.html",
        topic=first.topic,
        groups=[first, second],
        members=[group_pages.first_members(session, one, limit=SHOWN) for one in (first, second)],
        marks=[_marked(pair[0], pair[1]), _marked(pair[1], pair[0])],
        pair=pair,
        explanation=group_pages.compare(session, *pair, indexes=indexes()),
        may_review=may_review(first.topic),
    )


@bp.post("/topics/<slug>/pairs")
def judge_pair(slug: str) -> ResponseReturnValue:
    """Say that two suggestions are the same request, or not."""
    group = number(request.form.get("group"))
    try:
        judged = _judge()
    except Refusal as refusal:
        if not group:
            raise
        return refused(group, refusal)
    if judged.parted:
        flash(_("Noted, and parted: every later run keeps them apart."), "success")
    elif judged.later:
        flash(_("Noted: the next run brings them together, or merge the groups now."), "success")
    else:
        flash(_("Noted: every later run honours it."), "success")
    return redirect(url_for(".group", cluster_id=judged.act.cluster_id))


@bp.post("/acts/<int:act_id>/undo")
def undo(act_id: int) -> ResponseReturnValue:
    """Take an act back."""
    act = undoing.by_id(current.session(), act_id)
    return attempt(
        number(request.form.get("group")) or act.cluster_id,
        lambda cluster: _undo(act),
        _("Taken back."),
    )


def _judge() -> judging.Judged:
    verdict = request.form.get("verdict", "")
    if verdict not in set(Verdict):
        raise Invalid(N_("Say whether they are the same."))
    first, second = (_numbered(request.form.get(name, "")) for name in ("first", "second"))
    return judging.judge_pair(
        current.session(),
        first=first,
        second=second,
        verdict=Verdict(verdict),
        actor=current.somebody(),
        now=current.now(),
    )


def _undo(act: ClusterAct) -> None:
    undoing.undo(current.session(), act=act, actor=current.somebody(), now=current.now())


def _representative(cluster: Cluster) -> Suggestion:
    if cluster.representative is None:
        raise NotFound
    return cluster.representative


def _numbered(text: str) -> Suggestion:
    """A suggestion by its number (0001-000123) or its id."""
    digits = text.strip().rpartition("-")[2]
    if not is_number(digits):
        raise Invalid(N_("Give the number of a suggestion, such as 0001-000123."))
    return suggestion_pages.by_id(current.session(), int(digits))


def _marked(one: Suggestion, other: Suggestion) -> list[tuple[str, bool]]:
    return marked(
        f"{one.facts}\n{one.proposal}".strip(), f"{other.title}\n{other.facts}\n{other.proposal}"
    )
