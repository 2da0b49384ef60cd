"""Who is paged about what cannot wait, who may take it in hand, and who is called if nobody does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult.exceptions import Conflict, NotAllowed, NotFound
from consult.services.handling import duty, joining, reception, telling, triage
from models.duty import DutyCause, DutyPage
from models.ledger import LedgerEntry
from models.mailbox import Urgency
from models.notice import Notice, NoticeKind
from models.person import Appointment, Role
from models.suggestion import SuggestionKind

K = NoticeKind


@pytest.fixture
def officer(city, make):
    person = make.staff(Role.ANALYST, city.mailbox.topic.agency)
    city.mailbox.duty_officer = person
    city.session.flush()
    return person


@pytest.fixture
def come_by(city):
    def act():
        while telling.tell_arrivals(city.session, now=city.clock()) + telling.tell_steps(
            city.session, now=city.clock()
        ):
            pass
        city.session.flush()

    return act


@pytest.fixture
def rung(city, come_by):
    """The page about a message of danger, after the job came by."""

    def act(title="楼里燃气泄漏", **values):
        case = city.send(title, **values)
        come_by()
        return city.session.scalar(
            select(DutyPage).filter_by(case_id=case.id).order_by(DutyPage.id.desc())
        )

    return act


def kinds(city, person):
    query = select(Notice.kind).where(
        Notice.person_id == person.id, Notice.duty_page_id.is_not(None)
    )
    return list(city.session.scalars(query.order_by(Notice.id)))


def take(city, page, who, note=""):
    actor = getattr(city.people, who) if isinstance(who, str) else who
    return duty.acknowledge(city.session, number=page.id, note=note, actor=actor, now=city.clock())


def test_danger_pages_the_officer_on_duty_and_nobody_else(city, officer, rung):
    page = rung()
    assert (page.level, page.officer_id) == ("danger", officer.id)
    assert kinds(city, officer) == [K.DUTY_PAGED]
    assert kinds(city, city.people.assigner) == []
    assert rung("路灯不亮") is None


def test_without_an_officer_those_who_assign_and_lead_are_told(city, rung):
    page = rung()
    assert page.officer is None
    assert kinds(city, city.people.assigner) == kinds(city, city.people.second_assigner) != []


def test_a_page_comes_once_and_a_more_urgent_class_pages_again(city, officer, rung, come_by):
    page = rung("小区停水")
    assert page.level == "supply"
    come_by()
    assert kinds(city, officer) == [K.DUTY_PAGED]
    city.act(triage.confirm, page.case, "assigner", urgency=Urgency.DANGER)
    come_by()
    assert kinds(city, officer) == [K.DUTY_PAGED] * 2
    assert page.lifted_at is not None, "there is one thing to do, not two"


def test_a_person_who_finds_it_not_urgent_takes_the_page_back(city, officer, rung, come_by):
    page = rung()
    city.act(triage.confirm, page.case, "assigner", urgency=Urgency.ROUTINE)
    come_by()
    assert not page.is_open
    assert duty.waiting(city.session, reader=officer) == 0
    with pytest.raises(Conflict, match="taken back"):
        take(city, page, officer)


def test_a_case_that_is_closed_calls_nobody_any_more(city, officer, rung, come_by):
    page = rung()
    city.act(reception.withdraw, page.case, "citizen")
    come_by()
    assert not page.is_open


def test_the_officer_acknowledges_and_nobody_is_called_after_that(city, officer, rung):
    page = rung()
    city.clock.advance(minutes=5)
    take(city, page, officer, note="已通知燃气公司")
    assert (page.acknowledged_by_id, page.note) == (officer.id, "已通知燃气公司")
    city.clock.advance(hours=1)
    assert duty.raise_open(city.session, now=city.clock()) == 0
    acts = city.session.scalars(select(LedgerEntry.act).filter_by(subject_id=page.case_id)).all()
    assert {"duty.paged", "duty.acknowledged"} <= set(acts)


def test_twice_by_the_same_person_is_once_and_by_another_is_refused(city, officer, rung):
    page = rung()
    take(city, page, officer)
    first = page.acknowledged_at
    city.clock.advance(minutes=5)
    assert take(city, page, officer).acknowledged_at == first
    with pytest.raises(Conflict, match="in hand already"):
        take(city, page, "assigner")


def test_what_nobody_acknowledges_is_raised_twice_and_no_more(city, officer, rung):
    page = rung()
    for minutes, raised in ((14, 0), (1, 1), (14, 0), (1, 1), (60, 0)):
        city.clock.advance(minutes=minutes)
        assert duty.raise_open(city.session, now=city.clock()) == raised
    assert page.raised == 2
    assert kinds(city, city.people.assigner) == [K.DUTY_RAISED]
    assert kinds(city, city.people.supervisor) == [K.DUTY_RAISED]
    assert take(city, page, "supervisor").acknowledged_by is city.people.supervisor


def test_the_patience_is_a_setting(city, officer, rung):
    rung()
    city.clock.advance(minutes=3)
    assert duty.raise_open(city.session, patience=timedelta(minutes=3), now=city.clock()) == 1


def test_who_has_nothing_to_do_with_the_mailbox_finds_no_page(city, officer, make, rung):
    page = rung()
    elsewhere = make.staff(Role.ASSIGNER, make.agency("别的市"))
    for person in (elsewhere, city.people.handler, city.people.citizen):
        assert duty.listed(city.session, reader=person).total == 0
        with pytest.raises(NotFound):
            take(city, page, person)


def test_nobody_takes_their_own_message_in_hand(city, rung):
    page = rung(author=city.people.assigner)
    assert kinds(city, city.people.assigner) == []
    with pytest.raises(NotAllowed):
        take(city, page, "assigner")


def test_a_new_officer_sees_what_waits(city, officer, make, rung):
    page = rung()
    city.mailbox.duty_officer = fresh = make.staff(Role.ANALYST, city.mailbox.topic.agency)
    city.session.flush()
    assert [one.id for one in duty.listed(city.session, reader=fresh).items] == [page.id]


def test_of_a_report_only_who_may_see_it_is_paged(city, officer, make, rung):
    both = make.staff(Role.ASSIGNER, city.mailbox.report_unit)
    both.appointments.append(Appointment(role=Role.HANDLER, agency=city.lamps))
    page = rung("灯管处隐瞒燃气泄漏", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    assert page.officer is None
    assert kinds(city, city.people.inspector) == [K.DUTY_PAGED]
    for person in (officer, both, city.people.assigner, city.people.leader):
        assert kinds(city, person) == []
        assert duty.waiting(city.session, reader=person) == 0
        with pytest.raises(NotFound):
            take(city, page, person)
    city.clock.advance(hours=1)
    duty.raise_open(city.session, now=city.clock())
    duty.raise_open(city.session, now=city.clock() + timedelta(hours=1))
    assert kinds(city, city.people.supervisor) == kinds(city, city.people.assigner) == []


def test_a_surge_pages_once_for_its_key(city, officer):
    def ring():
        return duty.page(
            city.session,
            mailbox=city.mailbox,
            cause=DutyCause.SURGE,
            key="surge:1:orange",
            level="orange",
            title="停水",
            detail={"count": 40, "expected": 3.0, "hours": 24},
            now=city.clock(),
        )

    assert ring() is ring()
    city.session.flush()
    assert kinds(city, officer) == [K.DUTY_PAGED]
    duty.lift(city.session, key="surge:1:orange", now=city.clock())
    assert duty.waiting(city.session, reader=officer) == 0


def test_what_is_joined_to_another_case_calls_nobody_any_more(city, officer, rung, come_by):
    lead, other = rung("小区停水"), rung("我家也停水", author=city.people.stranger)
    for page in (lead, other):
        city.act(reception.accept, page.case, "assigner")
    joining.join(
        city.session,
        lead=lead.case,
        others=[other.case],
        times=city.times(lead.case),
        actor=city.people.assigner,
        now=city.clock(),
    )
    come_by()
    assert (lead.is_open, other.is_open) == (True, False)


def test_the_most_urgent_stands_on_top(city, officer, rung):
    supply, danger = rung("小区停水"), rung()
    shown = [one.id for one in duty.listed(city.session, reader=officer).items]
    assert shown == [danger.id, supply.id]
