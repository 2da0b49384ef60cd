"""Connections to PostgreSQL that die while nobody uses them: the next request gets another."""

import pytest
import sqlalchemy as sa

from consult.extensions import db

pytestmark = pytest.mark.server
PROCESS = sa.text("SELECT pg_backend_pid()")


def kept_process():
    """The process of the server behind the connection that is kept for the next request."""
    with db.engine.connect() as connection:
        return connection.scalar(PROCESS)


def test_a_connection_is_kept(session):
    assert kept_process() == kept_process()


def test_one_that_the_server_ended_is_replaced_before_a_request_notices(session, say):
    before = kept_process()
    say(sa.text("SELECT pg_terminate_backend(:process, 5000)"), process=before)

    assert kept_process() != before


@pytest.fixture
def say(database):
    """Says something to the server by another connection."""
    engine = sa.create_engine(database, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")

    def answer(statement, **values):
        with engine.connect() as connection:
            return connection.execute(statement, values).all()

    return answer
