"""Mailboxes: who looks after them, what is refused, and the limits and calendar that they go by."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from consult.services.handling import allowances, clocks, mailboxes, mailboxes_in_care, working_days
from consult.services.handling.allowances import DEFAULTS, Allowance
from consult.services.handling.mailboxes import MOST_TEXT, MailboxForm
from consult.services.handling.working_days import LAST_YEAR, LONGEST_SPAN
from models.case import ClockKind
from models.mailbox import TimeUnit
from models.person import Role
from models.suggestion import SuggestionKind
from tests.city import CALENDAR
from tests.queries import counted_queries


@pytest.fixture
def form(city):
    return MailboxForm("局长信箱", "局长", "欢迎留言", report_unit=city.mailbox.report_unit)


@pytest.fixture
def setting(city):
    return {"actor": city.people.assigner, "now": city.clock()}


def opened(city, form, setting):
    made = mailboxes.open_mailbox(
        city.session, agency=city.mailbox.topic.agency, form=form, **setting
    )
    city.session.flush()
    return made


def test_it_is_opened_under_the_address_that_was_wanted(city, form, setting):
    made = opened(city, replace(form, slug="director"), setting)
    assert mailboxes_in_care.by_slug(city.session, "director", person=setting["actor"]) is made
    with pytest.raises(Invalid):
        opened(city, replace(form, slug="director"), setting)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"addressee": ""}, "addressee"),
        ({"addressee": "长" * 121}, "addressee"),
        ({"guidance": "长" * (MOST_TEXT + 1)}, "guidance"),
    ],
)
def test_what_is_missing_or_too_long_is_named_and_never_cut(city, form, setting, wrong, field):
    with pytest.raises(Invalid) as refused:
        opened(city, replace(form, **wrong), setting)
    assert refused.value.field == field


def test_reports_never_come_to_the_agency_itself_or_below(city, form, setting):
    for unit in (city.mailbox.topic.agency, city.lamps):
        with pytest.raises(Invalid) as refused:
            opened(city, replace(form, report_unit=unit), setting)
        assert refused.value.field == "report_unit"


def test_the_duty_officer_works_there(city, form, setting):
    with pytest.raises(Invalid) as refused:
        opened(city, replace(form, duty_officer=city.people.citizen), setting)
    assert refused.value.field == "duty_officer"
    officers = mailboxes_in_care.officers(city.session, city.mailbox.topic.agency)
    assert city.people.handler in officers
    assert city.people.inspector not in officers


def test_a_change_of_the_title_alone_is_seen_by_who_opened_the_form_before(city, form, setting):
    made = opened(city, form, setting)
    before = made.version
    mailboxes.edit(
        city.session, mailbox=made, form=replace(form, title="新名"), version=before, **setting
    )
    city.session.flush()
    with pytest.raises(StaleVersion):
        mailboxes.edit(city.session, mailbox=made, form=form, version=before, **setting)


def test_it_is_closed_and_opened_again(city, setting):
    mailboxes.close(city.session, mailbox=city.mailbox, **setting)
    with pytest.raises(Conflict):
        mailboxes.close(city.session, mailbox=city.mailbox, **setting)
    mailboxes.reopen(city.session, mailbox=city.mailbox, **setting)
    assert city.mailbox.topic.closes_at > city.clock() + timedelta(days=3650)
    with pytest.raises(Conflict):
        mailboxes.reopen(city.session, mailbox=city.mailbox, **setting)
    assert city.send("又开了").state == "submitted"


def test_those_who_work_in_above_or_below_find_it_and_nobody_else(city, make):
    slug = city.mailbox.topic.slug
    for person in (city.people.handler, city.people.supervisor):
        assert mailboxes_in_care.by_slug(city.session, slug, person=person) is city.mailbox
    administrator = make.staff(Role.ADMINISTRATOR, city.mailbox.topic.agency)
    for person in (city.people.inspector, city.people.citizen, administrator):
        with pytest.raises(NotFound):
            mailboxes_in_care.by_slug(city.session, slug, person=person)
        assert mailboxes_in_care.of_staff(city.session, person=person).items == []
    with pytest.raises(NotAllowed):
        mailboxes_in_care.to_manage(city.session, slug, person=city.people.handler)


def test_the_list_takes_as_many_queries_however_many_mailboxes_there_are(city, make):
    person = city.people.assigner

    def asked():
        city.session.commit()
        _ = [held.agency.path for held in person.appointments]
        with counted_queries(city.session) as queries:
            rows = mailboxes_in_care.of_staff(city.session, person=person).items
            _ = [(row.mailbox.topic.agency.name, row.mailbox.duty_officer) for row in rows]
        return queries.count

    few = asked()
    for _n in range(5):
        make.mailbox(agency=city.lamps, report_unit=city.mailbox.report_unit)
    assert asked() == few


def set_time(city, setting, name, amount, unit=TimeUnit.WORKING_DAYS, **values):
    allowances.set_allowance(
        city.session,
        mailbox=city.mailbox,
        name=name,
        allowance=Allowance(amount, unit),
        **setting,
        **values,
    )


def test_a_limit_holds_for_what_begins_later_and_clocks_that_run_keep_theirs(city, setting):
    before = city.accepted(title="先到的", kind=SuggestionKind.QUESTION)
    due = before.due_at
    set_time(city, setting, "reply_question", 2)
    after = city.accepted(title="后到的", kind=SuggestionKind.QUESTION)
    assert before.due_at == due
    assert clocks.running(after, ClockKind.REPLY)[0].amount == 2


def test_the_usual_time_holds_again(city, setting):
    set_time(city, setting, "review", 3)
    allowances.drop_allowance(city.session, mailbox=city.mailbox, name="review", **setting)
    assert allowances.allowances(city.session, city.mailbox)["review"] == DEFAULTS["review"]
    with pytest.raises(NotFound):
        allowances.drop_allowance(city.session, mailbox=city.mailbox, name="review", **setting)


@pytest.mark.parametrize(
    ("name", "amount", "unit"),
    [
        ("reply_petition", 61, TimeUnit.DAYS),
        ("reply_petition", 31, TimeUnit.WORKING_DAYS),
        ("acceptance", 8, TimeUnit.WORKING_DAYS),
        ("acceptance", 15 * 24 + 1, TimeUnit.HOURS),
        ("appeal", 31, TimeUnit.DAYS),
        ("appeal_window", 29, TimeUnit.DAYS),
        ("appeal_window", 5000, TimeUnit.HOURS),
        ("review", 0, TimeUnit.DAYS),
        ("review", 367, TimeUnit.DAYS),
    ],
)
def test_no_mailbox_takes_longer_than_the_law_allows(city, setting, name, amount, unit):
    with pytest.raises(Invalid) as refused:
        set_time(city, setting, name, amount, unit)
    assert refused.value.field == "amount"


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_the_times_of_the_house_are_within_the_law(city, setting, name):
    usual = DEFAULTS[name]
    set_time(city, setting, name, usual.amount, usual.unit)


def test_a_limit_that_somebody_else_set_meanwhile_is_not_overwritten(city, setting):
    set_time(city, setting, "review", 3)
    with pytest.raises(StaleVersion):
        set_time(city, setting, "review", 2, seen=DEFAULTS["review"])


def test_an_unknown_limit_is_not_found(city, setting):
    with pytest.raises(NotFound):
        set_time(city, setting, "nothing", 2)


def enter(city, first, last, **values):
    return working_days.enter_span(
        city.session,
        first=first,
        last=last,
        **{"works": False, "note": "春节", "actor": city.people.assigner, "now": city.clock()}
        | values,
    )


def test_a_holiday_is_entered_at_once_and_makes_its_year_known(city):
    year = LAST_YEAR + 1
    assert not CALENDAR.knows(year)
    assert enter(city, date(year, 2, 5), date(year, 2, 11)) == 7
    city.session.flush()
    calendar = working_days.calendar(city.session, CALENDAR.zone)
    assert calendar.knows(year)
    assert not calendar.works(date(year, 2, 8))


@pytest.mark.parametrize(("days", "field"), [(-1, "last"), (LONGEST_SPAN, "last")])
def test_a_span_that_is_none_is_refused(city, days, field):
    first = date(2026, 6, 1)
    with pytest.raises(Invalid) as refused:
        enter(city, first, first + timedelta(days=days))
    assert refused.value.field == field


def test_a_day_of_another_century_is_a_slip(city):
    with pytest.raises(Invalid):
        enter(city, date(1926, 6, 1), date(1926, 6, 1))


def test_the_year_that_is_missing_is_told_before_clocks_run_into_it(city, clock):
    assert working_days.unknown_soon(CALENDAR, clock()) is None
    autumn = clock.now.replace(year=LAST_YEAR, month=10)
    assert working_days.unknown_soon(CALENDAR, autumn) == LAST_YEAR + 1
    assert working_days.unknown_soon(CALENDAR, autumn.replace(year=LAST_YEAR + 1)) == LAST_YEAR + 1


def test_provisional_clocks_are_counted(city, clock):
    clock.now = clock.now.replace(year=LAST_YEAR, month=12, day=30)
    city.accepted(title="跨年的事")
    city.session.flush()
    assert working_days.resting_on(city.session) > 0
