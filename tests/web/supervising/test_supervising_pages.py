"""The pages of supervision: month board, exclusions, digests, settings and the report of a year."""

import re
from datetime import UTC, datetime
from html import unescape
from http import HTTPStatus
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from models.case import Case
from models.mailbox import Urgency
from models.person import Role
from models.suggestion import SuggestionKind
from models.supervision import AnnualWords, Digest, Exclusion, SupervisionPlan
from tests.pages import text_of


@pytest.fixture
def office(pages, city):
    city.replied(title="答了的灯")
    city.assigned(title="没答的灯")
    city.session.commit()
    return pages.speak("en").sign_in(city.people.supervisor)


def words_of_docx(answer):
    document = Document(BytesIO(answer.get_data()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


# The month board


def test_the_month_board_links_each_number_to_its_rows(office, city):
    page = office.get("/office/months")
    assert "1 to answer" in page
    table = page.partition("Unit by unit")[2].partition("</table>")[0]
    cells = re.findall(r'href="([^"]+)" aria-label="[^"]*">(\d+)</a>', table)
    assert cells
    for url, value in cells:
        assert f"{value} case" in office.get(unescape(url)), url


def test_a_month_that_is_none_is_the_one_in_hand(office, city):
    for month in ("2026-13", "9999-12", "x"):
        assert "2026-06" in office.get(f"/office/months?month={month}")


# Exclusions


def test_a_case_is_left_out_by_two(office, city, pages):
    case = city.session.scalar(select(Case).order_by(Case.id.desc()))
    address = f"/office/cases/{case.id}/exclusion"
    pages.sign_in(city.people.assigner)
    page = pages.post(address, act="propose", reason="against_law", words="与规划不符。")
    assert "Proposed. A second person decides." in page
    assert case.no in pages.get("/office/exclusions")
    version = city.session.scalars(select(Exclusion)).one().version
    pages.post(
        address,
        act="approve",
        words="",
        version=str(version),
        status=HTTPStatus.FORBIDDEN,
    )
    pages.sign_in(city.people.supervisor)
    pages.post(address, act="approve", words="", version=str(version))
    assert city.session.get(Case, case.id).excluded_at is not None
    assert "Left out" in pages.get("/office/exclusions?tab=decided")
    assert "1 case" in pages.get("/office/numbers/rows?measure=excluded")


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"act": "propose", "words": "有理由"}, 422, "Choose a reason from the list."),
        ({"act": "propose", "reason": "zzz", "words": "有理由"}, 422, "Choose a reason"),
        ({"act": "propose", "reason": "untrue", "words": " "}, 422, "Please give a reason."),
        ({"act": "approve", "version": "1"}, 404, ""),
        ({"act": "zzz"}, 422, "Choose what is to be done."),
    ],
)
def test_what_is_refused_keeps_what_was_typed(office, city, pages, form, status, said):
    case = city.session.scalar(select(Case).order_by(Case.id.desc()))
    pages.sign_in(city.people.assigner)
    page = pages.post(f"/office/cases/{case.id}/exclusion", status=status, **form)
    assert said in page
    if status == 422 and form.get("words", "").strip():
        assert form["words"] in page
    assert city.session.scalars(select(Exclusion)).all() == []


def test_a_stale_decision_is_refused(office, city, pages):
    case = city.session.scalar(select(Case).order_by(Case.id.desc()))
    address = f"/office/cases/{case.id}/exclusion"
    pages.sign_in(city.people.assigner).post(
        address, act="propose", reason="untrue", words="查无此事。"
    )
    pages.sign_in(city.people.supervisor)
    page = pages.post(address, act="refuse", words="再查。", version="77", status=409)
    assert "再查。" in page


def test_a_report_has_no_such_page(office, city, pages):
    report = city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    city.session.commit()
    for who in ("assigner", "inspector", "leader"):
        pages.sign_in(getattr(city.people, who))
        pages.get(f"/office/cases/{report.id}/exclusion", status=HTTPStatus.NOT_FOUND)


# Digests and settings


def test_a_digest_is_made_read_and_taken_as_a_document(office, city):
    case = city.session.scalar(select(Case).order_by(Case.id.desc()))
    case.urgency = Urgency.DANGER
    page = office.post("/office/digests")
    assert "The digest is made." in page
    assert case.no in page
    assert "urgent, 1 days ago" in page
    digest = city.session.scalars(select(Digest)).one()
    text = words_of_docx(office.client.get(f"/office/digests/{digest.id}.docx"))
    assert case.no in text
    assert "没答的灯" in text
    assert "No." in office.get("/office/digests")


def test_digests_are_for_who_supervises(office, city, pages):
    office.post("/office/digests")
    digest = city.session.scalars(select(Digest)).one()
    pages.sign_in(city.people.handler)
    for address in ("/office/digests", f"/office/digests/{digest.id}", "/office/supervision"):
        pages.get(address, status=HTTPStatus.NOT_FOUND)
    pages.get(f"/office/digests/{digest.id}.docx", status=HTTPStatus.NOT_FOUND)
    pages.get("/office/digests/99999", status=HTTPStatus.NOT_FOUND)


SETTINGS = {
    "rhythm": "weekly",
    "weekday": "2",
    "month_day": "1",
    "hour": "9",
    "mails": "y",
    "ranking_least": "20",
    "version": "0",
}


def test_the_settings_are_kept(office, city):
    page = office.post("/office/supervision", **SETTINGS)
    assert "Saved." in page
    assert "2026-06-17 09:00" in page
    plan = city.session.scalars(select(SupervisionPlan)).one()
    assert (plan.day, plan.ranking_shown, plan.ranking_least) == (2, False, 20)
    assert "Ranking" not in office.get("/office/numbers?by=unit")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("hour", "24", "An hour is between 0 and 23."),
        ("hour", "", "An hour is between 0 and 23."),
        ("ranking_least", "3", "The minimum is between 10 and 10000."),
        ("rhythm", "hourly", "Not a valid choice"),
        ("weekday", "9", "Choose a day of the week."),
    ],
)
def test_settings_that_cannot_be(office, city, name, value, said):
    form = SETTINGS | {name: value}
    page = office.post("/office/supervision", status=HTTPStatus.UNPROCESSABLE_ENTITY, **form)
    assert said in page
    assert city.session.scalars(select(SupervisionPlan)).all() == []


def test_settings_that_somebody_changed_meanwhile(office, city):
    office.post("/office/supervision", **SETTINGS)
    page = office.post(
        "/office/supervision", status=HTTPStatus.CONFLICT, **(SETTINGS | {"hour": "17"})
    )
    assert 'value="17"' in page
    assert city.session.scalars(select(SupervisionPlan)).one().hour == 9


# The report of a year


def test_the_report_of_a_year_has_its_four_blocks(office, city):
    page = office.get("/office/annual/2026")
    text = text_of(page)
    for number in "1234":
        assert re.search(rf"\b{number}\. [A-Z]", text)
    assert "3 messages came in" in text
    answer = office.client.get("/office/annual/2026.docx")
    assert "3 messages came in" in words_of_docx(answer)


def test_its_words_are_kept_and_not_overwritten(office, city):
    office.post("/office/annual/2026", proposals="建议改进路灯巡查。", other="", version="0")
    assert "建议改进路灯巡查。" in office.get("/office/annual/2026")
    page = office.post(
        "/office/annual/2026",
        status=HTTPStatus.CONFLICT,
        proposals="另一个人写的",
        other="",
        version="0",
    )
    assert "另一个人写的" in page
    assert city.session.scalars(select(AnnualWords)).one().proposals == "建议改进路灯巡查。"


def test_it_is_released_when_the_year_is_over_and_not_before(office, city, pages):
    slug = city.mailbox.topic.agency.slug
    office.post("/office/annual/2026", proposals="建议。", other="无。", version="0")
    release = {"act": "release", "version": "1"}
    office.post("/office/annual/2026/release", status=HTTPStatus.CONFLICT, **release)
    pages.get(f"/mailboxes/annual/{slug}/2026", status=HTTPStatus.NOT_FOUND)

    city.clock.now = datetime(2027, 1, 5, tzinfo=UTC)
    pages.sign_in(city.people.supervisor)
    office.post("/office/annual/2026/release", **release)
    office.post("/office/annual/2026", status=HTTPStatus.CONFLICT, proposals="改", version="2")
    pages.client.delete_cookie("session")
    page = pages.get(f"/mailboxes/annual/{slug}/2026")
    assert "建议。" in page
    assert slug in pages.get("/mailboxes/annual")
    assert "建议。" in words_of_docx(pages.client.get(f"/mailboxes/annual/{slug}/2026.docx"))

    pages.sign_in(city.people.supervisor)
    office.post("/office/annual/2026/release", act="take_back", version="2")
    pages.get(f"/mailboxes/annual/{slug}/2026", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("year", [1999, 2028, 99999])
def test_a_year_that_nobody_reports_on(office, year):
    office.get(f"/office/annual/{year}", status=HTTPStatus.NOT_FOUND)


def test_who_may_not_set_reads_only(office, city, pages, make):
    pages.sign_in(make.staff(Role.AUDITOR, city.mailbox.topic.agency))
    assert "What you add to the numbers" not in pages.get("/office/annual/2026")
    pages.post("/office/annual/2026", status=HTTPStatus.FORBIDDEN, proposals="x", version="0")
    pages.post("/office/digests", status=HTTPStatus.FORBIDDEN)
    pages.get("/office/supervision", status=HTTPStatus.FORBIDDEN)


def test_reports_are_in_no_figure_of_the_year(office, city):
    before = text_of(office.get("/office/annual/2026"))
    city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    city.session.commit()
    assert text_of(office.get("/office/annual/2026")) == before
