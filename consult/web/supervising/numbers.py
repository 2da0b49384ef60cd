"""The numbers of an agency's mailboxes or of a unit, and the cases behind each figure."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from consult.services.supervising import figures_rows, places, plans
from consult.services.supervising.figures_rows import Behind
from consult.services.supervising.places import Place
from consult.services.supervising.scopes import By
from consult.web import current, figure_pages, figures
from consult.web.figure_choice import Choice, choice, page, require_measure
from consult.web.labels import label, named
from consult.web.supervising.blueprint import bp
from models.case import Case


@bp.get("/numbers")
def numbers() -> ResponseReturnValue:
    """What came, what was answered, in what time and how well."""
    place, sheet = _sheet()
    return render_template(
        "supervising/numbers.html",
        sheet=sheet,
        place=place,
        places=places.of(current.somebody()),
        mailboxes=places.mailboxes(current.session(), place),
        units=places.units(current.session(), place),
        by_labels=figures.BY_LABELS,
        least=plans.ranking_least(current.session(), place.agency),
    )


@bp.get("/numbers.<any(csv,xlsx):extension>")
def numbers_file(extension: str) -> ResponseReturnValue:
    """The table of the page as a file."""
    place, sheet = _sheet()
    return figure_pages.file_of(
        sheet, extension, f"{place.agency.slug}-numbers-{sheet.choice.last}"
    )


@bp.get("/numbers/rows")
def rows() -> ResponseReturnValue:
    """The cases behind a figure, as far as this person may see them."""
    chosen, behind = _behind()
    return render_template(
        "supervising/rows.html",
        choice=chosen,
        measure=behind.measure,
        label=figures.MEASURE_LABELS[behind.measure],
        found=figures_rows.rows(current.session(), behind, now=current.now(), page=page()),
    )


@bp.get("/numbers/rows.<any(csv,xlsx):extension>")
def rows_file(extension: str) -> ResponseReturnValue:
    """The same as a file: numbers and stages, no words of anybody."""
    _chosen, behind = _behind()
    found = figures_rows.all_rows(current.session(), behind, now=current.now())
    heads = [
        _("Message no."),
        _("Mailbox"),
        _("Unit in charge"),
        _("Domain"),
        _("Kind"),
        _("State"),
    ]
    heads += [
        _("Came on"),
        _("With an answer"),
        _("Working days taken"),
        _("In time"),
        _("Transfers"),
    ]
    return figure_pages.send_table(
        _cells(found, heads), heads, extension, f"cases-{behind.measure}"
    )


def _sheet() -> tuple[Place, figure_pages.Sheet]:
    place, chosen = _choice()
    least = plans.ranking_least(current.session(), place.agency)
    return place, figure_pages.sheet(chosen, _link, least=least)


def _choice() -> tuple[Place, Choice]:
    place = places.chosen(current.somebody(), request.args.get("place", ""))
    return place, choice(place, default=By.DOMAIN if place.is_unit else By.UNIT)


def _behind() -> tuple[Choice, Behind]:
    _place, chosen = _choice()
    measure = request.args.get("measure", "received")
    require_measure(figures_rows.is_measure(measure))
    return chosen, Behind(chosen.scope(), measure, current.somebody())


def _link(args: Mapping[str, Any]) -> str:
    return url_for("supervising.rows", **args)


def _cells(cases: Iterator[Case], heads: list[str]) -> Iterator[dict[str, object]]:
    for case in cases:
        cells = [
            case.no,
            case.topic.title,
            named(case.unit),
            str(label(case.domain)),
            str(label(case.suggestion.kind)),
            str(label(case.state)),
            format_datetime(case.created_at, "yyyy-MM-dd"),
            format_datetime(case.replied_at, "yyyy-MM-dd") if case.replied_at else "",
            "" if case.days_taken is None else case.days_taken,
            "" if case.on_time is None else str(_("yes") if case.on_time else _("no")),
            case.transfers,
        ]
        yield dict(zip(heads, cells, strict=True))
