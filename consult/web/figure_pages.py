"""The page of numbers, in the office and in public: figures, charts, places and files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import Any

from flask import send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.services.supervising import months, naming, numbers, ranking
from consult.services.supervising.figures_rows import is_measure
from consult.services.supervising.numbers import Figures
from consult.services.supervising.ranking import Place as Rank
from consult.services.supervising.scopes import By
from consult.tables import write_csv, write_xlsx
from consult.web import current, figures
from consult.web.charts import Chart
from consult.web.figure_choice import Choice, ordered
from consult.web.labels import label, named

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: A chart of one month alone says nothing.
LEAST_MONTHS = 6
#: Rows in a chart of bars.
BARS = 12

#: Turns arguments into the address of the rows behind a figure.
Link = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Sheet:
    """Everything on a page of numbers."""

    choice: Choice
    total: Figures
    rows: Mapping[Any, Figures]
    names: Mapping[Any, str]
    places: Sequence[Rank]
    charts: Sequence[Chart]
    #: So much changed that the figures are those of a few moments ago.
    is_behind: bool
    link: Link
    #: Key → the address of its rows, but for the measure; there are many measures of each.
    known: dict[Any, str] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        """Whether everybody looks at it."""
        return self.choice.place is None

    @property
    def columns(self) -> Sequence[figures.Column]:
        """The numbers of each row."""
        return figures.COLUMNS

    def behind(self, column: figures.Column, key: Any = None) -> str:
        """The address of the rows that a number counts; of all, or of one row of figures.

        Empty where this reader may know how many there are, and not which.
        """
        if not is_measure(column.behind, public=self.is_public):
            return ""
        if key not in self.known:
            args = self.choice.args() if key is None else self.choice.narrowed(key)
            self.known[key] = self.link(args)
        return f"{self.known[key]}&measure={column.behind}"

    def bars(self) -> list[tuple[str, int, str]]:
        """What came, by what the figures are told apart by: the most first."""
        received = figures.BY_NAME["received"]
        return [
            (self.names[key], self.rows[key].received, self.behind(received, key))
            for key in list(self.names)[:BARS]
        ]


def sheet(choice: Choice, link: Link, *, least: int | None) -> Sheet:
    """Ask for all figures that a page shows; ``least`` None: without a ranking."""
    session, now, scope = current.session(), current.now(), choice.scope()
    rows = numbers.figures(session, scope, by=choice.by, now=now)
    ranked = least is not None and choice.by in {By.UNIT, By.TOPIC}
    return Sheet(
        choice=choice,
        total=numbers.together(rows.values()),
        rows=rows,
        names=named_rows(rows, choice.by),
        places=ranking.ranking(rows, least=least or numbers.LEAST) if ranked else [],
        charts=_charts(choice, link, rows),
        is_behind=numbers.is_behind(session),
        link=link,
    )


def named_rows(rows: Mapping[Any, Figures], by: By) -> dict[Any, str]:
    """Key → what it is called, in the order of the page."""
    keys = ordered(rows, by)
    things = naming.things(current.session(), by, keys)
    return {key: name_of(by, key, things.get(key)) for key in keys}


def name_of(by: By, key: Any, thing: Any) -> str:
    """What one row of figures is called."""
    match by:
        case By.UNIT:
            return named(thing) if thing else str(key)
        case By.REGION:
            return named(thing) if thing else str(_("No region named"))
        case By.TOPIC:
            return str(thing.title) if thing else str(key)
        case By.DOMAIN | By.KIND:
            return str(label(key))
        case By.MONTH:
            return str(key)
    return str(_("All"))


def _charts(choice: Choice, link: Link, rows: Mapping[Any, Figures]) -> list[Chart]:
    shown = choice.months
    if len(shown) < LEAST_MONTHS:
        shown = months.between(months.earlier(choice.last, LEAST_MONTHS - 1), choice.last)
    found = rows
    if choice.by is not By.MONTH or shown != choice.months:
        found = months.run_of_months(
            current.session(), choice.scope(), last=shown[-1], count=len(shown), now=current.now()
        )
    of_months = [link(choice.args(first=month, last=month)) for month in shown]
    urls = {
        measure: [f"{address}&measure={measure}" for address in of_months]
        for measure in ("received", "replied", "on_time", "solved", "satisfied")
    }
    arrivals = figures.arrivals_chart(shown, found, urls)
    return [arrivals, figures.rates_chart(shown, found, urls)]


def file_of(sheet: Sheet, kind: str, name: str) -> ResponseReturnValue:
    """The table of the page as a file."""
    heads, rows = figures.table(sheet.names, sheet.rows, sheet.choice.by)
    return send_table(rows, heads, kind, name)


def send_table(
    rows: Iterable[Mapping[str, object]], heads: Sequence[str], kind: str, name: str
) -> ResponseReturnValue:
    """A table as CSV or XLSX."""
    stream = TemporaryFile()  # noqa: SIM115 - closed by the answer that sends it
    (write_csv if kind == "csv" else write_xlsx)(rows, heads, stream)
    stream.seek(0)
    return send_file(
        stream, mimetype=TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}"
    )
