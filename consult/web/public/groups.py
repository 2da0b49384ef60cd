"""Groups as everybody sees them, and the author's "this is not what I meant"."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from consult.exceptions import Invalid, NotFound
from consult.permissions import Permission, require
from consult.services.consultations import topics
from consult.services.consultations.phases import TopicAct, allows
from consult.services.grouping import clusters, lineage, objections, themes
from consult.services.grouping.campaigns import campaign_of
from consult.services.grouping.clusters import GroupSort
from consult.services.suggesting import suggestion_pages
from consult.services.suggesting.faces import PublicSuggestion
from consult.text.normalise import tidy_line
from consult.text.shared import marked
from consult.web import current, labels
from consult.web.forms import Form
from consult.web.public.blueprint import bp
from consult.web.zone import zone
from models.cluster import Cluster


class ObjectionForm(Form):
    """What the author says of the group."""

    words = TextAreaField(
        _l("What did you mean, and why does it not belong there?"),
        description=_l("A sentence is enough. Only the analysts of the agency read it."),
        validators=[
            Length(max=objections.LONGEST, message=_l("Keep this under %(max)d characters."))
        ],
    )


@bp.get("/topics/<slug>/groups")
def groups(slug: str) -> ResponseReturnValue:
    """All groups of a consultation: what people ask, and how many."""
    session = current.session()
    topic = topics.consultation(session, slug, reader=current.person(), now=current.now())
    wanted = request.args.get("sort", "")
    sort = GroupSort(wanted) if wanted in set(GroupSort) else GroupSort.SUPPORT
    words = tidy_line(request.args.get("q", ""))[:100]
    counts, theme = themes.of_topic(session, topic), request.args.get("theme", "")
    found = clusters.public_page(
        session, topic, sort=sort, words=words, theme=theme, page=_page_number()
    )
    return render_template(
        "public/groups.html",
        topic=topic,
        found=found,
        themes=counts,
        theme=theme,
        here=next((one for one in counts if one.key == theme), None),
        sort=sort,
        sorts=labels.choices(GroupSort),
        words=words,
    )


@bp.get("/groups/<int:id>")
def group(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """One group: what is asked, by how many, in whose words, and what became of it."""
    session, reader = current.session(), current.person()
    found = clusters.by_id(session, id)
    if not topics.is_visible(found.topic, reader):
        raise NotFound
    if found.retired_at is not None and (moved := _moved_on(found)):
        return moved
    members = clusters.public_members(session, found, reader=reader, page=_page_number())
    return render_template(
        "public/group.html",
        group=found,
        topic=found.topic,
        members=members,
        keywords=clusters.public_keywords(found, members.items),
        marks=_marks(found, members.items),
        steps=lineage.of_cluster(session, found),
        decision=clusters.published_decision(session, found),
        campaign=campaign_of(session, found, zone=zone()),
        theme=themes.standing(found),
        may_support=allows(found.topic, TopicAct.SUPPORT, current.now()),
    )


@bp.get("/themes/<int:id>")
def theme(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Lead to the groups of a theme, or of the one that took it over: its address stays."""
    session = current.session()
    found = themes.by_id(session, id)
    if not topics.is_visible(found.topic, current.person()):
        raise NotFound
    heir = themes.successor(session, found)
    return redirect(url_for(".groups", slug=found.topic.slug, theme=heir.id if heir else None))


@bp.route("/suggestions/<int:id>/wrong-group", methods=["GET", "POST"], endpoint="object")
def object_to_group(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Let the author say that the suggestion is in the wrong group."""
    session, author = current.session(), current.somebody()
    suggestion = suggestion_pages.by_id(session, id)
    require(author, Permission.CLUSTER_OBJECT, suggestion)
    form, cluster = ObjectionForm(), clusters.of_suggestion(session, suggestion)
    if form.validate_on_submit():
        try:
            objections.object_to_group(
                session,
                suggestion=suggestion,
                words=form.words.data or "",
                author=author,
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("Thank you. An analyst will look at it and answer you."), "success")
            return redirect(url_for(".journey", code=suggestion.query_code))
    page = render_template("public/object.html", suggestion=suggestion, group=cluster, form=form)
    return page, form.status


def _page_number() -> int:
    return max(1, request.args.get("page", 1, type=int))


def _moved_on(cluster: Cluster) -> Response | None:
    """The way to the group that took over, for good: addresses of groups live on."""
    heir = lineage.successor(current.session(), cluster)
    if heir is None or heir.id == cluster.id:
        return None
    return redirect(url_for(".group", id=heir.id, was=cluster.id), 301)


def _marks(
    cluster: Cluster, faces: Sequence[PublicSuggestion]
) -> dict[int, list[tuple[str, bool]]]:
    """The words of each member, cut by what it shares with the representative, if that is shown."""
    best = cluster.representative
    pattern = ""
    if best is not None and best.is_public:
        pattern = f"{best.public_title}\n{best.public_facts}\n{best.public_proposal}"
    return {
        face.id: marked(
            f"{face.facts}\n{face.proposal}".strip(),
            "" if best is not None and best.id == face.id else pattern,
        )
        for face in faces
    }
