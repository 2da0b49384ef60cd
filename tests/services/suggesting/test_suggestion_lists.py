"""What everybody may read: public words only, searched, sorted, in few queries."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from consult.extensions import db, indexes
from consult.services.grouping import placement
from consult.services.suggesting import suggestion_lists
from consult.services.suggesting.suggestion_lists import Sort
from models.suggestion import SuggestionKind, SuggestionStatus


@pytest.fixture
def topic(make):
    topic = make.topic()
    make.suggestion(topic, "不公开的", publish_text=False)  # noise, like the next three
    make.suggestion(topic, "撤回的", status=SuggestionStatus.WITHDRAWN)
    make.suggestion(topic, "不予受理的", status=SuggestionStatus.NOT_ACCEPTED)
    make.suggestion(title="别的征集的")
    return topic


def titles(session, topic, **values):
    return [one.title for one in suggestion_lists.public(session, topic=topic, **values).items]


def test_only_what_may_be_shown_is_listed(session, make, topic):
    make.suggestion(topic, "公开的")

    assert titles(session, topic) == ["公开的"]


def test_the_three_orders(session, make, topic, now):
    first = make.suggestion(topic, "先", created_at=now - timedelta(hours=2))
    make.suggestion(topic, "后", created_at=now)
    make.suggestion(topic, "中", created_at=now - timedelta(hours=1))
    make.support(first)

    assert titles(session, topic) == ["后", "中", "先"]
    assert titles(session, topic, sort=Sort.OLDEST) == ["先", "中", "后"]
    assert titles(session, topic, sort=Sort.SUPPORTED)[0] == "先"


def test_two_characters_find_and_every_word_must_fit(session, make, topic):
    make.suggestion(topic, "增设充电桩", facts="小区停车难", proposal="")
    make.suggestion(topic, "增设路灯", facts="晚上太黑", proposal="百分之100%")

    assert titles(session, topic, words="充电") == ["增设充电桩"]
    assert titles(session, topic, words="增设 太黑") == ["增设路灯"]
    assert titles(session, topic, words="100%") == ["增设路灯"]
    assert titles(session, topic, words="_") == []


def test_words_that_are_masked_find_nothing(session, make, topic):
    make.suggestion(topic, facts="打13800138000", public_facts="打138****8000")

    assert titles(session, topic, words="13800138000") == []


def test_clause_question_and_kind_narrow_the_list(session, make, topic):
    clause = make.document(topic, "第一条", "第二条").clauses[1]
    question = make.question(topic)
    make.suggestion(topic, "说条款", clause=clause)
    make.suggestion(topic, "答问题", question=question)
    make.suggestion(topic, "表扬", kind=SuggestionKind.PRAISE)

    assert titles(session, topic, clause=clause) == ["说条款"]
    assert titles(session, topic, question=question) == ["答问题"]
    assert titles(session, topic, kind=SuggestionKind.PRAISE) == ["表扬"]


def test_names_are_shown_only_where_their_owner_agreed(session, make, topic):
    make.suggestion(topic, author=make.person("陈思远"), publish_name=True)
    make.suggestion(topic, author=make.person("林小雨"))

    shown = suggestion_lists.public(session, topic=topic, sort=Sort.OLDEST).items
    assert [one.author_name for one in shown] == ["陈思远", None]


def test_readers_see_which_they_wrote_and_which_they_support(session, make, topic):
    reader = make.person()
    make.suggestion(topic, author=reader)
    make.support(make.suggestion(topic), reader)
    make.support(make.suggestion(topic))  # noise: somebody else's support

    shown = suggestion_lists.public(session, topic=topic, sort=Sort.OLDEST, reader=reader).items
    assert [(one.own, one.supported) for one in shown] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_a_telephone_number_in_the_place_is_masked_too(session, make, topic):
    make.suggestion(topic, place="河口区，电话13800138000")

    [shown] = suggestion_lists.public(session, topic=topic).items
    assert "13800138000" not in shown.place


@pytest.fixture
def queries(session):
    """Counts the statements that are sent."""
    sent = []
    listener = lambda *args: sent.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    yield sent
    event.remove(db.engine, "before_cursor_execute", listener)


@pytest.mark.parametrize("rows", [3, 19])
def test_the_number_of_queries_does_not_grow(session, make, topic, queries, rows):
    clause = make.document(topic).clauses[0]
    for _ in range(rows):
        make.suggestion(topic, clause=clause)
    reader = make.person()
    session.commit()
    session.refresh(reader)  # a page has them both before
    session.refresh(topic)
    queries.clear()

    suggestion_lists.public(session, topic=topic, reader=reader, words="建议")
    assert len(queries) == 4


@pytest.fixture
def similar(session, topic, now):
    def similar(title, **values):
        placement.place_pending(session, topic=topic, indexes=indexes(), now=now)
        session.commit()
        found = suggestion_lists.similar(
            session, indexes=indexes(), topic=topic, title=title, **values
        )
        return [one.face.title for one in found]

    return similar


def test_the_likeliest_come_first_and_only_public_ones(make, topic, similar):
    make.suggestion(topic, "提高电梯补贴", facts="补贴太少。")
    make.suggestion(topic, "电梯补贴提高到三十万元", facts="补贴太少。")
    make.suggestion(topic, "提高电梯的补贴", facts="太少了。", publish_text=False)
    make.suggestion(topic, "公园多种树", facts="夏天太热。")
    make.suggestion(title="提高电梯补贴", facts="别处的。")

    assert similar("提高电梯补贴") == ["提高电梯补贴", "电梯补贴提高到三十万元"]


def test_of_equal_texts_one_is_offered(make, topic, similar):
    for _ in range(3):
        make.suggestion(topic, "提高电梯补贴", facts="补贴太少。")

    assert similar("提高电梯补贴") == ["提高电梯补贴"]


@pytest.mark.parametrize("title", ["", " \u200b ", "\x00"])
def test_without_a_title_nothing_is_similar(make, topic, similar, title):
    make.suggestion(topic)

    assert similar(title) == []


def test_typing_a_telephone_number_does_not_tell_whose_suggestion_it_is_in(
    session, make, topic, now
):
    make.suggestion(topic, "提高补贴", facts="问13800138000或tree@example.com。", public_facts="")
    make.suggestion(topic, "公园多种树", facts="夏天太热。")  # noise
    placement.place_pending(session, topic=topic, indexes=indexes(), now=now)
    session.commit()

    for title in ("13800138000", "0013800", "邮箱 tree@example.com"):
        found = suggestion_lists.similar(session, indexes=indexes(), topic=topic, title=title)
        assert found == []


def test_a_withdrawn_one_is_no_longer_offered(session, make, topic, similar, now):
    gone = make.suggestion(topic, "提高电梯补贴", facts="补贴太少。")
    assert similar("提高电梯补贴") == [gone.title]

    gone.status, gone.status_at = SuggestionStatus.WITHDRAWN, now
    session.commit()
    assert similar("提高电梯补贴") == []
