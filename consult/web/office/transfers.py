"""The pages of imports and exports: how far they are, what came of them, the file."""

import csv
import io
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from flask import Response, redirect, render_template, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import Gone
from consult.extensions import means, storage
from consult.services.consultations import topics
from consult.services.exchange import carrying, transfer_turns, transfers
from consult.services.exchange.checking import Problem, problems
from consult.tables import defuse
from consult.web import current
from consult.web.office.blueprint import bp
from models.topic import Topic
from models.transfer import Transfer, TransferKind

#: More bad rows than this are in the file only.
LISTED = 100
#: Seconds that a person waits for a small import or export; the rest is done in the background.
A_MOMENT = 3.0


@bp.get("/topics/<slug>/transfers/<int:number>")
def transfer(slug: str, number: int) -> ResponseReturnValue:
    """How far an import or export is, and what came of it."""
    topic = _topic(slug)
    found = _found(topic, number)
    report = _report(found)
    listed = list(islice(_problems(report), LISTED)) if report else []
    return render_template(
        "office/transfer.html",
        topic=topic,
        transfer=found,
        behind=transfer_turns.is_behind(current.session(), found),
        reason=_(found.error) % found.error_params if found.error else "",
        problems=[(one.line, reason_of(one)) for one in listed],
        has_report=report is not None and bool(found.refused),
        may_run_again=found.kind is TransferKind.EXPORT or found.sha256 is not None,
    )


@bp.get("/topics/<slug>/transfers/<int:number>/bad-rows")
def bad_rows(slug: str, number: int) -> ResponseReturnValue:
    """All rows of an import that were left out, with their reasons."""
    report = _report(_found(_topic(slug), number))
    if report is None:
        raise Gone
    answer = Response(stream_with_context(_as_csv(report)), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{slug}-bad-rows.csv")
    return answer


@bp.post("/topics/<slug>/transfers/<int:number>/file")
def fetch_transfer(slug: str, number: int) -> ResponseReturnValue:
    """The exported file; who took it stands in the ledger."""
    found = _found(_topic(slug), number)
    person, now = current.somebody(), current.now()
    digest = transfers.fetch(current.session(), transfer=found, actor=person, now=now)
    return handed_out(found, digest)


@bp.post("/topics/<slug>/transfers/<int:number>/cancel")
def cancel_transfer(slug: str, number: int) -> ResponseReturnValue:
    """End it before its time; what is in stays in."""
    found = _found(_topic(slug), number)
    person, now = current.somebody(), current.now()
    transfers.cancel(current.session(), transfer=found, actor=person, now=now)
    return redirect(url_for(".transfer", slug=slug, number=number))


@bp.post("/topics/<slug>/transfers/<int:number>/again")
def run_transfer_again(slug: str, number: int) -> ResponseReturnValue:
    """Go on with one that failed or was cancelled."""
    found = _found(_topic(slug), number)
    transfers.run_again(current.session(), transfer=found, actor=current.somebody())
    return redirect(url_for(".transfer", slug=slug, number=number))


def at_once(transfer: Transfer) -> None:
    """Carry out what takes a moment while the person waits; a job does the rest."""
    number, ends = transfer.id, time.monotonic() + A_MOMENT
    current.keep()
    while time.monotonic() < ends:
        if not carrying.carry_on(current.session(), number, means(current.keep)):
            return
        current.keep()


def handed_out(transfer: Transfer, digest: str) -> Response:
    """The file of an export, to be saved under its name."""
    path = storage().path(digest)
    if not path.is_file():
        raise Gone
    return send_file(path, as_attachment=True, download_name=transfer.filename)


def reason_of(problem: Problem) -> str:
    """Why a row was left out, in the reader's language."""
    sentence: str = _(problem.message)
    return sentence % problem.params if problem.params else sentence


def _topic(slug: str) -> Topic:
    return topics.in_hand(current.session(), slug, person=current.somebody())


def _found(topic: Topic, number: int) -> Transfer:
    return transfers.by_number(current.session(), topic, number, reader=current.somebody())


def _report(found: Transfer) -> Path | None:
    path = storage().path(found.report_sha256) if found.report_sha256 else None
    return path if path is not None and path.is_file() else None


def _problems(report: Path) -> Iterator[Problem]:
    with report.open("rb") as stream:
        yield from problems(stream)


def _as_csv(report: Path) -> Iterator[str]:
    """Row by row: a million of them lie in no memory. The mark at the head is for Excel."""
    yield "\ufeff" + _csv_line(_("Line"), _("Why it was left out"))
    for one in _problems(report):
        yield _csv_line(str(one.line), defuse(reason_of(one)))


def _csv_line(*cells: str) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
