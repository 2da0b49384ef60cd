"""The report of a year: counted anew, written on, released."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from consult.exceptions import NotFound, StaleVersion
from consult.permissions import Permission, can
from consult.services.supervising import annual as reports
from consult.services.supervising import places
from consult.services.supervising.annual import AnnualReport
from consult.services.supervising.places import Place
from consult.web import annual_files, annual_words, current
from consult.web.figure_choice import zone
from consult.web.forms import Form
from consult.web.numbers import number
from consult.web.supervising.blueprint import bp
from models.supervision import AnnualWords


class AnnualForm(Form):
    """What people add to the numbers."""

    proposals = TextAreaField(
        _l("Proposals for better work and policy, and what became of them"),
        description=_l("Block 3 of the report. A line is a paragraph."),
        validators=[
            Length(max=reports.MOST_WORDS, message=_l("Keep this under %(max)d characters."))
        ],
    )
    other = TextAreaField(
        _l("What else is to be reported"),
        description=_l("Block 4 of the report. A line is a paragraph."),
        validators=[
            Length(max=reports.MOST_WORDS, message=_l("Keep this under %(max)d characters."))
        ],
    )
    version = HiddenField()


@bp.get("/annual/<int:year>")
def annual(year: int) -> ResponseReturnValue:
    """The report of a year, with the form for its words."""
    place, report = _report(year)
    return _page(place, report, _form(report.words))


@bp.post("/annual/<int:year>")
def write_annual(year: int) -> ResponseReturnValue:
    """Keep the words of the report."""
    place, report = _report(year)
    form = _form(report.words)
    if not form.validate():
        return _page(place, report, form), form.status
    try:
        reports.write(
            current.session(),
            agency=place.agency,
            year=year,
            proposals=form.proposals.data or "",
            other=form.other.data or "",
            version=number(form.version.data),
            actor=current.somebody(),
            now=current.now(),
        )
    except StaleVersion as refusal:
        current.session().rollback()
        place, report = _report(year)
        form.version.data = str(report.words.version)
        return _page(place, report, form, stale=True), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".annual", year=year, place=place.code))


@bp.post("/annual/<int:year>/release")
def release_annual(year: int) -> ResponseReturnValue:
    """Let everybody read it, or take it back."""
    place = _place()
    released = request.form.get("act") == "release"
    reports.release(
        current.session(),
        agency=place.agency,
        year=year,
        released=released,
        version=number(request.form.get("version")),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("Everybody can read it now.") if released else _("It is taken back."), "success")
    return redirect(url_for(".annual", year=year, place=place.code))


@bp.get("/annual/<int:year>.docx")
def annual_file(year: int) -> ResponseReturnValue:
    """The report as a Word document."""
    _place_of_it, report = _report(year)
    return annual_files.send(report)


def _form(words: AnnualWords) -> AnnualForm:
    return AnnualForm(proposals=words.proposals, other=words.other, version=str(words.version))


def _report(year: int) -> tuple[Place, AnnualReport]:
    place = _place()
    report = reports.of_year(current.session(), place.agency, year, zone=zone(), now=current.now())
    return place, report


def _page(place: Place, report: AnnualReport, form: AnnualForm, *, stale: bool = False) -> str:
    return render_template(
        "supervising/annual.html",
        place=place,
        places=[one for one in places.of(current.somebody()) if not one.is_unit],
        report=report,
        title=annual_words.title(report),
        sections=annual_words.sections(report),
        form=form,
        stale=stale,
        may_set=can(current.person(), Permission.SUPERVISION_SET, place.agency),
    )


def _place() -> Place:
    """An agency of one's own; units report to theirs.

    :raises NotFound: for a unit.
    """
    place = places.chosen(current.somebody(), request.args.get("place", ""))
    if place.is_unit:
        raise NotFound
    return place
