"""What an agency sets for its supervision: digests, and whether places are given."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from consult.exceptions import Invalid, NotFound, StaleVersion
from consult.permissions import Permission, require
from consult.services.supervising import places, plans
from consult.services.supervising.places import Place
from consult.services.supervising.plans import PlanForm
from consult.web import current
from consult.web.figure_choice import zone
from consult.web.forms import Form
from consult.web.labels import choices
from consult.web.numbers import number
from consult.web.supervising.blueprint import bp
from models.supervision import Rhythm, SupervisionPlan

WEEKDAYS = (
    *(_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday")),
    *(_l("Friday"), _l("Saturday"), _l("Sunday")),
)


class SupervisionForm(Form):
    """When digests are made, to whom they go, and the ranking."""

    rhythm = SelectField(_l("A digest of key messages is made"), validators=[InputRequired()])
    weekday = SelectField(_l("On which day of the week"), validate_choice=False)
    month_day = IntegerField(
        _l("On which day of the month"),
        description=_l("Between 1 and 28; asked for only where it is made every month."),
        validators=[
            NumberRange(1, plans.LAST_DAY, _l("Choose a day of the month between 1 and 28."))
        ],
    )
    hour = IntegerField(
        _l("At which hour"),
        validators=[
            InputRequired(_l("An hour is between 0 and 23.")),
            NumberRange(0, 23, _l("An hour is between 0 and 23.")),
        ],
    )
    mails = BooleanField(
        _l("Send it by mail"),
        description=_l("To supervisors and assigners of this agency who want mail."),
    )
    ranking_shown = BooleanField(
        _l("Give places"),
        description=_l("On the pages of numbers, for the office and in public."),
    )
    ranking_least = IntegerField(
        _l("From how many cases and ratings on"),
        description=_l("Fewer say more of chance than of work; never below 10."),
        validators=[InputRequired(_l("Say from how many on."))],
    )
    version = HiddenField()


@bp.route("/supervision", methods=["GET", "POST"])
def supervision() -> ResponseReturnValue:
    """Set the digests and the ranking of an agency."""
    place = _place()
    plan = plans.of(current.session(), place.agency)
    form = _form(plan)
    if form.validate_on_submit():
        try:
            _change(place, form)
        except StaleVersion as refusal:
            current.session().rollback()
            form.version.data = str(plans.of(current.session(), _place().agency).version)
            return _page(form, stale=True), refusal.status
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".supervision", place=place.code))
    return _page(form), form.status


def _change(place: Place, form: SupervisionForm) -> None:
    rhythm = Rhythm(form.rhythm.data)
    day = number(form.weekday.data) if rhythm is Rhythm.WEEKLY else form.month_day.data or 1
    plans.change(
        current.session(),
        agency=place.agency,
        form=PlanForm(
            rhythm=rhythm,
            day=day,
            hour=form.hour.data or 0,
            mails=form.mails.data,
            ranking_shown=form.ranking_shown.data,
            ranking_least=form.ranking_least.data or 0,
        ),
        version=number(form.version.data),
        zone=zone(),
        actor=current.somebody(),
        now=current.now(),
    )
    current.session().flush()


def _form(plan: SupervisionPlan) -> SupervisionForm:
    by_month = plan.rhythm is Rhythm.MONTHLY
    form = SupervisionForm(
        rhythm=plan.rhythm.value,
        weekday="0" if by_month else str(plan.day),
        month_day=plan.day if by_month else 1,
        hour=plan.hour,
        mails=plan.mails,
        ranking_shown=plan.ranking_shown,
        ranking_least=plan.ranking_least,
        version=str(plan.version),
    )
    form.rhythm.choices = choices(Rhythm)
    form.weekday.choices = [(str(day), text) for day, text in enumerate(WEEKDAYS)]
    return form


def _page(form: SupervisionForm, **more: Any) -> str:
    place = _place()
    return render_template(
        "supervising/settings.html",
        form=form,
        place=place,
        plan=plans.of(current.session(), place.agency),
        **more,
    )


def _place() -> Place:
    """An agency of one's own in which one may set this.

    :raises NotFound: for a unit, which sets nothing.
    """
    person = current.somebody()
    code = request.args.get("place", "")
    place = places.chosen(person, code)
    if place.is_unit:
        raise NotFound
    require(person, Permission.SUPERVISION_SET, place.agency)
    return place
