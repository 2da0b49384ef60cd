"""From a group of messages to a consultation: begun as a draft, its people invited once it opens."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from consult.exceptions import Conflict, Invalid, NotAllowed
from consult.services.answering import notices
from consult.services.consultations import topics
from consult.services.consultations.topic_briefs import TopicBrief
from consult.services.handling import origins
from models.notice import Notice, NoticeKind
from models.person import PersonKind, Role
from models.suggestion import SuggestionKind, SuggestionStatus
from models.topic import TopicKind, TopicMode, TopicState

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def group(city, make):
    """Two messages, of which one is supported by somebody, and one came with a file."""
    city.drafter = make.staff(Role.DRAFTER, city.mailbox.topic.agency)
    mine = city.send("想要一条自行车道")
    other = city.send("自行车道什么时候修", author=make.person())
    stored = city.send("自行车道", author=make.person(kind=PersonKind.IMPORTED))
    city.supporter = make.person()
    make.support(mine.suggestion, city.supporter)
    make.support(other.suggestion, city.people.citizen)
    cases = (mine, other, stored)
    return make.cluster(*[case.suggestion for case in cases], name="自行车道")


def brief(city, **values):
    now = city.clock()
    defaults = {
        "title": "关于自行车道的意见征集",
        "kind": TopicKind.LIVELIHOOD,
        "explanation": "想听听大家的意见。",
        "opens_at": now + timedelta(days=1),
        "closes_at": now + timedelta(days=40),
    }
    return TopicBrief(**(defaults | values))


def begin(city, group, *, actor=None, **values):
    return origins.open_on(
        city.session,
        cluster=group,
        agency=city.mailbox.topic.agency,
        brief=brief(city, **values),
        actor=actor or city.drafter,
        now=city.clock(),
    )


def invitations(city):
    query = select(Notice).filter_by(kind=NoticeKind.INVITED)
    return {one.person_id: one for one in city.session.scalars(query)}


def open_now(city, topic):
    topics.publish(city.session, topic=topic, actor=city.drafter, now=city.clock(), zone=ZONE)
    city.clock.advance(days=2)
    topics.advance_due(city.session, now=city.clock())
    for number in origins.uninvited(city.session, now=city.clock()):
        origins.invite(city.session, topic_id=number, now=city.clock())


def test_it_begins_as_a_draft_that_knows_where_it_came_from(city, group):
    topic = begin(city, group)

    assert (topic.state, topic.mode) == (TopicState.DRAFT, TopicMode.CONSULTATION)
    assert origins.of_topic(city.session, topic).cluster == group
    assert [one.topic for one in origins.of_cluster(city.session, group)] == [topic]


def test_nobody_is_invited_before_it_opens(city, group):
    topic = begin(city, group)
    assert origins.uninvited(city.session, now=city.clock()) == []
    topics.publish(city.session, topic=topic, actor=city.drafter, now=city.clock(), zone=ZONE)

    assert origins.uninvited(city.session, now=city.clock()) == []


def test_authors_and_supporters_are_invited_once_each(city, group):
    topic = begin(city, group)
    assert origins.reached(city.session, group) == 3
    open_now(city, topic)
    found = invitations(city)

    authors = {one.suggestion.author_id for one in group.memberships}
    imported = {
        one.suggestion.author_id
        for one in group.memberships
        if one.suggestion.author.kind is PersonKind.IMPORTED
    }
    assert set(found) == (authors - imported) | {city.supporter.id}
    mine = found[city.people.citizen.id]
    assert mine.suggestion.author_id == city.people.citizen.id  # though they support another too
    assert origins.of_topic(city.session, topic).invited_count == 3
    assert origins.uninvited(city.session, now=city.clock()) == []
    assert origins.invite(city.session, topic_id=topic.id, now=city.clock()) == 0
    assert len(invitations(city)) == 3


def test_the_invitation_is_mailed_to_who_wants_mail(city, group):
    topic = begin(city, group)
    open_now(city, topic)
    told = []

    def compose(given):
        told.extend(given)
        return notices.Words("主题", "正文")

    notices.deliver(city.session, vault=_vault(city), compose=compose, now=city.clock())
    assert {one.notice.kind for one in told} == {NoticeKind.INVITED}


def _vault(city):
    from consult.extensions import vault  # noqa: PLC0415 - of the application under test

    return vault()


def test_who_withdrew_and_who_reported_are_not_invited(city, group, make):
    gone = make.person()
    case = city.send("撤回的", author=gone)
    case.suggestion.status = SuggestionStatus.WITHDRAWN
    reporter = make.person()
    report = city.send("举报", author=reporter, kind=SuggestionKind.REPORT, named_unit=city.lamps)
    for one in (case, report):
        make._add(
            type(group.memberships[0])(
                suggestion_id=one.suggestion_id, cluster_id=group.id, placed_at=city.clock()
            )
        )
    open_now(city, begin(city, group))

    assert not {gone.id, reporter.id} & set(invitations(city))


def test_a_group_that_went_into_another_is_followed(city, group, make):
    topic = begin(city, group)
    newcomer = make.person()
    heir = make.cluster(city.send("非机动车道", author=newcomer).suggestion)
    group.retired_at, group.retired_into = city.clock(), heir
    open_now(city, topic)

    assert newcomer.id in invitations(city)


def test_only_who_drafts_for_the_agency_opens_one(city, group):
    for who in ("assigner", "handler", "citizen"):
        with pytest.raises(NotAllowed):
            begin(city, group, actor=getattr(city.people, who))


def test_a_group_of_a_consultation_or_one_that_is_gone_is_refused(city, group, make):
    topic = make.topic(agency=city.mailbox.topic.agency)
    elsewhere = make.cluster(make.suggestion(topic))
    with pytest.raises(Conflict):
        begin(city, elsewhere)
    group.retired_at = city.clock()
    with pytest.raises(Conflict):
        begin(city, group)


def test_what_is_wrong_with_the_words_is_named(city, group):
    with pytest.raises(Invalid) as refusal:
        begin(city, group, title="  ")
    assert refusal.value.field == "title"
