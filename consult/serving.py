"""How gunicorn serves the platform: the settings of `consult serve`.

The same with gunicorn's own command: ``gunicorn -c python:consult.serving wsgi:app``. The names
are gunicorn's; docs/operations.md tells what a restart does with what is in hand.
"""

import ctypes
import gc
import logging
import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

import consult.threads  # noqa: F401 - before numpy is loaded, also where gunicorn reads this first
from config import (
    BIND,
    DRAIN_SECONDS,
    EMBEDDED_JOBS,
    LOG_FORM,
    LOG_LEVEL,
    WEB_THREADS,
    WEB_WORKERS,
)
from consult import ending
from consult.observing import logs
from consult.observing.sharing import FOLDER, share_between_processes

log = logging.getLogger(__name__)

share_between_processes()  # before anything counts
# What is collected leaves holes, which workers would fill: each page with one is then copied.
gc.disable()

bind = BIND
workers = WEB_WORKERS
threads = WEB_THREADS
worker_class = "gthread"
#: Imported once and shared: half the memory, and a worker that fails is replaced in an instant.
preload_app = True
#: Nothing that is answered takes longer; a worker that gives no sign so long is replaced.
timeout = 120
#: What is in hand when the end comes has so long.
graceful_timeout = 30
#: Longer than a proxy keeps a connection (60 s), so that only the proxy closes idle ones.
keepalive = 75
#: The sign of life of a worker is a file: on disk it would wait for the disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes its own file in it
#: A worker is replaced now and then, whatever a library forgot to free; not all at once.
max_requests = 0 if EMBEDDED_JOBS else 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
#: Who a request is from, TRUSTED_PROXIES says, and nothing else.
forwarded_allow_ips = ""
control_socket_disable = True


class Log(Logger):  # type: ignore[misc]
    """What gunicorn says of itself joins the lines of the platform; requests are told by those."""

    def setup(self, cfg: Any) -> None:
        """Take the platform's way instead of handlers of its own."""
        logs.configure(form=LOG_FORM, level=LOG_LEVEL)
        self.error_log.propagate = True
        self.error_log.setLevel(LOG_LEVEL)


logger_class = Log

#: prctl: the signal that a process gets when its parent dies. (PR_SET_PDEATHSIG of sys/prctl.h)
WHEN_PARENT_DIES = 1
#: mallopt: the allocator keeps two stores instead of one a thread, and gives large blocks back.
#: (M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD of malloc.h)
FRUGAL = {-8: 2, -3: 128 * 1024, -1: 128 * 1024}


def on_starting(server: Any) -> None:
    """Load in the first process what its workers will share."""
    from consult.warming import warm  # noqa: PLC0415 - gunicorn reads these settings before the application

    be_frugal()
    warm(server.app.wsgi())
    give_back()


def when_ready(server: Any) -> None:
    """Let nothing that is loaded be moved or counted again, so that it stays shared.

    The end comes in two steps, see :func:`drain`.
    """
    server.handle_term = lambda: drain(server)
    gc.freeze()


def drain(server: Any) -> None:
    """On SIGTERM say by ``readyz`` that the end is near, go on for DRAIN_SECONDS, then end.

    A proxy that asks ``readyz`` sends new requests elsewhere meanwhile. A second SIGTERM ends at
    once; so does the first where another server has taken over the same socket.
    """
    if ending.is_near() or server.reexec_pid or not DRAIN_SECONDS:
        raise StopIteration
    ending.announce()
    log.info("draining", extra={"seconds": DRAIN_SECONDS})
    timer = threading.Timer(DRAIN_SECONDS, server.SIG_QUEUE.put_nowait, [signal.SIGTERM])
    timer.daemon = True
    timer.start()


def post_fork(server: Any, worker: Any) -> None:
    """Take no connection from the first process: two would talk over each other; and end with it."""
    from consult.warming import forget_connections  # noqa: PLC0415 - as above

    end_with_parent()
    gc.enable()
    forget_connections(server.app.wsgi())


def post_worker_init(worker: Any) -> None:
    """Begin the background work, where web processes do it."""
    from consult.warming import begin_work  # noqa: PLC0415 - as above

    begin_work(worker.wsgi)


def child_exit(server: Any, worker: Any) -> None:
    """Count a process that ended no longer."""
    from consult.observing import metrics  # noqa: PLC0415 - as above

    metrics.forget_process(worker.pid)


def worker_exit(server: Any, worker: Any) -> None:
    """Let the background work of this process end in order."""
    runner = worker.wsgi and worker.wsgi.extensions.get("runner")
    if runner is not None:
        runner.stop()


def on_exit(server: Any) -> None:
    """Leave nothing behind, save for a successor."""
    if server.reexec_pid:
        return
    folder = os.environ.get(FOLDER, "")
    if folder.startswith(tempfile.gettempdir()):
        shutil.rmtree(folder, ignore_errors=True)


def give_back() -> None:
    """Give back to the machine what was needed only to load, where the C library can."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):
        log.debug("this C library has no malloc_trim")


def be_frugal() -> None:
    """Have the allocator keep little of what was freed, where the C library is one that listens."""
    try:
        for setting, value in FRUGAL.items():
            ctypes.CDLL(None).mallopt(setting, value)
    except (AttributeError, OSError):
        log.debug("this C library has no mallopt")


def end_with_parent() -> None:
    """Answer what is in hand and end, once the first process was killed; Linux alone tells.

    gunicorn notices too, but goes on for those who hold a connection, and its socket, for ``graceful_timeout``:
    so long no successor could listen, and who came anew waited for nothing.
    """
    try:
        ctypes.CDLL(None).prctl(WHEN_PARENT_DIES, signal.SIGTERM)
    except (AttributeError, OSError):
        log.debug("this system does not tell of a parent's death")
