"""`consult regroup`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.cluster import Cluster, Membership
from models.run import Run
from models.topic import TopicState

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def consult(app, session, tmp_path):
    """Runs the command as a user does, on the database of this test."""

    def run(*arguments):
        session.commit()
        environment = os.environ | {
            "JISI_DATA_DIR": str(tmp_path),
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "JISI_ENCODER": "hashing",
        }
        done = subprocess.run(
            [sys.executable, "-c", "from consult.cli.main import main; main()", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        session.expire_all()
        return done

    return run


@pytest.fixture
def topic(make):
    topic = make.topic(slug="fees", title="收费办法")
    for _ in range(3):
        make.suggestion(topic, "增设充电桩", facts="小区没有充电桩。")
    return topic


def test_one_consultation_is_regrouped(session, topic, consult):
    done = consult("regroup", "fees")

    assert (done.returncode, done.stdout) == (0, "收费办法: 3 suggestions in 1 groups, 0 moved.\n")
    assert session.scalar(select(Cluster.suggestion_count)) == 3


def test_all_are_regrouped_that_may_be(session, make, topic, consult):
    make.suggestion(make.topic(state=TopicState.REPORTED))

    done = consult("regroup", "--all")

    assert done.returncode == 0
    assert session.scalars(select(Run.topic_id)).all() == [topic.id]


def test_the_threshold_is_set_and_kept(session, topic, consult):
    consult("regroup", "fees", "--threshold", "0.9")

    assert (topic.threshold, session.scalar(select(Run.settings))["threshold"]) == (0.9, 0.9)


@pytest.mark.parametrize("arguments", [[], ["fees", "--all"], ["fees", "--threshold", "7"]])
def test_a_wrong_call_is_answered_with_advice(consult, arguments):
    done = consult("regroup", *arguments)

    assert done.returncode == 2
    assert "Usage:" in done.stderr


def test_an_unknown_or_reported_consultation_is_refused_in_a_sentence(session, make, consult):
    make.suggestion(make.topic(state=TopicState.REPORTED, slug="done"))

    expected = "Error: There is no consultation called “nowhere”.\n"
    assert consult("regroup", "nowhere").stderr == expected
    refused = consult("regroup", "done")
    assert refused.returncode == 1
    assert "at a stage in which this cannot be done" in refused.stderr
    assert session.scalar(select(func.count()).select_from(Membership)) == 0


def test_a_large_one_is_regrouped_in_a_stream(session, topic, consult, monkeypatch, tmp_path):
    monkeypatch.setenv("JISI_LARGE_RUN", "1")
    monkeypatch.setenv("JISI_RUN_PROCESSES", "1")

    done = consult("regroup", topic.slug)

    assert done.returncode == 0, done.stderr
    assert "Publishing the groups" in done.stderr
    assert session.scalar(select(Run.suggestion_count)) == session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(Cluster)
        .where(Cluster.topic_id == topic.id)
    )
    assert not list((tmp_path / "work").glob("*"))
