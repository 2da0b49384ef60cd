"""Sentences of digests and reports read as documents do, also where little is there to tell."""

from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from models.supervision import Digest
from tests.pages import squeeze, text_of


@pytest.fixture
def office(pages, city):
    city.replied(title="答了的灯")
    city.assigned(title="没答的灯")
    city.session.commit()
    return pages.speak("zh-CN").sign_in(city.people.supervisor)


def test_a_digest_counts_messages_with_their_measure_word(office, city):
    office.post("/office/digests")
    digest = city.session.scalars(select(Digest)).one()

    answer = office.client.get(f"/office/digests/{digest.id}.docx")
    document = Document(BytesIO(answer.get_data()))

    assert any("本期答复1件；" in one.text for one in document.paragraphs)


def test_the_report_of_a_year_gives_no_rates_of_too_few_ratings(office):
    page = squeeze(text_of(office.get("/office/annual/2026")))

    assert "留言人共作出评价0件，件数过少，不统计解决率和满意率。" in page
    assert "，解决率—" not in page
