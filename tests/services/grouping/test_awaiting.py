"""What awaits placement is noted by the database, whoever wrote it, and costs what is on the list."""

import pytest
from sqlalchemy import delete, func, insert, select, update

from consult.clustering import digest
from consult.extensions import indexes
from consult.services.grouping import awaiting
from consult.services.grouping.placement import place_pending, waiting_topics
from models.search import Awaiting, Work
from models.suggestion import Embedding, Suggestion, SuggestionStatus


@pytest.fixture
def topic(make):
    return make.topic()


@pytest.fixture
def place(session, now):
    return lambda: place_pending(session, indexes=indexes(), now=now)


def listed(session, topic):
    wanted = (Awaiting.work == Work.PLACE, Awaiting.topic_id == topic.id)
    return sorted(session.scalars(select(Awaiting.suggestion_id).where(*wanted)))


def test_what_arrives_is_listed_until_it_is_placed(session, make, topic, place):
    one, _elsewhere = make.suggestion(topic), make.suggestion(make.topic())

    assert listed(session, topic) == [one.id]
    assert place() == 2
    assert listed(session, topic) == []
    assert awaiting.count(session) == 0
    assert waiting_topics(session, indexes=indexes()) == []


def test_what_no_service_wrote_is_listed_too(session, make, topic, place, now):
    pattern = make.suggestion(topic)
    place()
    columns = {
        column.name: getattr(pattern, column.name)
        for column in Suggestion.__table__.columns
        if column.name != "id"
    }
    session.execute(
        insert(Suggestion.__table__),
        [columns | {"query_code": f"RAW{n}", "digest": f"raw {n}"} for n in range(3)],
    )

    assert len(listed(session, topic)) == 3
    assert place() == 3


def test_an_edit_past_the_services_is_placed_anew(session, make, topic, place):
    one, other = make.suggestion(topic, "修路灯"), make.suggestion(topic, "加电梯")
    place()
    session.execute(
        update(Suggestion).where(Suggestion.id == one.id).values(title="通公交", digest="fresh")
    )

    assert listed(session, topic) == [one.id]
    assert place() == 1
    assert session.scalar(select(Embedding.digest).filter_by(suggestion_id=one.id)) == "fresh"
    assert other.id not in listed(session, topic)


def test_only_what_counts_again_is_listed_not_what_was_taken_back(session, make, topic, place):
    one, other = make.suggestion(topic), make.suggestion(topic)
    place()
    other.status = SuggestionStatus.WITHDRAWN
    one.status = SuggestionStatus.NOT_ACCEPTED
    session.flush()
    assert listed(session, topic) == []

    one.status = SuggestionStatus.RECEIVED
    session.flush()

    assert listed(session, topic) == [one.id]


def test_what_was_taken_back_before_its_turn_leaves_the_list(session, make, topic, place):
    one = make.suggestion(topic)
    one.status = SuggestionStatus.WITHDRAWN
    session.flush()

    assert awaiting.count(session) == 0
    assert place() == 0
    assert listed(session, topic) == []


def test_vectors_of_another_model_are_made_anew_and_those_of_nobody_dropped(
    session, make, topic, place
):
    one, gone = make.suggestion(topic), make.suggestion(topic)
    place()
    gone.status = SuggestionStatus.WITHDRAWN
    session.execute(update(Embedding).values(model="another"))

    assert waiting_topics(session, indexes=indexes()) == [topic.id]
    assert place() == 1
    assert place() == 0
    assert session.execute(select(Embedding.suggestion_id, Embedding.model)).all() == [
        (one.id, indexes().encoder.fingerprint)
    ]


def test_who_edits_while_another_settles_stays_on_the_list(session, make, topic, place):
    """The words change after they were read and before the list is settled."""
    one = make.suggestion(topic)
    place()
    session.execute(
        update(Suggestion).where(Suggestion.id == one.id).values(digest=digest("meanwhile"))
    )
    awaiting.settle(session, topic, [one.id])

    assert listed(session, topic) == [one.id]


def test_a_suggestion_that_goes_takes_its_line_along(session, make, topic):
    one = make.suggestion(topic)
    session.commit()
    session.execute(delete(Suggestion).where(Suggestion.id == one.id))

    assert session.scalar(select(func.count()).select_from(Awaiting)) == 0
