"""What the pages around a reply show beside their forms."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, g, render_template
from flask_babel import gettext as _

from consult.exceptions import Refusal
from consult.extensions import indexes
from consult.services.caseload import case_pages, reply_pages
from consult.services.caseload.reply_pages import Looked
from consult.services.handling import clocks, reply_templates
from consult.services.handling.reply_templates import Filled
from consult.web import current
from consult.web.diffs import parts
from consult.web.handling.reply_forms import ReplyForm
from consult.web.refusals import translated
from consult.web.time_left import time_left
from models.case import Case, CaseState, ClockKind
from models.reply import Reply
from models.reply_template import ReplyTemplate


def case_in_hand(case_id: int) -> Case:
    """The case of this number for who works on it; its mailbox is named at the side."""
    case = case_pages.for_staff(current.session(), case_id, current.somebody())
    g.topic_slug = case.topic.slug
    return case


def around(case: Case) -> dict[str, Any]:
    """What every page about the reply of a case shows of the case itself."""
    clock = next(iter(clocks.running(case, ClockKind.REPLY)), None)
    return {
        "case": case,
        "acts": case_pages.acts_for(case, current.somebody()),
        "clock": clock,
        "left": time_left(clock.due_at) if clock else None,
        "lang": case.topic.language.replace("_", "-"),
    }


def templates_for(case: Case, state: CaseState, field: Any) -> Sequence[ReplyTemplate]:
    """The templates for ``case`` in ``state``, put into ``field`` as its choices."""
    found = reply_templates.fitting(current.session(), case, state)
    field.choices = [("", _("Choose a template")), *((str(one.id), one.name) for one in found)]
    return found


def filled(case: Case, state: CaseState, chosen: str | None) -> Filled | None:
    """The template that was chosen, its places filled in; None if it is not offered here."""
    for one in reply_templates.fitting(current.session(), case, state):
        if str(one.id) == chosen:
            zone = ZoneInfo(current_app.config["TIME_ZONE"])
            return reply_templates.filled(one, case, zone=zone, now=current.now())
    return None


def look(case: Case, text: str, mail_text: str, lines: Mapping[int, str]) -> Looked:
    """Reasons to look at these words again, for whoever is looking."""
    return reply_pages.look(
        current.session(),
        case,
        text=text,
        mail_text=mail_text,
        lines=lines,
        indexes=indexes(),
        reader=current.somebody(),
    )


def written(case: Case, reply: Reply | None) -> dict[str, Any]:
    """What the editor begins with: what was kept so far."""
    return {
        "version": case.version,
        "seen": reply.version if reply else 0,
        "text": reply.text if reply else "",
        "mail_text": reply.mail_text if reply else "",
        "outcome": reply.outcome if reply else "",
    }


def editor(
    case: Case,
    form: ReplyForm,
    *,
    typed_lines: Mapping[int, str] | None = None,
    looked: Looked | None = None,
    refusal: Refusal | None = None,
    clash: Refusal | None = None,
) -> str:
    """The page on which a reply is written."""
    session, person = current.session(), current.somebody()
    replies = reply_pages.replies(session, case)
    standing = next((one for one in replies if one.round == case.round), None)
    returned = reply_pages.returned(standing)
    members, member_count = reply_pages.members(session, case)
    kept = {line.case_id: line.text for line in standing.lines} if standing else {}
    return render_template(
        "handling/reply.html",
        form=form,
        offered=templates_for(case, CaseState.REPLIED, form.template),
        standing=standing,
        earlier_rounds=[one for one in replies if one.round < case.round],
        returned=returned,
        changes=parts(returned.text, form.text.data or "") if returned else [],
        members=members,
        member_count=member_count,
        lines=kept if typed_lines is None else {**kept, **typed_lines},
        like=reply_pages.like(session, case, indexes=indexes(), reader=person),
        looked=looked,
        refusal=translated(refusal) if refusal else "",
        clash=clash,
        **around(case),
    )
