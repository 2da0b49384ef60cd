"""My suggestions: each with how far it has come."""

import pytest
from sqlalchemy import event

from consult.extensions import db
from consult.services.suggesting import stages
from models.decision import DecisionException, DecisionState, Outcome
from models.suggestion import SuggestionStatus
from models.topic import TopicState
from tests.pages import text_of


@pytest.fixture
def me(make, pages):
    me = make.person()
    make.suggestion(title="别人写的")  # noise
    pages.sign_in(me)
    return me


def test_only_mine_are_listed_whatever_became_of_them(session, make, pages, me):
    make.suggestion(title="我写的", author=me, publish_text=False)
    make.suggestion(title="我撤回的", author=me, status=SuggestionStatus.WITHDRAWN)
    session.commit()

    page = text_of(pages.get("/account/suggestions"))
    assert "我写的" in page
    assert "我撤回的" in page
    assert "别人写的" not in page
    assert "我写的" not in pages.get("/account/suggestions?standing=withdrawn")


def test_what_i_support_is_a_list_of_its_own(session, make, pages, me):
    make.support(make.suggestion(title="我附议的"), me)
    hidden = make.suggestion(title="后来不公开的")
    make.support(hidden, me)
    hidden.publish_text = False
    session.commit()

    page = pages.get("/account/suggestions?show=supported")
    assert "我附议的" in page
    assert "后来不公开的" not in page


def test_somebody_new_is_shown_where_to_begin(pages, me):
    assert "/topics" in pages.get("/account/suggestions")


def test_whoever_is_not_signed_in_is_sent_to_do_so(pages, session):
    answer = pages.client.get("/account/suggestions")

    assert answer.headers["Location"].startswith("/account/sign-in?next=")


@pytest.fixture
def decided(make, me):
    """Two of mine in one group; the second was answered apart."""
    topic = make.topic(state=TopicState.REPORTED, opens=-90, closes=-40)
    mine = [make.suggestion(topic, author=me), make.suggestion(topic, author=me)]
    cluster = make.cluster(*mine, make.suggestion(topic))
    decision = make.decision(cluster, Outcome.ADOPTED, state=DecisionState.PUBLISHED)
    decision.exceptions.append(
        DecisionException(suggestion=mine[1], outcome=Outcome.NOT_ADOPTED, reason="另有规定。")
    )
    return mine


def test_each_shows_its_own_answer(session, pages, decided):
    session.commit()
    found = stages.of_each(session, decided)

    assert [found[one.id].outcome for one in decided] == [Outcome.ADOPTED, Outcome.NOT_ADOPTED]
    page = text_of(pages.get("/account/suggestions"))
    assert "不采纳" in page


def test_what_is_not_published_is_not_told(session, make, me):
    one = make.suggestion(author=me)
    make.decision(make.cluster(one, make.suggestion(one.topic)), state=DecisionState.APPROVED)
    session.flush()

    found = stages.of_each(session, [one])[one.id]
    assert (found.stage, found.others, found.outcome) == (stages.Stage.GROUPED, 1, None)


def test_the_number_of_queries_does_not_grow(session, make, pages, me):
    counts = []
    topic = make.topic()
    for rows in (2, 12):
        for _ in range(rows):
            make.cluster(make.suggestion(topic, author=me), make.suggestion(topic))
        session.commit()
        sent = []
        listener = lambda *args, sent=sent: sent.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        pages.get("/account/suggestions")
        event.remove(db.engine, "before_cursor_execute", listener)
        counts.append(len(sent))

    assert counts[0] == counts[1]
