"""Who writes at the same moment: counts stay true, nobody waits for one who waits for them."""

from consult.exceptions import Refusal
from consult.services.answering import decisions, publication
from consult.services.grouping import review_batches
from consult.services.records import ledger, ledger_reading
from consult.services.suggesting import suggestions, supports
from models.decision import Decision, DecisionState
from models.person import Person, Role
from models.suggestion import Suggestion
from models.topic import Topic, TopicState


def said(act):
    """Runs an act and gives the name of the refusal where there is one."""
    try:
        act()
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def test_confirming_many_groups_and_supporting_their_members_go_on_side_by_side(
    session, make, now, at_once
):
    topic = make.topic()
    clusters = [make.cluster(make.suggestion(topic)) for _ in range(6)]
    versions = {one.id: one.version for one in reversed(clusters)}
    analyst, members = (
        make.staff(Role.ANALYST, topic.agency).id,
        [c.representative_id for c in clusters],
    )
    work = [("confirm", analyst)] + [(member, make.person().id) for member in members * 3]
    number = topic.id

    def act(other, turn):
        what, person = turn[0], other.get_one(Person, turn[1])
        if what == "confirm":
            topic = other.get_one(Topic, number)
            review_batches.confirm_many(
                other, topic=topic, versions=versions, actor=person, now=now
            )
        else:
            supports.give(other, suggestion=other.get_one(Suggestion, what), person=person, now=now)

    at_once(act, work)

    assert all(one.confirmed_at and one.people_count == 4 for one in clusters)
    assert ledger.first_broken(session) is None


def test_the_chain_stays_whole_when_many_begin_it_at_once(app, session, make, now, at_once):
    topic, people = make.topic().id, [make.person().id for _ in range(12)]

    def send(other, person):
        suggestions.submit(
            other,
            topic=other.get_one(Topic, topic),
            author=other.get_one(Person, person),
            title="增设充电桩",
            facts="小区没有充电桩。",
            vault=app.extensions["vault"],
            now=now,
        )

    at_once(send, people)

    assert ledger.first_broken(session) is None
    assert ledger_reading.count(session) == 12


def test_nothing_is_published_without_the_answer_withdrawn_at_the_same_moment(
    session, make, now, at_once
):
    topic = make.topic(state=TopicState.ANALYSING, opens=-40, closes=-5)
    made = make.decision(make.cluster(make.suggestion(topic)), state=DecisionState.APPROVED)
    leader = make.staff(Role.UNIT_LEADER, topic.agency).id
    analyst, number, key = made.proposed_by_id, topic.id, made.id

    def act(other, who):
        person, decision = other.get_one(Person, who), other.get_one(Decision, key)
        if who == leader:
            topic = other.get_one(Topic, number)
            return said(lambda: publication.publish(other, topic=topic, actor=person, now=now))
        return said(
            lambda: decisions.withdraw(
                other, decision=decision, version=decision.version, actor=person, now=now
            )
        )

    answers = at_once(act, [leader, analyst])

    assert answers.count("done") == 1
    published = made.state is DecisionState.PUBLISHED
    assert published == (topic.state is TopicState.REPORTED)
