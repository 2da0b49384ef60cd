"""Consultations: drafted, published, extended, closed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from consult.exceptions import Invalid, NotAllowed, NotFound, NotInThisPhase, StaleVersion
from consult.services.consultations import topics
from consult.services.consultations.phases import state_at
from consult.services.consultations.topic_briefs import TopicBrief, brief_of
from models.ledger import LedgerEntry
from models.person import Role
from models.topic import TopicKind, TopicState, WindowChangeKind

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def agency(make):
    return make.agency("住建局")


@pytest.fixture
def drafter(make, agency):
    return make.staff(Role.DRAFTER, agency)


@pytest.fixture
def stranger(make):
    """A drafter of another agency."""
    return make.staff(Role.DRAFTER, make.agency("环保局"))


@pytest.fixture
def brief(now):
    def brief(**values):
        return TopicBrief(
            **{
                "title": "停车管理办法（征求意见稿）",
                "kind": TopicKind.NORMATIVE_DOCUMENT,
                "explanation": "为什么要改。",
                "opens_at": now + timedelta(days=1),
                "closes_at": now + timedelta(days=40),
            }
            | values
        )

    return brief


@pytest.fixture
def draft(session, agency, drafter, brief, now):
    def draft(**values):
        return topics.draft(session, agency=agency, brief=brief(**values), actor=drafter, now=now)

    return draft


def acts(session, topic):
    return session.scalars(select(LedgerEntry.act).filter_by(topic_id=topic.id)).all()


def test_a_draft_gets_an_address_of_the_day_and_an_entry_in_the_ledger(session, draft):
    topic = draft(questions=("停车费该由谁定？", " ", "要不要错时共享？"))

    assert topic.slug.startswith("t-20260615-")
    assert [question.text for question in topic.questions] == [
        "停车费该由谁定？",
        "要不要错时共享？",
    ]
    assert acts(session, topic) == ["topic.drafted"]


@pytest.mark.parametrize("slug", ["new", "Übung", "a--b", "-a", "a b", "taken", "x" * 81])
def test_an_address_that_is_bad_or_taken_is_refused(
    session, make, agency, drafter, brief, now, slug
):
    make.topic(slug="taken")

    with pytest.raises(Invalid) as refusal:
        topics.draft(session, agency=agency, brief=brief(), actor=drafter, now=now, slug=slug)
    assert refusal.value.field == "slug"


def test_a_drafter_of_another_agency_may_neither_draft_nor_edit(
    session, agency, draft, stranger, brief, now
):
    topic = draft()

    with pytest.raises(NotAllowed):
        topics.draft(session, agency=agency, brief=brief(), actor=stranger, now=now)
    with pytest.raises(NotAllowed):
        topics.edit(
            session, topic=topic, brief=brief(), version=topic.version, actor=stranger, now=now
        )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " \n "}, "title"),
        ({"title": "字" * 201}, "title"),
        ({"summary": "字" * 301}, "summary"),
        ({"questions": ("问",) * 21}, "questions"),
        ({"questions": ("问" * 501,)}, "questions"),
    ],
)
def test_a_brief_that_says_nothing_or_too_much_is_refused(draft, values, field):
    with pytest.raises(Invalid) as refusal:
        draft(**values)
    assert refusal.value.field == field


def test_a_window_that_ends_when_it_begins_is_refused(draft, now):
    with pytest.raises(Invalid) as refusal:
        draft(opens_at=now, closes_at=now)
    assert refusal.value.field == "closes_at"


def test_questions_can_be_rewritten_added_and_dropped(session, draft, drafter, brief, now):
    topic = draft(questions=("一", "二", "三"))
    topics.edit(
        session,
        topic=topic,
        brief=brief(questions=("三", "一")),
        version=topic.version,
        actor=drafter,
        now=now,
    )
    session.expire_all()

    assert [(question.position, question.text) for question in topic.questions] == [
        (1, "三"),
        (2, "一"),
    ]


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(
    session, draft, drafter, brief, now
):
    topic, seen = (made := draft()), made.version
    edit = {"topic": topic, "version": seen, "actor": drafter, "now": now}
    topics.edit(session, brief=brief(questions=("只加一个问题",)), **edit)
    session.flush()

    with pytest.raises(StaleVersion):
        topics.edit(session, brief=brief(title="我的标题"), **edit)
    assert topic.title == brief().title


def test_the_brief_of_a_topic_is_what_it_was_made_of(draft, brief):
    assert brief_of(draft(questions=("一",))) == brief(questions=("一",))


def test_a_draft_is_seen_by_its_agency_and_nobody_else(session, draft, drafter, stranger, now):
    topic = draft()
    see = {"session": session, "slug": topic.slug, "now": now}

    assert topics.by_slug(reader=drafter, **see) is topic
    for reader in (None, stranger):
        with pytest.raises(NotFound):
            topics.by_slug(reader=reader, **see)


def test_publishing_opens_at_the_announced_time(session, draft, drafter, now):
    topic = draft()
    topics.publish(session, topic=topic, actor=drafter, now=now, zone=SHANGHAI)

    assert topic.state is TopicState.PLANNED
    assert topic.published_at == now
    assert acts(session, topic)[-1] == "topic.published"


def test_a_window_that_should_have_begun_begins_with_the_publication(session, draft, drafter, now):
    topic = draft(opens_at=now - timedelta(days=3), closes_at=now + timedelta(days=30))
    topics.publish(session, topic=topic, actor=drafter, now=now, zone=SHANGHAI)

    assert (topic.state, topic.opens_at) == (TopicState.OPEN, now)


def test_what_is_missing_is_named_and_nothing_is_published(session, draft, drafter, now):
    topic = draft(explanation="", closes_at=now + timedelta(days=9))

    with pytest.raises(Invalid, match=r"explanation.*less than 30 days"):
        topics.publish(session, topic=topic, actor=drafter, now=now, zone=SHANGHAI)
    assert topic.state is TopicState.DRAFT
    assert len(topics.missing(topic, now=now, zone=SHANGHAI)) == 2


def test_a_window_in_the_past_cannot_be_published(draft, now):
    topic = draft(opens_at=now - timedelta(days=60), closes_at=now)

    assert topics.missing(topic, now=now, zone=SHANGHAI) == [
        "A closing time that is still to come."
    ]


@pytest.mark.parametrize(
    ("closes", "needed"),
    [
        # From 16 June in Shanghai, 30 days end with 15 July there, which is 16:00 UTC.
        (datetime(2026, 7, 15, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 15, 16, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 14, 16, 1, tzinfo=UTC), False),
        (datetime(2026, 7, 14, 16, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 14, 15, 59, tzinfo=UTC), True),
    ],
)
def test_thirty_days_are_days_of_shanghai(draft, now, closes, needed):
    first_minute_of_16_june = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
    topic = draft(opens_at=first_minute_of_16_june, closes_at=closes)

    assert topics.needs_reason(topic, now=now, zone=SHANGHAI) is needed


def test_a_published_consultation_keeps_its_words(session, make, drafter, agency, brief, now):
    for state, opens in ((TopicState.PLANNED, 3), (TopicState.OPEN, -3)):
        topic = make.topic(agency=agency, state=state, opens=opens)
        with pytest.raises(NotInThisPhase):
            topics.edit(
                session, topic=topic, brief=brief(), version=topic.version, actor=drafter, now=now
            )


def test_an_extension_is_kept_with_its_reason(session, make, agency, drafter, now):
    topic = make.topic(agency=agency, closes=10)
    before, after = topic.closes_at, now + timedelta(days=20)
    topics.extend(
        session, topic=topic, closes_at=after, reason=" 需要更多时间 ", actor=drafter, now=now
    )
    session.expire_all()

    [change] = topic.window_changes
    assert (change.kind, change.reason) == (WindowChangeKind.EXTENDED, "需要更多时间")
    assert (change.closes_before, change.closes_after) == (before, after)
    assert topic.closes_at == after


@pytest.mark.parametrize(
    ("days", "reason", "field"),
    [(10, "理由", "closes_at"), (20, " ", "reason"), (20, "由" * 501, "reason")],
)
def test_an_extension_needs_a_later_time_and_a_reason(
    session, make, agency, drafter, now, days, reason, field
):
    topic = make.topic(agency=agency, closes=10)

    with pytest.raises(Invalid) as refusal:
        topics.extend(
            session,
            topic=topic,
            closes_at=now + timedelta(days=days),
            reason=reason,
            actor=drafter,
            now=now,
        )
    assert refusal.value.field == field


def test_closing_early_takes_effect_at_once(session, make, agency, drafter, now):
    topic = make.topic(agency=agency)
    topics.close_early(session, topic=topic, reason="上位法已修改", actor=drafter, now=now)

    assert state_at(topic, now) is TopicState.CLOSED
    assert topic.closes_at == now
    assert acts(session, topic) == ["topic.closed_early"]


@pytest.mark.parametrize(
    ("state", "opens", "closes"),
    [(TopicState.PLANNED, 3, 30), (TopicState.OPEN, -40, -1), (TopicState.ANALYSING, -40, -1)],
)
def test_only_what_is_open_is_closed_early(
    session, make, agency, drafter, now, state, opens, closes
):
    topic = make.topic(agency=agency, state=state, opens=opens, closes=closes)

    with pytest.raises(NotInThisPhase):
        topics.close_early(session, topic=topic, reason="理由", actor=drafter, now=now)


def test_another_agency_may_not_change_the_window(session, make, stranger, now):
    topic = make.topic()

    with pytest.raises(NotAllowed):
        topics.close_early(session, topic=topic, reason="理由", actor=stranger, now=now)


def test_analysis_begins_after_the_close_even_if_no_job_has_run(
    session, make, agency, drafter, now
):
    topic = make.topic(agency=agency, state=TopicState.OPEN, opens=-40, closes=-1)
    topics.start_analysis(session, topic=topic, actor=drafter, now=now)

    assert topic.state is TopicState.ANALYSING


def test_analysis_does_not_begin_while_people_may_still_speak(session, make, agency, drafter, now):
    with pytest.raises(NotInThisPhase):
        topics.start_analysis(session, topic=make.topic(agency=agency), actor=drafter, now=now)


def test_the_clock_opens_and_closes_what_is_due_and_nothing_else(session, make, now):
    opening = make.topic(state=TopicState.PLANNED, opens=0, closes=9)
    closing = make.topic(state=TopicState.OPEN, opens=-9, closes=0)
    missed = make.topic(state=TopicState.PLANNED, opens=-9, closes=-1)
    waiting = make.topic(state=TopicState.PLANNED, opens=1, closes=9)
    draft = make.topic(state=TopicState.DRAFT, opens=-9, closes=-1)

    assert topics.advance_due(session, now=now) == 3
    assert [topic.state for topic in (opening, closing, missed, waiting, draft)] == [
        TopicState.OPEN,
        TopicState.CLOSED,
        TopicState.CLOSED,
        TopicState.PLANNED,
        TopicState.DRAFT,
    ]
    assert acts(session, closing) == ["topic.closed"]


def test_the_clock_run_twice_does_nothing_more(session, make, now):
    topic = make.topic(state=TopicState.PLANNED, opens=0, closes=9)
    topics.advance_due(session, now=now)

    assert topics.advance_due(session, now=now) == 0
    assert acts(session, topic) == ["topic.opened"]
