"""The ledger, for auditors: read, search, verify, take along."""

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from consult.permissions import Permission, require
from consult.services.records import ledger as service
from consult.services.records import ledger_reading
from consult.web import current
from consult.web.admin import ledger_words
from consult.web.admin.blueprint import bp
from consult.web.admin.ledger_table import csv_lines
from consult.web.numbers import number


@bp.get("/ledger")
def ledger() -> ResponseReturnValue:
    """The acts, the newest first."""
    wanted = _filter()
    page = ledger_reading.page(
        current.session(),
        reader=current.somebody(),
        wanted=wanted,
        page=request.args.get("page", 1, type=int),
    )
    kinds = ledger_reading.kinds_of_acts(current.session(), reader=current.somebody())
    acts = [(act, act) for act in kinds]
    topics = ledger_reading.topics(current.session(), page.items)
    return render_template(
        "admin/ledger.html", page=page, wanted=wanted, acts=acts, words=ledger_words, topics=topics
    )


@bp.post("/ledger/verify")
def ledger_verify() -> ResponseReturnValue:
    """Walk the whole chain and say whether it holds."""
    require(current.somebody(), Permission.LEDGER_READ)
    broken = service.first_broken(current.session())
    count = ledger_reading.count(current.session())
    return render_template("admin/ledger_verified.html", broken=broken, count=count)


@bp.get("/ledger.csv")
def ledger_csv() -> ResponseReturnValue:
    """What the filter shows, whole, as a table for other programs."""
    rows = ledger_reading.rows(current.session(), reader=current.somebody(), wanted=_filter())
    answer = Response(stream_with_context(csv_lines(rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=ledger.csv"
    return answer


def _filter() -> ledger_reading.Filter:
    return ledger_reading.Filter(
        act=request.args.get("act", "").strip(),
        actor_id=_number("actor"),
        topic_id=_number("topic"),
    )


def _number(name: str) -> int | None:
    wanted = request.args.get(name, "")
    return number(wanted) if wanted.isdecimal() else None
