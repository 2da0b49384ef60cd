"""Leaves word now and then that a worker lives and what it is at, from a thread of its own."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Collection, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Self

from sqlalchemy.exc import IntegrityError

from consult.jobs.bells import key_of
from consult.jobs.performing import Performer
from consult.services.overview import workers
from consult.services.overview.workers import BEAT, Sign
from models.job import Lane

log = logging.getLogger(__name__)


class Pulse:
    """Beats from entry to exit of a ``with`` block, also while a job thinks for an hour."""

    def __init__(
        self,
        performer: Performer,
        *,
        names: Collection[str],
        lanes: Iterable[Lane],
        embedded: bool,
    ) -> None:
        self.performer, self.names = performer, names
        self.sign = Sign(
            id=secrets.token_hex(8),
            host=socket.gethostname(),
            pid=os.getpid(),
            embedded=embedded,
            lanes=", ".join(sorted(lanes)),
            started_at=performer.app.config["CLOCK"](),
        )
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._beat(ends=True)

    def _run(self) -> None:
        known = self._know()
        while True:
            self._beat()
            if self._over.wait(BEAT.total_seconds()):
                return
            known = known or self._know()

    def _beat(self, *, ends: bool = False) -> None:
        doing = ", ".join(sorted(key_of(bell) for bell in list(self.performer.doing)))
        sign = replace(self.sign, doing=doing, turns=self.performer.turns)
        try:
            with self.performer.session() as (session, now):
                workers.beat(session, sign, now=now, ends=ends)
                session.commit()
        except Exception:  # a database that is away for a while: the next beat says it
            log.warning("the worker could not leave its sign of life", exc_info=True)

    def _know(self) -> bool:
        """Another worker may name the same jobs at the same time; then they are known."""
        try:
            with self.performer.session() as (session, _now):
                workers.know(session, self.names)
                session.commit()
        except IntegrityError:
            return True
        except Exception:
            log.warning("the jobs could not be named", exc_info=True)
            return False
        return True
