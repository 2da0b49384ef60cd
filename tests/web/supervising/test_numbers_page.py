"""The numbers on pages: true, each a way to its rows, and for the right eyes."""

import csv
import re
from html import unescape
from http import HTTPStatus
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from consult.services.handling import passing_time
from models.mailbox import Domain
from models.person import Role
from models.suggestion import SuggestionKind
from tests.city import CALENDAR
from tests.pages import text_of
from tests.queries import counted_queries


@pytest.fixture
def board(city):
    """A rated, a late and an open case, and a report."""
    city.rated((5, 5, 5), title="修好的灯", domain=Domain.URBAN, publish_text=True)
    city.assigned(title="等着的灯", domain=Domain.TRANSPORT)
    city.send("秘密", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    city.clock.advance(days=40)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    city.session.commit()
    return city


def links(html):
    """Label → address of the figures in the strip."""
    strip = html.partition('class="stats"')[2].partition("</dl>")[0]
    found = re.findall(
        r"<dt>([^<]*)</dt><dd class=\"stat-value\"><a href=\"(.*?)\">(.*?)</a>", strip
    )
    return {label: (unescape(url), value) for label, url, value in found}


def test_every_figure_leads_to_as_many_rows(pages, board):
    page = pages.speak("en").sign_in(board.people.assigner).get("/office/numbers")
    found = links(page)
    assert found["Messages received"][1] == "3"
    assert found["Reply overdue"][1] == "1"
    for label in ("Messages received", "Accepted", "With an answer", "Reply overdue", "Ratings"):
        url, value = found[label]
        rows = pages.get(url)
        assert f"{value} case" in rows
        assert "秘密" not in rows
    assert "等着的灯" in pages.get(found["Reply overdue"][0])


def test_each_row_of_each_table_counts_its_rows(pages, board):
    pages.speak("en").sign_in(board.people.assigner)
    for by in ("unit", "topic", "region", "domain", "kind", "month"):
        page = pages.get(f"/office/numbers?by={by}")
        table = page.partition("figures-table")[2].partition("</table>")[0]
        cells = re.findall(r"href=\"([^\"]*measure=received[^\"]*)\"[^>]*>(\d+)</a>", table)
        assert cells, by
        for url, value in cells:
            assert f"{value} case" in pages.get(unescape(url)), (by, url)


def test_a_unit_sees_its_own_and_no_other(pages, board):
    handler = pages.speak("en").sign_in(board.people.handler)
    assert links(handler.get("/office/numbers"))["Accepted"][1] == "2"
    other = pages.sign_in(board.people.other_handler).get("/office/numbers")
    assert "Accepted" not in links(other)
    place = f"/office/numbers?place=agency-{board.mailbox.topic.agency.id}"
    pages.get(place, status=HTTPStatus.NOT_FOUND)
    pages.get(f"/office/numbers?place=unit-{board.lamps.id}", status=HTTPStatus.NOT_FOUND)
    pages.get(f"/office/numbers?unit={board.lamps.id}", status=HTTPStatus.NOT_FOUND)


def test_nobody_else_sees_them(pages, board, make):
    assert "/sign-in" in pages.client.get("/office/numbers").location
    drafter = make.staff(Role.DRAFTER, board.mailbox.topic.agency)
    pages.sign_in(drafter).get("/office/numbers", status=HTTPStatus.FORBIDDEN)
    pages.get("/office/numbers/rows", status=HTTPStatus.FORBIDDEN)


@pytest.mark.parametrize(
    "query",
    [
        "first=2026-13&last=zzz",
        "first=9999-01",
        "by=secret&domain=nothing&kind=report&region=%F0%9F%98%80",
        "mailbox=999999999999999999999&first=2026-06&last=2020-01",
        "region=none&page=-4",
    ],
)
def test_nonsense_in_an_address_is_passed_over(pages, board, query):
    pages.sign_in(board.people.assigner)
    pages.get(f"/office/numbers?{query}")
    pages.get(f"/office/numbers/rows?{query}")


def test_an_unknown_figure_is_not_found(pages, board):
    pages.sign_in(board.people.assigner)
    pages.get("/office/numbers/rows?measure=secret", status=HTTPStatus.NOT_FOUND)


def test_the_table_as_files(pages, board):
    pages.speak("en").sign_in(board.people.assigner)
    text = pages.client.get("/office/numbers.csv?by=domain").get_data().decode("utf-8-sig")
    rows = {row["Domain"]: row for row in csv.DictReader(StringIO(text))}
    assert rows["Transport"]["Reply overdue"] == "1"
    assert rows["Urban development"]["With an answer"] == "1"
    book = load_workbook(BytesIO(pages.client.get("/office/numbers.xlsx").get_data()))
    assert book.active.max_row == 3  # a head, the unit and the agency


def test_the_rows_as_a_file_without_anybodys_words(pages, board):
    pages.speak("en").sign_in(board.people.assigner)
    text = pages.client.get("/office/numbers/rows.csv?measure=received").get_data().decode()
    assert len(text.strip().splitlines()) == 4
    assert "灯，" not in text
    assert "秘密" not in text


def test_as_many_queries_however_many_cases(pages, board):
    pages.sign_in(board.people.assigner)
    with counted_queries(board.session) as before:
        pages.get("/office/numbers?by=unit")
    for number in range(5):
        board.accepted(title=f"又一件{number}", domain=list(Domain)[number])
    board.session.commit()
    with counted_queries(board.session) as after:
        pages.get("/office/numbers?by=unit")
    assert after.count == before.count


def test_the_chart_tells_its_numbers_in_words_too(pages, board):
    page = pages.speak("en").sign_in(board.people.assigner).get("/office/numbers")
    assert "06, Came in: 3" in page
    assert "2026-06" not in text_of(page).partition("Over time")[0].partition("At a glance")[2]
