"""The reports of years that agencies have released, for everybody."""

from flask import render_template
from flask.typing import ResponseReturnValue

from consult.services.supervising import annual as reports
from consult.services.supervising.annual import AnnualReport
from consult.web import annual_files, annual_words, current
from consult.web.figure_choice import zone
from consult.web.mailboxes.blueprint import bp


@bp.get("/mailboxes/annual")
def annual_reports() -> ResponseReturnValue:
    """All that are released."""
    found = reports.all_released(current.session())
    return render_template("mailboxes/annual_reports.html", found=found)


@bp.get("/mailboxes/annual/<slug>/<int:year>")
def annual_report(slug: str, year: int) -> ResponseReturnValue:
    """One report."""
    report = _report(slug, year)
    return render_template(
        "mailboxes/annual.html",
        report=report,
        title=annual_words.title(report),
        sections=annual_words.sections(report),
        day=annual_words.day,
    )


@bp.get("/mailboxes/annual/<slug>/<int:year>.docx")
def annual_report_file(slug: str, year: int) -> ResponseReturnValue:
    """The same as a Word document."""
    return annual_files.send(_report(slug, year))


def _report(slug: str, year: int) -> AnnualReport:
    session = current.session()
    agency = reports.released(session, slug, year)
    return reports.of_year(session, agency, year, zone=zone(), now=current.now())
