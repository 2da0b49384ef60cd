"""Consultations at the drafter's desk: written, looked at, looked after."""

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import Invalid, NotAllowed, StaleVersion
from consult.permissions import Permission
from consult.services.consultations import topics as consultations
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.overview import desk
from consult.services.people import regions
from consult.web import current, labels
from consult.web.office.blueprint import bp
from consult.web.office.topic_form import NewTopicForm, TopicForm, version_seen, written
from consult.web.office.topic_overview import overview
from consult.web.topic_page import everything
from models.agency import Agency
from models.topic import Topic


@bp.get("/topics/<slug>")
def topic(slug: str) -> ResponseReturnValue:
    """Where a consultation stands and what can be done now; a mailbox has a page of its own."""
    found = consultations.in_hand(current.session(), slug, person=current.somebody())
    if found.is_mailbox:
        return redirect(url_for("handling.mailbox", slug=slug))
    return render_template("office/topic.html", **overview(found))


@bp.get("/topics/<slug>/preview")
def preview(slug: str) -> ResponseReturnValue:
    """The page as the public will see it."""
    found = consultations.consultation_in_hand(current.session(), slug, person=current.somebody())
    return render_template("public/topic.html", preview=True, **everything(found))


@bp.route("/topics/new", methods=["GET", "POST"])
def new_topic() -> ResponseReturnValue:
    """Begin a consultation."""
    mine = desk.agencies(current.session(), person=current.somebody())
    if not mine:
        raise NotAllowed
    form = NewTopicForm(language=current_app.config["BABEL_DEFAULT_LOCALE"])
    form.agency.choices = [(agency.slug, labels.named(agency)) for agency in mine]
    _offer_choices(form)
    if not form.rearranged() and form.validate_on_submit():
        try:
            made = _begin(form, next(one for one in mine if one.slug == form.agency.data))
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("The draft is saved. Next: the text of the draft."), "success")
            return redirect(url_for(".topic", slug=made.slug))
    return render_template("office/topic_form.html", form=form, topic=None), form.status


@bp.route("/topics/<slug>/edit", methods=["GET", "POST"])
def edit_topic(slug: str) -> ResponseReturnValue:
    """Change a draft; what is typed stays if somebody else changed it meanwhile."""
    found = consultations.consultation_in_hand(
        current.session(), slug, person=current.somebody(), permission=Permission.TOPIC_DRAFT
    )
    require_phase(found, TopicAct.EDIT, current.now())
    form, stale = TopicForm(data=written(found)), None
    _offer_choices(form)
    if not form.rearranged() and form.validate_on_submit():
        try:
            _save(form, found)
        except Invalid as refusal:
            form.blame(refusal)
        except StaleVersion as refusal:
            stale, form.version.data = refusal, str(found.version)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".topic", slug=slug))
    page = render_template("office/topic_form.html", form=form, topic=found, stale=stale)
    return page, stale.status if stale else form.status


def _begin(form: NewTopicForm, agency: Agency) -> Topic:
    return consultations.draft(
        current.session(),
        agency=agency,
        brief=form.brief(agency.region_code),
        slug=form.slug.data or "",
        actor=current.somebody(),
        now=current.now(),
    )


def _save(form: TopicForm, topic: Topic) -> None:
    consultations.edit(
        current.session(),
        topic=topic,
        brief=form.brief(topic.agency.region_code),
        version=version_seen(form.version),
        actor=current.somebody(),
        now=current.now(),
    )


def _offer_choices(form: TopicForm) -> None:
    languages: dict[str, str] = current_app.config["LANGUAGES"]
    form.language.choices = list(languages.items())
    form.region_code.choices = [
        ("", _("The region of the agency")),
        *((one.code, labels.named(one)) for one in regions.every(current.session())),
    ]
