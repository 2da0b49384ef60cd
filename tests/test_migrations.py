"""The migrations: up, down to nothing and up again, with rows; and they make what the models say."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from consult.extensions import db
from consult.services.caseload import mailbox_pages
from consult.services.handling import telling
from consult.services.supervising import tallying
from models.base import Base
from models.case import CaseStep
from models.cluster import Cluster
from models.decision import DecisionState
from models.suggestion import Suggestion
from models.supervision import CaseTally
from tests.city import CALENDAR

#: Of an expression: SQLite does not tell it, PostgreSQL puts it into words of its own.
BY_EXPRESSION = {"ix_case_file_desk"}
#: The tables of the queue are procrastinate's, those of full text search SQLite's.
OURS = {
    "include_name": lambda name, kind, parents: (
        not str(name).startswith(("procrastinate_", "search_words"))
    ),
    "include_object": lambda found, name, kind, reflected, other: name not in BY_EXPRESSION,
}
#: Where a database keeps what its indexes were made with.
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


@pytest.fixture
def rows(session, make):
    """Something in the tables that hang together most."""
    suggestion = make.suggestion(make.topic())
    make.decision(make.cluster(suggestion))
    make.support(suggestion, make.person())
    session.commit()
    session.close()


def test_the_tables_are_those_of_the_models(app, session):
    with db.engine.connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection, opts=OURS), Base.metadata) == []
        )


def test_the_indexes_by_an_expression_are_there(app, session):
    rows = session.execute(text(INDEXES[db.engine.dialect.name]))
    found = dict(rows.all())

    assert {name for name in BY_EXPRESSION if "danger" in found[name]} == BY_EXPRESSION


def test_down_to_nothing_and_up_again_with_rows(app, session, make, rows):
    downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]

    upgrade()
    make.suggestion(make.topic())
    session.commit()

    assert session.scalar(select(func.count()).select_from(Suggestion)) == 1


def test_upgrading_what_is_up_to_date_keeps_every_row(session, rows):
    upgrade()

    assert session.scalar(select(func.count()).select_from(Cluster)) == 1


def test_the_partial_indexes_bind_only_what_stands(session, make):
    cluster = make.cluster(make.suggestion(make.topic()))
    make.decision(cluster, state=DecisionState.WITHDRAWN)
    make.decision(cluster)
    session.commit()

    with pytest.raises(IntegrityError):
        make.decision(cluster)


def test_what_happened_before_notices_about_cases_counts_as_told(app, session, city):
    """Nobody gets a letter for each step of the past."""
    city.replied()
    telling.tell_steps(session, now=city.clock())
    session.commit()
    session.close()
    downgrade(revision="0011")

    upgrade()

    assert telling.untold(session, most=10) == (0, None)
    assert session.scalar(select(func.count(CaseStep.id))) == 6


def test_the_last_90_days_of_mailboxes_are_there_after_the_upgrade(app, session, city):
    """And what was counted without its days before it is what is counted now."""
    zone, topic_id, now = CALENDAR.zone, city.mailbox.topic_id, city.clock()
    city.replied()
    while tallying.work_off(session, zone=zone):
        pass
    session.commit()
    session.close()
    for _again in range(2):
        downgrade(revision="0016")
        upgrade()

    pace = mailbox_pages.paces(session, [topic_id], zone=zone, now=now)[topic_id]

    assert (pace.received, pace.replied, sum(pace.days.values()), pace.on_time) == (2, 1, 1, 1)
    assert session.scalar(select(func.count()).where(CaseTally.dimension == "replied")) == 1
    assert tallying.differences(session, zone=zone) == []
