"""Runs of topics too large for memory: the same groups, in pieces, whatever happens on the way."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from consult.exceptions import Conflict
from consult.extensions import indexes
from consult.jobs import large_runs
from consult.jobs.runner import Runner
from consult.services.grouping import runs
from models.cluster import Cluster, Membership, PairConstraint, Verdict
from models.person import Role
from models.run import Lineage, LineageEvent, Run, RunAssignment, RunCause, RunState
from models.search import Awaiting
from models.suggestion import Embedding, Suggestion
from models.theme import Theme
from tests.benchmarks.generator import rows as made

COUNT = 240
COMMAND = "from consult.cli.main import main; main()"


@pytest.fixture
def topic(make):
    noise = make.topic()
    make.cluster(make.suggestion(noise, "希望延长图书馆的开放时间"), name="noise")
    return make.topic()


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def fill(make, topic):
    def go(count=COUNT, seed=0):
        return [
            make.suggestion(topic, row["title"][:60], facts=row["body"])
            for row in made(count, seed=seed)
        ]

    return go


@pytest.fixture
def regroup(app, session, topic, now, monkeypatch):
    """One run, the large way, in pieces so small that there are several of each."""
    app.config |= {"LARGE_RUN": 0, "RUN_PROCESSES": 1}
    monkeypatch.setattr("consult.services.grouping.large_pieces.MOVED", 50)
    monkeypatch.setattr("consult.services.grouping.large_writing.DESCRIBED", 40)
    monkeypatch.setattr("consult.services.grouping.large_writing.KEPT", 60)
    monkeypatch.setattr("consult.services.grouping.run_standing.PAGE", 70)
    monkeypatch.setattr("consult.services.grouping.run_standing.NARROW_PAGE", 90)

    def go(told=None):
        run = runs.begin(session, topic=topic, cause=RunCause.MANUAL, actor=None, now=now)
        session.commit()
        large_runs.carry_out(session, run, told)
        session.expire_all()
        assert run.state is RunState.FINISHED, run.error
        return run

    return go


def places(session, topic):
    """Which suggestions lie together."""
    found = {}
    query = select(Membership.suggestion_id, Membership.cluster_id).join(Suggestion)
    for one, cluster in session.execute(query.where(Suggestion.topic_id == topic.id)):
        found.setdefault(cluster, set()).add(one)
    return found


def sets(found):
    return set(map(frozenset, found.values()))


def test_a_large_run_makes_the_groups_of_one_in_memory(session, make, topic, fill, regroup, now):
    other = make.topic()
    twins = {}
    for one in fill():
        twin = make.suggestion(other, one.title, facts=one.facts, author=one.author)
        twins[twin.id] = one.id
    runs.regroup(session, topic=other, indexes=indexes(), actor=None, now=now)
    wanted = {frozenset(twins[one] for one in group) for group in sets(places(session, other))}

    run = regroup()

    assert sets(places(session, topic)) == wanted
    assert (run.suggestion_count, run.cluster_count) == (COUNT, len(wanted))
    assert run.difference["placed"] == COUNT
    assert run.difference["born"] == len(wanted)


def test_groups_say_of_themselves_what_those_of_a_run_in_memory_say(
    session, make, topic, fill, regroup, now
):
    other = make.topic()
    for one in fill():
        make.suggestion(other, one.title, facts=one.facts, author=one.author)
    runs.regroup(session, topic=other, indexes=indexes(), actor=None, now=now)
    regroup()

    def told(where):
        """All but likeness, which comes from vectors of half the precision."""
        nearest = {}
        query = select(Cluster).where(Cluster.topic_id == where.id, Cluster.retired_at.is_(None))
        for one in session.scalars(query):
            nearest[one.id] = (
                one.name,
                tuple(one.keywords),
                one.suggestion_count,
                one.text_count,
                one.people_count,
                one.uncertain_count,
                one.nearest.name if one.nearest else None,
                one.copy_count,
                one.theme.name if one.theme else None,
            )
        return sorted(nearest.values(), key=repr)

    assert told(topic) == told(other)


def test_everything_is_placed_encoded_and_off_the_waiting_list(session, topic, fill, regroup):
    fill()
    run = regroup()

    of_topic = select(func.count()).where(Embedding.topic_id == topic.id)
    assert session.scalar(of_topic) == COUNT
    waiting = select(func.count()).where(Awaiting.topic_id == topic.id, Awaiting.work == "place")
    assert session.scalar(waiting) == 0
    kept = select(func.count()).where(RunAssignment.run_id == run.id)
    assert session.scalar(kept) == COUNT
    named = select(func.count()).where(Theme.topic_id == topic.id, Theme.retired_at.is_(None))
    assert session.scalar(named) > 0


@pytest.mark.slow
def test_a_second_run_moves_nothing_and_keeps_every_address(session, topic, fill, regroup):
    fill()
    regroup()
    before = places(session, topic)

    run = regroup()

    assert places(session, topic) == before
    assert {name: count for name, count in run.difference.items() if count} == {}


def test_what_people_said_holds(session, topic, fill, regroup, analyst, now):
    fill()
    regroup()
    groups = sorted(places(session, topic).values(), key=lambda group: (-len(group), min(group)))
    torn, one, other = sorted(groups[0])[:2], min(groups[1]), min(groups[2])
    for first, second, verdict in (
        (*torn, Verdict.DIFFERENT),
        (*sorted((one, other)), Verdict.SAME),
    ):
        session.add(
            PairConstraint(
                topic_id=topic.id,
                first_id=first,
                second_id=second,
                verdict=verdict,
                person_id=analyst.id,
                created_at=now,
            )
        )
    session.commit()

    regroup()

    after = {one: key for key, group in places(session, topic).items() for one in group}
    assert after[torn[0]] != after[torn[1]]
    assert after[one] == after[other]
    assert len(after) == COUNT


def test_what_a_person_holds_stays_in_its_group(session, topic, fill, regroup, analyst, now):
    everyone = fill()
    regroup()
    strange = session.get(Membership, everyone[0].id)
    home = session.scalar(
        select(Membership.cluster_id).where(Membership.cluster_id != strange.cluster_id).limit(1)
    )
    target = next(key for key in places(session, topic) if key != strange.cluster_id)
    strange.cluster_id, strange.held_at, strange.held_by_id = target, now, analyst.id
    for one in session.scalars(select(Membership).where(Membership.cluster_id == target)):
        one.held_at, one.held_by_id = now, analyst.id
    session.commit()

    regroup()

    assert home is not None
    assert session.get(Membership, everyone[0].id).cluster_id == target


@pytest.mark.slow
def test_growth_keeps_addresses_and_counts(session, topic, fill, regroup):
    fill(COUNT // 2)
    regroup()
    before = places(session, topic)
    fill(COUNT, seed=0)

    run = regroup()

    after = places(session, topic)
    carried = sum(len(after.get(key, set()) & members) for key, members in before.items())
    assert carried >= 0.9 * sum(map(len, before.values()))
    living = select(Cluster).where(Cluster.topic_id == topic.id, Cluster.retired_at.is_(None))
    counts = {one.id: one.suggestion_count for one in session.scalars(living)}
    assert counts == {key: len(members) for key, members in after.items()}
    events = session.execute(
        select(Lineage.event, func.count()).where(Lineage.run_id == run.id).group_by(Lineage.event)
    )
    told = {event.value: count for event, count in events if event is not LineageEvent.RETIRED}
    assert told == {name: run.difference[name] for name in told}


class Killed(BaseException):
    """Stands for a process that ends: nothing catches it."""


@pytest.mark.parametrize("stage", ["reading", "searching", "merging", "publishing", "describing"])
def test_a_run_whose_process_ended_goes_on_to_the_same_groups(
    session, topic, fill, regroup, now, stage
):
    everyone = fill()

    def die(reached, _done, _total):
        if reached == stage:
            raise Killed

    with pytest.raises(Killed):
        regroup(die)
    session.rollback()
    [run] = session.scalars(select(Run).where(Run.topic_id == topic.id))
    large_runs.carry_out(session, run)
    session.expire_all()

    assert run.state is RunState.FINISHED
    found = places(session, topic)
    assert {one for group in found.values() for one in group} == {one.id for one in everyone}
    assert (run.difference["placed"], run.difference["born"]) == (COUNT, len(found))
    living = select(func.count()).where(Cluster.topic_id == topic.id)
    assert session.scalar(living) == len(found)  # nothing was left over
    assert not (large_runs.folder_of(topic.id)).exists()


def test_a_stopped_run_changes_no_more(session, topic, fill, regroup, analyst, now):
    fill()

    def stop(stage, _done, _total):
        if stage == "searching":
            [run] = session.scalars(select(Run).where(Run.topic_id == topic.id))
            if run.state is RunState.RUNNING:
                runs.stop(session, run=run, actor=analyst, now=now)
                session.commit()

    with pytest.raises(Conflict):
        regroup(stop)

    [run] = session.scalars(select(Run).where(Run.topic_id == topic.id))
    assert run.state is RunState.FAILED
    assert places(session, topic) == {}


@pytest.mark.slow
def test_what_people_do_while_it_is_written_is_seen_and_holds(
    session, topic, fill, regroup, analyst, now
):
    fill()
    regroup()
    groups = sorted(places(session, topic).values(), key=lambda group: (-len(group), min(group)))
    torn = sorted(groups[0])[:2]
    fill(COUNT + 60, seed=0)
    said = []

    def speak(stage, _done, _total):
        if stage == "publishing" and not said:
            said.append(torn)
            pair = {"first_id": torn[0], "second_id": torn[1], "verdict": Verdict.DIFFERENT}
            session.add(
                PairConstraint(topic_id=topic.id, person_id=analyst.id, created_at=now, **pair)
            )
            session.commit()

    regroup(speak)

    after = {one: key for key, group in places(session, topic).items() for one in group}
    assert said
    assert after[torn[0]] != after[torn[1]]


def test_the_job_takes_the_large_way_by_itself(app, session, topic, fill, regroup, analyst, now):
    fill(30)
    run = runs.ask(session, topic=topic, actor=analyst, now=now)
    session.commit()

    Runner(app).run_due(["runs"])
    session.expire_all()

    assert run.state is RunState.FINISHED
    assert run.suggestion_count == 30


@pytest.mark.slow
@pytest.mark.parametrize("seen", ["Comparing", "Publishing the groups"])
def test_a_killed_process_leaves_a_run_that_the_next_worker_ends(
    app, session, topic, fill, seen, tmp_path
):
    everyone, slug, topic_id = [one.id for one in fill(600)], topic.slug, topic.id
    session.commit()  # and nothing is read until the command is done: SQLite has one writer
    data = Path(app.config["DATA_DIR"])
    environment = os.environ | {
        "JISI_DATA_DIR": str(data),
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "JISI_ENCODER": "hashing",
        "JISI_LARGE_RUN": "0",
        "JISI_RUN_PROCESSES": "2",
    }
    told = tmp_path / "told"
    with told.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "regroup", slug],
            env=environment,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    while seen not in told.read_text() and process.poll() is None:
        time.sleep(0.02)
    assert process.poll() is None, told.read_text()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    session.expire_all()
    [run] = session.scalars(select(Run).where(Run.topic_id == topic_id))
    assert run.state is RunState.RUNNING, told.read_text()
    session.commit()
    app.config |= {"LARGE_RUN": 0, "RUN_PROCESSES": 1}

    Runner(app).run_due(["runs"])
    session.expire_all()

    assert run.state is RunState.FINISHED, run.error
    assert run.interruptions == 1
    found = places(session, topic)
    assert sorted(one for group in found.values() for one in group) == everyone
    clusters = select(func.count()).where(Cluster.topic_id == topic.id)
    assert session.scalar(clusters) == run.cluster_count == len(found)
