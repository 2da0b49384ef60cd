"""The numbers of the message board on pages and in files: what each is called, and how it reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import LazyString, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consult.services.supervising.figures_rows import Derived
from consult.services.supervising.numbers import Figures
from consult.services.supervising.scopes import By
from consult.web.charts import Chart, Series, columns, lines


class Reads(StrEnum):
    """How a number is written."""

    COUNT = "count"
    RATE = "rate"
    MEAN = "mean"
    DAYS = "days"


@dataclass(frozen=True)
class Column:
    """One number of a row of figures; ``behind`` names the rows that it counts."""

    name: str
    label: LazyString
    behind: str
    meaning: LazyString
    reads: Reads = Reads.COUNT

    def value(self, row: Figures) -> float | None:
        """What it is in ``row``; None where too little is there to say."""
        found: float | None = getattr(row, self.name)
        return found

    def text(self, row: Figures) -> str:
        """The same in words; a dash for what cannot be said."""
        value = self.value(row)
        if value is None:
            return "—"
        if self.reads is Reads.RATE:
            return f"{100 * value:.1f}%"
        if self.reads is Reads.DAYS and not value:
            return str(_("same day"))
        return str(format_decimal(round(value, 2) if self.reads is Reads.MEAN else value))


COLUMNS = (
    Column("received", _l("Messages received"), "received", _l("Every message that came in.")),
    Column("valid", _l("Valid"), "valid", _l("Neither refused nor taken back.")),
    Column("accepted", _l("Accepted"), "accepted", _l("Taken in to be answered.")),
    Column("replied", _l("With an answer"), "replied", _l("With a published reply.")),
    Column(
        "reply_rate",
        _l("Reply rate"),
        "replied",
        _l("Answered / accepted, without what was left out of the rates."),
        Reads.RATE,
    ),
    Column(
        "on_time_rate",
        _l("Answered in time"),
        "on_time",
        _l("First replies in time / (answered + overdue), without what was left out."),
        Reads.RATE,
    ),
    Column(
        "solved_rate",
        _l("Solved, say the authors"),
        "solved",
        _l("Ratings of 4 or 5 for what was solved / ratings. Unrated counts neither way."),
        Reads.RATE,
    ),
    Column(
        "satisfaction",
        _l("Satisfaction"),
        "satisfied",
        _l("Ratings with a mean of 4 or more / ratings."),
        Reads.RATE,
    ),
    Column(
        "rated",
        _l("Ratings"),
        "rated",
        _l("Of the last reply, once the time for rating is over."),
    ),
    Column(
        "median_days",
        _l("Working days to the reply (median)"),
        Derived.TIMED,
        _l("Half of the first replies took no longer."),
        Reads.DAYS,
    ),
    Column(
        "overdue",
        _l("Reply overdue"),
        Derived.OVERDUE,
        _l("A reply is owed and its time has run out."),
    ),
    Column("returned", _l("Replies returned"), "returned", _l("Sent back by a reviewer.")),
    Column(
        "transfers_each",
        _l("Transfers per case"),
        "transfers",
        _l("How often a case was given to another unit, in the mean."),
        Reads.MEAN,
    ),
    Column("reopened", _l("Opened again"), "reopened", _l("Answered, and handled once more.")),
    Column("appeals", _l("Reviews asked for"), "appeals", _l("By the author, after closing.")),
    Column(
        "excluded",
        _l("Left out of the rates"),
        "excluded",
        _l("Unreasonable demands, by two people; still counted as received and answered."),
    ),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
#: What the pages ask of other measures that have rows.
MEASURE_LABELS: Mapping[str, LazyString] = {
    **{column.behind: column.label for column in COLUMNS},
    "received": _l("Messages received"),
    "replied": _l("With an answer"),
    "on_time": _l("Answered in time"),
    "solved": _l("Solved, say the authors"),
    "satisfied": _l("Satisfied with the reply"),
    "rated": _l("Ratings"),
    "transfers": _l("Given to another unit"),
    "refused": _l("Not accepted"),
    "withdrawn": _l("Withdrawn"),
    "passed_on": _l("Handed on"),
    "joined": _l("Joined to another case"),
    "closed": _l("Case closed"),
    "excluded_replied": _l("Left out of the rates, and answered"),
    "asked_for_praise": _l("Asked for a good rating"),
    Derived.TIMED: _l("With a first reply"),
    Derived.OPEN: _l("Waiting for an answer"),
    Derived.LATE: _l("Answered late"),
    Derived.UNSOLVED: _l("Not solved, say the authors"),
    Derived.UNSATISFIED: _l("Not satisfied"),
}
BY_LABELS: Mapping[By, LazyString] = {
    By.UNIT: _l("Unit in charge"),
    By.TOPIC: _l("Mailbox"),
    By.REGION: _l("Region"),
    By.DOMAIN: _l("Domain"),
    By.KIND: _l("Kind"),
    By.MONTH: _l("Month"),
}


def table(
    names: Mapping[Any, str], found: Mapping[Any, Figures], by: By
) -> tuple[list[str], Iterator[dict[str, object]]]:
    """Heads and rows of a file: one row a unit, month and so on; rates as numbers from 0 to 100."""
    first = str(BY_LABELS.get(by, _("All")))
    heads = [first, *(str(column.label) for column in COLUMNS)]
    rows = (
        {first: names.get(key, str(key))}
        | {str(column.label): _cell(column, row) for column, row in _each(found[key])}
        for key in names
        if key in found
    )
    return heads, rows


def _each(row: Figures) -> Iterator[tuple[Column, Figures]]:
    return ((column, row) for column in COLUMNS)


def _cell(column: Column, row: Figures) -> object:
    value = column.value(row)
    if value is None:
        return ""
    return round(100 * value, 2) if column.reads is Reads.RATE else round(value, 2)


def arrivals_chart(
    months: Sequence[str], found: Mapping[str, Figures], urls: Mapping[str, Sequence[str]]
) -> Chart:
    """What came and what was answered, by month of arrival."""
    rows = [found.get(month, Figures()) for month in months]
    return columns(
        _("Received and answered, by month of arrival"),
        [short(month, months) for month in months],
        [
            Series(_("Came in"), [row.received for row in rows], 1, urls.get("received", ())),
            Series(_("With an answer"), [row.replied for row in rows], 3, urls.get("replied", ())),
        ],
    )


def rates_chart(
    months: Sequence[str], found: Mapping[str, Figures], urls: Mapping[str, Sequence[str]]
) -> Chart:
    """In time, solved and satisfied, by month of arrival."""
    rows = [found.get(month, Figures()) for month in months]
    named = (("on_time_rate", "on_time", 1), ("solved_rate", "solved", 3))
    series = [
        Series(
            str(BY_NAME[name].label),
            [BY_NAME[name].value(row) for row in rows],
            tone,
            urls.get(behind, ()),
        )
        for name, behind, tone in (*named, ("satisfaction", "satisfied", 4))
    ]
    return lines(
        _("In time, solved and satisfied, by month of arrival"),
        [short(month, months) for month in months],
        series,
    )


def short(month: str, months: Sequence[str]) -> str:
    """A month below a chart: with its year where one begins, and room between two of them."""
    opens = month == months[0] and not month.endswith("-12")
    return month if opens or month.endswith("-01") else month[5:]
