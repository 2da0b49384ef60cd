"""Two analysts at one moment, on two connections: one wins, the other is told."""

import threading

from sqlalchemy import select

from consult.exceptions import Refusal
from consult.extensions import db, reading
from consult.services.grouping import reviewing
from models.cluster import Cluster, ClusterAct, Membership
from models.person import Person, Role
from models.topic import TopicState


def at_once(app, acts):
    """Run each act in a thread and a transaction of its own; the answers, in any order."""
    start, answers = threading.Barrier(len(acts)), []

    def work(act):
        with app.app_context():
            reading.set(False)
            start.wait()
            try:
                act(db.session())
                db.session.commit()
                answers.append("done")
            except Refusal as refusal:
                db.session.rollback()
                answers.append(type(refusal).__name__)

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_two_renames_of_the_same_version_do_not_overwrite_each_other(app, session, make, now):
    cluster = make.cluster(make.suggestion(make.topic(state=TopicState.ANALYSING)))
    people = [make.staff(Role.ANALYST, cluster.topic.agency).id for _ in range(2)]
    number, version = cluster.id, cluster.version
    session.commit()

    def rename(person_id, name):
        return lambda other: reviewing.rename(
            other,
            cluster=other.get_one(Cluster, number),
            name=name,
            version=version,
            actor=other.get_one(Person, person_id),
            now=now,
        )

    answers = at_once(app, [rename(people[0], "甲"), rename(people[1], "乙")])

    session.expire_all()
    assert answers == ["StaleVersion", "done"]
    assert len(session.scalars(select(ClusterAct)).all()) == 1


def test_a_member_split_off_and_moved_at_once_ends_in_one_place(app, session, make, now):
    topic = make.topic(state=TopicState.ANALYSING)
    cluster = make.cluster(*(make.suggestion(topic) for _ in range(3)))
    target = make.cluster(make.suggestion(topic)).id
    member, number, version = cluster.representative_id, cluster.id, cluster.version
    analyst = make.staff(Role.ANALYST, topic.agency).id
    session.commit()

    def values(other):
        return {
            "cluster": other.get_one(Cluster, number),
            "suggestion_ids": [member],
            "version": version,
            "actor": other.get_one(Person, analyst),
            "now": now,
        }

    answers = at_once(
        app,
        [
            lambda other: reviewing.split(other, **values(other)),
            lambda other: reviewing.move(
                other, target=other.get_one(Cluster, target), **values(other)
            ),
        ],
    )

    session.expire_all()
    assert answers == ["StaleVersion", "done"]
    assert session.get(Membership, member).cluster_id != number
    assert session.get(Cluster, number).suggestion_count == 2
