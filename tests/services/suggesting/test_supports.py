"""附议: once a person, whatever they do at whatever moment."""

import pytest
from sqlalchemy import func, select

from consult.exceptions import Conflict, Gone, NotAllowed, NotFound, NotInThisPhase, NotSignedIn
from consult.services.suggesting import suggestions, supports
from models.cluster import Cluster
from models.person import Person, PersonKind
from models.suggestion import Suggestion, SuggestionStatus, Support
from models.topic import Topic


@pytest.fixture
def suggestion(make):
    suggestion = make.suggestion()
    make.support(make.suggestion(suggestion.topic))  # noise: another one's support
    return suggestion


def rows(session, suggestion):
    query = select(func.count()).where(Support.suggestion_id == suggestion.id)
    return session.scalar(query)


def test_support_counts_once_and_can_be_taken_back(session, make, suggestion, now):
    person = make.person()
    for _ in range(2):
        supports.give(session, suggestion=suggestion, person=person, now=now)
        assert suggestion.support_count == 1
    for _ in range(2):
        supports.take_back(session, suggestion=suggestion, person=person, now=now)
        assert suggestion.support_count == 0


def test_in_a_group_people_are_counted_as_a_union(session, make, suggestion, now):
    other = make.suggestion(suggestion.topic)
    cluster = make.cluster(suggestion, other)
    person = make.person()
    for one in (suggestion, other):
        supports.give(session, suggestion=one, person=person, now=now)
    supports.give(session, suggestion=suggestion, person=other.author, now=now)

    assert session.get(Cluster, cluster.id).people_count == 3  # two authors and one more


def test_nobody_supports_their_own(session, suggestion, now):
    with pytest.raises(Conflict, match="your own"):
        supports.give(session, suggestion=suggestion, person=suggestion.author, now=now)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"publish_text": False}, NotFound),
        ({"status": SuggestionStatus.NOT_ACCEPTED}, NotFound),
        ({"status": SuggestionStatus.WITHDRAWN}, Gone),
    ],
)
def test_what_is_not_shown_is_not_supported(session, make, suggestion, now, change, refusal):
    for name, value in change.items():
        setattr(suggestion, name, value)

    with pytest.raises(refusal):
        supports.give(session, suggestion=suggestion, person=make.person(), now=now)


def test_after_the_close_support_stays_as_it_is(session, make, suggestion, clock):
    person = make.person()
    supports.give(session, suggestion=suggestion, person=person, now=clock())
    clock.advance(days=31)

    with pytest.raises(NotInThisPhase):
        supports.take_back(session, suggestion=suggestion, person=person, now=clock())


def test_who_is_nobody_or_only_checked_elsewhere_may_not(session, make, suggestion, now):
    with pytest.raises(NotSignedIn):
        supports.give(session, suggestion=suggestion, person=None, now=now)
    somebody = make.person(kind=PersonKind.VERIFIED)
    with pytest.raises(NotAllowed):
        supports.give(session, suggestion=suggestion, person=somebody, now=now)


def give(suggestion_id, now):
    def act(session, person_id):
        supports.give(
            session,
            suggestion=session.get(Suggestion, suggestion_id),
            person=session.get(Person, person_id),
            now=now,
        )

    return act


def test_fifty_clicks_of_one_person_at_once_are_one(session, make, suggestion, now, at_once):
    at_once(give(suggestion.id, now), [make.person().id] * 50)

    assert (rows(session, suggestion), suggestion.support_count) == (1, 1)


def test_fifty_people_at_once_are_fifty(session, make, suggestion, now, at_once):
    cluster = make.cluster(suggestion)
    at_once(give(suggestion.id, now), [make.person().id for _ in range(50)])

    assert (rows(session, suggestion), suggestion.support_count) == (50, 50)
    assert session.get(Cluster, cluster.id).people_count == 51


def test_supports_of_several_members_at_once_all_count_in_their_group(session, make, now, at_once):
    topic = make.topic()
    members = [make.suggestion(topic).id for _ in range(4)]
    cluster = make.cluster(*(session.get(Suggestion, one) for one in members))
    people = [(make.person().id, members[turn % 4]) for turn in range(24)]

    at_once(lambda other, pair: give(pair[1], now)(other, pair[0]), people)

    assert session.get(Cluster, cluster.id).people_count == 4 + 24


def test_giving_and_taking_back_at_once_leaves_the_count_true(
    session, make, suggestion, now, at_once
):
    people = [make.person().id for _ in range(5)]

    def toggle(session, turn):
        act = supports.give if turn % 2 else supports.take_back
        person = session.get(Person, people[turn % 5])
        act(session, suggestion=session.get(Suggestion, wanted), person=person, now=now)

    wanted = suggestion.id
    at_once(toggle, list(range(40)))

    assert suggestion.support_count == rows(session, suggestion)


def test_the_same_words_sent_twenty_times_at_once_are_one(app, session, make, now, at_once):
    topic, author = make.topic(), make.person()

    def send(session, _):
        return suggestions.submit(
            session,
            topic=session.get(Topic, topic_id),
            author=session.get(Person, author_id),
            title="增设充电桩",
            facts="小区没有充电桩。",
            vault=app.extensions["vault"],
            now=now,
        ).id

    topic_id, author_id = topic.id, author.id
    ids = at_once(send, range(20))

    assert len(set(ids)) == 1
    assert session.scalars(select(Suggestion.id).filter_by(topic_id=topic_id)).all() == ids[:1]


def test_one_person_for_all_members_of_a_group_at_once_is_one_in_it(session, make, now, at_once):
    topic, person = make.topic(), make.person().id
    members = [make.suggestion(topic).id for _ in range(6)]
    cluster = make.cluster(*(session.get(Suggestion, one) for one in members))

    at_once(lambda other, member: give(member, now)(other, person), members)

    assert session.get(Cluster, cluster.id).people_count == 6 + 1


def test_who_takes_back_and_speaks_in_the_group_otherwise_still_counts(session, make, now):
    one, other, theirs = (make.suggestion(topic) for topic in [make.topic()] * 3)
    cluster = make.cluster(one, other, theirs)
    gone = make.suggestion(one.topic, author=make.person())
    reader = make.person()
    for person, which in ((reader, one), (reader, other), (theirs.author, one), (gone.author, one)):
        supports.give(session, suggestion=which, person=person, now=now)

    def people_after(person, which):
        supports.take_back(session, suggestion=which, person=person, now=now)
        return session.get(Cluster, cluster.id).people_count

    assert session.get(Cluster, cluster.id).people_count == 5
    assert people_after(reader, one) == 5  # still behind the other
    assert people_after(theirs.author, one) == 5  # wrote one
    assert people_after(reader, other) == 4
    assert people_after(gone.author, one) == 3  # wrote none of this group
