"""What stands beside a suggestion on its page."""

from consult.services.suggesting import neighbours
from models.cluster import Membership
from tests.queries import counted_queries


def titles(session, suggestion, limit=4):
    membership = session.get(Membership, suggestion.id)
    return [one.title for one in neighbours.of(session, membership, limit=limit)]


def test_the_group_comes_first_and_then_the_nearest_one(session, make):
    topic = make.topic()
    said, alike, hidden, near = (
        make.suggestion(topic, title, publish_text=title != "不公开")
        for title in ("路灯", "路灯坏了", "不公开", "加装路灯")
    )
    other, group = make.cluster(near), make.cluster(said, alike, hidden)
    make.cluster(make.suggestion(topic, "养狗"))
    group.nearest_id = other.id
    session.flush()

    assert titles(session, said) == ["路灯坏了", "加装路灯"]
    assert titles(session, said, limit=1) == ["路灯坏了"]


def test_a_large_group_costs_no_more_than_a_small_one(session, make):
    topic = make.topic()
    members = [make.suggestion(topic) for _ in range(40)]
    make.cluster(*members)
    session.commit()
    membership = session.get(Membership, members[0].id)
    assert membership.cluster.id

    with counted_queries(session) as queries:
        found = neighbours.of(session, membership, limit=4)

    assert (len(found), queries.count) == (4, 1)
