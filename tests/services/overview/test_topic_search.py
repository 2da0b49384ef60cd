"""Finding consultations among others."""

from datetime import timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from consult.services.consultations.phases import state_at
from consult.services.consultations.topic_states import in_state
from consult.services.overview import topic_search
from consult.services.overview.topic_search import Filters, Stage
from models.topic import Topic, TopicKind, TopicState
from tests.queries import counted_queries

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def find(session, now):
    def find(stage=Stage.OPEN, page=1, **filters):
        return topic_search.search(
            session, stage=stage, filters=Filters(**filters), now=now, zone=SHANGHAI, page=page
        )

    return find


@pytest.fixture
def titles(find):
    return lambda *args, **filters: [topic.title for topic in find(*args, **filters).items]


def test_the_state_in_sql_is_the_state_by_the_clock(session, make, now):
    """Every stored state, opening and closing before, at and after the moment."""
    steps = (timedelta(days=-1), timedelta(0), timedelta(microseconds=1), timedelta(days=1))
    for state, opens, closes in product(TopicState, steps, steps):
        if opens < closes:
            make.topic(state=state, opens_at=now + opens, closes_at=now + closes)

    for state in TopicState:
        found = set(session.scalars(select(Topic).where(in_state(state, now))))
        expected = {
            topic for topic in session.scalars(select(Topic)) if state_at(topic, now) is state
        }
        assert found == expected


def test_stages_hold_what_belongs_to_them(make, titles):
    make.topic(title="草稿", state=TopicState.DRAFT)
    make.topic(title="将开", state=TopicState.PLANNED, opens=2)
    make.topic(title="久", closes=20)
    make.topic(title="急", closes=3)
    make.topic(title="已截止但未记", opens=-9, closes=-1)
    make.topic(title="研究", state=TopicState.ANALYSING, closes=-2)
    make.topic(title="反馈", state=TopicState.REPORTED, closes=-3)
    make.topic(title="出台", state=TopicState.ENACTED, closes=-4)

    assert titles() == ["急", "久"]
    assert titles(Stage.SOON) == ["急"]
    assert titles(Stage.PLANNED) == ["将开"]
    assert titles(Stage.AWAITING) == ["研究", "已截止但未记"]  # the longest wait first
    assert titles(Stage.REPORTED) == ["反馈", "出台"]


def test_counts_agree_with_the_lists(session, make, find, now):
    for state in TopicState:
        make.topic(state=state, closes=3)
    make.topic(closes=30)

    counts = topic_search.counts(session, filters=Filters(), now=now, zone=SHANGHAI)
    assert counts == {stage: find(stage).total for stage in Stage}
    assert counts[Stage.OPEN] == 3  # one of them was stored as planned


def test_two_characters_are_found_in_title_summary_and_explanation(make, titles):
    make.topic(title="物业管理办法", closes=1)
    make.topic(title="甲", summary="关于物业服务", closes=2)
    make.topic(title="乙", explanation="小区物业怎么收费", closes=3)
    make.topic(title="物流业发展规划")

    assert titles(words="物业") == ["物业管理办法", "甲", "乙"]


def test_all_words_must_be_there_and_case_does_not_matter(make, titles):
    make.topic(title="Safer Streets for 5G")
    make.topic(title="Safer parks")

    assert titles(words="streets  safer") == ["Safer Streets for 5G"]


@pytest.mark.parametrize("wildcard", ["%", "_", "\\", "'", "100%_"])
def test_wildcards_of_sql_are_only_characters(make, titles, wildcard):
    make.topic(title="没有特殊字符")
    make.topic(title=f"达标率{wildcard}以上")

    assert titles(words=wildcard) == [f"达标率{wildcard}以上"]


def test_an_agency_reaches_those_below_it_and_no_others(make, titles):
    city = make.agency("市政府", slug="city")
    bureau = make.agency("住建局", parent=city, slug="bureau")
    make.topic(title="市", agency=city, closes=1)
    make.topic(title="局", agency=bureau, closes=2)
    make.topic(title="外", agency=make.agency("外市"))

    assert titles(agency="city") == ["市", "局"]
    assert titles(agency="bureau") == ["局"]
    assert titles(agency="nobody") == []


def test_a_region_reaches_the_regions_within_it(make, titles):
    for code, name in (("320000", "省"), ("329900", "市"), ("329901", "区"), ("330000", "邻省")):
        make.topic(title=name, region_code=make.region(code, name).code, closes=int(code) % 7 + 1)

    assert set(titles(region="320000")) == {"省", "市", "区"}
    assert set(titles(region="329900")) == {"市", "区"}
    assert titles(region="329901") == ["区"]
    assert titles(region="%") == []


def test_the_kind_filters(make, titles):
    make.topic(title="规划", kind=TopicKind.PLAN)
    make.topic(title="规章", kind=TopicKind.RULE)

    assert titles(kind=TopicKind.PLAN) == ["规划"]


def test_filters_offer_only_what_was_published(session, make):
    make.topic(
        agency=make.agency("只有草稿"), state=TopicState.DRAFT, region_code=make.region().code
    )
    make.topic(agency=make.agency("已公布"))

    assert [agency.name for agency in topic_search.agencies(session)] == ["已公布"]
    assert topic_search.regions(session) == []


def test_pages_follow_each_other(make, find):
    for day in range(25):
        make.topic(title=f"第{day:02d}号", closes=day + 1)

    first, last = find(), find(page=2)
    assert [topic.title for topic in last.items] == [f"第{day}号" for day in range(20, 25)]
    assert (
        (first.total, first.count, first.more)
        == (last.total, last.count, last.more)
        == (25, 2, False)
    )


def test_more_rows_take_no_more_queries(session, make, find):
    def asked():
        session.expire_all()
        with counted_queries(session) as queries:
            assert all(topic.agency.name and topic.region is None for topic in find().items)
        return queries.count

    make.topic()
    few = asked()
    for _ in range(19):
        make.topic()
    assert asked() == few <= 3
