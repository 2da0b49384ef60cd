"""归类有误: an author objects, staff answer."""

import pytest
from sqlalchemy import select

from consult.exceptions import Conflict, Invalid, NotAllowed, NotInThisPhase
from consult.services.grouping import objections
from models.cluster import Membership, Objection
from models.decision import DecisionState
from models.notice import Notice, NoticeKind
from models.person import Role
from models.topic import TopicState


@pytest.fixture
def topic(make):
    return make.topic()


@pytest.fixture
def world(make, topic):
    """An author's suggestion in a group of three, and another group."""
    members = [make.suggestion(topic) for _ in range(3)]
    return make.cluster(*members), members[2], make.cluster(make.suggestion(topic))


@pytest.fixture
def object_to(session, now):
    def go(suggestion, words="我说的是另一个小区。", author=None):
        return objections.object_to_group(
            session,
            suggestion=suggestion,
            words=words,
            author=author or suggestion.author,
            now=now,
        )

    return go


@pytest.fixture
def settle(session, make, topic, now):
    analyst = make.staff(Role.ANALYST, topic.agency)

    def go(objection, **values):
        values = {"answer": "", "version": objection.cluster.version, "actor": analyst} | values
        return objections.settle(session, objection=objection, now=now, **values)

    return go


def place(session, suggestion):
    return session.get(Membership, suggestion.id).cluster_id


def test_an_objection_reaches_the_staff_with_the_authors_words(session, world, object_to, topic):
    cluster, suggestion, _ = world

    object_to(suggestion)

    [found] = objections.of_topic(session, topic, reader=topic.created_by).items
    assert (found.cluster, found.words) == (cluster, "我说的是另一个小区。")


def test_saying_it_twice_is_one_objection_with_the_last_words(session, world, object_to):
    _, suggestion, _ = world
    object_to(suggestion, words="一")
    object_to(suggestion, words="二")

    assert session.scalars(select(Objection.words)).all() == ["二"]


def test_upheld_it_moves_out_into_a_group_of_its_own_and_the_author_is_told(
    session, world, object_to, settle
):
    cluster, suggestion, _ = world
    settle(object_to(suggestion), upheld=True)

    assert place(session, suggestion) != cluster.id
    notice = session.scalars(select(Notice)).one()
    assert (notice.person_id, notice.kind) == (suggestion.author_id, NoticeKind.OBJECTION_SETTLED)


def test_upheld_it_may_move_into_another_group(session, world, object_to, settle):
    _, suggestion, other = world

    settle(object_to(suggestion), upheld=True, target=other)

    assert place(session, suggestion) == other.id


def test_declined_it_stays_and_needs_an_answer(session, world, object_to, settle):
    cluster, suggestion, _ = world
    objection = object_to(suggestion)
    with pytest.raises(Invalid) as refusal:
        settle(objection, upheld=False)
    assert refusal.value.field == "answer"

    settle(objection, upheld=False, answer="同一小区的另一栋楼。")
    assert (place(session, suggestion), objection.upheld) == (cluster.id, False)


def test_an_objection_is_settled_once_and_not_raised_again(world, object_to, settle):
    _, suggestion, _ = world
    objection = settle(object_to(suggestion), upheld=False, answer="不变。")

    with pytest.raises(Conflict, match="answered already"):
        settle(objection, upheld=True)
    with pytest.raises(Conflict, match="has been answered"):
        object_to(suggestion)


def test_an_answered_group_keeps_the_suggestion(make, world, object_to, settle):
    cluster, suggestion, _ = world
    objection = object_to(suggestion)
    make.decision(cluster, state=DecisionState.APPROVED)

    with pytest.raises(Conflict, match="approved"):
        settle(objection, upheld=True)


def test_only_its_author_objects_and_only_while_groups_change(make, world, object_to, topic):
    _, suggestion, _ = world
    with pytest.raises(NotAllowed):
        object_to(suggestion, author=make.person())

    topic.state = TopicState.REPORTED
    with pytest.raises(NotInThisPhase):
        object_to(suggestion)


def test_a_suggestion_alone_or_in_no_group_has_nothing_to_object_to(make, world, object_to, topic):
    _, _, other = world
    with pytest.raises(Conflict, match="stands alone"):
        object_to(other.representative)
    with pytest.raises(Conflict, match="in no group"):
        object_to(make.suggestion(topic))
