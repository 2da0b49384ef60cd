"""The numbers for everybody: of all mailboxes, or of one, with the messages they may read."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from consult.services.handling.messages import by_slug
from consult.services.supervising import figures_rows, places, plans
from consult.services.supervising.figures_rows import Behind
from consult.services.supervising.scopes import By
from consult.web import current, figure_pages, figures
from consult.web.figure_choice import Choice, choice, page, require_measure
from consult.web.labels import label, named
from consult.web.mailboxes.blueprint import bp
from models.case import Case
from models.mailbox import Mailbox


@bp.get("/mailboxes/numbers", defaults={"slug": ""}, endpoint="numbers")
@bp.get("/mailboxes/<slug>/numbers", endpoint="numbers")
def show_numbers(slug: str) -> ResponseReturnValue:
    """What came, what was answered, in what time and how well."""
    mailbox, chosen = _choice(slug)
    least = _least(mailbox)
    return render_template(
        "mailboxes/numbers.html",
        mailbox=mailbox,
        slug=slug or None,
        sheet=figure_pages.sheet(chosen, _link(slug), least=least),
        mailboxes=[] if mailbox else places.mailboxes(current.session(), None),
        by_labels={by: text for by, text in figures.BY_LABELS.items() if by in _ways(mailbox)},
        least=least,
    )


@bp.get("/mailboxes/numbers.<any(csv,xlsx):extension>", defaults={"slug": ""})
@bp.get("/mailboxes/<slug>/numbers.<any(csv,xlsx):extension>")
def numbers_file(slug: str, extension: str) -> ResponseReturnValue:
    """The table of the page as a file."""
    _mailbox, chosen = _choice(slug)
    sheet = figure_pages.sheet(chosen, _link(slug), least=None)
    return figure_pages.file_of(sheet, extension, f"{slug or 'mailboxes'}-numbers-{chosen.last}")


@bp.get("/mailboxes/numbers/rows", defaults={"slug": ""})
@bp.get("/mailboxes/<slug>/numbers/rows")
def number_rows(slug: str) -> ResponseReturnValue:
    """The messages behind a figure that everybody may read."""
    mailbox, chosen, behind = _behind(slug)
    return render_template(
        "mailboxes/number_rows.html",
        mailbox=mailbox,
        slug=slug or None,
        choice=chosen,
        measure=behind.measure,
        label=figures.MEASURE_LABELS[behind.measure],
        found=figures_rows.rows(current.session(), behind, now=current.now(), page=page()),
    )


@bp.get("/mailboxes/numbers/rows.<any(csv,xlsx):extension>", defaults={"slug": ""})
@bp.get("/mailboxes/<slug>/numbers/rows.<any(csv,xlsx):extension>")
def number_rows_file(slug: str, extension: str) -> ResponseReturnValue:
    """The same as a file."""
    _mailbox, _chosen, behind = _behind(slug)
    found = figures_rows.all_rows(current.session(), behind, now=current.now())
    heads = [
        _("Message no."),
        _("Title"),
        _("Mailbox"),
        _("Unit in charge"),
        _("Domain"),
        _("Kind"),
        _("Came on"),
    ]
    rows = _cells(found, [*heads, _("Answered on")])
    name = f"messages-{behind.measure}"
    return figure_pages.send_table(rows, [*heads, _("Answered on")], extension, name)


def _choice(slug: str) -> tuple[Mailbox | None, Choice]:
    mailbox = by_slug(current.session(), slug) if slug else None
    default = By.UNIT if mailbox else By.TOPIC
    return mailbox, choice(None, default=default, topic_id=mailbox.topic_id if mailbox else None)


def _behind(slug: str) -> tuple[Mailbox | None, Choice, Behind]:
    mailbox, chosen = _choice(slug)
    measure = request.args.get("measure", "received")
    require_measure(figures_rows.is_measure(measure, public=True))
    return mailbox, chosen, Behind(chosen.scope(), measure, None)


def _least(mailbox: Mailbox | None) -> int | None:
    """From how many on places are given: by the mailbox's agency, or by the platform."""
    if mailbox is not None:
        return plans.ranking_least(current.session(), mailbox.topic.agency)
    least: int = current_app.config["RANKING_LEAST"]
    return least or None


def _ways(mailbox: Mailbox | None) -> set[By]:
    """By what figures can be told apart: a single mailbox is not told from others."""
    return set(By) - ({By.TOPIC} if mailbox else set())


def _link(slug: str) -> figure_pages.Link:
    def link(args: Mapping[str, Any]) -> str:
        return url_for("mailboxes.number_rows", slug=slug, **_without_own(args, slug))

    return link


def _without_own(args: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """A mailbox's address says which one it is."""
    return {name: value for name, value in args.items() if not (slug and name == "mailbox")}


def _cells(cases: Iterator[Case], heads: list[str]) -> Iterator[dict[str, object]]:
    for case in cases:
        cells = [
            case.no,
            case.suggestion.public_title,
            case.topic.title,
            named(case.unit),
            str(label(case.domain)),
            str(label(case.suggestion.kind)),
            format_datetime(case.created_at, "yyyy-MM-dd"),
            format_datetime(case.replied_at, "yyyy-MM-dd") if case.replied_at else "",
        ]
        yield dict(zip(heads, cells, strict=True))
