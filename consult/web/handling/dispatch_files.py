"""The catalogue in and out as a table; and the proposal tried out on words."""

import io
from collections.abc import Iterator

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField

from consult.exceptions import Invalid, StaleVersion, TooLarge
from consult.services.handling import dispatch_learning, dispatch_lessons, dispatching_tables
from consult.services.handling.dispatch_learner import Told
from consult.services.handling.dispatching_tables import Plan
from consult.services.people import regions
from consult.tables import write_csv, write_xlsx
from consult.text.normalise import clip
from consult.web import current, labels
from consult.web.forms import Form
from consult.web.handling.blueprint import bp
from consult.web.handling.mailbox_pages import in_care, to_manage
from consult.web.kept_files import KeptFile, keep, kept
from consult.web.refusals import translated
from models.mailbox import Domain, Mailbox

#: Faults and changes that a page shows; the counts are of all.
SHOWN = 200
#: Words that are tried out.
LONGEST = 4000
#: Bytes of a catalogue: 50,000 lines fit three times.
MOST_BYTES = 8 << 20


class CatalogueForm(Form):
    file = FileField(
        _l("The catalogue as a table"),
        description=_l(
            "CSV or XLSX; the first row names the columns: domain, region, unit that answers, note. "
            "UTF-8 and GBK are recognised."
        ),
        validators=[FileRequired(_l("Choose a file."))],
    )


class ApplyForm(Form):
    token = HiddenField()
    stamp = HiddenField()
    end_missing = BooleanField(
        _l("End the rows that the file does not name"),
        description=_l("Left out, they go on as they are."),
    )


@bp.get("/mailboxes/<slug>/dispatch.<any(csv,xlsx):kind>")
def dispatch_file(slug: str, kind: str) -> ResponseReturnValue:
    """What holds now as a table that can be taken in again."""
    found, stream = in_care(slug), io.BytesIO()
    heads = [
        _("Domain"),
        _("Region code"),
        _("Region"),
        _("Short name"),
        _("Unit that answers"),
        _("Note"),
    ]
    (write_csv if kind == "csv" else write_xlsx)(_rows(found, heads), heads, stream)
    stream.seek(0)
    return send_file(stream, as_attachment=True, download_name=f"dispatch-{slug}.{kind}")


@bp.route("/mailboxes/<slug>/dispatch/import", methods=["GET", "POST"])
def dispatch_import(slug: str) -> ResponseReturnValue:
    """Take a file and show, line by line, what it would do; nothing is done before that."""
    found, form = to_manage(slug), CatalogueForm()
    if form.validate_on_submit():
        if (request.content_length or 0) > MOST_BYTES:
            raise TooLarge
        file = keep(found.topic, form.file.data.filename or "", form.file.data.stream)
        try:
            return _plan_page(found, file, _compared(found, file))
        except Invalid as refusal:
            form.blame(refusal)
    page = render_template(
        "handling/dispatch_import.html", mailbox=found, form=form, domains=list(Domain)
    )
    return page, form.status


@bp.post("/mailboxes/<slug>/dispatch/import/apply")
def apply_dispatch_import(slug: str) -> ResponseReturnValue:
    """Do what was shown, whole or not at all."""
    found, form = to_manage(slug), ApplyForm()
    file = kept(found.topic, form.token.data or "")
    plan = _compared(found, file)
    try:
        count = dispatching_tables.carry_out(
            current.session(),
            mailbox=found,
            plan=plan,
            stamp=form.stamp.data or "",
            end_missing=bool(form.end_missing.data),
            actor=current.somebody(),
            now=current.now(),
        )
    except (Invalid, StaleVersion) as refusal:
        page, _status = _plan_page(found, file, plan, refused=translated(refusal))
        return page, refusal.status
    flash(_("%(count)d rows of the catalogue were changed.", count=count), "success")
    return redirect(url_for(".dispatch", slug=slug))


@bp.route("/mailboxes/<slug>/dispatch/try", methods=["GET", "POST"])
def try_dispatch(slug: str) -> ResponseReturnValue:
    """Which unit words would be proposed to, and which of them speak for it; keeps nothing."""
    found, session = in_care(slug), current.session()
    text = clip(request.form.get("text", "").strip(), LONGEST)
    domain, region = request.form.get("domain", ""), request.form.get("region", "")
    told = Told(text, "", domain if domain in set(Domain) else "", region)
    guesses = dispatch_learning.guess(session, found.topic_id, told) if text else []
    return render_template(
        "handling/dispatch_try.html",
        mailbox=found,
        text=text,
        domain=domain,
        region=region,
        domains=labels.choices(Domain),
        regions=[(one.code, labels.named(one)) for one in regions.every(session)],
        guesses=guesses,
        learned=dispatch_lessons.model_of(session, found),
        least=dispatch_lessons.LEAST,
    )


def _rows(mailbox: Mailbox, heads: list[str]) -> Iterator[dict[str, object]]:
    for rule, region in dispatching_tables.exported(current.session(), mailbox):
        cells = (
            str(labels.label(rule.domain)),
            rule.region_code,
            labels.named(region) if region else "",
            rule.unit.slug,
            labels.named(rule.unit),
            rule.note,
        )
        yield dict(zip(heads, cells, strict=True))


def _compared(mailbox: Mailbox, file: KeptFile) -> Plan:
    names = {str(text): Domain(value) for value, text in labels.choices(Domain)}
    return dispatching_tables.plan(
        current.session(), mailbox=mailbox, table=file.table(), names=names
    )


def _plan_page(
    mailbox: Mailbox, file: KeptFile, plan: Plan, *, refused: str = ""
) -> tuple[str, int]:
    page = render_template(
        "handling/dispatch_plan.html",
        mailbox=mailbox,
        file=file,
        plan=plan,
        form=ApplyForm(formdata=None, token=file.token, stamp=plan.stamp),
        faults=[(one.line, _said(one.message, one.params)) for one in plan.faults[:SHOWN]],
        lines=sorted([*plan.new, *plan.changed], key=lambda line: line.line)[:SHOWN],
        refused=refused,
    )
    return page, 422 if plan.faults else 200


def _said(message: str, params: object) -> str:
    sentence: str = _(message)
    return sentence % params if params else sentence
