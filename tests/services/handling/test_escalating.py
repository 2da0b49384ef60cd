"""Clocks that run out: who is told, when, and once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from consult.services.handling import (
    allowances,
    assigning,
    clocks,
    escalating,
    joining,
    passing_time,
    reception,
    replying,
    triage,
)
from consult.services.handling.allowances import Allowance
from consult.services.handling.clocks import Times
from consult.services.handling.working_days import Calendar
from models.case import Case, Clock, ClockKind
from models.ledger import LedgerEntry
from models.mailbox import TimeUnit, Urgency
from models.notice import Notice, NoticeKind
from models.suggestion import SuggestionKind
from tests.city import CALENDAR

K = NoticeKind


@pytest.fixture
def warn(city):
    """Let the job come by at a moment, until nothing is left."""

    def act(at=None, **by):
        if at is not None:
            city.clock.now = at
        city.clock.advance(**by)
        done = 0
        while count := escalating.escalate(city.session, calendar=CALENDAR, now=city.clock()):
            done += count
        city.session.flush()
        return done

    return act


def told(city, who, case):
    query = select(Notice.kind).filter_by(person_id=getattr(city.people, who).id, case_id=case.id)
    return list(city.session.scalars(query.order_by(Notice.id)))


def reply_clock(case):
    return next(one for one in case.clocks if one.kind is ClockKind.REPLY)


def test_first_who_has_it_then_who_leads_then_who_supervises(city, warn):
    """10 working days from Monday, 15 June 2026: due as Wednesday, 1 July begins in Beijing.

    (Friday, 19 June is a holiday.) Near: as the last two of them begin, on 29 June.
    """
    case = city.in_progress()
    assert warn(datetime(2026, 6, 28, 15, 0, tzinfo=UTC)) > 0
    assert told(city, "handler", case) == []
    warn(datetime(2026, 6, 28, 16, 0, tzinfo=UTC))
    assert told(city, "handler", case) == [K.CASE_NEAR_DUE]
    warn(datetime(2026, 6, 30, 16, 0, tzinfo=UTC))
    assert told(city, "handler", case) == [K.CASE_NEAR_DUE, K.CASE_OVERDUE]
    assert told(city, "leader", case) == []
    warn(datetime(2026, 7, 1, 16, 0, tzinfo=UTC))
    assert told(city, "leader", case) == [K.CASE_OVERDUE_UNIT]
    assert told(city, "supervisor", case) == []
    warn(datetime(2026, 7, 3, 16, 0, tzinfo=UTC))
    assert told(city, "supervisor", case) == [K.CASE_OVERDUE_SUPERVISED]
    assert warn(days=100) == 0, "nobody is left to be told"
    assert told(city, "handler", case) == [K.CASE_NEAR_DUE, K.CASE_OVERDUE]


def test_after_an_outage_everybody_is_told_at_once_but_not_that_it_is_near(city, warn):
    case = city.in_progress()
    warn(days=60)
    assert told(city, "handler", case) == [K.CASE_OVERDUE]
    assert told(city, "leader", case) == [K.CASE_OVERDUE_UNIT]
    assert told(city, "supervisor", case) == [K.CASE_OVERDUE_SUPERVISED]
    assert warn() == 0


def test_that_it_was_brought_before_others_stands_in_the_ledger(city, warn):
    case = city.in_progress()
    warn(days=60)
    query = select(LedgerEntry.detail).filter_by(act="case.escalated", subject_id=case.id)
    assert [detail["to"] for detail in city.session.scalars(query)] == ["leader", "supervisor"]


def test_an_answered_case_is_warned_of_no_more(city, warn):
    case = city.replied()
    warn(days=10)
    assert told(city, "handler", case) == told(city, "leader", case) == []


def test_an_extension_begins_the_warnings_anew(city, warn):
    case = city.in_progress()
    warn(days=14)
    assert told(city, "handler", case) == [K.CASE_NEAR_DUE]
    city.act(replying.extend, case, "leader", words="等配件")
    assert warn() == 1, "only when it is next told is reckoned"
    assert told(city, "handler", case) == [K.CASE_NEAR_DUE]
    warn(reply_clock(case).due_at - timedelta(hours=1))
    assert told(city, "handler", case) == [K.CASE_NEAR_DUE] * 2


def test_danger_is_counted_in_hours_and_all_are_told_when_they_are_over(city, warn):
    case = city.in_progress()
    city.act(triage.confirm, case, "assigner", urgency=Urgency.DANGER)
    warn(minutes=95)
    assert told(city, "handler", case) == []
    warn(minutes=1)
    assert told(city, "handler", case) == [K.CASE_NEAR_DUE]
    warn(minutes=24)
    assert told(city, "leader", case) == [K.CASE_OVERDUE_UNIT]
    assert told(city, "supervisor", case) == [K.CASE_OVERDUE_SUPERVISED]


def test_until_a_unit_has_it_the_assigner_is_warned(city, warn):
    case = city.send("没人管")
    warn(days=30)
    assert told(city, "assigner", case) == [K.CASE_OVERDUE] * 2, "the review and the acceptance"
    accepted = city.accepted(title="受理了")
    warn(days=60)
    assert told(city, "assigner", accepted) == [K.CASE_OVERDUE]
    assert told(city, "handler", accepted) == []


def test_what_must_be_reviewed_and_accepted_by_the_same_hour_is_told_of_once(city, warn):
    case = city.send("楼道里闻到燃气泄漏的味道")
    warn(hours=2)
    assert told(city, "assigner", case) == [K.CASE_OVERDUE]
    assert told(city, "supervisor", case) == [K.CASE_OVERDUE_SUPERVISED]


def test_an_objection_that_nobody_rules_on_is_the_assigners(city, warn):
    case = city.assigned()
    city.act(assigning.object_to, case, "handler", words="归道路处")
    warn(days=9)
    assert told(city, "assigner", case) == [K.CASE_OVERDUE]
    assert K.CASE_OVERDUE not in told(city, "handler", case)


def test_a_mailbox_says_itself_when_leaders_and_supervisors_are_told(city, warn, make):
    drafter = city.mailbox.topic.created_by
    allowances.set_allowance(
        city.session,
        mailbox=city.mailbox,
        name="warn_supervisor",
        allowance=Allowance(10),
        actor=drafter,
        now=city.clock(),
    )
    case = city.in_progress()
    warn(datetime(2026, 7, 10, 16, 0, tzinfo=UTC))
    assert told(city, "leader", case) == [K.CASE_OVERDUE_UNIT]
    assert told(city, "supervisor", case) == []
    warn(datetime(2026, 7, 14, 16, 0, tzinfo=UTC))
    assert told(city, "supervisor", case) == [K.CASE_OVERDUE_SUPERVISED]


def test_the_author_is_reminded_once_before_a_message_lapses(city, warn):
    case = city.send("缺地址")
    city.act(reception.return_for_more, case, "assigner", words="请写明地址")
    clock = clocks.running(case, ClockKind.SUPPLEMENT)[0]
    warn(clock.due_at - timedelta(hours=1))
    assert told(city, "citizen", case) == [K.CASE_SUPPLEMENT_DUE]
    warn(days=100)
    assert told(city, "citizen", case) == [K.CASE_SUPPLEMENT_DUE]


def test_a_low_rating_is_told_when_its_window_has_closed_and_not_before(city, warn):
    case = city.rated((1, 5, 5))
    warn(days=10)
    assert told(city, "assigner", case) == []
    city.clock.advance(days=20)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    warn()
    assert told(city, "assigner", case) == told(city, "leader", case) == [K.CASE_RATED_LOW]
    warn()
    assert told(city, "assigner", case) == [K.CASE_RATED_LOW]


def test_a_joined_message_is_told_of_with_the_case_that_answers_it(city, warn, session):
    lead, other = city.accepted(), city.accepted(title="也不亮", author=city.people.stranger)
    joining.join(
        session,
        lead=lead,
        others=[other],
        times=city.times(lead),
        actor=city.people.assigner,
        now=city.clock(),
    )
    city.act(assigning.assign, lead, "assigner", unit=city.lamps)
    warn(days=60)
    assert told(city, "supervisor", lead) == [K.CASE_OVERDUE_SUPERVISED]
    assert told(city, "supervisor", other) == []


def test_a_report_is_never_brought_before_the_supervisors_of_the_mailbox(city, warn):
    case = city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    warn(days=60)
    assert told(city, "inspector", case) == [K.CASE_OVERDUE] * 2
    for who in ("assigner", "supervisor", "leader", "handler"):
        assert told(city, who, case) == []


@given(
    start=st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1)),  # noqa: DTZ001 - as hypothesis asks
    amount=st.integers(1, 60),
    unit=st.sampled_from(TimeUnit),
)
def test_warnings_come_in_order_and_the_first_within_the_time(start, amount, unit):
    start = start.replace(tzinfo=UTC)
    limit = CALENDAR.limit(start, amount, unit)
    clock = Clock(kind=ClockKind.REPLY, started_at=start, due_at=limit.at, amount=amount, unit=unit)
    near = escalating.near_at(clock, CALENDAR)
    assert start <= near < limit.at
    moments = [one.at for one in escalating.warnings(clock, Times(CALENDAR, allowances.DEFAULTS))]
    assert moments == sorted(moments)
    assert limit.at in moments
    if unit is TimeUnit.WORKING_DAYS and near > start:
        left = CALENDAR.worked_between(near - timedelta(seconds=1), limit.at - clocks.MOMENT)
        assert left == -(-amount * 20 // 100)


def test_provisional_clocks_are_reckoned_anew_once_their_year_is_known(city, session):
    """2030 has no calendar yet; once somebody enters one day off, it has."""
    city.clock.now = datetime(2030, 1, 30, 4, 0, tzinfo=UTC)
    case = city.in_progress()
    clock = reply_clock(case)
    assert clock.provisional
    before = clock.due_at
    reckon = passing_time.reckon_what_was_provisional
    assert reckon(session, calendar=CALENDAR, now=city.clock()) == 0
    feast = {date(2030, 2, day): False for day in (4, 5, 6, 7, 8)}
    years = frozenset(range(2027, 2031))
    known = Calendar(CALENDAR.zone, feast, years)
    assert reckon(session, calendar=known, now=city.clock()) >= 1
    session.flush()
    session.expire_all()
    assert not clock.provisional
    assert clock.due_at == before + timedelta(days=7)
    assert session.get_one(Case, case.id).due_at == clock.due_at
    assert reckon(session, calendar=known, now=city.clock()) == 0
