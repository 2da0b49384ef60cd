"""Mailboxes at the office: opened, changed, given a statement, closed and opened again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from consult.exceptions import Invalid, NotAllowed, StaleVersion
from consult.permissions import Permission, can
from consult.services.handling import dispatching, mailboxes, mailboxes_in_care, working_days
from consult.services.handling.dispatch_lessons import LEAST, model_of
from consult.text.markup import render_markdown
from consult.web import casework, current, labels
from consult.web.handling.blueprint import bp
from consult.web.handling.mailbox_forms import EditForm, NewForm, StatementForm, shown
from consult.web.numbers import number
from models.agency import Agency
from models.mailbox import Mailbox


@bp.get("/mailboxes", endpoint="mailboxes")
def list_mailboxes() -> ResponseReturnValue:
    """The mailboxes of the agencies that one works in, above or below."""
    person = current.somebody()
    found = mailboxes_in_care.of_staff(
        current.session(), person=person, page=request.args.get("page", 1, type=int)
    )
    may_open = bool(mailboxes_in_care.agencies(current.session(), person=person))
    return render_template("handling/mailboxes.html", found=found, may_open=may_open)


@bp.route("/mailboxes/new", methods=["GET", "POST"])
def new_mailbox() -> ResponseReturnValue:
    """Open a mailbox."""
    mine = mailboxes_in_care.agencies(current.session(), person=current.somebody())
    if not mine:
        raise NotAllowed
    form = NewForm()
    form.agency.choices = [(one.slug, labels.named(one)) for one in mine]
    agency = next((one for one in mine if one.slug == form.agency.data), mine[0])
    form.offer(agency)
    if form.validate_on_submit():
        try:
            made = _open(form, agency)
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("The mailbox is open. Next: who answers for what."), "success")
            return redirect(url_for(".mailbox", slug=made.topic.slug))
    return render_template("handling/mailbox_form.html", form=form, mailbox=None), form.status


@bp.get("/mailboxes/<slug>")
def mailbox(slug: str) -> ResponseReturnValue:
    """What is set up for a mailbox, and what is missing."""
    found = in_care(slug)
    session = current.session()
    return render_template(
        "handling/mailbox.html",
        mailbox=found,
        may_manage=can(current.person(), Permission.MAILBOX_MANAGE, found),
        gaps=dispatching.gaps(session, found),
        learned=model_of(session, found),
        least=LEAST,
        guidance=_rendered(found.guidance),
        statement=_rendered(found.statement),
        unknown_year=working_days.unknown_soon(casework.calendar(), current.now()),
    )


@bp.route("/mailboxes/<slug>/edit", methods=["GET", "POST"])
def edit_mailbox(slug: str) -> ResponseReturnValue:
    """Change what is said of it; what is typed stays if somebody else changed it meanwhile."""
    found, stale = to_manage(slug), None
    form = EditForm(data=shown(found))
    form.offer(found.topic.agency)
    if form.validate_on_submit():
        try:
            _save(form, found)
        except Invalid as refusal:
            form.blame(refusal)
        except StaleVersion as refusal:
            stale, form.version.data = refusal, str(found.version)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".mailbox", slug=slug))
    page = render_template("handling/mailbox_form.html", form=form, mailbox=found, stale=stale)
    return page, stale.status if stale else form.status


@bp.route("/mailboxes/<slug>/statement", methods=["GET", "POST"])
def mailbox_statement(slug: str) -> ResponseReturnValue:
    """Pin a statement on top of it, change it, or take it down."""
    found, stale = to_manage(slug), None
    form = StatementForm(data={"version": found.version, "words": found.statement})
    if form.validate_on_submit():
        try:
            _state(form, found)
        except Invalid as refusal:
            form.blame(refusal)
        except StaleVersion as refusal:
            stale, form.version.data = refusal, str(found.version)
        else:
            flash(_("It is pinned.") if found.statement else _("It is taken down."), "success")
            return redirect(url_for(".mailbox", slug=slug))
    page = render_template("handling/mailbox_statement.html", form=form, mailbox=found, stale=stale)
    return page, stale.status if stale else form.status


@bp.post("/mailboxes/<slug>/close")
def close_mailbox(slug: str) -> ResponseReturnValue:
    """Take no more messages."""
    found = to_manage(slug)
    mailboxes.close(current.session(), mailbox=found, actor=current.somebody(), now=current.now())
    flash(_("The mailbox is closed. What is in hand is answered."), "success")
    return redirect(url_for(".mailbox", slug=slug))


@bp.post("/mailboxes/<slug>/reopen")
def reopen_mailbox(slug: str) -> ResponseReturnValue:
    """Take messages again."""
    found = to_manage(slug)
    mailboxes.reopen(current.session(), mailbox=found, actor=current.somebody(), now=current.now())
    flash(_("The mailbox takes messages again."), "success")
    return redirect(url_for(".mailbox", slug=slug))


def in_care(slug: str) -> Mailbox:
    """The mailbox at an address, for who works in its agency, above or below it."""
    return mailboxes_in_care.by_slug(current.session(), slug, person=current.somebody())


def to_manage(slug: str) -> Mailbox:
    """The same, for who looks after it."""
    return mailboxes_in_care.to_manage(current.session(), slug, person=current.somebody())


def _rendered(text: str) -> Markup:
    return Markup(render_markdown(text))  # noqa: S704 - cleaned there


def _open(form: NewForm, agency: Agency) -> Mailbox:
    return mailboxes.open_mailbox(
        current.session(),
        agency=agency,
        form=form.written(form.slug.data or ""),
        actor=current.somebody(),
        now=current.now(),
    )


def _save(form: EditForm, found: Mailbox) -> None:
    mailboxes.edit(
        current.session(),
        mailbox=found,
        form=form.written(),
        version=number(form.version.data),
        actor=current.somebody(),
        now=current.now(),
    )


def _state(form: StatementForm, found: Mailbox) -> None:
    mailboxes.state(
        current.session(),
        mailbox=found,
        words=form.words.data or "",
        version=number(form.version.data),
        actor=current.somebody(),
        now=current.now(),
    )
