"""Notes of handling 办理记录 and requests of supervisors 督办意见: read by staff, never by the author."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.exceptions import N_, Invalid, NotAllowed
from consult.services.handling.insiders import require_insider, supervises
from consult.services.records import bells, ledger
from consult.text.normalise import tidy
from models.case import Case
from models.casework import CaseNote, NoteKind
from models.job import JobName
from models.person import Person


def write(
    session: Session,
    *,
    case: Case,
    text: str,
    kind: NoteKind = NoteKind.NOTE,
    actor: Person,
    now: datetime,
) -> CaseNote:
    """Add a note. None is ever changed or taken back; a mistake is set right by another.

    A request is told to those who are to do it: by the job, from the row (:mod:`telling`).

    :raises NotAllowed: for those who only read the case, or who do not supervise it.
    :raises Invalid: if nothing is said, or too much.
    """
    require_insider(case, actor)
    if kind is NoteKind.SUPERVISION and not supervises(case, actor):
        raise NotAllowed
    said = tidy(text)
    if not said:
        raise Invalid(N_("Please write a few words."), field="text")
    if len(said) > CaseNote.MOST:
        raise Invalid(N_("A note has up to %(most)d characters."), field="text", most=CaseNote.MOST)
    note = CaseNote(case=case, kind=kind, text=said, author=actor, round=case.round, created_at=now)
    session.add(note)
    if kind is NoteKind.SUPERVISION:
        bells.ring(session, JobName.CASE_NOTICES)
    ledger.record(session, "case.noted", case, actor=actor, now=now, kind=kind.value)
    return note
