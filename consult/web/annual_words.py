"""The report of a year in words and tables: on its page, for everybody, and in Word the same."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import format_date, format_decimal, get_locale
from flask_babel import gettext as _

from consult.services.supervising.annual import AnnualReport, UnitRow
from consult.services.supervising.numbers import Figures
from consult.text.sections import Section
from consult.web.figures import BY_NAME
from consult.web.labels import label, named

#: Of which the tables of the report tell.
TABLE = ("received", "accepted", "replied", "reply_rate", "on_time_rate", "satisfaction")
#: Compared with the year before.
COMPARED = ("received", "valid", "accepted", "replied", "reply_rate", "on_time_rate")
MORE_COMPARED = ("solved_rate", "satisfaction", "rated", "median_days", "overdue", "excluded")


def title(report: AnnualReport) -> str:
    """The name of the report."""
    return str(
        _(
            "Annual report %(year)s on messages from the people: %(agency)s",
            year=report.year,
            agency=named(report.agency),
        )
    )


def day(moment: datetime) -> str:
    """A day, written as a document does."""
    chinese = str(get_locale()).startswith("zh")
    return str(format_date(moment, "y年M月d日" if chinese else "d MMMM y"))


def sections(report: AnnualReport) -> list[Section]:
    """The four blocks of art. 41, the first in several parts."""
    return [
        Section(_("1. What came, and what it was about"), _overview(report)),
        _compared(report),
        _by(_("By domain"), ((str(label(one)), row) for one, row in report.domains.items())),
        _by(_("By kind"), ((str(label(one)), row) for one, row in report.kinds.items())),
        _complained(report),
        _by(_("Units with most to answer"), _named(report.units)),
        Section(_("2. Passed on, assigned, supervised"), _handling(report)),
        Section(
            _("3. Proposals for better work and policy, and what became of them"),
            [*_outcomes(report), *_paragraphs(report.words.proposals)],
        ),
        Section(
            _("4. What else is to be reported"),
            _paragraphs(report.words.other) or [_("Nothing else.")],
        ),
    ]


def _overview(report: AnnualReport) -> list[str]:
    row = report.total
    texts = [
        _(
            "In %(year)s, %(received)s messages came in, %(valid)s of them valid. %(accepted)s "
            "were accepted and %(replied)s answered; the reply rate is %(rate)s, %(on_time)s were "
            "answered in time.",
            year=report.year,
            received=format_decimal(row.received),
            valid=format_decimal(row.valid),
            accepted=format_decimal(row.accepted),
            replied=format_decimal(row.replied),
            rate=BY_NAME["reply_rate"].text(row),
            on_time=BY_NAME["on_time_rate"].text(row),
        ),
        _ratings(row),
    ]
    if report.is_running:
        texts.append(_("The year is not over: these are the figures so far."))
    return [str(text) for text in texts]


def _ratings(row: Figures) -> str:
    if row.satisfaction is None:
        text = _(
            "Those who wrote gave %(rated)s ratings: too few for rates.",
            rated=format_decimal(row.rated),
        )
    else:
        text = _(
            "Of %(rated)s ratings by those who wrote, %(solved)s say that the matter was solved "
            "and %(satisfied)s are satisfied.",
            rated=format_decimal(row.rated),
            solved=BY_NAME["solved_rate"].text(row),
            satisfied=BY_NAME["satisfaction"].text(row),
        )
    return str(text)


def _handling(report: AnnualReport) -> list[str]:
    row = report.total
    return [
        str(
            _(
                "%(passed_on)s messages were handed on to others who are responsible, "
                "%(refused)s were not accepted, with the reason and the right channel.",
                passed_on=format_decimal(row.passed_on),
                refused=format_decimal(row.refused),
            )
        ),
        str(
            _(
                "%(accepted)s were assigned to units, %(joined)s of them answered together with "
                "others; %(transfers)s times a case was given to another unit.",
                accepted=format_decimal(row.accepted),
                joined=format_decimal(row.joined),
                transfers=format_decimal(row.transfers),
            )
        ),
        str(
            _(
                "%(returned)s replies were returned before publication, %(reopened)s cases were "
                "opened again, %(appeals)s reviews were asked for. %(overdue)s replies are "
                "overdue. %(digests)s digests of key messages were made.",
                returned=format_decimal(row.returned),
                reopened=format_decimal(row.reopened),
                appeals=format_decimal(row.appeals),
                overdue=format_decimal(row.overdue),
                digests=format_decimal(report.digests),
            )
        ),
    ]


def _outcomes(report: AnnualReport) -> list[str]:
    whole = sum(report.outcomes.values())
    if not whole:
        return [str(_("No decision on suggestions in consultations was published."))]
    parts = _(", ").join(f"{label(one)} {count}" for one, count in report.outcomes.items())
    return [
        str(
            _(
                "In consultations, %(whole)s groups of suggestions were decided on: %(parts)s.",
                whole=format_decimal(whole),
                parts=parts,
            )
        )
    ]


def _compared(report: AnnualReport) -> Section:
    rows = [
        [
            str(BY_NAME[name].label),
            BY_NAME[name].text(report.total),
            BY_NAME[name].text(report.before),
            _change(name, report),
        ]
        for name in (*COMPARED, *MORE_COMPARED)
    ]
    heads = [_("Item"), str(report.year), str(report.year - 1), _("Change on the year")]
    return Section(_("Compared with the year before"), [], heads, rows, (4, 2, 2, 2))


def _change(name: str, report: AnnualReport) -> str:
    column = BY_NAME[name]
    now, before = column.value(report.total), column.value(report.before)
    if now is None or before is None:
        return "—"
    if column.reads == "rate":
        return str(_("%(points)s points", points=f"{100 * (now - before):+.1f}"))
    if name == "median_days":
        return f"{now - before:+.0f}"
    return f"{100 * (now - before) / before:+.1f}%" if before else "—"


def _by(heading: str, found: Iterator[tuple[str, Figures]]) -> Section:
    heads = [_("Item"), *(str(BY_NAME[name].label) for name in TABLE)]
    rows = [[text, *(BY_NAME[name].text(row) for name in TABLE)] for text, row in found]
    return Section(heading, [] if rows else [_("None.")], heads if rows else [], rows, (4,) * 7)


def _complained(report: AnnualReport) -> Section:
    rows = [
        [
            text,
            format_decimal(row.received),
            BY_NAME["replied"].text(row),
            BY_NAME["satisfaction"].text(row),
        ]
        for text, row in _named(report.complained_about)
    ]
    heads = [_("Unit in charge"), _("Complaints"), _("With an answer"), _("Satisfaction")]
    heading = _("Units that answered most complaints")
    return Section(heading, [] if rows else [_("None.")], heads if rows else [], rows, (4, 2, 2, 2))


def _named(rows: Sequence[UnitRow]) -> Iterator[tuple[str, Figures]]:
    return ((named(one.unit), one.figures) for one in rows)


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n") if part.strip()]
