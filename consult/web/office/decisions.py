"""The decision board: what is undecided, proposed, approved; many at once; publishing all."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from consult.exceptions import N_, Conflict, Invalid, Refusal
from consult.permissions import Permission, can
from consult.services.answering import decision_batches, decision_lists, fates, publication
from consult.services.answering.decision_batches import Batch
from consult.services.answering.decisions import Answer
from consult.services.consultations import topics
from consult.services.consultations.phases import TopicAct, allows, state_at
from consult.web import current
from consult.web.numbers import number, numbers
from consult.web.office.blueprint import bp
from consult.web.office.decision_forms import ManyForm
from consult.web.refusals import translated
from models.decision import DecisionState, Outcome
from models.topic import Topic

UNDECIDED = "undecided"
#: More than these are counted in the message, not named.
NAMED = 5


@bp.get("/topics/<slug>/decisions")
def decisions(slug: str) -> ResponseReturnValue:
    """How far the answering of a consultation has come."""
    return _page(_topic(slug), ManyForm(outcome=Outcome.NOTED.value))


@bp.post("/topics/<slug>/decisions/propose")
def propose_many(slug: str) -> ResponseReturnValue:
    """Propose one answer for the chosen groups."""
    topic, form, chosen = _topic(slug), ManyForm(), _chosen()
    if form.validate_on_submit():
        try:
            batch = decision_batches.propose_many(
                current.session(),
                topic=topic,
                cluster_ids=_some(chosen),
                answer=Answer(Outcome(form.outcome.data), form.reason.data or ""),
                actor=current.somebody(),
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            proposed = ngettext(
                "%(num)d answer is proposed.", "%(num)d answers are proposed.", batch.done
            )
            _tell(batch, proposed)
            return redirect(url_for(".decisions", slug=slug))
    return _page(topic, form, chosen=chosen)


@bp.post("/topics/<slug>/decisions/approve")
def approve_many(slug: str) -> ResponseReturnValue:
    """Approve the chosen proposals; one's own are left and named."""
    topic, chosen = _topic(slug), _chosen()
    if not chosen:
        return _page(topic, ManyForm(), refusal=Invalid(N_("Choose at least one answer.")))
    batch = decision_batches.approve_many(
        current.session(),
        topic=topic,
        versions={one: number(request.form.get(f"version-{one}")) for one in chosen},
        actor=current.somebody(),
        now=current.now(),
    )
    done = ngettext("%(num)d proposal is approved.", "%(num)d proposals are approved.", batch.done)
    _tell(batch, done)
    return redirect(url_for(".decisions", slug=slug, tab=DecisionState.PROPOSED.value))


@bp.post("/topics/<slug>/decisions/publish")
def publish_decisions(slug: str) -> ResponseReturnValue:
    """Publish everything together, or show what is missing."""
    topic = _topic(slug)
    try:
        done = publication.publish(
            current.session(), topic=topic, actor=current.somebody(), now=current.now()
        )
    except Conflict as refusal:
        return _page(topic, ManyForm(), refusal=refusal)
    flash(
        _(
            "Published: %(decisions)s answers, and %(notices)s notices to everybody concerned.",
            decisions=done.decisions,
            notices=done.notices,
        ),
        "success",
    )
    return redirect(url_for("public.outcome", slug=slug))


def _topic(slug: str) -> Topic:
    return topics.consultation_in_hand(
        current.session(),
        slug,
        person=current.somebody(),
        permission=Permission.CLUSTER_SEE_BOARD,
    )


def _some(chosen: list[int]) -> list[int]:
    if not chosen:
        raise Invalid(N_("Choose at least one group."))
    return chosen


def _chosen() -> list[int]:
    return numbers(request.form.getlist("id"))


def _page(
    topic: Topic,
    form: ManyForm,
    *,
    chosen: list[int] | None = None,
    refusal: Refusal | None = None,
) -> ResponseReturnValue:
    session, person, now = current.session(), current.somebody(), current.now()
    page = render_template(
        "office/decisions.html",
        topic=topic,
        state=state_at(topic, now),
        form=form,
        chosen=chosen or [],
        refusal=translated(refusal) if refusal else "",
        coverage=fates.coverage(session, topic),
        missing=fates.missing(session, topic),
        counts=decision_lists.counts(session, topic),
        may_propose=can(person, Permission.DECISION_PROPOSE, topic)
        and allows(topic, TopicAct.PROPOSE, now),
        may_approve=can(person, Permission.DECISION_APPROVE, topic)
        and allows(topic, TopicAct.APPROVE, now),
        may_publish=can(person, Permission.DECISION_PUBLISH, topic),
        publishing=allows(topic, TopicAct.PUBLISH_DECISIONS, now),
        **_list(topic),
    )
    return page, refusal.status if refusal else form.status


def _list(topic: Topic) -> dict[str, Any]:
    """The rows of the tab that is open."""
    session, tab = current.session(), request.args.get("tab", UNDECIDED)
    page = max(1, request.args.get("page", 1, type=int))
    undecided = fates.undecided_clusters(session, topic, page=page)
    if tab not in decision_lists.LISTED:
        return {"tab": UNDECIDED, "undecided": undecided, "found": undecided}
    found = decision_lists.in_state(
        session, topic, DecisionState(tab), reader=current.somebody(), page=page
    )
    return {"tab": tab, "undecided": undecided, "found": found}


def _tell(batch: Batch, done: str) -> None:
    """Say what was done, and what was left and why."""
    if batch.done or not batch.left:
        flash(done, "success" if batch.done else "info")
    for left in batch.left[:NAMED]:
        flash(
            _(
                "Left as it is: %(name)s. %(why)s",
                name=left.cluster.name,
                why=translated(left.refusal),
            ),
            "warning",
        )
    if len(batch.left) > NAMED:
        flash(_("… and %(count)s more were left.", count=len(batch.left) - NAMED), "warning")
