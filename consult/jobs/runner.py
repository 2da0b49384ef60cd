"""Runs the jobs: each step in a transaction of its own, each failure kept for people to see."""

import logging
import threading
from collections.abc import Collection, Sequence

from flask import Flask

from consult.extensions import db, reading
from consult.jobs.election import office_of
from consult.jobs.registry import JOBS, Job
from consult.services.overview import operations
from models.job import JobReport

log = logging.getLogger(__name__)

#: Steps of one job before the next has its turn.
STEPS_IN_A_ROW = 50


class Runner:
    """Runs what is due, once or for as long as the process lives.

    Everything is derived from the database, so a killed runner loses nothing
    and two runners do nothing twice that matters.
    """

    def __init__(self, app: Flask, jobs: Sequence[Job] = JOBS) -> None:
        self.app, self.jobs = app, jobs
        self._stop = threading.Event()

    def start(self) -> threading.Thread:
        """Run in a thread of this process until :meth:`stop`."""
        thread = threading.Thread(target=self.run, name="jobs", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End after the step in hand."""
        self._stop.set()

    def run(self) -> None:
        """Look for work, do it, pause, for ever; only look on while another process does."""
        office = office_of(self.app)
        while not self._stop.is_set():
            try:
                if office.held():
                    self.run_due()
                    self._beat()
            except Exception:  # a database that is away for a while must not end the work for good
                log.exception("the jobs could not be given their turn")
            self._stop.wait(self.app.config["JOB_PAUSE"])
        office.leave()

    def run_due(self, names: Collection[str] = ()) -> dict[str, int]:
        """Give every job (or those named) its turn, and say how much each did.

        Those that somebody wants run again come first.
        """
        wanted = self._take_wanted()
        due = [job for job in self.jobs if not names or job.name in names]
        due.sort(key=lambda job: job.name not in wanted)
        return {job.name: self._turn(job, wanted=job.name in wanted) for job in due}

    def _take_wanted(self) -> set[str]:
        with self.app.app_context():
            reading.set(False)
            wanted = operations.take_wanted(db.session())
            db.session.commit()
            return wanted

    def _beat(self) -> None:
        """Leave word now and then that the runner lives, for the operations page."""
        with self.app.app_context():
            reading.set(False)
            names = [job.name for job in self.jobs]
            operations.beat(db.session(), names=names, now=self.app.config["CLOCK"]())
            db.session.commit()

    def _turn(self, job: Job, *, wanted: bool = False) -> int:
        done = 0
        for _step in range(STEPS_IN_A_ROW):
            if self._stop.is_set():
                break
            count = self._step(job, noted=wanted)
            done += count
            if not count:
                break
        return done

    def _step(self, job: Job, *, noted: bool = False) -> int:
        with self.app.app_context():
            reading.set(False)
            session, now = db.session(), self.app.config["CLOCK"]()
            try:
                count = job.step(session, now)
                if count or noted or session.dirty or session.new:
                    _note(job.name, started_at=now, finished_at=now, error="", done=count)
                session.commit()
            except Exception as error:
                session.rollback()
                log.exception("job %s failed", job.name)
                _note(job.name, failed_at=now, error=f"{type(error).__name__}: {error}")
                session.commit()
                return 0
            return count


def _note(name: str, **values: object) -> None:
    session = db.session()
    report = session.get(JobReport, name) or JobReport(name=name)
    for key, value in values.items():
        setattr(report, key, value)
    session.add(report)
