"""The run of a large topic: texts go out in a stream, groups come back in pieces, each committed."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy.orm import Session

from consult.exceptions import Conflict
from consult.extensions import indexes, reading
from consult.services.grouping import large_planning, run_inputs, run_standing, runs
from consult.services.grouping.large_engine import LargeEngine
from consult.services.grouping.large_words import titled
from consult.services.grouping.large_writing import OVERTAKEN, LargeWriting
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.run_standing import Standing, TopicTexts
from models.run import Run, RunState

#: So often the groups are planned anew because people changed them meanwhile.
ATTEMPTS = 5
#: So many runs of a large topic can be returned to: each keeps a row a suggestion.
KEPT = 3
#: Seconds between two notes of how far it has come.
EVERY = 2.0

Report = Callable[[str, int, int], None]
T = TypeVar("T")


def is_large(session: Session, run: Run) -> bool:
    """Whether the topic of a run has more suggestions than are grouped in memory."""
    return run_standing.count(session, run.topic_id) > int(current_app.config["LARGE_RUN"])


def folder_of(topic_id: int) -> Path:
    """Where the work on a topic lies while a run is under way: some 3 kB a suggestion."""
    return Path(current_app.config["DATA_DIR"]) / "work" / f"topic-{topic_id}"


def carry_out(session: Session, run: Run, told: Report | None = None) -> None:
    """Do the run, and commit as it goes; killed on the way, it goes on from the working folder.

    ``told`` hears how far it has come.

    :raises Conflict: if it was stopped, or overtaken by people again and again.
    """
    work = folder_of(run.topic_id)
    try:
        _LargeRun(session, run, work, told).carry_out()
    except Exception:
        session.rollback()
        if run.state not in runs.UNDER_WAY:
            shutil.rmtree(work, ignore_errors=True)
        raise
    shutil.rmtree(work, ignore_errors=True)


class _LargeRun:
    def __init__(self, session: Session, run: Run, work: Path, told: Report | None) -> None:
        self.session, self.run, self.work = session, run, work
        self.run_id, self.topic_id = run.id, run.topic_id
        self._told, self._noted = told, 0.0
        self._encoder = indexes().encoder

    def carry_out(self) -> None:
        """Prepare once, then plan and write until nobody acts in between."""
        read = self._page(run_standing.texts_after)
        engine = LargeEngine(
            self._encoder,
            TopicTexts(self.topic_id, self.run_id, self.work, read),
            int(current_app.config["RUN_PROCESSES"]),
            self._report,
            scheduler=current_app.config["CLUSTER_SCHEDULER"],
            shared_disk=current_app.config["CLUSTER_SHARED_DISK"],
        )
        engine.prepare(self._inputs())
        for _attempt in range(ATTEMPTS):
            inputs = self._inputs()
            plan = self._plan(engine, inputs)
            try:
                self._write(plan, inputs)
            except Conflict:
                self.session.rollback()
                if self.run.state is not RunState.RUNNING:
                    raise
            else:
                return
        raise Conflict(OVERTAKEN)

    def _inputs(self) -> Inputs:
        return self._read(
            lambda: run_inputs.circumstances(self.session, self.run.topic, self._encoder)
        )

    def _plan(self, engine: LargeEngine, inputs: Inputs) -> large_planning.LargePlan:
        known = [
            inputs.representatives[key] for key in inputs.known if key in inputs.representatives
        ]
        standing = Standing.of(
            engine.members(),
            self._page(run_standing.places_after, self._encoder.fingerprint),
            answered=sorted(inputs.answered),
            anchors=known,
        )
        tied = large_planning.tie(standing, inputs)
        found = engine.group(inputs, standing, tied)
        return large_planning.plan(found, standing, inputs, tied, self._words, self._report)

    def _write(self, plan: large_planning.LargePlan, inputs: Inputs) -> None:
        now = current_app.config["CLOCK"]()
        writing = LargeWriting(self.run, plan, inputs, indexes(), now)
        kept = min(current_app.config["KEPT_RUNS"], KEPT)
        for stage, done, total in writing.steps(self.session, kept):
            self.session.commit()
            self._report(stage, done, total)

    def _words(self, ids: Sequence[int]) -> Mapping[int, Any]:
        return self._read(lambda: titled(self.session, ids))

    def _page(self, read: Callable[..., Sequence[Any]], *more: object) -> Callable[[int], Any]:
        return lambda after: self._read(lambda: read(self.session, self.topic_id, after, *more))

    def _read(self, read: Callable[[], T]) -> T:
        """Read in a transaction of its own, which keeps nobody from writing."""
        before = reading.set(True)
        try:
            return read()
        finally:
            self.session.rollback()
            reading.reset(before)

    def _report(self, stage: str, done: int, total: int) -> None:
        if self._told:
            self._told(stage, done, total)
        if stage == "finished" or time.monotonic() - self._noted < EVERY:
            return
        self._noted = time.monotonic()
        values = {"stage": stage, "done": done, "total": total}
        runs.note_progress(self.session, run_id=self.run_id, **values)  # type: ignore[arg-type]
        self.session.commit()
