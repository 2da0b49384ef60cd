"""Writing to a mailbox: title → what was answered or is in hand → the rest → (personal data) → receipt.

``go`` says which button was pressed. A report (举报) has one page: it is compared with nothing.
"""

from datetime import datetime
from http import HTTPStatus

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from consult.exceptions import Invalid, NotInThisPhase, Refusal
from consult.extensions import vault
from consult.permissions import Permission, can
from consult.services.handling import messages
from consult.services.suggesting import suggestion_pages, supports, wording
from consult.web import casework, current, refusals, uploads
from consult.web.mailboxes import acting, message_form, write_pages
from consult.web.mailboxes.blueprint import bp
from consult.web.mailboxes.message_form import MessageForm, ReportForm
from consult.web.numbers import number
from consult.web.refusals import translated
from consult.web.uploads import Upload
from models.case import Case
from models.mailbox import Mailbox

Files = list[Upload]


@bp.route("/mailboxes/<slug>/write", methods=["GET", "POST"])
def write(slug: str) -> ResponseReturnValue:
    """Write a message: the title first, then what was already answered, then the rest."""
    mailbox = messages.by_slug(current.session(), slug)
    form = message_form.for_mailbox(MessageForm, mailbox)
    if (stopped := _stopped(mailbox, form)) is not None:
        return stopped
    if request.method == "GET":
        return write_pages.form_page(mailbox, form, stage="title")
    files, wrong, status = uploads.received()
    if wrong:
        return _files_refused(mailbox, form, files, wrong, status)
    go, _colon, other = request.form.get("go", "send").partition(":")
    return STEPS.get(go, send)(mailbox, form, files, other)


@bp.route("/mailboxes/<slug>/report", methods=["GET", "POST"])
def report(slug: str) -> ResponseReturnValue:
    """Report wrongdoing in confidence; the unit that is named never learns of it here."""
    mailbox = messages.by_slug(current.session(), slug)
    form = message_form.for_mailbox(ReportForm, mailbox)
    if (stopped := _stopped(mailbox, form)) is not None:
        return stopped
    if request.method == "GET":
        return write_pages.form_page(mailbox, form)
    files, wrong, status = uploads.received()
    if wrong:
        return _files_refused(mailbox, form, files, wrong, status)
    return send(mailbox, form, files, "")


def _stopped(mailbox: Mailbox, form: MessageForm) -> ResponseReturnValue | None:
    """What is shown instead of the form: that it is closed, or that one has to sign in."""
    if mailbox.closed_at is not None:
        return write_pages.closed_page(mailbox, form if request.method == "POST" else None)
    if can(current.person(), Permission.SUGGESTION_SUBMIT, mailbox.topic):
        return None
    if request.method == "GET":
        return write_pages.who_page(mailbox, form)
    return write_pages.form_page(mailbox, form, status=HTTPStatus.UNAUTHORIZED, signed_out=True)


def _files_refused(
    mailbox: Mailbox, form: MessageForm, files: Files, wrong: list[str], status: HTTPStatus
) -> ResponseReturnValue:
    form.validate()
    form.files.errors = wrong
    return write_pages.form_page(mailbox, form, uploads=files, status=status)


def ask_title(
    mailbox: Mailbox, form: MessageForm, files: Files, _other: str
) -> ResponseReturnValue:
    """Back to the title."""
    return write_pages.form_page(mailbox, form, stage="title", uploads=files)


def show_similar(
    mailbox: Mailbox, form: MessageForm, files: Files, _other: str
) -> ResponseReturnValue:
    """From the title to what others asked; straight to the rest if nobody did."""
    if not form.title.validate(form):
        return write_pages.form_page(mailbox, form, stage="title", uploads=files)
    found = write_pages.similar_to(mailbox, form)
    if not found:
        return write_pages.form_page(mailbox, form, uploads=files, is_new=True)
    return write_pages.similar_page(mailbox, form, found, uploads=files)


def follow(mailbox: Mailbox, form: MessageForm, files: Files, other: str) -> ResponseReturnValue:
    """Follow one that is in hand (``off-7``: no longer), which counts as support; stay on the page."""
    act = supports.take_back if other.startswith("off-") else supports.give
    message = _("You follow it now, and it counts as your voice. You find it under “My messages”.")
    try:
        suggestion = suggestion_pages.for_support(
            current.session(), number(other.removeprefix("off-"))
        )
        act(
            current.session(),
            suggestion=suggestion,
            person=current.somebody(),
            now=current.now(),
        )
    except Refusal as refusal:
        message = translated(refusal)
    found = write_pages.similar_to(mailbox, form)
    return write_pages.similar_page(mailbox, form, found, uploads=files, message=message)


def ask_details(
    mailbox: Mailbox, form: MessageForm, files: Files, _other: str
) -> ResponseReturnValue:
    """The whole form, with what was typed so far."""
    return write_pages.form_page(mailbox, form, uploads=files)


def send(mailbox: Mailbox, form: MessageForm, files: Files, _other: str) -> ResponseReturnValue:
    """Send it, unless something is to be mended or the author has not seen what will be masked."""
    if not form.validate():
        return write_pages.form_page(mailbox, form, uploads=files)
    # The words of a report are never public: nothing is masked, and nothing has to be shown.
    findings = [] if isinstance(form, ReportForm) else wording.personal_data(form.words)
    if findings and request.form.get("go") != "masked":
        return write_pages.check_page(mailbox, form, findings, uploads=files)
    now = current.now()
    try:
        case = _sent(mailbox, form, now)
        uploads.attach(case.suggestion, files)
    except NotInThisPhase:
        return write_pages.closed_page(mailbox, form)
    except Refusal as refusal:
        form.blame(refusal if isinstance(refusal, Invalid) else Invalid(translated(refusal)))
        return write_pages.form_page(mailbox, form, uploads=files, status=refusal.status)
    if case.created_at != now:
        flash(_("You had sent these words before; here is their receipt."), "info")
    return redirect(url_for(".receipt", no=case.no))


def _sent(mailbox: Mailbox, form: MessageForm, now: datetime) -> Case:
    return messages.send(
        current.session(),
        mailbox=mailbox,
        author=current.somebody(),
        message=form.message,
        different_from=form.seen,
        per_hour=current_app.config["SUGGESTIONS_PER_HOUR"],
        vault=vault(),
        calendar=casework.calendar(),
        now=now,
    )


STEPS = {
    "title": ask_title,
    "similar": show_similar,
    "follow": follow,
    "details": ask_details,
}


@bp.errorhandler(CSRFError)
def keep_the_words(error: CSRFError) -> ResponseReturnValue:
    """A session that ended while somebody wrote: the form comes back with its words and a new token."""
    forms = {"mailboxes.write": MessageForm, "mailboxes.report": ReportForm}
    form_class = forms.get(request.endpoint or "")
    if request.endpoint == "mailboxes.act":
        return acting.keep_what_was_typed()
    if form_class is None:
        return refusals.stale_page(error)
    try:
        mailbox = messages.by_slug(current.session(), (request.view_args or {})["slug"])
    except Refusal as refusal:
        return refusals.explain(refusal)
    form = message_form.for_mailbox(form_class, mailbox)
    if mailbox.closed_at is not None:
        return write_pages.closed_page(mailbox, form)
    return write_pages.form_page(
        mailbox,
        form,
        status=HTTPStatus.BAD_REQUEST,
        stale=True,
        signed_out=current.person() is None,
    )
