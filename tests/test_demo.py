"""The demo: made by services alone, whole, and the same each time."""

import json
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from consult.app import create_app
from consult.demo.load import accounts, is_empty, load
from consult.demo.town import PASSWORD
from consult.extensions import db, reading
from consult.services.answering import fates
from consult.services.handling import telling
from consult.services.people import passwords
from consult.services.records import ledger
from consult.text.personal_data import find_personal_data
from models.case import Case, CaseState, Clock, ClockKind
from models.cluster import Cluster
from models.decision import ClauseChange, Decision, DecisionState
from models.ledger import LedgerEntry
from models.notice import Notice, NoticeKind
from models.person import Person
from models.suggestion import Suggestion, Support
from models.topic import Topic, TopicMode, TopicState
from tests.conftest import settings


@pytest.fixture(scope="module")
def demo(databases, migrated, tmp_path_factory):
    """A database with the demo, loaded once with the shipped model."""
    folder = tmp_path_factory.mktemp("demo")
    database = databases.copy(migrated, folder)
    app = create_app(**settings(folder, database) | {"ENCODER": "shipped"})
    with app.app_context():
        reading.set(False)
        session = db.session()
        assert is_empty(session)
        load(
            session,
            vault=app.extensions["vault"],
            indexes=app.extensions["indexes"],
            zone=ZoneInfo("Asia/Shanghai"),
            now=datetime.now(UTC),
        )
        yield session
        session.rollback()
        db.engine.dispose()
    databases.drop(database)


def topic(session, slug):
    return session.scalar(select(Topic).filter_by(slug=slug))


def test_there_are_four_consultations_at_their_stages(demo):
    query = select(Topic.slug, Topic.state).where(Topic.mode == TopicMode.CONSULTATION)
    states = dict(demo.execute(query).all())
    assert states == {
        "dog-rules": TopicState.ENACTED,
        "lift-retrofit": TopicState.ANALYSING,
        "property-rules": TopicState.OPEN,
        "safer-streets": TopicState.OPEN,
    }


def test_there_are_more_than_400_suggestions_by_more_than_200_people(demo):
    assert demo.scalar(select(func.count(Suggestion.id))) >= 400
    assert demo.scalar(select(func.count(Suggestion.author_id.distinct()))) >= 200
    assert demo.scalar(select(func.count()).select_from(Support)) > 1000


def test_every_suggestion_of_the_enacted_one_has_a_published_answer(demo):
    coverage = fates.coverage(demo, topic(demo, "dog-rules"))

    assert coverage.valid == coverage.published > 80


def test_a_group_of_the_files_is_one_group_on_the_board(demo):
    enacted = topic(demo, "dog-rules")
    living = select(func.count(Cluster.id)).filter_by(topic_id=enacted.id, retired_at=None)

    assert demo.scalar(living.where(Cluster.suggestion_count > 1)) == 15
    assert demo.scalar(living) == demo.scalar(
        select(func.count(Decision.id)).filter_by(
            topic_id=enacted.id, state=DecisionState.PUBLISHED
        )
    )


def test_each_changed_clause_stands_in_the_final_text(demo):
    changes = demo.scalars(
        select(ClauseChange).join(Decision).where(Decision.topic_id == topic(demo, "dog-rules").id)
    ).all()

    assert len(changes) > 10
    assert all(
        change.final_clause and change.after in change.final_clause.text for change in changes
    )


def test_people_were_told_twice_and_the_chain_of_acts_holds(demo):
    told = dict(demo.execute(select(Notice.kind, func.count()).group_by(Notice.kind)).all())

    assert told[NoticeKind.DECIDED] == told[NoticeKind.ENACTED] > 80
    assert ledger.first_broken(demo) is None


def test_the_mailboxes_have_messages_at_every_desk(demo):
    states = Counter(demo.scalars(select(Case.state)))

    assert states.total() >= 30
    assert {
        CaseState.SUBMITTED,
        CaseState.UNDER_REVIEW,
        CaseState.RETURNED_FOR_MORE,
        CaseState.NOT_ACCEPTED,
        CaseState.ACCEPTED,
        CaseState.OBJECTION,
        CaseState.IN_PROGRESS,
        CaseState.EXTENDED,
        CaseState.REPLY_DRAFTED,
        CaseState.REPLY_RETURNED,
        CaseState.REPLIED,
        CaseState.RATED,
        CaseState.CLOSED,
        CaseState.APPEAL,
        CaseState.TRANSFERRED,
        CaseState.WITHDRAWN,
    } <= set(states)


def test_one_reply_of_the_demo_answers_six_messages(demo):
    joined = demo.scalars(select(Case).where(Case.joined_to_id.is_not(None))).all()

    assert len(joined) == 5
    assert all(case.replied_at is not None for case in joined)


def test_one_case_of_the_demo_is_late_and_was_brought_before_the_supervisor(demo):
    [late] = demo.scalars(
        select(Clock.case_id).filter_by(stopped_at=None, kind=ClockKind.REPLY, warned="supervisor")
    ).all()

    told = set(demo.scalars(select(Notice.kind).filter_by(case_id=late)))
    assert {NoticeKind.CASE_OVERDUE_UNIT, NoticeKind.CASE_OVERDUE_SUPERVISED} <= told


def test_everybody_of_the_demos_mailboxes_was_told_of_every_step(demo):
    assert telling.untold(demo, most=10) == (0, None)


def test_the_printed_accounts_can_sign_in_and_nobody_else_has_a_password(demo):
    with_password = demo.scalars(select(Person).where(Person.password_hash.is_not(None))).all()
    assert len(with_password) == len(accounts())
    assert passwords.matches(with_password[0], PASSWORD)


def test_the_ledger_names_nobody_by_personal_data(demo):
    details = demo.scalars(select(LedgerEntry.detail)).all()
    told = [json.dumps(detail, ensure_ascii=False) for detail in details]

    assert len(told) > 2000
    assert not [text for text in told if find_personal_data(text.replace('"', " "))]
