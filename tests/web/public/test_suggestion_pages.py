"""The public page of one suggestion, the list of a topic, and supporting from them."""

import pytest
from sqlalchemy import select

from models.person import Role
from models.suggestion import SuggestionStatus, Support
from tests.pages import text_of


@pytest.fixture
def topic(make):
    topic = make.topic(slug="lifts")
    make.suggestion(topic, "河边增设路灯")  # noise
    return topic


@pytest.fixture
def suggestion(make, topic):
    return make.suggestion(
        topic,
        "增设电梯",
        author=make.person("陈思远"),
        facts="打13800138000。",
        public_facts="打138****8000。",
        place="河口区",
    )


def url(suggestion):
    return f"/suggestions/{suggestion.id}"


def test_the_public_reads_masked_words_and_no_name(pages, session, suggestion):
    session.commit()
    page = pages.get(url(suggestion))

    assert "138****8000" in page
    assert "13800138000" not in page
    assert "陈思远" not in page
    assert "网民" in page


def test_the_name_is_there_where_its_owner_agreed(pages, session, suggestion):
    suggestion.publish_name = True
    session.commit()

    assert "陈思远" in pages.get(url(suggestion))


def test_words_without_consent_are_not_found_but_for_author_and_staff(
    pages, session, make, suggestion
):
    suggestion.publish_text = False
    session.commit()
    pages.get(url(suggestion), status=404)
    pages.sign_in(make.staff(Role.ANALYST, make.agency())).get(url(suggestion), status=404)

    for reader in (suggestion.author, make.staff(Role.ANALYST, suggestion.topic.agency)):
        page = pages.sign_in(reader).get(url(suggestion))
        assert "138****8000" in page
        assert "未公开" in page


def test_a_withdrawn_one_is_gone_and_its_number_kept(pages, session, suggestion):
    suggestion.status = SuggestionStatus.WITHDRAWN
    session.commit()
    page = pages.get(url(suggestion), status=410)

    assert suggestion.no in page
    assert "增设电梯" not in page


def test_one_that_was_not_accepted_shows_the_reason_instead_of_the_words(
    pages, session, suggestion
):
    suggestion.status, suggestion.status_reason = SuggestionStatus.NOT_ACCEPTED, "advertising"
    session.commit()
    page = pages.get(url(suggestion))

    assert "属于广告" in page
    assert "增设电梯" not in page
    assert "138****" not in page


@pytest.mark.parametrize("number", ["0", "99999", "9" * 30])
def test_a_number_that_is_none_is_not_found(pages, number):
    pages.get(f"/suggestions/{number}", status=404)


def test_markup_in_words_is_shown_as_it_was_typed(pages, session, make, topic):
    bad = make.suggestion(topic, "<script>alert(1)</script>", facts="<b>粗</b>")
    session.commit()
    page = pages.get(url(bad))

    assert "<script>alert" not in page
    assert "&lt;b&gt;粗" in page


def test_supporting_without_script_comes_back_to_where_one_was(pages, session, make, suggestion):
    person = make.person()
    pages.sign_in(person)
    page = pages.post(f"{url(suggestion)}/support", support="yes", next="/topics/lifts/suggestions")
    assert "附议已计入" in page
    assert session.scalars(select(Support.person_id)).all() == [person.id]

    pages.post(f"{url(suggestion)}/support", support="no")
    assert session.scalars(select(Support.person_id)).all() == []


def test_a_script_is_told_the_count(pages, session, make, suggestion):
    pages.sign_in(make.person())
    answer = pages.client.post(
        f"{url(suggestion)}/support",
        data={"support": "yes"},
        headers={"Accept": "application/json"},
    )

    assert answer.get_json() == {"supported": True, "support_count": 1}


def test_a_script_is_told_why_not(pages, session, suggestion):
    pages.sign_in(suggestion.author)
    answer = pages.client.post(f"{url(suggestion)}/support", headers={"Accept": "application/json"})

    assert answer.status_code == 409
    assert "您自己的建议" in answer.get_json()["detail"]


def test_whoever_is_not_signed_in_is_sent_to_do_so_and_back(pages, session, suggestion):
    session.commit()
    answer = pages.client.post(f"{url(suggestion)}/support")
    assert answer.headers["Location"] == f"/account/sign-in?next=/suggestions/{suggestion.id}"

    answer = pages.client.post(f"{url(suggestion)}/support", headers={"Accept": "application/json"})
    assert answer.status_code == 401


def test_support_never_leads_to_another_site(pages, session, make, suggestion):
    pages.sign_in(make.person())
    answer = pages.client.post(f"{url(suggestion)}/support", data={"next": "//evil.example"})

    assert answer.headers["Location"] == "/"


def test_the_list_is_searched_sorted_and_says_how(pages, session, make, topic, suggestion):
    make.support(suggestion)
    session.commit()
    page = text_of(pages.get("/topics/lifts/suggestions?sort=supported"))
    assert page.index("增设电梯") < page.index("河边增设路灯")
    assert "按附议人数从多到少" in page

    page = text_of(pages.get("/topics/lifts/suggestions?q=路灯"))
    assert "河边增设路灯" in page
    assert "增设电梯" not in page


@pytest.mark.parametrize(
    "query",
    ["sort=best&page=-3&kind=x&clause=zz&question=abc", "q=%00%ff&page=99999999999999999999"],
)
def test_nonsense_in_the_address_is_passed_over(pages, session, suggestion, query):
    session.commit()

    pages.get(f"/topics/lifts/suggestions?{query}")


def test_the_list_goes_on_over_pages_and_keeps_its_filters(pages, session, make, topic):
    for n in range(45):
        make.suggestion(topic, f"建议{n:02}")
    session.commit()
    page = pages.get("/topics/lifts/suggestions?sort=oldest&page=2")

    assert "建议19" in page
    assert "建议18" not in page
    assert "sort=oldest&amp;page=3" in page or "page=3&amp;sort=oldest" in page


def test_after_the_close_support_can_no_longer_change(pages, session, make, suggestion, clock):
    session.commit()
    clock.advance(days=31)
    page = pages.get(url(suggestion))

    assert "附议不再变动" in page
    assert "/support" not in page
