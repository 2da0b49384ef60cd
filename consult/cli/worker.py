"""`consult worker`: background work in a process of its own."""

import os
import signal
from pathlib import Path

import click

from config import LOG_FORM, LOG_LEVEL
from consult.app import create_app
from consult.jobs import background
from consult.observing import logs
from models.job import Lane

#: What asks the process to end; the second time it ends at once.
SIGNALS = {signal.SIGTERM, signal.SIGINT}


@click.command()
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Short things done at a time, such as placing in different consultations.",
)
@click.option(
    "--queues",
    type=click.Choice(["all", *Lane]),
    default="all",
    show_default=True,
    help="Only what takes seconds, or only what takes longer: one such thing at a time.",
)
@click.option("--ready-file", type=click.Path(path_type=Path), help="Made when work begins.")
def worker(concurrency: int, queues: str, ready_file: Path | None) -> None:
    """Do the background work, until it is asked to end.

    On PostgreSQL start as many as you like, on as many machines; on SQLite one works and the
    others wait. SIGTERM lets it finish the step in hand, a second one ends it at once: nothing
    is lost by that either, what it was at is done by another within a minute.

    \b
    Example:
      consult worker
      consult worker --queues long
      consult worker --concurrency 4 --ready-file /run/jisi/worker.ready
    """  # noqa: D301 - click wants the mark itself
    logs.configure(form=LOG_FORM, level=LOG_LEVEL)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # for the threads as well: see below
    at_once = {Lane.QUICK: concurrency, Lane.LONG: 1}
    if queues != "all":
        at_once = {Lane(queues): at_once[Lane(queues)]}
    work = background.worker_for(create_app(), at_once=at_once)

    def ready() -> None:
        click.echo(f"集思 works ({queues}; end it with Ctrl+C)")
        if ready_file is not None:
            ready_file.touch()

    work.start(ready)
    try:
        _wait_for_the_end(work)
    finally:
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)


def _wait_for_the_end(work: background.Background) -> None:
    """Take signals in this thread, between whose steps nothing is interrupted."""
    while work.is_alive and signal.sigtimedwait(SIGNALS, 1.0) is None:
        pass
    work.end()
    while work.is_alive:
        if signal.sigtimedwait(SIGNALS, 0.2) is not None:
            os._exit(1)
