"""All jobs, by name. Each finds its own work in the database and may be run at any time, twice.

To add one: a name in models/job.py (and its lane, if it takes longer than seconds), a line in
consult/services/overview/backlogs.py that says what waits, a line here, its name on the operations
page (templates/admin/operations.html), and ``bells.ring`` in the acts that leave it work.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from consult.jobs import (
    cases,
    dispatching,
    grouping,
    invitations,
    letters,
    notices,
    searching,
    supervision,
    surges,
    tidying,
    topics,
    transfers,
)
from consult.services.records.bells import WHOLE
from models.job import JobName, Lane, lane_of

#: Does a bounded piece of the work there is and returns how much it did; 0: nothing is left.
#: A job that is cut into parts is told which one.
Step = Callable[[Session, datetime], int]
PartStep = Callable[[Session, datetime, int], int]
#: The parts that have work; workers do different ones side by side, never one twice at a time.
Parts = Callable[[Session, datetime], Collection[int]]

SOON = timedelta(seconds=10)


@dataclass(frozen=True)
class Job:
    """A named piece of background work."""

    name: str
    step: Step | PartStep
    parts: Parts | None = None
    #: How often it looks for work that no bell told of.
    every: timedelta = SOON
    #: Fills the memory of the process, which a queue of many processes has no use for.
    in_memory: bool = False

    @property
    def lane(self) -> Lane:
        """Which work it may have to wait for."""
        return lane_of(self.name)

    def due(self, session: Session, now: datetime) -> Collection[int]:
        """The parts to give a turn."""
        return (WHOLE,) if self.parts is None else self.parts(session, now)

    def take_step(self, session: Session, now: datetime, part: int) -> int:
        """Do a step of ``part``."""
        if self.parts is None:
            return self.step(session, now)  # type: ignore[call-arg]
        return self.step(session, now, part)  # type: ignore[call-arg]


JOBS: list[Job] = [
    Job(JobName.TOPICS, topics.advance),
    Job(JobName.INDEXES, grouping.warm, every=timedelta(minutes=1), in_memory=True),
    Job(JobName.PLACEMENT, grouping.place, grouping.unplaced),
    Job(JobName.SEARCH, searching.prepare, searching.unprepared, every=timedelta(minutes=1)),
    Job(JobName.RUNS, grouping.regroup, grouping.due_for_runs, every=timedelta(seconds=30)),
    Job(JobName.CASE_TIMES, cases.let_time_pass, every=timedelta(minutes=1)),
    Job(JobName.CASE_NOTICES, cases.tell),
    Job(JobName.ESCALATION, cases.escalate, every=timedelta(seconds=30)),
    Job(JobName.NOTICES, notices.deliver_next),
    Job(JobName.LETTERS, letters.send_next, letters.lanes),
    Job(JobName.TRANSFERS, transfers.carry, transfers.waiting),
    Job(JobName.SURGES, surges.watch, surges.due, every=timedelta(minutes=1)),
    Job(JobName.INVITATIONS, invitations.invite, invitations.due, every=timedelta(minutes=1)),
    Job(JobName.FIGURES, supervision.count),
    Job(JobName.DIGESTS, supervision.make_digests, every=timedelta(minutes=1)),
    Job(JobName.DISPATCHING, dispatching.learn, dispatching.due, every=timedelta(hours=1)),
    Job(JobName.TIDYING, tidying.tidy, every=timedelta(hours=1)),
]
