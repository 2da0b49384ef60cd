from datetime import timedelta
from html import unescape
from http import HTTPStatus

import pytest

from consult.services.overview import job_reports, workers
from consult.services.overview.workers import Sign
from consult.services.people import passwords
from consult.services.records import ledger
from models.agency import Agency
from models.job import JobReport
from models.ledger import LedgerEntry
from models.notice import Letter
from models.person import PersonKind, Role
from models.run import Run, RunCause, RunState


@pytest.fixture
def city(make):
    return make.agency("市政府", slug="city")


@pytest.fixture
def administrator(pages, make, city):
    person = make.staff(Role.ADMINISTRATOR, city, name="林兆和")
    pages.speak("en").sign_in(person)
    return person


@pytest.fixture
def auditor(pages, make, city):
    person = make.staff(Role.AUDITOR, city, name="俞素心")
    pages.speak("en").sign_in(person)
    return person


@pytest.fixture
def citizen(make):
    return make.person("王芳", address="wang@example.org", password_hash=passwords.hashed("x" * 12))


ADDRESSES = [
    "/admin/",
    "/admin/agencies",
    "/admin/agencies/new",
    "/admin/agencies/city",
    "/admin/people",
    "/admin/ledger",
    "/admin/ledger.csv",
    "/admin/operations",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_citizen_sees_nothing_of_administration(pages, make, city, address):
    pages.sign_in(make.person())
    pages.get(address, status=HTTPStatus.FORBIDDEN)


@pytest.mark.parametrize("address", ADDRESSES)
def test_somebody_not_signed_in_is_asked_to(pages, city, address):
    assert "Sign in" in pages.speak("en").get(address)


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.ADMINISTRATOR, Role.AUDITOR}])
def test_other_staff_see_nothing_of_administration(pages, make, city, role):
    pages.sign_in(make.staff(role, city))
    pages.get("/admin/", status=HTTPStatus.FORBIDDEN)


@pytest.mark.parametrize("address", ["/admin/ledger", "/admin/ledger.csv"])
def test_the_administrator_does_not_see_the_ledger(pages, administrator, address):
    assert "Ledger" not in pages.get("/admin/")
    pages.get(address, status=HTTPStatus.FORBIDDEN)


def test_the_auditor_changes_nothing(pages, auditor, citizen, session):
    session.add(JobReport(name="letters"))
    pages.get("/admin/people", status=HTTPStatus.FORBIDDEN)
    pages.get("/admin/agencies", status=HTTPStatus.FORBIDDEN)
    for url, form in {
        "/admin/operations/jobs/letters": {},
        f"/admin/people/{citizen.id}/block": {"reason": "spam"},
        f"/admin/people/{citizen.id}/roles": {"role": "analyst", "agency": "city"},
        "/admin/regions/provinces": {},
    }.items():
        pages.post(url, status=HTTPStatus.FORBIDDEN, **form)
    assert "Run again" not in pages.get("/admin/operations")


def test_an_agency_is_added_with_its_region(pages, administrator, city, session):
    pages.post("/admin/regions/provinces")
    form = {"name": "住建局", "slug": "housing", "parent": "city", "region": "320000"}
    assert "住建局" in pages.post("/admin/agencies/new", **form)
    bureau = session.query(Agency).filter_by(slug="housing").one()
    assert bureau.is_within(city)
    assert bureau.region.name == "江苏省"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"slug": "city"}, "already"),
        ({"slug": "住建局"}, "small letters"),
        ({"name": ""}, "Give the agency"),
        ({"parent": "nowhere"}, "Not a valid choice"),
    ],
)
def test_a_bad_agency_comes_back_with_what_was_typed(pages, administrator, values, sentence):
    form = {"name": "住建局", "slug": "housing", "parent": "city", "about": "管房子"} | values
    page = pages.post("/admin/agencies/new", status=HTTPStatus.UNPROCESSABLE_ENTITY, **form)
    assert sentence in page
    assert "管房子" in page


def test_an_agency_moved_below_itself_is_refused(pages, administrator, city, make):
    make.agency("住建局", slug="housing", parent=city)
    form = {"name": "市政府", "parent": "housing"}
    page = pages.post("/admin/agencies/city", status=HTTPStatus.UNPROCESSABLE_ENTITY, **form)
    assert "below itself" in page


def test_a_person_is_found_by_part_of_the_name_or_the_whole_address(pages, administrator, citizen):
    assert "王芳" not in pages.get("/admin/people")
    for words in ("芳", "WANG@example.org"):
        assert "王芳" in pages.get(f"/admin/people?q={words}")
    for words in ("wang@example", "%25", "林"):
        assert "王芳" not in pages.get(f"/admin/people?q={words}")


def test_imported_people_are_not_listed(pages, administrator, make):
    make.person("导入者", kind=PersonKind.IMPORTED)
    assert "导入者" not in pages.get("/admin/people?who=all&q=导入")


def test_a_role_is_given_and_taken_away(pages, administrator, citizen):
    page = pages.post(f"/admin/people/{citizen.id}/roles", role="analyst", agency="city")
    assert "The role is assigned" in page
    [held] = citizen.appointments
    assert "The role is removed" in pages.post(f"/admin/roles/{held.id}/end")
    pages.post(f"/admin/roles/{held.id}/end", status=HTTPStatus.NOT_FOUND)
    assert citizen.appointments == []


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"role": "king", "agency": "city"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"role": "analyst", "agency": "nowhere"}, HTTPStatus.NOT_FOUND),
        ({}, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(pages, administrator, citizen, form, status):
    pages.post(f"/admin/people/{citizen.id}/roles", status=status, **form)
    assert citizen.appointments == []


def test_an_administrator_cannot_change_their_own_roles(pages, administrator):
    page = pages.get(f"/admin/people/{administrator.id}")
    assert "Only another administrator" in page
    url = f"/admin/people/{administrator.id}/roles"
    pages.post(url, status=HTTPStatus.FORBIDDEN, role="analyst", agency="city")


def test_a_person_is_blocked_with_a_reason_and_let_in_again(pages, administrator, citizen, session):
    page = pages.post(f"/admin/people/{citizen.id}/block", reason="spam")
    assert "Blocked" in page
    assert "Unblock" in page
    pages.post(f"/admin/people/{citizen.id}/unblock")
    assert citizen.blocked_at is None
    acts = [entry.act for entry in session.query(LedgerEntry)]
    assert acts == ["person.blocked", "person.unblocked"]


def test_the_auditor_reads_verifies_and_takes_the_ledger_along(
    pages, administrator, make, city, citizen, session
):
    pages.post(f"/admin/people/{citizen.id}/block", reason="spam")
    pages.sign_in(make.staff(Role.AUDITOR, city))
    assert "person.blocked" in pages.get("/admin/ledger?act=person")
    assert "No entry fits" in pages.get("/admin/ledger?act=topic")
    assert "unbroken" in pages.post("/admin/ledger/verify")
    table = pages.get("/admin/ledger.csv")
    assert table.startswith("\ufeffid,at,act,")
    assert "王芳" not in table
    assert '"{""reason"": ""spam""}"' in table


def test_the_ledger_says_in_words_what_an_act_was_about(pages, auditor, make, session, now):
    topic = make.topic(slug="bridges", title="Bridges")
    detail = {"urgency": "danger", "passed": True, "until": "2026-12-10T16:00:00+00:00", "odd": 3}
    ledger.record(session, "topic.published", topic, actor=auditor, now=now, **detail)
    page = pages.get("/admin/ledger")
    assert f'<a href="/office/topics/bridges">Consultation or mailbox {topic.id}</a>' in page
    assert "Urgency: Danger" in page
    assert "Passed: Yes" in page
    assert "Until: 2026-12-11 00:00" in page
    assert "odd: 3" in page, "what nobody has named stands as it is"


def test_what_the_ledger_cannot_name_is_shown_as_it_stands(pages, auditor, make, session, now):
    topic = make.topic()
    detail = {"until": "some day", "kind": {"of": ["自拟"]}, "amount": 3, "level": "unheard-of"}
    ledger.record(session, "topic.published", topic, actor=auditor, now=now, **detail)

    page = unescape(pages.get("/admin/ledger"))

    for words in ("some day", '{"of": ["自拟"]}', "3", "unheard-of"):
        assert words in page


def test_a_changed_ledger_is_found_out(pages, auditor, citizen, session, make):
    pages.sign_in(make.staff(Role.ADMINISTRATOR, auditor.appointments[0].agency))
    pages.post(f"/admin/people/{citizen.id}/block", reason="spam")
    session.query(LedgerEntry).update({"act": "person.praised"})
    pages.sign_in(auditor)
    assert "The chain is broken" in pages.post("/admin/ledger/verify")


def test_what_failed_is_seen_and_started_again(pages, administrator, make, session, now):
    topic = make.topic()
    failed = {"state": RunState.FAILED, "cause": RunCause.NIGHTLY, "error": "out of memory"}
    session.add(Run(topic=topic, number=1, **failed))
    session.add(JobReport(name="letters", failed_at=now, error="TimeoutError: mail"))
    letter = Letter(
        key="k",
        to_sealed=b"",
        to_masked="w***@example.org",
        subject="结果",
        attempts=5,
        error="550 no",
    )
    session.add(letter)
    page = pages.get("/admin/operations")
    for words in ("out of memory", "TimeoutError: mail", "550 no", "w***@example.org"):
        assert words in page
    pages.post("/admin/operations/jobs/letters")
    pages.post(f"/admin/operations/letters/{letter.id}")
    assert session.get(JobReport, "letters").wanted_at == now
    assert letter.attempts == 0


def test_a_part_that_fails_is_named_and_tried_again(pages, administrator, make, session, now):
    topic = make.topic(title="停车管理办法")
    other = make.topic(title="养犬管理条例")
    session.add(JobReport(name="placement"))
    for one in (topic, other):
        job_reports.note_failure(
            session, name="placement", part=one.id, error="ValueError: poison", now=now
        )
    page = pages.speak("en").get("/admin/operations")
    for words in ("停车管理办法", "养犬管理条例", "ValueError: poison", "Try again"):
        assert words in page
    pages.post(f"/admin/operations/jobs/placement/{topic.id}")
    assert job_reports.paused(session, name="placement", now=now) == {other.id}


def test_workers_are_shown_with_what_they_do_and_whether_they_live(
    pages, administrator, session, now
):
    for number, (host, doing) in enumerate({"alpha": "placement:7", "beta": ""}.items()):
        sign = Sign(host, host, number, embedded=False, lanes="quick", started_at=now, doing=doing)
        workers.beat(session, sign, now=now - timedelta(minutes=5 * number))
    page = pages.speak("en").get("/admin/operations")
    for words in (
        "alpha",
        "alive",
        "Placing new suggestions · 7",
        "beta",
        "silent",
        "5 minutes ago",
    ):
        assert words in page


@pytest.mark.parametrize(
    "url",
    [
        "/admin/operations/jobs/nothing",
        "/admin/operations/jobs/letters/7",
        "/admin/operations/letters/99",
    ],
)
def test_what_is_not_there_cannot_be_started(pages, administrator, url):
    pages.post(url, status=HTTPStatus.NOT_FOUND)
