"""The pages on which a mailbox is looked after: itself, its limits, and the calendar."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from consult.services.handling.allowances import DEFAULTS
from consult.services.handling.working_days import LAST_YEAR
from models.mailbox import CalendarDay, ClockRule, Mailbox
from models.person import Role
from models.topic import Topic
from tests.pages import text_of

FORM = {"title": "局长信箱", "addressee": "局长", "guidance": "**欢迎**", "region": ""}


@pytest.fixture
def office(pages, city):
    city.session.commit()
    return pages.speak("en").sign_in(city.people.assigner)


@pytest.fixture
def base(city):
    return f"/office/mailboxes/{city.mailbox.topic.slug}"


def filled(city, **values):
    unit = city.mailbox.report_unit
    officer = str(city.people.handler.id)
    return FORM | {"report_unit": unit.slug, "duty_officer": officer} | values


def test_a_mailbox_is_opened_and_says_what_is_missing(office, city):
    agency = city.mailbox.topic.agency.slug
    page = office.post("/office/mailboxes/new", **filled(city, agency=agency, slug="director"))

    assert "Nobody is named for:" in page
    assert "<strong>欢迎</strong>" in page
    made = city.session.scalar(select(Mailbox).join(Topic).where(Topic.slug == "director"))
    assert (made.addressee, made.duty_officer) == ("局长", city.people.handler)
    assert "局长信箱" in office.get("/office/mailboxes")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "Give the mailbox a name."),
        ({"addressee": ""}, "Say whom one writes to."),
        ({"report_unit": ""}, "Choose who receives reports of wrongdoing."),
        ({"slug": "Not An Address"}, "small letters, digits and single hyphens"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(office, city, wrong, says):
    form = filled(city, agency=city.mailbox.topic.agency.slug, slug="") | wrong
    page = office.post("/office/mailboxes/new", status=HTTPStatus.UNPROCESSABLE_ENTITY, **form)
    assert says in text_of(page)
    assert "**欢迎**" in page


def test_who_looks_after_no_mailbox_opens_none(pages, city):
    pages.sign_in(city.people.handler).get("/office/mailboxes/new", status=HTTPStatus.FORBIDDEN)


def test_a_handler_reads_what_the_mailbox_goes_by_and_changes_nothing(pages, city, base):
    pages.speak("en").sign_in(city.people.handler)
    for page in ("", "/dispatch", "/dispatch/history", "/triage", "/times"):
        assert "Save</span>" not in pages.get(base + page)
    for page in ("/edit", "/statement", "/dispatch/rule", "/dispatch/import", "/triage/rule"):
        pages.get(base + page, status=HTTPStatus.FORBIDDEN)
    pages.post(base + "/close", status=HTTPStatus.FORBIDDEN)
    pages.post(base + "/times", status=HTTPStatus.FORBIDDEN)


def test_an_edit_over_somebody_elses_shows_both(office, city, base):
    version = city.mailbox.version
    office.post(base + "/edit", **filled(city, version=str(version), title="先改的"))
    page = office.post(
        base + "/edit",
        status=HTTPStatus.CONFLICT,
        **filled(city, version=str(version), title="后改的"),
    )
    assert "先改的" in page
    assert 'value="后改的"' in page
    assert city.mailbox.topic.title == "先改的"


def test_a_statement_is_pinned_and_taken_down(office, city, base):
    office.post(base + "/statement", version=str(city.mailbox.version), words="**供水已恢复**")
    assert "<strong>供水已恢复</strong>" in office.get(base)
    office.post(base + "/statement", version=str(city.mailbox.version), words=" ")
    assert city.mailbox.statement_at is None


def test_a_stale_statement_is_kept_beside_the_one_that_stands(office, city, base):
    version = str(city.mailbox.version)
    office.post(base + "/statement", version=version, words="先发的")
    page = office.post(
        base + "/statement", status=HTTPStatus.CONFLICT, version=version, words="后发的"
    )
    assert "先发的" in page
    assert "后发的" in page


def test_closing_twice_is_refused_with_a_sentence(office, base):
    office.post(base + "/close")
    page = office.post(base + "/close", status=HTTPStatus.CONFLICT)
    assert "This mailbox is closed already." in page
    assert "Takes messages" in office.post(base + "/reopen") or office.get("/office/mailboxes")


def limits(page_or_rows):
    return {rule.name: (rule.amount, rule.unit.value) for rule in page_or_rows}


def test_every_limit_that_something_goes_by_can_be_set(office, base):
    page = office.get(base + "/times")
    unused = {"publication"}
    assert {name for name in DEFAULTS if f'name="amount-{name}"' not in page} == unused


def test_only_the_limits_that_were_changed_are_set(office, city, base):
    office.post(
        base + "/times",
        **{
            "seen-review": "1 working_days",
            "amount-review": "2",
            "unit-review": "working_days",
            "seen-rating": "15 working_days",
            "amount-rating": "15",
            "unit-rating": "working_days",
        },
    )
    assert limits(city.session.scalars(select(ClockRule))) == {"review": (2, "working_days")}
    page = office.post(base + "/times/review/default")
    assert "The usual time holds again." in page


@pytest.mark.parametrize(
    ("amount", "unit", "says"),
    [
        ("90", "days", "The law allows at most 60 days"),
        ("0", "days", "A time limit is between one day and a year."),
        ("many", "days", "A time limit is between one day and a year."),
        ("5", "moons", "Choose hours, working days or calendar days."),
    ],
)
def test_a_limit_that_cannot_be_saves_none_and_keeps_what_was_typed(
    office, city, base, amount, unit, says
):
    page = office.post(
        base + "/times",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        **{
            "seen-review": "1 working_days",
            "amount-review": "2",
            "unit-review": "working_days",
            "seen-reply_petition": "60 days",
            "amount-reply_petition": amount,
            "unit-reply_petition": unit,
        },
    )
    assert says in text_of(page)
    assert f'value="{amount}"' in page
    assert city.session.scalars(select(ClockRule)).all() == []


def test_a_limit_that_was_changed_meanwhile_is_a_conflict(office, city, base):
    form = {"seen-review": "1 working_days", "unit-review": "working_days"}
    office.post(base + "/times", **form, **{"amount-review": "2"})
    office.post(base + "/times", status=HTTPStatus.CONFLICT, **form, **{"amount-review": "3"})
    assert limits(city.session.scalars(select(ClockRule))) == {"review": (2, "working_days")}


def test_the_calendar_says_of_a_year_that_its_holidays_are_not_known(office):
    year = LAST_YEAR + 1
    page = office.get(f"/office/calendar/{year}")
    assert f"The holidays of {year} are not known yet" in page
    page = office.post(
        f"/office/calendar/{year}",
        first=f"{year}-10-01",
        last=f"{year}-10-07",
        works="off",
        note="National Day",
    )
    assert "7 days entered." in page
    assert "are not known yet" not in page
    assert page.count("National Day") >= 7


def test_an_entered_day_is_taken_out_again(office, city):
    office.post(
        "/office/calendar/2026", first="2026-06-16", last="2026-06-16", works="off", note=""
    )
    office.post("/office/calendar/2026/2026-06-16/clear")
    assert city.session.scalars(select(CalendarDay)).all() == []
    office.post("/office/calendar/2026/2026-06-16/clear", status=HTTPStatus.NOT_FOUND)
    office.post("/office/calendar/2026/no-day/clear", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize(
    ("first", "last"),
    [("", "2026-06-16"), ("2026-06-16", "2026-06-15"), ("2026-01-01", "2026-06-15"), ("x", "y")],
)
def test_days_that_make_no_sense_are_refused_and_stay_in_the_form(office, city, first, last):
    page = office.post(
        "/office/calendar/2026",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        first=first,
        last=last,
        works="off",
        note="为什么",
    )
    assert "为什么" in page
    assert city.session.scalars(select(CalendarDay)).all() == []


def test_a_year_out_of_reach_is_not_found(office):
    for year in (1949, 99999):
        office.get(f"/office/calendar/{year}", status=HTTPStatus.NOT_FOUND)


def test_the_calendar_is_read_by_all_staff_and_entered_by_few(pages, city, make):
    pages.speak("en").sign_in(city.people.handler)
    assert "Enter days" not in pages.get("/office/calendar/2026")
    form = {"first": "2026-06-16", "last": "2026-06-16", "works": "off"}
    pages.post("/office/calendar/2026", status=HTTPStatus.FORBIDDEN, **form)
    pages.sign_in(make.staff(Role.ADMINISTRATOR, city.mailbox.topic.agency))
    assert "1 days entered." in pages.post("/office/calendar/2026", **form)
