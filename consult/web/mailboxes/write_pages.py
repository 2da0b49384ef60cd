"""The pages that lead to a message. Each carries all that was typed, so nothing is lost."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.extensions import indexes
from consult.services.caseload import answered
from consult.services.caseload.answered import SimilarMessage
from consult.services.suggesting.wording import Found, Words
from consult.web import current
from consult.web.mailboxes import pace
from consult.web.mailboxes.message_form import MessageForm, ReportForm
from consult.web.uploads import Upload
from models.mailbox import Mailbox


def form_page(
    mailbox: Mailbox,
    form: MessageForm,
    *,
    stage: str = "details",
    uploads: Sequence[Upload] = (),
    status: HTTPStatus | None = None,
    **shown: Any,
) -> ResponseReturnValue:
    """The form: its title alone (``stage="title"``) or whole."""
    form.offer()
    page = render_template(
        "mailboxes/report.html" if isinstance(form, ReportForm) else "mailboxes/write.html",
        mailbox=mailbox,
        form=form,
        stage=stage,
        uploads=uploads,
        pace=pace.paces([mailbox.topic_id])[mailbox.topic_id],
        **shown,
    )
    return page, status or form.status


def similar_page(
    mailbox: Mailbox,
    form: MessageForm,
    found: Sequence[SimilarMessage],
    *,
    uploads: Sequence[Upload],
    message: str = "",
) -> ResponseReturnValue:
    """What was answered and what is in hand, to be content with or to go on from."""
    form.different_from.data = ",".join(str(one.message.face.id) for one in found)
    return render_template(
        "mailboxes/write_similar.html",
        mailbox=mailbox,
        form=form,
        found=found,
        uploads=uploads,
        message=message,
    )


def check_page(
    mailbox: Mailbox, form: MessageForm, findings: Sequence[Found], *, uploads: Sequence[Upload]
) -> ResponseReturnValue:
    """Personal data in the words, and how the public will see it; nothing is stored yet."""
    return render_template(
        "mailboxes/write_check.html",
        mailbox=mailbox,
        form=form,
        findings=findings,
        uploads=uploads,
    )


def closed_page(mailbox: Mailbox, form: MessageForm | None) -> ResponseReturnValue:
    """It takes nothing any more; what was typed stands there to be copied."""
    words = form.words if form else Words("", "")
    page = render_template("mailboxes/write_closed.html", mailbox=mailbox, words=words)
    return page, HTTPStatus.CONFLICT


def who_page(mailbox: Mailbox, form: MessageForm) -> ResponseReturnValue:
    """One has to say who one is first, and how."""
    return render_template(
        "mailboxes/write_who.html",
        mailbox=mailbox,
        back=request.full_path.rstrip("?"),
        is_report=isinstance(form, ReportForm),
    )


def similar_to(mailbox: Mailbox, form: MessageForm) -> list[SimilarMessage]:
    """What others wrote about it."""
    return answered.similar(
        current.session(),
        mailbox,
        indexes=indexes(),
        title=form.title.data or "",
        body=form.facts.data or "",
        reader=current.person(),
    )
