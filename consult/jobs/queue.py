"""The jobs in workers of a queue: how PostgreSQL has them done, by any number of processes.

procrastinate keeps the queue, wakes the workers, and says which of them fell silent. The queue
holds bells only (:mod:`consult.jobs.bells`); each turn looks into the tables for what there is
to do. Imported where a worker runs, and nowhere else: with the jobs it costs 30 MB.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import procrastinate
import psycopg
from flask import Flask
from procrastinate import jobs as queued
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError

from consult.database import CONNECT_TIMEOUT
from consult.extensions import db
from consult.jobs import bells
from consult.jobs.performing import Performer
from consult.jobs.presence import Presence, forget_the_dead
from consult.jobs.pulse import Pulse
from consult.jobs.registry import JOBS, SOON, Job
from consult.jobs.threaded import Threaded
from consult.services.grouping.similarity import HELD_BY_WORKERS
from consult.services.overview import job_reports
from consult.services.overview.queue_state import SIGN, STALLED
from consult.services.records.bells import WHOLE, Bell
from models.job import JobName, Lane

log = logging.getLogger(__name__)

#: Jobs done side by side in each lane of a process.
AT_ONCE: Mapping[Lane, int] = MappingProxyType({Lane.QUICK: 2, Lane.LONG: 1})
#: Seconds before a worker that lost the database tries again.
PAUSE = 2.0
#: The sweep looks this often, and when a worker begins.
EVERY_FIVE_SECONDS = "* * * * * */5"
#: Seconds of silence after which it is asked whether a worker has gone: a sign did not come.
SILENT = SIGN.total_seconds() + 1
LOST = "The worker that did this ended on the way."

_WAIT_FOR_RINGERS = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
_WAKE = """
    SELECT pg_notify('procrastinate_queue_v1#' || queue_name,
                     json_build_object('type', 'job_inserted', 'job_id', id)::text)
    FROM procrastinate_jobs WHERE queueing_lock = %(key)s AND status = 'todo'
"""


class QueueWorker(Threaded):
    """One process at work: takes bells from the queue, and gives their jobs a turn.

    Where the database goes away it begins anew, under a new name, as soon as it is back: what
    it held under the old one is found by the sweep of whichever worker comes first.
    """

    def __init__(
        self,
        app: Flask,
        *,
        embedded: bool = False,
        jobs: Sequence[Job] = JOBS,
        at_once: Mapping[Lane, int] = AT_ONCE,
    ) -> None:
        self.app, self.embedded, self.at_once = app, embedded, at_once
        self.jobs = {job.name: job for job in jobs if not job.in_memory}
        self.performer = Performer(app)
        if not embedded:  # a server that works besides has pages to think of
            app.extensions["indexes"].held = HELD_BY_WORKERS
        with app.app_context():
            self.queue = _queue(db.engine.url, sum(at_once.values()))
            self.presence = Presence(db.engine)
        self.queue.job_manager = _Manager(self.queue.connector, self.presence, self._begin_anew)
        self._declare()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._round_over: asyncio.Event | None = None

    def end(self) -> None:
        """Ask it to end after the steps in hand; from any thread or signal."""
        self.performer.stopping.set()
        self._begin_anew()

    def run(self, ready: Callable[[], object] = lambda: None) -> None:
        """Work until :meth:`end`; ``ready`` is called when work begins, and after each trouble."""
        with Pulse(self.performer, names=self.jobs, lanes=self.at_once, embedded=self.embedded):
            asyncio.run(self._work(ready))

    def _begin_anew(self) -> None:
        if self._loop is not None and self._round_over is not None:
            self._loop.call_soon_threadsafe(self._round_over.set)

    async def _work(self, ready: Callable[[], object]) -> None:
        loop = self._loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(sum(self.at_once.values()) + 2))
        while not self.performer.stopping.is_set():
            self._round_over = asyncio.Event()
            try:
                async with self.queue.open_async():
                    await self._one_round(ready, self._round_over)
            except (ConnectorException, psycopg.Error, OSError) as error:
                log.warning("the queue is not to be reached: %s", error.__cause__ or error)
                await self.queue.close_async()
            finally:
                self.presence.leave()
            if not self.performer.stopping.is_set():
                await asyncio.sleep(PAUSE)
        self._loop = None

    async def _one_round(self, ready: Callable[[], object], over: asyncio.Event) -> None:
        """Work in every lane, until one of them fails or all are asked to end."""
        await asyncio.to_thread(self._ask_for_a_sweep)
        lanes = [
            asyncio.create_task(
                self.queue.run_worker_async(
                    queues=[lane],
                    name=lane.value,
                    concurrency=self.at_once[lane],
                    fetch_job_polling_interval=self.app.config["JOB_PAUSE"],
                    update_heartbeat_interval=SIGN.total_seconds(),
                    stalled_worker_timeout=STALLED.total_seconds(),
                    delete_jobs=queued.DeleteJobCondition.ALWAYS,
                    install_signal_handlers=False,
                )
            )
            for lane in self.at_once
        ]
        ready()
        asked = asyncio.create_task(over.wait())
        if self.performer.stopping.is_set():
            over.set()
        await asyncio.wait([*lanes, asked], return_when=asyncio.FIRST_COMPLETED)
        for task in (*lanes, asked):
            task.cancel()
        for ended in await asyncio.gather(*lanes, return_exceptions=True):
            if isinstance(ended, Exception):
                log.warning("a lane ended: %s", ended.__cause__ or ended)

    def _declare(self) -> None:
        """Tell procrastinate the two things that can be asked for."""
        self.queue.task(name=bells.TURN, queue=Lane.QUICK)(self._turn)
        key = bells.key_of(Bell(JobName.SWEEP, WHOLE))
        # No lock: a sweep whose worker is lost must not keep the next from taking it back.
        sweep = self.queue.task(
            name=bells.SWEEP, queue=Lane.QUICK, queueing_lock=key, priority=bells.FIRST
        )(self._sweep)
        self.queue.periodic(cron=EVERY_FIVE_SECONDS, periodic_id=bells.SWEEP)(sweep)

    def _turn(self, name: str, part: int) -> None:
        """Give a part its turn; where work is left or the worker ends, ring for the next."""
        job, bell = self.jobs.get(name), Bell(name, part)
        if job is None:
            log.warning("a bell for the job %s, which this version does not know", name)
            return
        with self.performer.session() as (session, _now):
            session.execute(_WAIT_FOR_RINGERS, {"key": bells.key_of(bell)})
            session.commit()
        if self.performer.turn(job, part).more:
            self._put([bell])

    async def _sweep(self, timestamp: int = 0, **_bell: object) -> None:
        """Take from lost workers what they held, and ring for all that is due."""
        await asyncio.to_thread(self._forget_the_dead)
        stalled = await self.queue.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=STALLED.total_seconds()
        )
        lost = []
        for job in stalled:
            try:
                await self.queue.job_manager.finish_job_by_id_async(
                    job.id or 0, queued.Status.FAILED, delete_job=True
                )
            except ConnectorException:
                continue  # its worker lives after all and has ended it, or another sweep did
            if job.task_name == bells.TURN:
                name, part = (str(job.task_kwargs[key]) for key in Bell._fields)
                lost.append(Bell(name, int(part)))
        await asyncio.to_thread(self._look, lost, timestamp)

    def _ask_for_a_sweep(self) -> None:
        try:
            self._put([Bell(JobName.SWEEP, WHOLE)])
        except DBAPIError:
            log.warning("the first look has to wait for the database", exc_info=True)

    def _forget_the_dead(self) -> None:
        with self.performer.session() as (session, _now):
            forget_the_dead(session, silent=SILENT)
            session.commit()

    def _look(self, lost: Sequence[Bell], timestamp: int) -> None:
        for bell in lost:
            with self.performer.session() as (session, now):
                job_reports.note_failure(
                    session, name=bell.name, part=bell.part, error=LOST, now=now, lost=True
                )
                session.commit()
        wanted = self._wanted()
        looking = [
            job for job in self.jobs.values() if job.name in wanted or _is_time(job, timestamp)
        ]
        self._put([Bell(job.name, part) for job in looking for part in self.performer.due(job)])

    def _wanted(self) -> set[str]:
        with self.performer.session() as (session, now):
            wanted = job_reports.take_wanted(session, names=self.jobs)
            for name in wanted:
                job_reports.note_look(session, name=name, now=now)
            session.commit()
            return wanted

    def _put(self, found: Sequence[Bell]) -> None:
        with self.performer.session() as (session, _now):
            for bell in sorted(found):
                bells.put(session, bell)
            session.commit()


class _Manager(JobManager):
    """Wakes who waits for a lock, and says when the queue could not be told of an end.

    Such a job would lie with a worker that lives, and nobody would take it back.
    """

    def __init__(
        self,
        connector: procrastinate.BaseConnector,
        presence: Presence,
        on_fault: Callable[[], None],
    ) -> None:
        super().__init__(connector)
        self.presence, self.on_fault = presence, on_fault

    async def register_worker(self) -> int:
        """Name a worker, and say for as long as this process lives that it does."""
        worker = await super().register_worker()
        await asyncio.to_thread(self.presence.tell, worker)
        return worker

    async def finish_job(
        self,
        job: queued.Job,
        status: queued.Status,
        delete_job: bool,  # noqa: FBT001 - as inherited
    ) -> None:
        """End a job; a bell of the same part, rung meanwhile, can be taken from now on."""
        try:
            await super().finish_job(job, status, delete_job)
            if job.queueing_lock:
                await self.connector.execute_query_all_async(_WAKE, key=job.queueing_lock)
        except ConnectorException:
            self.on_fault()
            raise


def _queue(address: URL, at_once: int) -> procrastinate.App:
    """The queue in the database of the platform, with connections of its own."""
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(
        conninfo=plain,
        min_size=1,
        max_size=at_once + 2,
        timeout=CONNECT_TIMEOUT,
        kwargs={"connect_timeout": CONNECT_TIMEOUT},
    )
    return procrastinate.App(connector=connector)


def _is_time(job: Job, timestamp: int) -> bool:
    """Say whether a look at this moment falls to ``job``; one asked for by hand falls to the quick."""
    every = int(job.every.total_seconds())
    return timestamp % every == 0 if timestamp else job.every <= SOON
