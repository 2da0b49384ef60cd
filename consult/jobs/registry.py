"""All jobs, by name. Each finds its own work in the database and may be run at any time, twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from consult.jobs import grouping, letters, notices, tidying, topics

#: Does a bounded piece of the work there is and returns how much it did; 0: nothing is left.
Step = Callable[[Session, datetime], int]


@dataclass(frozen=True)
class Job:
    """A named piece of background work."""

    name: str
    step: Step


JOBS: list[Job] = [
    Job("topics", topics.advance),
    Job("indexes", grouping.warm),
    Job("placement", grouping.place),
    Job("runs", grouping.regroup),
    Job("notices", notices.deliver_next),
    Job("letters", letters.send_next),
    Job("tidying", tidying.tidy),
]
