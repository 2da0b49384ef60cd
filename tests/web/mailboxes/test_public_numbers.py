"""The numbers for everybody: figures of all, rows of what is public, nothing of reports."""

import re
from html import unescape
from http import HTTPStatus

import pytest

from consult.services.handling import passing_time
from models.mailbox import Domain
from models.suggestion import SuggestionKind
from models.supervision import SupervisionPlan
from tests.city import CALENDAR


@pytest.fixture
def board(city):
    city.rated((5, 5, 5), title="修好的灯", domain=Domain.URBAN, publish_text=True)
    city.assigned(title="不公开的灯", domain=Domain.URBAN)
    city.send("秘密举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    city.clock.advance(days=40)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    city.session.commit()
    return city


def test_everybody_sees_the_figures_of_all_and_of_one_mailbox(pages, board):
    page = pages.speak("en").get("/mailboxes/numbers")
    assert board.mailbox.topic.title in page
    assert '<dt>Messages received</dt><dd class="stat-value"><a href="/mailboxes/numbers/' in page
    slug = board.mailbox.topic.slug
    own = pages.get(f"/mailboxes/{slug}/numbers")
    assert f'href="/mailboxes/{slug}/numbers/rows?' in own
    assert "Mailbox" not in own.partition('class="tabs"')[2].partition("</nav>")[0]


def test_rows_are_those_that_everybody_may_read(pages, board):
    pages.speak("en")
    page = pages.get("/mailboxes/numbers/rows?measure=received")
    assert "修好的灯" in page
    assert "1 message that everybody may read" in page
    assert "不公开的灯" not in page
    assert "秘密举报" not in page
    text = pages.client.get("/mailboxes/numbers/rows.csv?measure=received").get_data(as_text=True)
    assert "修好的灯" in text
    assert "不公开的灯" not in text


@pytest.mark.parametrize("measure", ["excluded", "asked_for_praise", "secret"])
def test_which_ones_were_left_out_is_told_to_nobody(pages, board, measure):
    address = f"/mailboxes/numbers/rows?measure={measure}"
    pages.get(address, status=HTTPStatus.NOT_FOUND)
    for one in board.mailbox.topic.slug, "":
        page = pages.get(f"/mailboxes/{one}/numbers".replace("//", "/"))
        assert f"measure={measure}" not in page


def test_a_report_changes_no_figure(pages, board):
    def seen():
        page = pages.get("/mailboxes/numbers?by=domain")
        return re.findall(r"measure=[^\"]*\"[^>]*>([\d.%—]+)</a>", page)

    before = seen()
    board.send("又一举报", kind=SuggestionKind.REPORT, named_unit=board.lamps)
    board.session.commit()
    assert seen() == before
    assert "Report of wrongdoing" not in pages.speak("en").get("/mailboxes/numbers?by=kind")


def test_an_unknown_mailbox_is_not_found(pages, board):
    pages.get("/mailboxes/nowhere/numbers", status=HTTPStatus.NOT_FOUND)
    pages.get("/mailboxes/nowhere/numbers/rows", status=HTTPStatus.NOT_FOUND)


def test_an_agency_switches_its_ranking_off(pages, board, session):
    address = f"/mailboxes/{board.mailbox.topic.slug}/numbers"
    assert 'id="places"' in pages.get(address)
    agency = board.mailbox.topic.agency
    session.add(SupervisionPlan(agency_id=agency.id, ranking_shown=False))
    session.commit()
    assert 'id="places"' not in pages.get(address)


def test_the_platform_switches_its_ranking_off(app, pages, board):
    assert 'id="places"' in pages.get("/mailboxes/numbers")
    app.config["RANKING_LEAST"] = 0
    assert 'id="places"' not in pages.get("/mailboxes/numbers")


def test_the_figures_as_a_file(pages, board):
    pages.speak("en")
    text = pages.client.get("/mailboxes/numbers.csv?by=kind").get_data().decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Kind,Messages received,")
    assert "Request for help,3," in text


def test_every_link_on_the_page_leads_somewhere(pages, board):
    page = pages.get("/mailboxes/numbers?by=month")
    links = {unescape(url) for url in re.findall(r'href="(/mailboxes/[^"]*)"', page)}
    assert len(links) > 15
    for url in links:
        assert pages.client.get(url).status_code == HTTPStatus.OK, url
