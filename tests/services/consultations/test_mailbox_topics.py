"""A mailbox is a topic, and no consultation: what belongs to those is refused with a sentence."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from consult.exceptions import IsMailbox, NotAllowed, NotInThisPhase
from consult.services.consultations import topics
from consult.services.exchange import transfers
from consult.services.handling import mailboxes
from consult.services.overview import desk, topic_search
from consult.services.overview.desk import Errand, Shelf
from consult.services.overview.topic_search import Filters, Stage
from consult.services.suggesting import my_suggestions, suggestions
from consult.services.suggesting.suggestions import RefusalReason
from models.case import Case
from models.person import Appointment, Role
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import TopicState

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def topic(city):
    return city.mailbox.topic


@pytest.fixture
def drafter(make, topic):
    """Somebody with every role that consultations know, in the agency of the mailbox."""
    person = make.staff(Role.DRAFTER, topic.agency)
    person.appointments += [
        Appointment(role=role, agency=topic.agency) for role in (Role.ANALYST, Role.UNIT_LEADER)
    ]
    return make._add(person)


def test_a_suggestion_without_a_case_never_comes_into_a_mailbox(session, city, topic, now):
    before = session.scalars(select(Suggestion.id)).all()

    with pytest.raises(NotInThisPhase, match="write a message"):
        suggestions.submit(
            session,
            topic=topic,
            author=city.people.citizen,
            title="请修路灯",
            facts="晚上很黑。",
            vault=None,
            now=now,
        )

    assert session.scalars(select(Suggestion.id)).all() == before


def test_every_message_of_a_mailbox_is_a_case(session, city):
    city.send()

    sent = session.scalars(select(Suggestion.id).order_by(Suggestion.id)).all()
    assert session.scalars(select(Case.suggestion_id).order_by(Case.suggestion_id)).all() == sent


def test_a_closed_mailbox_takes_no_message_and_says_so(city, session, topic):
    mailboxes.close(session, mailbox=city.mailbox, actor=city.people.assigner, now=city.clock())

    with pytest.raises(NotInThisPhase, match="takes no more messages"):
        city.send()


def test_a_message_is_neither_edited_nor_withdrawn_past_its_case(session, city, now):
    case = city.send()
    author = {"suggestion": case.suggestion, "actor": city.people.citizen, "now": now}

    with pytest.raises(NotInThisPhase, match="stays as it was sent"):
        suggestions.edit(
            session, title="x", facts="y", version=1, window=timedelta(days=1), **author
        )
    with pytest.raises(NotInThisPhase, match="its own page"):
        suggestions.withdraw(session, **author)

    assert case.suggestion.title == "请修路灯"
    assert case.suggestion.status is SuggestionStatus.RECEIVED


def test_an_analyst_neither_refuses_nor_restores_a_message(session, city, drafter, now):
    suggestion = city.send().suggestion
    staff = {"suggestion": suggestion, "actor": drafter, "now": now}

    with pytest.raises(NotAllowed):
        suggestions.refuse(session, reason_code=RefusalReason.EMPTY, **staff)
    suggestion.status = SuggestionStatus.NOT_ACCEPTED
    with pytest.raises(NotAllowed):
        suggestions.restore(session, **staff)


def test_a_table_is_not_brought_into_a_mailbox(session, topic, drafter, now):
    with pytest.raises(NotInThisPhase, match="each message becomes a case"):
        transfers.ask_import(
            session,
            topic=topic,
            sha256="0" * 64,
            filename="a.csv",
            mapping={"title": "title"},
            actor=drafter,
            zone="Asia/Shanghai",
            now=now,
        )


def test_what_leads_to_a_report_on_adoption_is_refused(session, topic, drafter, now):
    topic.closes_at = now - timedelta(days=1)
    for act, more in (
        (topics.start_analysis, {}),
        (topics.publish, {"zone": ZONE}),
        (topics.extend, {"closes_at": now + timedelta(days=9), "reason": "x"}),
    ):
        with pytest.raises(NotInThisPhase, match="mailbox"):
            act(session, topic=topic, actor=drafter, now=now, **more)

    assert topic.state is TopicState.OPEN


@pytest.mark.parametrize("closed", [False, True])
def test_lists_of_consultations_leave_mailboxes_out(session, make, city, drafter, closed, now):
    """Open or closed: a closed mailbox awaits no answer as a consultation does."""
    make.topic(title="办法")
    if closed:
        city.mailbox.topic.closes_at = now - timedelta(days=1)
        session.flush()

    for stage in Stage:
        found = topic_search.search(session, stage=stage, filters=Filters(), now=now, zone=ZONE)
        assert city.mailbox.topic not in found.items
    counts = topic_search.counts(session, filters=Filters(), now=now, zone=ZONE)
    assert (counts[Stage.OPEN], counts[Stage.AWAITING]) == (1, 0)
    assert city.mailbox.topic.agency not in topic_search.agencies(session)


def test_the_desk_of_a_drafter_has_no_mailbox_on_it(session, city, drafter, now):
    city.mailbox.topic.closes_at = now - timedelta(days=1)
    session.flush()

    for shelf in Shelf:
        assert not desk.topics(session, person=drafter, shelf=shelf, now=now).items
    assert set(desk.shelf_counts(session, person=drafter, now=now).values()) == {0}
    waiting = {one.errand for one in desk.waiting(session, person=drafter, now=now)}
    assert Errand.START_ANALYSIS not in waiting


def test_one_s_messages_are_not_among_one_s_suggestions(session, make, city):
    city.send()
    suggested = make.suggestion(author=city.people.citizen)

    mine = my_suggestions.written(session, person=city.people.citizen)

    assert [line.suggestion for line in mine.items] == [suggested]


def test_a_public_page_is_told_that_it_is_a_mailbox(session, topic, now):
    with pytest.raises(IsMailbox) as found:
        topics.consultation(session, topic.slug, reader=None, now=now)

    assert found.value.slug == topic.slug


def test_staff_are_told_so_on_pages_of_consultations(session, topic, drafter):
    with pytest.raises(NotInThisPhase, match="mailbox"):
        topics.consultation_in_hand(session, topic.slug, person=drafter)

    assert topics.in_hand(session, topic.slug, person=drafter) is topic  # its groups are looked at
