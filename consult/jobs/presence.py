"""Which workers of the queue live: the server knows at once when a process has gone."""

import logging
from contextlib import suppress
from threading import Lock

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from consult.jobs.election import WORKER_LOCKS

log = logging.getLogger(__name__)

#: A worker that was silent for a beat, and whose lock is free, has gone: its jobs are nobody's now. One that
#: another version started holds no lock, and is not silent.
_FORGET = text("""
    WITH gone AS MATERIALIZED (
        SELECT id FROM procrastinate_workers
        WHERE last_heartbeat < now() - make_interval(secs => :silent)
          AND pg_try_advisory_xact_lock(:locks | id)
    )
    DELETE FROM procrastinate_workers WHERE id IN (SELECT id FROM gone)
""")


class Presence:
    """Locks that go with this process, one for each of its workers; for threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._connection: Connection | None = None
        self._lock = Lock()

    def tell(self, worker: int) -> None:
        """Say that ``worker`` lives here; where that fails, its signs of life say it alone."""
        with self._lock:
            try:
                if self._connection is None:
                    fresh = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                    fresh.detach()  # never handed to others, who would end it unaware
                    self._connection = fresh
                self._connection.execute(select(func.pg_try_advisory_lock(WORKER_LOCKS | worker)))
            except DBAPIError:
                log.warning("the worker could not say that it lives", exc_info=True)

    def leave(self) -> None:
        """Let all of them go."""
        with self._lock:
            if self._connection is not None:
                with suppress(DBAPIError):  # the server may have ended it
                    self._connection.close()
                self._connection = None


def forget_the_dead(session: Session, *, silent: float) -> None:
    """Let the queue know of workers that ended without a word, and were silent for so many seconds."""
    session.execute(_FORGET, {"silent": silent, "locks": WORKER_LOCKS})
