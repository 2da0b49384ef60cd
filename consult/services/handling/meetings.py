"""联席会商: joint meetings of units about a case, recorded with who took part and what they came to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.exceptions import N_, Invalid, NotAllowed, NotFound
from consult.services.handling.insiders import require_insider, works_on
from consult.services.handling.working_days import Calendar
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from consult.text.normalise import tidy, tidy_line
from models.agency import Agency
from models.case import Case
from models.casework import Meeting, MeetingOutcome
from models.person import Person

MOST_SUBJECT, MOST_DECISION, MOST_MINUTES = 200, 2000, 8000


@dataclass(frozen=True)
class MeetingForm:
    """What is written down about a meeting."""

    held_on: date
    subject: str
    units: Collection[Agency]
    outcome: MeetingOutcome
    decision: str
    minutes: str = ""


def record(
    session: Session,
    *,
    case: Case,
    form: MeetingForm,
    calendar: Calendar,
    actor: Person,
    now: datetime,
) -> Meeting:
    """Write a meeting down after it was held.

    :raises NotAllowed: for those who do not work on the case.
    :raises Invalid: for a day to come or before the message came, fewer than two units, a unit
        that a report names, or words that are missing or too many.
    """
    _require(case, actor)
    _check(case, form, calendar, now)
    meeting = Meeting(case=case, recorded_by=actor, round=case.round, created_at=now)
    _fill(meeting, form)
    session.add(meeting)
    session.flush()  # the ledger names it
    ledger.record(
        session,
        "case.meeting_recorded",
        case,
        actor=actor,
        now=now,
        meeting=meeting.id,
        units=[unit.id for unit in meeting.units],
    )
    return meeting


def correct(
    session: Session,
    *,
    meeting: Meeting,
    version: int,
    form: MeetingForm,
    calendar: Calendar,
    actor: Person,
    now: datetime,
) -> None:
    """Set a record right; that it was done stands in the ledger.

    :raises StaleVersion: if somebody else did so meanwhile.
    """
    _require(meeting.case, actor)
    expect_version(meeting, version)
    _check(meeting.case, form, calendar, now)
    _fill(meeting, form)
    ledger.record(
        session, "case.meeting_corrected", meeting.case, actor=actor, now=now, meeting=meeting.id
    )


def by_id(session: Session, case: Case, meeting_id: int) -> Meeting:
    """A meeting about ``case``, with its units.

    :raises NotFound: if it is about another one, or there is none.
    """
    found = session.scalar(
        select(Meeting)
        .filter_by(id=meeting_id, case_id=case.id)
        .options(selectinload(Meeting.units), joinedload(Meeting.recorded_by))
    )
    if found is None:
        raise NotFound
    return found


def _require(case: Case, actor: Person) -> None:
    require_insider(case, actor)
    if not works_on(case, actor):
        raise NotAllowed


def _check(case: Case, form: MeetingForm, calendar: Calendar, now: datetime) -> None:
    first, today = (moment.astimezone(calendar.zone).date() for moment in (case.created_at, now))
    if not first <= form.held_on <= today:
        raise Invalid(
            N_("The day lies between the day on which the message came and today."),
            field="held_on",
        )
    if len({unit.id for unit in form.units}) < 2:  # noqa: PLR2004 - one unit alone does not meet
        raise Invalid(N_("At least two units take part in a joint meeting."), field="units")
    named = case.named_unit
    if named is not None and any(unit.is_within(named) for unit in form.units):
        raise Invalid(N_("A report is never discussed with the unit that it names."), field="units")
    for field, text, most in (
        ("subject", tidy_line(form.subject), MOST_SUBJECT),
        ("decision", tidy(form.decision), MOST_DECISION),
    ):
        if not text:
            raise Invalid(N_("Please write a few words."), field=field)
        if len(text) > most:
            raise Invalid(N_("Write up to %(most)d characters."), field=field, most=most)
    if len(tidy(form.minutes)) > MOST_MINUTES:
        raise Invalid(N_("Write up to %(most)d characters."), field="minutes", most=MOST_MINUTES)


def _fill(meeting: Meeting, form: MeetingForm) -> None:
    meeting.held_on, meeting.outcome = form.held_on, form.outcome
    meeting.subject, meeting.decision = tidy_line(form.subject), tidy(form.decision)
    meeting.minutes = tidy(form.minutes)
    meeting.units = sorted(
        {unit.id: unit for unit in form.units}.values(), key=lambda unit: unit.id
    )
