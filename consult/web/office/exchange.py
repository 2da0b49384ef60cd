"""Suggestions in and out as tables."""

from collections.abc import Mapping
from itertools import islice

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from consult.exceptions import N_, Invalid, TooLarge
from consult.extensions import csrf
from consult.permissions import Permission, can
from consult.services.consultations import topics
from consult.services.consultations.phases import TopicAct, allows
from consult.services.exchange import exports, imports, transfers
from consult.tables import Row, map_columns
from consult.web import current
from consult.web.kept_files import KeptFile, keep, kept
from consult.web.office.blueprint import bp
from consult.web.office.exchange_forms import FIELDS, ColumnsForm, ExportForm, UploadForm
from consult.web.office.transfers import at_once, handed_out
from models.topic import Topic
from models.transfer import Transfer, TransferKind, TransferState

SAMPLE = 5
#: Files of fewer bytes are brought in while the person waits,
SMALL_FILE = 1 << 20
#: and so many suggestions are exported.
SMALL_EXPORT = 5000


@bp.route("/topics/<slug>/exchange", methods=["GET", "POST"])
@csrf.exempt  # asked for in _expect_a_file, once it is known that this person may send so much
def exchange(slug: str) -> ResponseReturnValue:
    """Import and export; POST takes a file and asks which column is what."""
    topic = _topic(slug)
    if request.method == "POST":
        _expect_a_file(topic)
    form = UploadForm()
    if form.validate_on_submit():
        file = keep(topic, form.file.data.filename or "", form.file.data.stream)
        try:
            return _columns_page(topic, file, ColumnsForm(formdata=None, token=file.token))
        except Invalid as refusal:
            form.blame(refusal)
    return _page(topic, form), form.status


@bp.post("/topics/<slug>/exchange/import")
def import_file(slug: str) -> ResponseReturnValue:
    """Put the file in line; a small one is in when the next page shows."""
    topic, form = _topic(slug), ColumnsForm()
    _require_import(topic)
    file = kept(topic, form.token.data or "")
    try:
        transfer = _ask(topic, file, form)
    except Invalid as refusal:
        form.blame(refusal)
        return _columns_page(topic, file, form)
    if file.size <= SMALL_FILE:
        at_once(transfer)
    return redirect(url_for(".transfer", slug=slug, number=transfer.id))


@bp.post("/topics/<slug>/export")
def export(slug: str) -> ResponseReturnValue:
    """All suggestions with their groups and answers, at once where they are few."""
    topic, form, session = _topic(slug), ExportForm(), current.session()
    if not form.validate():
        return redirect(url_for(".exchange", slug=slug))
    transfer = transfers.ask_export(
        session,
        topic=topic,
        kind=form.format.data,
        actor=current.somebody(),
        now=current.now(),
        original=bool(form.original.data),
    )
    if exports.count(session, topic.id) <= SMALL_EXPORT:
        at_once(transfer)
    if transfer.state is TransferState.FINISHED and transfer.sha256:
        return handed_out(transfer, transfer.sha256)
    return redirect(url_for(".transfer", slug=slug, number=transfer.id))


def _topic(slug: str) -> Topic:
    return topics.in_hand(current.session(), slug, person=current.somebody())


def _require_import(topic: Topic) -> None:
    person, now = current.somebody(), current.now()
    imports.require_import(topic, actor=person, now=now)


def _expect_a_file(topic: Topic) -> None:
    """Let this request be as large as a table may be, and nobody wait while it arrives."""
    _require_import(topic)
    current.let_go()
    most = request.max_content_length = current_app.config["IMPORT_MAX_BYTES"]
    try:
        _ = request.form  # read it now
    except RequestEntityTooLarge as refusal:
        raise TooLarge(
            N_("The file is larger than %(most)s MB. The operator of the server can import it."),
            most=most >> 20,
        ) from refusal
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


def _page(topic: Topic, form: UploadForm) -> str:
    may_import = can(current.person(), Permission.SUGGESTION_IMPORT, topic)
    may_export = can(current.person(), Permission.SUGGESTION_EXPORT, topic)
    kinds = [TransferKind.IMPORT] * may_import + [TransferKind.EXPORT] * may_export
    return render_template(
        "office/exchange.html",
        topic=topic,
        form=form,
        exporting=ExportForm(formdata=None),
        may_import=may_import,
        import_now=allows(topic, TopicAct.IMPORT, current.now()),
        may_export=may_export,
        transfers=transfers.of_topic(current.session(), topic, kinds=kinds),
    )


def _ask(topic: Topic, file: KeptFile, form: ColumnsForm) -> Transfer:
    return transfers.ask_import(
        current.session(),
        topic=topic,
        sha256=file.digest,
        filename=file.filename,
        mapping=_mapping(file.table().columns),
        actor=current.somebody(),
        zone=current_app.config["TIME_ZONE"],
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
