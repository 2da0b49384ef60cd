"""The page on which an author follows a message, with what may be done about it."""

from typing import Any

from flask import render_template

from consult.services.caseload import answered, author_acts, message_pages
from consult.services.consultations import attachments
from consult.services.handling.moves import CaseAct
from consult.services.suggesting import contacts, journeys, query_codes
from consult.services.supervising import exclusions
from consult.web import current
from consult.web.mailboxes import timeline, whats_next
from consult.web.mailboxes.author_forms import RateForm, SupplementForm, WithdrawForm, WordsForm
from models.case import Case


def page(
    case: Case,
    *,
    act: CaseAct | None = None,
    form: Any = None,
    refused: str = "",
    stale: bool = False,
) -> str:
    """The page; ``form`` is what was sent to ``act`` and could not be done, with its words."""
    session, person = current.session(), current.person()
    replies = message_pages.replies(session, case)
    is_own = person is not None and person.id == case.suggestion.author_id
    rating = message_pages.rating_of(session, case) if is_own else None
    acts = author_acts.open_to(session, case, person, now=current.now())
    forms: dict[str, Any] = {one.value: _empty(one, rating) for one in acts}
    if act is not None and act in acts:
        forms[act.value] = form
    return render_template(
        "mailboxes/progress.html",
        case=case,
        suggestion=case.suggestion,
        is_own=is_own,
        code=query_codes.shown(case.suggestion.query_code),
        next=whats_next.of(case),
        steps=timeline.of(case, exclusions.history(session, case)),
        replies=replies,
        results={reply.id: answered.outcome_of(reply.outcome) for reply in replies},
        asked=_asked(case),
        line=message_pages.line_for(session, case),
        rating=rating,
        versions=case.suggestion.versions,
        files=attachments.of_owner(session, case.suggestion),
        contact=contacts.masked(session, case.suggestion),
        reveals=journeys.reveals(session, case.suggestion),
        forms=forms,
        refused=refused,
        stale=stale,
        kept=form.typed if form is not None and act not in acts else "",
    )


def _asked(case: Case) -> str:
    """What the author was asked for the last time."""
    asked = (step.reason for step in reversed(case.steps) if step.act == CaseAct.RETURN_FOR_MORE)
    return next(asked, "")


def _empty(act: CaseAct, rating: Any) -> Any:
    """A form with nothing in it, or the rating as it stands; never what this request sent."""
    if act is CaseAct.RATE:
        return RateForm(formdata=None, obj=rating)
    kinds = {CaseAct.WITHDRAW: WithdrawForm, CaseAct.SUPPLEMENT: SupplementForm}
    return kinds.get(act, WordsForm)(formdata=None)
