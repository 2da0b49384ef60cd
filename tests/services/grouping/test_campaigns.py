"""Campaigns: what a run notes of copies and bursts, and what is shown of them."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import select

from consult.services.grouping import campaigns, runs
from consult.services.grouping.boards import BoardFilter, Wish, board
from consult.services.grouping.similarity import TopicIndexes
from models.cluster import Cluster
from models.person import Role
from models.suggestion import Channel
from models.topic import TopicState

FORM = "我是{}的居民，强烈要求在北门外增设公交车站，方便老人和学生出行，请有关部门尽快研究答复。"


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ANALYSING, opens=-40)


@pytest.fixture
def regrouped(session, make, topic, now):
    """A campaign of 24 in two hours, sent by 20 people, among others that came one a day."""
    senders = [make.person() for _ in range(20)]
    for n in range(30):
        make.suggestion(topic, f"第{n}件不同的事情", facts="", created_at=now - timedelta(days=n))
    for n in range(24):
        make.suggestion(
            topic,
            "北门增设公交站",
            facts=FORM.format(f"第{n % 8}栋"),
            author=senders[n % 20],
            channel=Channel.LETTER if n % 4 else Channel.WEB,
            created_at=now - timedelta(days=9, minutes=5 * n),
        )
    runs.regroup(session, topic=topic, indexes=TopicIndexes("hashing"), actor=None, now=now)
    session.expire_all()
    return session.scalars(
        select(Cluster).where(Cluster.topic_id == topic.id, Cluster.copy_count > 20)
    ).one()


def test_a_run_notes_the_three_counts_of_copies(regrouped):
    assert regrouped.copy_count == 24
    assert regrouped.copy_text_count == 8
    assert regrouped.copy_people_count == 20
    assert regrouped.copy_source_share == pytest.approx(2 / 24, abs=1e-3)
    assert (regrouped.copy_channel, regrouped.copy_channel_share) == (Channel.LETTER, 0.75)


def test_a_run_notes_the_burst(regrouped, now):
    assert regrouped.burst_count == 24
    assert regrouped.burst_to == now - timedelta(days=9)
    assert regrouped.burst_expected < 5


def test_a_form_filled_in_anew_is_a_campaign_however_many_wordings(session, regrouped, make, topic):
    assert campaigns.is_campaign(regrouped)
    regrouped.text_count = regrouped.suggestion_count
    session.flush()

    assert campaigns.is_campaign(regrouped)
    found = board(
        session,
        topic,
        Wish(filters=[BoardFilter.CAMPAIGN]),
        reader=make.staff(Role.ANALYST, topic.agency),
    )
    assert [row.cluster.id for row in found.items] == [regrouped.id]


def test_arrivals_mark_the_burst(session, regrouped):
    shown = campaigns.campaign_of(session, regrouped, zone=UTC)

    assert sum(column.count for column in shown.columns) == regrouped.suggestion_count
    assert sum(column.count for column in shown.columns if column.in_burst) == 24
    assert len(shown.columns) <= campaigns.COLUMNS + 1


def test_a_long_time_is_drawn_in_days(session, make, topic, now):
    members = [make.suggestion(topic, created_at=now - timedelta(days=3 * n)) for n in range(12)]
    cluster = make.cluster(*members)
    cluster.text_count = 1

    shown = campaigns.campaign_of(session, cluster, zone=UTC)

    assert shown.hours == 24
    assert sum(column.count for column in shown.columns) == 12


def test_what_is_no_campaign_asks_nothing(session, make, topic):
    assert campaigns.campaign_of(session, make.cluster(make.suggestion(topic)), zone=UTC) is None


def test_nine_copies_are_neighbours_who_agree(make, topic):
    cluster = make.cluster(*(make.suggestion(topic) for _ in range(9)), copy_count=9)
    cluster.text_count = 1

    assert not campaigns.is_campaign(cluster)
