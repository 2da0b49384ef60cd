"""How fast a mailbox answers, in words that people use; and the way to one's messages."""

import re

import pytest

from consult.services.handling import passing_time
from tests.city import CALENDAR
from tests.pages import text_of


@pytest.fixture
def answered(city):
    """One message, answered on the day on which it was accepted."""
    case = city.replied(title="当天修好的灯", publish_text=True)
    case.days_taken = 0
    city.session.commit()
    return case


def test_answers_of_the_same_day_are_not_told_as_no_days(pages, city, answered):
    pages.speak("zh-CN").sign_in(city.people.stranger)
    slug = city.mailbox.topic.slug
    assert "半数当天答复" in text_of(pages.get("/mailboxes"))
    own = text_of(pages.get(f"/mailboxes/{slug}"))
    assert "九成当天答复" in own
    write = text_of(pages.get(f"/mailboxes/{slug}/write"))
    assert "最近 90 天，本信箱半数答复当天作出。" in write
    numbers = text_of(pages.get(f"/mailboxes/{slug}/numbers"))
    assert "当天" in numbers
    message = text_of(pages.get(f"/messages/{answered.no}"))
    assert "当天" in message
    for page in (own, write, message):
        assert not re.search(r"\b0 个工作日", page)


def test_how_fast_it_answers_is_told_as_it_is_now(pages, city, answered):
    address = f"/mailboxes/{answered.topic.slug}/write"
    pages.speak("zh-CN").sign_in(city.people.stranger)
    for days, said in ((0, "半数答复当天作出"), (3, "不超过 3 个工作日")):
        answered.days_taken = days
        city.session.commit()
        assert said in text_of(pages.get(address))


@pytest.mark.parametrize(("days", "came", "answers"), [(89, 2, 1), (91, 0, 0)])
def test_the_page_tells_of_90_days(pages, city, answered, days, came, answers):
    city.clock.advance(days=days)
    page = text_of(pages.speak("zh-CN").get(f"/mailboxes/{answered.topic.slug}"))
    assert f"最近 90 天收到留言 {came} 最近 90 天答复 {answers}" in re.sub(r"\s+", " ", page)


def test_too_few_ratings_make_no_rate(pages, city):
    city.rated((5, 5, 5), title="一个人满意", publish_text=True)
    city.clock.advance(days=40)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    city.session.commit()

    page = text_of(pages.speak("zh-CN").get(f"/mailboxes/{city.mailbox.topic.slug}"))

    assert "1 人评价，件数过少，不作统计" in page
    assert "100% 满意率" not in page


def test_the_navigation_leads_to_suggestions_and_to_messages(pages, citizen):
    pages.speak("en")
    page = pages.get("/mailboxes")
    nav = page.partition('class="site-nav"')[2].partition("</nav>")[0]
    assert 'href="/account/suggestions"' in nav
    assert 'href="/account/messages"' in nav


def test_the_navigation_says_where_one_is_on_all_pages_of_the_board(pages, slug):
    for address in (f"/mailboxes/{slug}", "/mailboxes/numbers"):
        page = pages.get(address)
        nav = page.partition('class="site-nav"')[2].partition("</nav>")[0]
        assert '<a href="/mailboxes" aria-current="true">' in nav
