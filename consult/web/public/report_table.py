"""The adoption report as a table for others: CSV, XLSX and Word."""

from collections.abc import Iterator, Sequence
from typing import IO

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from consult.services.answering.outcomes import Row
from consult.services.answering.report import Report
from consult.tables import write_csv, write_xlsx
from consult.text.sections import Section
from consult.web.labels import label, named

#: Relative widths of the columns on paper.
WIDTHS = (1, 2, 6, 2, 2, 1.5, 2, 6, 6, 2.5, 2)


def columns() -> list[str]:
    """The heads of the table."""
    return [
        _("No."),
        _("Clause"),
        _("What was suggested"),
        _("By"),
        _("Channel"),
        _("How many said so"),
        _("Outcome"),
        _("Reason or change made"),
        _("Wording after the change"),
        _("Unit"),
        _("Date"),
    ]


def cells(line: Row) -> list[str]:
    """One line of the report, in the order of :func:`columns`."""
    published = line.decision.published_at
    return [
        str(line.number),
        clauses_of(line),
        suggested(line),
        proposer(line),
        channels_of(line),
        str(line.count),
        str(label(line.outcome)),
        line.reason,
        "\n".join(change.after for change in line.changes if change.after),
        named(line.unit) if line.unit else "",
        format_date(published, "yyyy-MM-dd") if published else "",
    ]


def clauses_of(line: Row) -> str:
    """Which clauses of the draft it speaks of."""
    names = [
        change.clause.label or change.clause.anchor for change in line.changes if change.clause
    ]
    return str(_(", ")).join(names)


def suggested(line: Row) -> str:
    """The name of the group, and the words that stand for it where they may be shown."""
    said = line.suggestion
    if said is None:
        return line.cluster.name
    parts = [said.public_title, said.public_facts, said.public_proposal]
    words = "\n".join(dict.fromkeys(part for part in parts if part))
    own = [] if line.exception or line.cluster.name == said.public_title else [line.cluster.name]
    return "\n".join([*own, words])


def proposer(line: Row) -> str:
    """Who said it, and with how many others."""
    name = line.proposer or str(_("A member of the public"))
    return str(_("%(name)s and others", name=name)) if line.count > 1 else name


def channels_of(line: Row) -> str:
    """On which ways it came."""
    return str(_(", ")).join(str(label(channel)) for channel in line.channels)


def write(
    report: Report,
    lines: Sequence[Row],
    kind: str,
    stream: IO[bytes],
    sections: Sequence[Section],
) -> None:
    """Write the whole report as ``kind``: csv, xlsx or docx."""
    heads = columns()
    rows: Iterator[dict[str, object]] = (
        dict(zip(heads, cells(line), strict=True)) for line in lines
    )
    if kind == "csv":
        write_csv(rows, heads, stream)
    elif kind == "xlsx":
        write_xlsx(rows, heads, stream)
    else:
        from consult.text.docx_writing import write_docx  # noqa: PLC0415 - Word takes 5 MB

        organ = named(report.topic.agency)
        write_docx(
            stream,
            organ=organ,
            title=title_of(report),
            sections=sections,
            signed=[organ, day(report)],
        )


def title_of(report: Report) -> str:
    """关于《…》公开征求意见及采纳情况的说明."""
    return str(_("“%(title)s”: public comments and how they were answered", title=report.name))


def day(report: Report) -> str:
    """The day of the report, written as a document does."""
    chinese = str(get_locale()).startswith("zh")
    return str(format_date(report.topic.reported_at, "y年M月d日" if chinese else "d MMMM y"))
