"""What the page of a case is made from, for whoever is signed in."""

from typing import Any

from flask import request
from flask_babel import LazyString

from consult.services.caseload import case_pages
from consult.services.handling import triage
from consult.services.handling.insiders import supervises, works_on
from consult.services.handling.moves import CaseAct, Party
from consult.services.handling.reception import Refused
from consult.services.handling.sight import AT_WORK
from consult.services.handling.steps import OVER
from consult.services.handling.triage_judge import Verdict
from consult.services.suggesting.contacts import RevealReason
from consult.web import current, labels
from consult.web.handling.act_links import act_links, beside
from consult.web.handling.triage_forms import house_name
from models.agency import Agency
from models.case import Case, CaseStep
from models.casework import CaseNote, NoteKind
from models.mailbox import Track, Urgency
from models.reply import ReturnReason

#: What a step keeps as a code, by its name in the detail.
CODES = {"code": (Refused, ReturnReason), "track": (Track,), "urgency": (Urgency,)}


def shown(case: Case) -> dict[str, Any]:
    """Everything the template asks for."""
    person = current.somebody()
    page = case_pages.page(current.session(), case, reader=person)
    may_confirm = Party.ASSIGNER in page.parties and case.state not in OVER
    reply = next((one for one in page.replies if one.round == case.round), None)
    return {
        "page": page,
        "reader_id": person.id,
        "case": case,
        "queue": request.args.get("queue", "") or None,
        "region": case_pages.region_of(current.session(), case),
        "links": act_links(case, page.acts, parties=page.parties, reply=reply, group=page.group),
        "beside": beside(case, page, person),
        "may_take_apart": page.member_count > 0 and Party.ASSIGNER in page.parties,
        "codes": code_of,
        "unit_of": unit_of,
        "may_confirm_urgency": may_confirm,
        "verdict": _verdict(case) if may_confirm else None,
        "house_name": house_name,
        "urgencies": list(Urgency),
        "may_reveal": bool(page.parties & AT_WORK),
        "may_write": works_on(case, person) or supervises(case, person),
        "may_meet": works_on(case, person),
        "may_supervise": supervises(case, person),
        "note_kinds": list(NoteKind),
        "most_note": CaseNote.MOST,
        "reveal_reasons": labels.choices(RevealReason),
    }


def _verdict(case: Case) -> Verdict:
    """How urgent the words and rules of today say that it is, and which of them."""
    return triage.verdict(current.session(), case.mailbox, case.suggestion, case.domain)


#: Acts of people in the unit that has the case; in the others it is the assigner who acts, or the author.
OF_UNIT = {CaseAct.TAKE_UP, CaseAct.OBJECT, CaseAct.DRAFT, CaseAct.PASS}


def unit_of(step: CaseStep) -> Agency | None:
    """The unit that a step is about: the one that acted, or the one that was given the case."""
    if step.act in OF_UNIT:
        return step.unit
    given = step.detail.get("unit") if step.act in {CaseAct.ASSIGN, CaseAct.REASSIGN} else None
    return next((one.unit for one in step.case.assignments if one.unit_id == given), None)


def code_of(step: CaseStep) -> LazyString | str:
    """What a step keeps as a code, in words: why it was refused or returned, how it is handled."""
    for name, kinds in CODES.items():
        value = step.detail.get(name)
        for kind in kinds:
            if value in set(kind):
                return labels.label(kind(value))
    return ""
