"""The counts that the database keeps: whatever is done, in whatever order, they are what the rows say."""

from random import Random

import pytest
from sqlalchemy import select, text, update

from consult.services.records import recounting, tallies
from consult.services.suggesting import suggestions, supports
from models.cluster import Membership
from models.person import Role
from models.suggestion import Suggestion, SuggestionKind, Support
from models.tally import Count

ACTS = 150


@pytest.fixture
def world(make, session):
    """Two topics with a clause and a question each, and some people."""
    topics = [make.topic(), make.topic()]
    for topic in topics:
        make.document(topic, "第一条 电梯。", "第二条 车位。")
        make.question(topic)
    session.commit()
    return topics, [make.person() for _ in range(6)], make.staff(Role.ANALYST, topics[0].agency)


class Acts:
    """One random act each time it is called; what is refused changes nothing."""

    def __init__(self, make, session, world, seed):
        self.make, self.session, self.random = make, session, Random(seed)
        self.topics, self.people, _ = world

    def __call__(self):
        acts = [self.submit] * 3 + [self.give] * 4 + [self.take_back] * 2
        acts += [self.withdraw, self.refuse, self.restore, self.consent, self.group, self.ungroup]
        self.random.choice(acts)()

    def submit(self):
        topic = self.random.choice(self.topics)
        self.make.suggestion(
            topic,
            author=self.random.choice(self.people),
            kind=self.random.choice(list(SuggestionKind)),
            publish_text=self.random.random() < 0.7,
            clause=self.random.choice([None, *topic.documents[0].clauses]),
            question=self.random.choice([None, *topic.questions]),
        )
        self.make.clock.advance(minutes=self.random.randrange(20))

    def one(self):
        found = self.session.scalars(select(Suggestion).order_by(Suggestion.id)).all()
        return self.random.choice(found) if found else None

    def give(self):
        self._support(supports.give)

    def take_back(self):
        self._support(supports.take_back)

    def _support(self, act):
        if (one := self.one()) and one.is_public:
            person = self.random.choice([p for p in self.people if p.id != one.author_id])
            act(self.session, suggestion=one, person=person, now=self.make.clock())

    def withdraw(self):
        if one := self.one():
            suggestions.withdraw(
                self.session, suggestion=one, actor=one.author, now=self.make.clock()
            )

    def refuse(self):
        self._set(suggestions.RefusalReason.EMPTY, "not_accepted", "received")

    def restore(self):
        self._set("", "received", "not_accepted")

    def _set(self, reason, status, before):
        if (one := self.one()) and one.status == before:
            self.session.execute(
                update(Suggestion)
                .where(Suggestion.id == one.id)
                .values(status=status, status_reason=reason)
            )
            self.session.expire(one)

    def consent(self):
        if one := self.one():
            one.publish_text = not one.publish_text
            self.session.flush()

    def group(self):
        if (one := self.one()) and one.is_valid and not self.session.get(Membership, one.id):
            self.make.cluster(one)

    def ungroup(self):
        membership = self.session.scalars(select(Membership)).first()
        if membership:
            membership.cluster.retired_at = self.make.clock()
            self.session.delete(membership)
            self.session.flush()


@pytest.mark.parametrize("seed", range(4))
def test_after_any_acts_every_count_is_what_the_rows_say(make, session, world, seed):
    act = Acts(make, session, world, seed)
    for _ in range(ACTS):
        act()
    session.commit()

    kept = [one for one in recounting.differences(session) if not one.where.startswith("group")]
    assert kept == []
    numbers = tallies.of_topic(session, world[0][0], Count.VALID, Count.PEOPLE, Count.SUPPORTS)
    assert all(numbers.values()), "something was counted at all"


def test_the_numbers_of_a_small_topic(make, session):
    topic = make.topic()
    author, other = make.person(), make.person()
    said = make.suggestion(topic, author=author)
    make.suggestion(topic, author=author, publish_text=False)
    make.suggestion(make.topic(), author=author)
    for person in (other, make.person()):
        make.support(said, person)
    make.support(make.suggestion(topic, author=other), author)
    session.commit()

    assert tallies.of_topic(
        session, topic, Count.VALID, Count.PUBLIC, Count.SUPPORTS, Count.PEOPLE
    ) == {"valid": 3, "public": 2, "supports": 3, "people": 3}
    assert tallies.of_platform(session) == (4, 2)


def test_a_withdrawn_suggestion_takes_its_voices_along_but_not_those_heard_elsewhere(make, session):
    topic = make.topic()
    said, kept = make.suggestion(topic), make.suggestion(topic)
    both, once = make.person(), make.person()
    for suggestion, person in ((said, both), (kept, both), (said, once)):
        make.support(suggestion, person)
    session.commit()

    suggestions.withdraw(session, suggestion=said, actor=said.author, now=make.clock())

    assert tallies.one(session, topic, Count.PEOPLE) == 2  # the other author, and who backs both
    assert tallies.one(session, topic, Count.SUPPORTS) == 1


def test_rows_that_come_many_at_once_are_counted_as_well(make, session):
    topic, people = make.topic(), [make.person() for _ in range(5)]
    numbers = [make.suggestion(topic).id for _ in range(3)]
    session.execute(
        Support.__table__.insert(),
        [
            {"suggestion_id": n, "person_id": p.id, "created_at": make.clock()}
            for n in numbers
            for p in people
        ],
    )

    assert tallies.of_topic(session, topic, Count.SUPPORTS, Count.PEOPLE) == {
        "supports": 15,
        "people": 8,
    }


def test_without_the_triggers_the_counts_would_be_wrong(make, session):
    """The proof can fail."""
    dialect, on = session.get_bind().dialect.name, ""
    if dialect == "postgresql":
        on = " ON support"
    name = "tally_supports_came" if dialect == "postgresql" else "tally_support_came"
    said = make.suggestion(make.topic())
    session.execute(text(f"DROP TRIGGER {name}{on}"))
    make.support(said)

    assert {one.what for one in recounting.differences(session)} == {"supports", "people", "voice"}
