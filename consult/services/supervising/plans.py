"""What an agency has set for its supervision: when digests are made, and whether places are given."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from consult.exceptions import N_, Invalid, StaleVersion
from consult.permissions import Permission, require
from consult.services.records import ledger
from consult.services.supervising.numbers import LEAST
from models.agency import Agency
from models.person import Person
from models.supervision import Rhythm, SupervisionPlan

MOST_LEAST = 10_000
#: Every month has a day with this number.
LAST_DAY = 28


@dataclass(frozen=True)
class PlanForm:
    """What is set."""

    rhythm: Rhythm
    day: int
    hour: int
    mails: bool
    ranking_shown: bool
    ranking_least: int


def of(session: Session, agency: Agency) -> SupervisionPlan:
    """What ``agency`` has set, or the defaults; a row that is not stored yet."""
    return session.get(SupervisionPlan, agency.id) or SupervisionPlan(
        agency_id=agency.id,
        rhythm=Rhythm.NEVER,
        day=0,
        hour=8,
        mails=True,
        ranking_shown=True,
        ranking_least=LEAST,
        version=0,
    )


def ranking_least(session: Session, agency: Agency) -> int | None:
    """From how many cases and ratings on places are given; None: none are."""
    plan = of(session, agency)
    return plan.ranking_least if plan.ranking_shown else None


def change(
    session: Session,
    *,
    agency: Agency,
    form: PlanForm,
    version: int,
    zone: ZoneInfo,
    actor: Person,
    now: datetime,
) -> SupervisionPlan:
    """Set it anew; the next digest is made at the next moment that fits.

    :raises Invalid: for a day, an hour or a minimum that cannot be.
    :raises StaleVersion: if somebody else set it meanwhile.
    """
    require(actor, Permission.SUPERVISION_SET, agency)
    _check(form)
    plan = session.get(SupervisionPlan, agency.id)
    if (plan.version if plan else 0) != version:
        raise StaleVersion
    plan = plan or SupervisionPlan(agency_id=agency.id)
    session.add(plan)
    plan.rhythm, plan.day, plan.hour, plan.mails = form.rhythm, form.day, form.hour, form.mails
    plan.ranking_shown, plan.ranking_least = form.ranking_shown, form.ranking_least
    plan.changed_by_id = actor.id
    plan.next_at = next_moment(plan, now, zone)
    ledger.record(
        session,
        "supervision.set",
        agency,
        actor=actor,
        now=now,
        rhythm=form.rhythm.value,
        ranking=form.ranking_shown,
        least=form.ranking_least,
    )
    return plan


def next_moment(plan: SupervisionPlan, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment after ``after`` at which a digest is to be made; None: never."""
    if plan.rhythm is Rhythm.NEVER:
        return None
    day = after.astimezone(zone).date()
    for _step in range(62):
        moment = datetime.combine(day, time(plan.hour), zone).astimezone(UTC)
        fits = {
            Rhythm.DAILY: True,
            Rhythm.WEEKLY: day.weekday() == plan.day,
            Rhythm.MONTHLY: day.day == plan.day,
        }[plan.rhythm]
        if fits and moment > after:
            return moment
        day += timedelta(days=1)
    raise ValueError(f"no day fits {plan.rhythm} {plan.day}")


def length(rhythm: Rhythm) -> timedelta:
    """How far back a digest looks that none came before."""
    return {Rhythm.DAILY: timedelta(days=1), Rhythm.MONTHLY: timedelta(days=31)}.get(
        rhythm, timedelta(days=7)
    )


def _check(form: PlanForm) -> None:
    if form.hour not in range(24):
        raise Invalid(N_("An hour is between 0 and 23."), field="hour")
    if form.rhythm is Rhythm.WEEKLY and form.day not in range(7):
        raise Invalid(N_("Choose a day of the week."), field="day")
    if form.rhythm is Rhythm.MONTHLY and not 1 <= form.day <= LAST_DAY:
        raise Invalid(N_("Choose a day of the month between 1 and 28."), field="day")
    if not LEAST <= form.ranking_least <= MOST_LEAST:
        raise Invalid(
            N_("The minimum is between %(least)d and %(most)d."),
            field="ranking_least",
            least=LEAST,
            most=MOST_LEAST,
        )
