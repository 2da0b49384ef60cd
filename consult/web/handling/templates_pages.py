"""The templates of a mailbox: what a reply or a notice begins with."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from consult.exceptions import Invalid, Refusal, StaleVersion
from consult.permissions import Permission, can, require
from consult.services.handling import mailboxes_in_care, reply_templates
from consult.services.handling.reply_templates import MOST_NAME, MOST_TEXT, SPEAKING, Wording
from consult.web import current, labels
from consult.web.forms import Form
from consult.web.handling.blueprint import bp
from consult.web.handling.reply_forms import TOO_LONG
from consult.web.numbers import number
from models.case import CaseState
from models.mailbox import Domain, Mailbox
from models.reply_template import ReplyTemplate


class TemplateForm(Form):
    version = HiddenField()
    name = StringField(
        _l("Name of the template"),
        validators=[
            InputRequired(_l("Give the template a name.")),
            Length(max=MOST_NAME, message=TOO_LONG),
        ],
    )
    state = SelectField(
        _l("When it is used"), choices=lambda: [(one.value, labels.label(one)) for one in SPEAKING]
    )
    domain = SelectField(
        _l("Domain"), choices=lambda: [("", _("Every domain")), *labels.choices(Domain)]
    )
    page_text = TextAreaField(
        _l("Words on the page"),
        description=_l("Everybody may read them."),
        validators=[
            InputRequired(_l("Write what the page says.")),
            Length(max=MOST_TEXT, message=TOO_LONG),
        ],
    )
    mail_text = TextAreaField(
        _l("Words in the letter"),
        description=_l("Only the author gets them. May be left empty."),
        validators=[Length(max=MOST_TEXT, message=TOO_LONG)],
    )

    @property
    def wording(self) -> Wording:
        """What was typed, as the service wants it."""
        domain = self.domain.data or ""
        return Wording(
            name=self.name.data or "",
            state=CaseState(self.state.data),
            domain=Domain(domain) if domain else None,
            page_text=self.page_text.data or "",
            mail_text=self.mail_text.data or "",
        )


@bp.route("/mailboxes/<slug>/templates", methods=["GET", "POST"], endpoint="reply_templates")
def list_templates(slug: str) -> ResponseReturnValue:
    """The templates of a mailbox, and a form for another."""
    mailbox, form = _mailbox(slug), TemplateForm()
    if form.validate_on_submit():
        try:
            reply_templates.make(
                current.session(),
                mailbox=mailbox,
                wording=form.wording,
                actor=current.somebody(),
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("The template is kept, and offered from now on."), "success")
            return redirect(url_for(".reply_templates", slug=slug))
    elif form.is_submitted():
        require(current.person(), Permission.MAILBOX_MANAGE, mailbox)
    return render_template(
        "handling/reply_templates.html",
        form=form,
        templates=reply_templates.of_mailbox(current.session(), mailbox),
        **_shared(mailbox),
    ), form.status


@bp.route("/mailboxes/<slug>/templates/<int:template_id>", methods=["GET", "POST"])
def reply_template(slug: str, template_id: int) -> ResponseReturnValue:
    """Change a template; what is typed stays if a colleague was quicker."""
    mailbox, template = _template(slug, template_id)
    require(current.person(), Permission.MAILBOX_MANAGE, mailbox)
    form, clash = TemplateForm(data=_written(template)), None
    if form.validate_on_submit():
        try:
            reply_templates.edit(
                current.session(),
                template=template,
                wording=form.wording,
                version=number(form.version.data),
                actor=current.somebody(),
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        except StaleVersion as refusal:
            clash, form.version.data = refusal, str(template.version)
        else:
            flash(_("Saved. Replies that were begun with it stay as they are."), "success")
            return redirect(url_for(".reply_templates", slug=slug))
    return _edit_page(mailbox, template, form, clash)


@bp.post("/mailboxes/<slug>/templates/<int:template_id>/retire")
def retire_reply_template(slug: str, template_id: int) -> ResponseReturnValue:
    """Offer a template no longer."""
    _mailbox_there, template = _template(slug, template_id)
    reply_templates.retire(
        current.session(),
        template=template,
        version=number(request.form.get("version")),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("It is not offered any more. It can be offered again at any time."), "success")
    return redirect(url_for(".reply_templates", slug=slug))


@bp.post("/mailboxes/<slug>/templates/<int:template_id>/restore")
def restore_reply_template(slug: str, template_id: int) -> ResponseReturnValue:
    """Offer a template again."""
    _mailbox_there, template = _template(slug, template_id)
    reply_templates.restore(
        current.session(),
        template=template,
        version=number(request.form.get("version")),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("It is offered again."), "success")
    return redirect(url_for(".reply_templates", slug=slug))


def _mailbox(slug: str) -> Mailbox:
    g.topic_slug = slug
    return mailboxes_in_care.by_slug(current.session(), slug, person=current.somebody())


def _template(slug: str, template_id: int) -> tuple[Mailbox, ReplyTemplate]:
    mailbox = _mailbox(slug)
    return mailbox, reply_templates.by_id(current.session(), template_id, mailbox=mailbox)


def _written(template: ReplyTemplate) -> dict[str, Any]:
    return {
        "version": template.version,
        "name": template.name,
        "state": template.state.value,
        "domain": template.domain.value if template.domain else "",
        "page_text": template.page_text,
        "mail_text": template.mail_text,
    }


def _shared(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "mailbox": mailbox,
        "places": list(reply_templates.PLACES),
        "may_edit": can(current.person(), Permission.MAILBOX_MANAGE, mailbox),
        "lang": mailbox.topic.language.replace("_", "-"),
    }


def _edit_page(
    mailbox: Mailbox, template: ReplyTemplate, form: TemplateForm, clash: Refusal | None
) -> ResponseReturnValue:
    page = render_template(
        "handling/reply_template.html",
        template=template,
        form=form,
        clash=clash,
        **_shared(mailbox),
    )
    return page, clash.status if clash else form.status
