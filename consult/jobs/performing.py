"""Gives jobs their turns: each step in a transaction of its own, each failure kept for people."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from consult.extensions import db, reading
from consult.jobs.registry import Job
from consult.observing import logs
from consult.post import PostError
from consult.services.overview import job_reports
from consult.services.records.bells import WHOLE, Bell

log = logging.getLogger(__name__)

#: A turn ends after so many steps, or so many seconds, for others to have theirs.
STEPS_IN_A_ROW = 50
SECONDS_IN_A_ROW = 5.0


@dataclass(frozen=True)
class Turn:
    """What came of a turn."""

    done: int
    #: Whether it ended with work left.
    more: bool = False


@dataclass
class Performer:
    """Does the work of one process, in one thread or several.

    Everything is derived from the database, so a killed process loses nothing, and two that
    do the same do nothing twice that matters.
    """

    app: Flask
    #: Set: end after the step in hand.
    stopping: threading.Event = field(default_factory=threading.Event)
    #: What is being done in this moment.
    doing: set[Bell] = field(default_factory=set)
    turns: int = 0
    #: Seconds between two steps, for others who want to write.
    breath: float = 0.0

    def due(self, job: Job) -> list[int]:
        """The parts of ``job`` that have work and are not paused by a failure."""
        try:
            with self.session(reads=True) as (session, now):
                found = job.due(session, now)
                resting = job_reports.paused(session, name=job.name, now=now) if found else set()
        except Exception as error:  # noqa: BLE001 - kept, for people to see; the other jobs go on
            self.keep(Bell(job.name, WHOLE), error)
            return []
        return [part for part in found if part not in resting]

    def turn(self, job: Job, part: int = WHOLE, *, wanted: bool = False) -> Turn:
        """Do the work there is, up to a bound; what fails is kept and tried again after a pause."""
        bell, started, done = Bell(job.name, part), self.app.config["CLOCK"](), 0
        trouble = self._trouble(bell)
        if trouble is not None and trouble > started:
            return Turn(0)
        began = time.monotonic()
        ends = began + SECONDS_IN_A_ROW
        logs.about(job=job.name, part=part)
        self.doing.add(bell)
        try:
            for _step in range(STEPS_IN_A_ROW):
                count = self._step(job, part)
                done += count
                if count and trouble:  # it goes on: a worker killed now failed for the first time
                    self._note(bell, started, done)
                    trouble = None
                if not count or self.stopping.is_set() or time.monotonic() > ends:
                    break
                time.sleep(self.breath)
        except Exception as error:  # noqa: BLE001 - kept, for people to see
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                log.warning("the database went away from job %s of part %s", *bell)
                return Turn(done, more=True)  # which is no fault of the part
            self.keep(bell, error)
            return Turn(done)
        finally:
            self.doing.discard(bell)
            self.turns += 1
            if done:
                seconds = round(time.monotonic() - began, 3)
                log.info("job", extra={"done": done, "seconds": seconds})
            logs.forget()
        if done or wanted or trouble:
            self._note(bell, started, done)
        return Turn(done, more=bool(count))

    @contextmanager
    def session(self, *, reads: bool = False) -> Iterator[tuple[Session, datetime]]:
        """A session for a step, and the moment; who changes something commits."""
        with self.app.app_context():
            reading.set(reads)
            yield db.session(), self.app.config["CLOCK"]()

    def _step(self, job: Job, part: int) -> int:
        with self.session() as (session, now):
            count = job.take_step(session, now, part)
            session.commit()
            return count

    def _trouble(self, bell: Bell) -> datetime | None:
        """When what failed last is tried again; None: it did not fail."""
        with self.session(reads=True) as (session, _now):
            return job_reports.next_try(session, name=bell.name, part=bell.part)

    def _note(self, bell: Bell, started: datetime, done: int) -> None:
        """In a transaction of its own: workers side by side write the same line."""
        with self.session() as (session, now):
            job_reports.note_done(
                session, name=bell.name, part=bell.part, done=done, started=started, now=now
            )
            session.commit()

    def keep(self, bell: Bell, error: Exception) -> None:
        """Note a failure, for people and for the next try."""
        expected = isinstance(error, PostError)
        log.log(
            logging.WARNING if expected else logging.ERROR,
            "job %s failed on part %s: %s",
            bell.name,
            bell.part,
            error if expected else type(error).__name__,
            exc_info=None if expected else error,
        )
        said = f"{type(error).__name__}: {error}"
        with self.session() as (session, now):
            job_reports.note_failure(session, name=bell.name, part=bell.part, error=said, now=now)
            session.commit()
