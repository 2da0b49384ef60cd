"""Suggestions in and out as tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid
from consult.extensions import storage
from consult.permissions import Permission, can, require
from consult.services.consultations import topics
from consult.services.consultations.phases import TopicAct, allows, require_phase
from consult.services.exchange import exports, imports
from consult.services.exchange.imports import ImportReport
from consult.tables import Row, map_columns, write_csv, write_json, write_xlsx
from consult.web import current
from consult.web.office.blueprint import bp
from consult.web.office.exchange_forms import FIELDS, ColumnsForm, ExportForm, UploadForm
from consult.web.office.kept_files import KeptFile, keep, kept
from consult.web.zone import zone
from models.topic import Topic

SAMPLE = 5
Writer = Callable[[Iterable[dict[str, Any]], Sequence[str], IO[bytes]], None]
WRITERS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}
#: More bad rows than this are in the file only.
LISTED = 100


@bp.route("/topics/<slug>/exchange", methods=["GET", "POST"])
def exchange(slug: str) -> ResponseReturnValue:
    """Import and export; POST takes a file and asks which column is what."""
    topic, form = _topic(slug), UploadForm()
    if form.validate_on_submit():
        _require_import(topic)
        file = keep(topic, form.file.data.filename or "", form.file.data.read())
        try:
            return _columns_page(topic, file, ColumnsForm(formdata=None, token=file.token))
        except Invalid as refusal:
            form.blame(refusal)
    page = render_template(
        "office/exchange.html",
        topic=topic,
        form=form,
        exporting=ExportForm(formdata=None),
        may_import=can(current.person(), Permission.SUGGESTION_IMPORT, topic),
        import_now=allows(topic, TopicAct.IMPORT, current.now()),
        may_export=can(current.person(), Permission.SUGGESTION_EXPORT, topic),
    )
    return page, form.status


@bp.post("/topics/<slug>/exchange/import")
def import_file(slug: str) -> ResponseReturnValue:
    """Bring the rows in, and show what became of them."""
    topic, form = _topic(slug), ColumnsForm()
    _require_import(topic)
    file = kept(topic, form.token.data or "")
    try:
        done = _bring_in(topic, file, form)
    except Invalid as refusal:
        form.blame(refusal)
        return _columns_page(topic, file, form)
    return render_template(
        "office/exchange_report.html",
        topic=topic,
        file=file,
        report=done,
        problems=[(one.line, _reason(one)) for one in done.problems[:LISTED]],
        bad_rows=_keep_problems(topic, done).token if done.problems else "",
    )


@bp.get("/topics/<slug>/exchange/bad-rows/<token>")
def bad_rows(slug: str, token: str) -> ResponseReturnValue:
    """All rows of an import that were left out, with their reasons."""
    topic = _topic(slug)
    _require_import(topic)
    file = kept(topic, token)
    path = storage().path(file.digest)
    return send_file(path, "text/csv", as_attachment=True, download_name=file.filename)


@bp.post("/topics/<slug>/export")
def export(slug: str) -> ResponseReturnValue:
    """All suggestions with their groups and answers; the export stands in the ledger."""
    topic, form = _topic(slug), ExportForm()
    if not form.validate():
        return redirect(url_for(".exchange", slug=slug))
    kind = form.format.data
    rows = exports.rows(
        current.session(),
        topic=topic,
        actor=current.somebody(),
        now=current.now(),
        original=bool(form.original.data),
    )
    stream = TemporaryFile()  # noqa: SIM115 - closed by the answer that sends it
    WRITERS[kind](rows, exports.COLUMNS, stream)
    stream.seek(0)
    name = f"{slug}-{current.now():%Y%m%d}.{kind}"
    return send_file(stream, as_attachment=True, download_name=name)


def _topic(slug: str) -> Topic:
    return topics.in_hand(current.session(), slug, person=current.somebody())


def _require_import(topic: Topic) -> None:
    require(current.person(), Permission.SUGGESTION_IMPORT, topic)
    require_phase(topic, TopicAct.IMPORT, current.now())


def _bring_in(topic: Topic, file: KeptFile, form: ColumnsForm) -> ImportReport:
    table = file.table()
    return imports.run(
        current.session(),
        topic=topic,
        rows=table,
        mapping=_mapping(table.columns),
        actor=current.somebody(),
        zone=zone(),
        now=current.now(),
        publish_text=bool(form.publish_text.data),
    )


def _mapping(columns: list[str]) -> dict[str, str]:
    """Field → column, as the selects say."""
    found = {name: request.form.get(f"column-{name}", "") for name in FIELDS}
    found = {name: column for name, column in found.items() if column}
    if not set(found.values()) <= set(columns):
        raise Invalid(N_("One of the columns is not in the file."))
    if len(set(found.values())) < len(found):
        raise Invalid(N_("A column is chosen twice."))
    return found


def _columns_page(topic: Topic, file: KeptFile, form: ColumnsForm) -> ResponseReturnValue:
    table = file.table()
    chosen: Mapping[str, str] = map_columns(table.columns)
    if form.is_submitted() and form.errors:
        chosen = {name: request.form.get(f"column-{name}", "") for name in FIELDS}
    sample = [row for row in islice(table, 4 * SAMPLE) if isinstance(row, Row)][:SAMPLE]
    page = render_template(
        "office/exchange_columns.html",
        topic=topic,
        form=form,
        file=file,
        columns=table.columns,
        sample=sample,
        fields=FIELDS,
        chosen=chosen,
    )
    return page, form.status


def _reason(problem: imports.Problem) -> str:
    sentence: str = _(problem.message)
    return sentence % problem.params if problem.params else sentence


def _keep_problems(topic: Topic, done: ImportReport) -> KeptFile:
    heads = [_("Line"), _("Why it was left out")]
    stream = BytesIO()
    rows = (dict(zip(heads, (one.line, _reason(one)), strict=True)) for one in done.problems)
    write_csv(rows, heads, stream)
    return keep(topic, f"{topic.slug}-bad-rows.csv", stream.getvalue())
