"""The jobs in threads of one process: how SQLite has them done, which has no queue."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence

from flask import Flask

from consult.jobs.election import office_for_jobs
from consult.jobs.performing import Performer
from consult.jobs.pulse import Pulse
from consult.jobs.registry import JOBS, Job
from consult.jobs.threaded import Threaded
from consult.services.overview import job_reports
from models.job import JobName, Lane

log = logging.getLogger(__name__)


#: SQLite has one writer, and who waits looks ten times a second whether it may: between two steps
#: it must find the door open, or the pages wait for as long as there is work.
BREATH = 0.12


class Runner(Threaded):
    """Runs what is due, once or for as long as the process lives.

    Of several processes on one database one does; the others look on, and one of them
    takes over when it ends, however that was.
    """

    def __init__(self, app: Flask, jobs: Sequence[Job] = JOBS, *, embedded: bool = False) -> None:
        self.app, self.jobs, self.embedded = app, jobs, embedded
        self.performer = Performer(app, breath=BREATH)
        self._looked: dict[str, float] = {}
        self._rung: set[str] = set()
        self._bells = {lane: threading.Event() for lane in Lane}

    def end(self) -> None:
        """Ask it to end after the steps in hand."""
        self.performer.stopping.set()
        for bell in self._bells.values():
            bell.set()

    def wake(self, names: Collection[str] = ()) -> None:
        """Have the jobs named look for work now; the sweep stands for all of them."""
        every = JobName.SWEEP in names
        self._rung |= {job.name for job in self.jobs} if every else set(names)
        for bell in self._bells.values():
            bell.set()

    def run(self, ready: Callable[[], object] = lambda: None) -> None:
        """Look for work, do it, pause, for ever; only look on while another process does.

        ``ready`` is called when it has the office.
        """
        office, stopping = office_for_jobs(self.app), self.performer.stopping
        while not stopping.is_set() and not office.held():
            self._bells[Lane.QUICK].wait(self.app.config["JOB_PAUSE"])
        if stopping.is_set():
            return
        try:
            ready()
            names = [job.name for job in self.jobs]
            with Pulse(self.performer, names=names, lanes=Lane, embedded=self.embedded):
                lanes = [threading.Thread(target=self._serve, args=[lane]) for lane in Lane]
                for lane in lanes:
                    lane.start()
                for lane in lanes:
                    lane.join()
        finally:
            office.leave()

    def run_due(self, names: Collection[str] = ()) -> dict[str, int]:
        """Give every job (or those named) its turn, and say how much each did.

        Those that somebody wants run again come first.
        """
        return self._go_round([job for job in self.jobs if not names or job.name in names])

    def _serve(self, lane: Lane) -> None:
        """Work in one lane, so that what takes long keeps nothing else waiting."""
        bell = self._bells[lane]
        while not self.performer.stopping.is_set():
            bell.clear()
            try:
                self._go_round(
                    [job for job in self.jobs if job.lane is lane and self._is_time(job)]
                )
            except Exception:  # a database that is away for a while must not end the work for good
                log.exception("the jobs could not be given their turn")
                self._looked.clear()
            bell.wait(self.app.config["JOB_PAUSE"])

    def _is_time(self, job: Job) -> bool:
        now, looked = time.monotonic(), self._looked.get(job.name)
        rested = looked is None or now - looked >= job.every.total_seconds()
        if not rested and job.name not in self._rung:
            return False
        self._rung.discard(job.name)
        self._looked[job.name] = now
        return True

    def _go_round(self, jobs: Sequence[Job]) -> dict[str, int]:
        wanted = self._take_wanted({job.name for job in jobs})
        jobs = sorted(jobs, key=lambda job: job.name not in wanted)
        return {job.name: self._turns(job, wanted=job.name in wanted) for job in jobs}

    def _turns(self, job: Job, *, wanted: bool) -> int:
        """One turn for each part that has work."""
        done = 0
        for part in self.performer.due(job):
            if self.performer.stopping.is_set():
                break
            turn = self.performer.turn(job, part, wanted=wanted)
            done += turn.done
            if turn.more:
                self.wake({job.name})
        return done

    def _take_wanted(self, names: set[str]) -> set[str]:
        with self.performer.session(reads=True) as (session, _now):
            if not job_reports.any_wanted(session, names=names):
                return set()
        with self.performer.session() as (session, _now):
            wanted = job_reports.take_wanted(session, names=names)
            session.commit()
            return wanted
