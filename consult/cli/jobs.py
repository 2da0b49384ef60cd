"""`consult run-jobs` and `consult send-notices`: background work by hand."""

import click
from flask import current_app
from tqdm import tqdm

from consult.cli.application import transaction, with_app
from consult.extensions import db
from consult.jobs import letters, notices
from consult.jobs.registry import JOBS
from consult.jobs.runner import Runner
from consult.post import UnreachableError
from consult.services.answering import notices as service
from consult.services.answering.notices import Delivery
from consult.services.people import letters as outbox
from models.base import utc_now


@click.command("run-jobs")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@with_app
def run_jobs(names: tuple[str, ...]) -> None:
    """Give every job, or those named, one turn, and say how much each did.

    \b
    Example:
      consult run-jobs
      consult run-jobs letters notices
    """  # noqa: D301 - click wants the mark itself
    known = [job.name for job in JOBS]
    if unknown := [name for name in names if name not in known]:
        raise click.UsageError(f"There is no job {unknown[0]}; there are {', '.join(known)}.")
    runner = Runner(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    for name, done in runner.run_due(names).items():
        click.echo(f"{name}: {done}")


@click.command("send-notices")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@with_app
def send_notices(*, dry_run: bool) -> None:
    """Write the letters that notices are waiting for, and send the outbox.

    Safe to run twice, and beside the web server: what has been dealt with is stamped.

    \b
    Example:
      consult send-notices --dry-run
      consult send-notices
    """  # noqa: D301 - click wants the mark itself
    with transaction() as session:
        waiting = service.waiting(session)
    done = _rehearse() if dry_run else _deliver(waiting)
    verb = "would be written" if dry_run else "written"
    click.echo(f"{waiting} notices: {done.letters} letters {verb}, {done.unmailed} not for mail.")
    if dry_run:
        return
    click.echo(f"{_send()} letters sent.")
    with transaction() as session:
        left, stuck = outbox.waiting(session), outbox.count_given_up(session)
    if stuck:
        raise click.ClickException(f"{stuck} letters failed too often; see the operations page.")
    if left:
        raise click.ClickException(f"{left} letters did not go and will be tried again.")


def _deliver(waiting: int) -> Delivery:
    done = Delivery(0, 0, 0)
    with tqdm(total=waiting, unit="notice", disable=None) as bar:
        while True:
            with transaction() as session:
                step = notices.deliver(session, utc_now())
            if not step.notices:
                return done
            done += step
            bar.update(step.notices)


def _rehearse() -> Delivery:
    """Do it all in one transaction, and take it back."""
    done = Delivery(0, 0, 0)
    session = db.session()
    while (step := notices.deliver(session, utc_now())).notices:
        session.flush()  # the stamps, so that the next step sees others
        done += step
    session.rollback()
    return done


def _send() -> int:
    sent = 0
    while True:
        try:
            with transaction() as session:
                step = letters.send_next(session, utc_now())
        except UnreachableError:
            return sent
        if not step:
            return sent
        sent += step
