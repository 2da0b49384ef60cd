"""The board: all groups of a consultation, and acts on many of them at once."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from consult.exceptions import N_, Invalid
from consult.permissions import Permission, can
from consult.services.consultations import topics
from consult.services.consultations.phases import TopicAct, allows, state_at
from consult.services.grouping import boards, review_batches, themes
from consult.services.grouping.boards import BoardFilter, BoardSort, Wish
from consult.services.grouping.review_batches import Batch
from consult.text.normalise import tidy_line
from consult.web import current, labels
from consult.web.numbers import is_number, number
from consult.web.office.blueprint import bp
from consult.web.refusals import translated
from models.topic import Topic

#: More than these are counted in the message, not named.
NAMED = 5
ACTS: dict[str, Callable[..., Batch]] = {
    "confirm": review_batches.confirm_many,
    "merge": review_batches.merge_many,
}


@bp.get("/topics/<slug>/groups")
def board(slug: str) -> ResponseReturnValue:
    """Show the groups of a consultation as somebody wants to see them."""
    return _page(in_hand(slug))


@bp.post("/topics/<slug>/groups")
def board_act(slug: str) -> ResponseReturnValue:
    """Confirm or merge the chosen groups; what could not be done is named."""
    name, topic = request.form.get("act", ""), in_hand(slug)
    try:
        batch = _act(name, topic)
    except Invalid as refusal:
        return _page(topic, refusal), refusal.status
    _tell(name, batch)
    return redirect(url_for(".board", slug=slug, **arguments(_wish()), page=_wish().page))


def in_hand(slug: str) -> Topic:
    """The consultation, for somebody who may see its board."""
    return topics.in_hand(
        current.session(), slug, person=current.somebody(), permission=Permission.CLUSTER_SEE_BOARD
    )


def may_review(topic: Topic) -> bool:
    """Whether whoever is looking may change the groups now."""
    allowed = allows(topic, TopicAct.REVIEW, current.now())
    return allowed and can(current.person(), Permission.CLUSTER_REVIEW, topic)


def chosen() -> dict[int, int]:
    """The chosen groups with the version they were seen in, as ``id.version``."""
    found = {}
    for text in request.form.getlist("id"):
        one, _dot, version = text.partition(".")
        if is_number(one) and is_number(version):
            found[number(one)] = number(version)
    return found


def arguments(wish: Wish) -> dict[str, Any]:
    """What a wish looks like in an address, without the page."""
    found: dict[str, Any] = {}
    if wish.sort is not BoardSort.SIZE:
        found["sort"] = wish.sort.value
    if wish.filters:
        found["only"] = [one.value for one in wish.filters]
    if wish.words:
        found["q"] = wish.words
    if wish.theme:
        found["theme"] = wish.theme
    return found


def _page(topic: Topic, refusal: Invalid | None = None) -> str:
    """The board; after a refusal it says why, and what was chosen stays chosen."""
    session, person, wish = current.session(), current.somebody(), _wish()
    return render_template(
        "office/board.html",
        topic=topic,
        state=state_at(topic, current.now()),
        refusal=translated(refusal) if refusal else "",
        chosen=request.form.getlist("id"),
        wish=wish,
        arguments=arguments(wish),
        found=boards.board(session, topic, wish, reader=person),
        totals=boards.totals(session, topic),
        themes=themes.of_topic(session, topic),
        sorts=labels.choices(BoardSort),
        filters=labels.choices(BoardFilter),
        may_review=may_review(topic),
    )


def _act(name: str, topic: Topic) -> Batch:
    if name not in ACTS:
        raise Invalid(N_("Choose what is to be done."))
    return ACTS[name](
        current.session(),
        topic=topic,
        versions=chosen(),
        actor=current.somebody(),
        now=current.now(),
    )


def _wish() -> Wish:
    """What this request's address asks for; nonsense in it is passed over."""
    args = request.args
    sort = args.get("sort", "")
    return Wish(
        sort=BoardSort(sort) if sort in set(BoardSort) else BoardSort.SIZE,
        filters=[BoardFilter(one) for one in args.getlist("only") if one in set(BoardFilter)],
        words=tidy_line(args.get("q", ""))[:100],
        theme=args.get("theme", "")[:20],
        page=max(1, args.get("page", 1, type=int)),
    )


def _tell(name: str, batch: Batch) -> None:
    if batch.done and name == "confirm":
        flash(
            ngettext("%(num)d group is confirmed.", "%(num)d groups are confirmed.", batch.done),
            "success",
        )
    elif batch.done and batch.into is not None:
        flash(
            ngettext(
                "%(num)d group was merged into “%(name)s”.",
                "%(num)d groups were merged into “%(name)s”.",
                batch.done,
                name=batch.into.name,
            ),
            "success",
        )
    for left in batch.left[:NAMED]:
        why = translated(left.refusal)
        sentence = _("Left as it is: %(name)s. %(why)s", name=left.cluster.name, why=why)
        flash(sentence, "warning")
    if len(batch.left) > NAMED:
        flash(_("… and %(count)s more were left.", count=len(batch.left) - NAMED), "warning")
