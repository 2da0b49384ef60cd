"""Themes in the workbench: their list, their names, merging two, and which one a group is in."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid, Refusal
from consult.services.grouping import theme_mergers, themes, theming
from consult.web import current
from consult.web.numbers import number
from consult.web.office.blueprint import bp
from consult.web.office.board import in_hand, may_review
from consult.web.office.groups import attempt, how
from consult.web.refusals import translated
from models.cluster import Cluster
from models.theme import Theme
from models.topic import Topic

#: What the choice of a theme offers beside those that there are.
NEW = "new"
#: Words shown beside the name of a theme.
WORDS = 4


@bp.get("/topics/<slug>/themes", endpoint="themes")
def themes_page(slug: str) -> ResponseReturnValue:
    """Show the themes of a consultation."""
    return _page(in_hand(slug)), HTTPStatus.OK


@bp.post("/themes/<int:theme_id>/name")
def rename_theme(theme_id: int) -> ResponseReturnValue:
    """Give the theme a name."""
    name = request.form.get("name", "")
    return _attempt(
        theme_id,
        lambda theme: theming.rename_theme(current.session(), theme=theme, name=name, **how()),
        _("Renamed."),
    )


@bp.post("/topics/<slug>/themes")
def merge_themes(slug: str) -> ResponseReturnValue:
    """Let one theme take over all groups of another."""
    in_hand(slug)
    theme_id, _dot, version = request.form.get("theme", "").partition(".")

    def merge(theme: Theme) -> None:
        theming.merge_themes(
            current.session(),
            theme=theme,
            into=themes.by_id(current.session(), number(request.form.get("into"))),
            **how() | {"version": number(version)},
        )

    return _attempt(number(theme_id), merge, _("Merged. It can be taken back below."))


@bp.post("/themes/mergers/<int:step_id>/undo")
def undo_theme_merge(step_id: int) -> ResponseReturnValue:
    """Take back that two themes were merged."""
    session = current.session()
    step = theme_mergers.by_id(session, step_id)

    def undo(_theme: Theme) -> None:
        theme_mergers.undo_merge(session, step=step, actor=current.somebody(), now=current.now())

    return _attempt(step.theme_id, undo, _("Taken back. The theme has its groups again."))


@bp.post("/groups/<int:cluster_id>/theme")
def set_theme(cluster_id: int) -> ResponseReturnValue:
    """Put the group into another theme, or begin one with it."""
    return attempt(cluster_id, _set, _("Moved. Later runs keep it there."))


def _set(cluster: Cluster) -> None:
    session, wanted = current.session(), request.form.get("theme", "")
    if wanted == NEW:
        name = request.form.get("theme_name", "")
        theming.begin_theme(session, cluster=cluster, name=name, **how())
        return
    theme = themes.wanted(session, cluster.topic, wanted)
    if theme is None:
        raise Invalid(N_("Choose a theme."))
    theming.move_to_theme(session, cluster=cluster, theme=theme, **how())


def _attempt(theme_id: int, act: Callable[[Theme], object], message: str) -> ResponseReturnValue:
    """Do ``act`` and go on to the list; a refusal shows the list as it stands now beside it."""
    topic = _theme(theme_id).topic
    try:
        act(_theme(theme_id))
    except Refusal as refusal:
        current.session().rollback()
        return _page(_theme(theme_id).topic, refusal=refusal, tried=theme_id), refusal.status
    flash(message, "success")
    return redirect(url_for(".themes", slug=topic.slug))


def _theme(theme_id: int) -> Theme:
    theme = themes.by_id(current.session(), theme_id)
    g.topic_slug = theme.topic.slug
    return theme


def _other_words(theme: Theme) -> list[str]:
    """What a theme speaks of besides the words of its name."""
    return [word for word in theme.keywords if word.lower() not in theme.name.lower()][:WORDS]


def _page(topic: Topic, *, refusal: Refusal | None = None, tried: int = 0) -> str:
    in_hand(topic.slug)
    return render_template(
        "office/themes.html",
        topic=topic,
        themes=themes.of_topic(current.session(), topic),
        may_review=may_review(topic),
        mergers=theme_mergers.mergers(current.session(), topic),
        can_be_undone=theme_mergers.can_be_undone,
        other_words=_other_words,
        refusal=translated(refusal) if refusal else "",
        tried=tried,
        typed=request.form if refusal else {},
    )
