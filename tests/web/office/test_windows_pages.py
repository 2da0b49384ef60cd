"""Publishing, extending, closing early, and beginning the analysis, on pages."""

from http import HTTPStatus

import pytest

from models.person import Role
from models.topic import TopicState


@pytest.fixture
def desk(make, pages):
    agency = make.agency("住建局")
    pages.agency = agency
    return pages.sign_in(make.staff(Role.DRAFTER, agency)).speak("en")


@pytest.fixture
def topic(make, session, desk):
    def topic(**values):
        made = make.topic(agency=desk.agency, **values)
        session.commit()
        return made

    return topic


def test_a_draft_is_published_after_a_last_look(desk, topic):
    draft = topic(state=TopicState.DRAFT, opens=0, explanation="为什么。", closes=40)
    assert "its words are fixed" in desk.get(f"/office/topics/{draft.slug}/publish")
    desk.post(f"/office/topics/{draft.slug}/publish")

    assert draft.state is TopicState.OPEN


def test_what_is_missing_is_listed_and_nothing_is_published(desk, topic):
    draft = topic(state=TopicState.DRAFT, opens=0, closes=9)
    html = desk.post(f"/office/topics/{draft.slug}/publish", status=HTTPStatus.UNPROCESSABLE_ENTITY)

    assert "An explanation of what is asked and why." in html
    assert "The reason for a window of less than 30 days." in html
    assert draft.state is TopicState.DRAFT


def test_what_is_missing_is_said_in_chinese_too(desk, topic):
    draft = topic(state=TopicState.DRAFT, opens=0, closes=9)

    assert "征集期限少于 30 日的理由" in desk.speak("zh_Hans_CN").get(
        f"/office/topics/{draft.slug}/publish"
    )


def test_publishing_twice_is_refused_the_second_time(desk, topic):
    draft = topic(state=TopicState.DRAFT, opens=0, explanation="为什么。", closes=40)
    desk.post(f"/office/topics/{draft.slug}/publish")

    desk.post(f"/office/topics/{draft.slug}/publish", status=HTTPStatus.CONFLICT)


def test_a_window_is_extended_with_a_reason_that_the_public_reads(desk, topic):
    published = topic(closes=10)
    desk.post(
        f"/office/topics/{published.slug}/extend",
        closes_at="2026-08-01T00:00",
        reason="群众要求延长",
    )

    assert published.closes_at.isoformat() == "2026-07-31T16:00:00+00:00"
    assert "群众要求延长" in desk.get(f"/topics/{published.slug}")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"closes_at": "2026-06-16T00:00", "reason": "理由"}, "after the present closing time"),
        ({"closes_at": "2026-08-01T00:00", "reason": ""}, "Give the reason"),
        ({"closes_at": "", "reason": "理由"}, "Say when it closes."),
    ],
)
def test_an_extension_that_lacks_something_comes_back(desk, topic, values, sentence):
    published = topic(closes=10)
    before = published.closes_at
    html = desk.post(
        f"/office/topics/{published.slug}/extend",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        **values,
    )

    assert sentence in html
    assert published.closes_at == before


def test_closing_early_tells_the_public_why(desk, topic):
    published = topic(closes=10)
    desk.post(f"/office/topics/{published.slug}/close", reason="上位法已修改")

    assert published.state is TopicState.CLOSED
    assert "上位法已修改" in desk.get(f"/topics/{published.slug}")


def test_closing_early_without_a_reason_closes_nothing(desk, topic):
    published = topic(closes=10)
    desk.post(
        f"/office/topics/{published.slug}/close", status=HTTPStatus.UNPROCESSABLE_ENTITY, reason=" "
    )

    assert published.state is TopicState.OPEN


def test_the_analysis_begins_with_a_button_of_the_overview(desk, topic):
    closed = topic(opens=-40, closes=-1)
    assert f"/office/topics/{closed.slug}/analysis" in desk.get(f"/office/topics/{closed.slug}")
    desk.post(f"/office/topics/{closed.slug}/analysis")

    assert closed.state is TopicState.ANALYSING


def test_an_open_consultation_is_not_taken_into_analysis(desk, topic):
    desk.post(f"/office/topics/{topic().slug}/analysis", status=HTTPStatus.CONFLICT)


def test_the_overview_offers_what_the_state_allows(desk, topic):
    offered = {
        state: {
            act
            for act in ("edit", "publish", "extend", "close", "analysis")
            if f'/{act}"' in desk.get(f"/office/topics/{topic(state=state).slug}")
        }
        for state in (TopicState.DRAFT, TopicState.OPEN, TopicState.CLOSED, TopicState.REPORTED)
    }
    assert list(offered.values()) == [{"edit", "publish"}, {"extend", "close"}, {"analysis"}, set()]
