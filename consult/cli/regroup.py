"""`consult regroup`: group the suggestions of a consultation afresh."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from flask import current_app

from consult.cli.application import transaction, with_app
from consult.extensions import db
from consult.jobs import grouping
from consult.jobs.election import in_office, office_for_run
from consult.services.consultations import topics as consultations
from consult.services.grouping import run_schedule, runs, thresholds
from models.run import Run, RunCause

STAGES = {
    "encoding": "Reading the texts",
    "candidates": "Finding neighbours",
    "comparing": "Comparing",
    "reading": "Reading the suggestions",
    "arranging": "Arranging",
    "searching": "Finding neighbours",
    "merging": "Forming groups",
    "planning": "Planning",
    "publishing": "Publishing the groups",
    "themes": "Themes",
    "describing": "Describing the groups",
    "keeping": "Keeping the run",
    "tidying": "Tidying",
}
Progress = Callable[[str, int, int], None]


@click.command("regroup")
@click.argument("slug", required=False)
@click.option("--all", "every", is_flag=True, help="Every consultation that may be regrouped.")
@click.option(
    "--threshold",
    type=click.FloatRange(thresholds.LOWEST, thresholds.HIGHEST),
    help="Set how alike two suggestions must be to be one request, and keep it.",
)
@with_app
def regroup(slug: str | None, every: bool, threshold: float | None) -> None:  # noqa: FBT001
    """Group the suggestions of the consultation SLUG afresh. Example: consult regroup water-price

    What people said of pairs, confirmed, named or decided is kept.
    """
    if bool(slug) is every:
        raise click.UsageError("Name one consultation by its SLUG, or say --all.")
    failed = [name for name in _chosen(slug) if not regroup_one(name, threshold=threshold)]
    if failed:
        click.echo(f"Failed: {', '.join(failed)}.", err=True)
        sys.exit(1)


def _chosen(slug: str | None) -> list[str]:
    if slug:
        return [slug]
    with transaction() as session:
        now = current_app.config["CLOCK"]()
        return [topic.slug for topic in run_schedule.groupable(session, now=now)]


def regroup_one(
    slug: str, *, threshold: float | None = None, cause: RunCause = RunCause.MANUAL
) -> bool:
    """One run, in three transactions so that the platform goes on meanwhile.

    Says whether it succeeded; what went wrong is printed and kept on the run. It holds the
    office of the run, so that no worker takes it for interrupted.
    """
    now = current_app.config["CLOCK"]()
    with transaction() as session:
        topic = consultations.by_slug(session, slug, reader=None, now=now)
        title, office = topic.title, office_for_run(db.engine, current_app.config, topic.id)
    with in_office(office) as held:
        if not held:
            click.echo(f"{title}: a worker regroups it just now.", err=True)
            return False
        return _regroup_alone(slug, threshold=threshold, cause=cause)


def _regroup_alone(slug: str, *, threshold: float | None, cause: RunCause) -> bool:
    now = current_app.config["CLOCK"]()
    with transaction() as session:
        topic = consultations.by_slug(session, slug, reader=None, now=now)
        title = topic.title
        if threshold is not None:
            thresholds.set_threshold(session, topic=topic, threshold=threshold, actor=None, now=now)
        number = runs.begin(session, topic=topic, cause=cause, actor=None, now=now).id
    try:
        with transaction() as session, _bars(title) as progress:
            grouping.carry_out(session, session.get_one(Run, number), progress)
        click.echo(summary(title, db.session().get_one(Run, number)))
    except Exception as fault:  # noqa: BLE001 - kept on the run, then said in one sentence
        with transaction() as session:
            run, now = session.get_one(Run, number), current_app.config["CLOCK"]()
            runs.fail(session, run=run, error=f"{type(fault).__name__}: {fault}", now=now)
        click.echo(f"{title}: {fault}", err=True)
        return False
    return True


def summary(title: str, run: Run) -> str:
    """What a run made of a consultation, in one line."""
    moved, contradictions = run.difference["moved"], len(run.difference["contradictions"])
    line = (
        f"{title}: {run.suggestion_count} suggestions in {run.cluster_count} groups, {moved} moved."
    )
    return f"{line} {contradictions} contradictions." if contradictions else line


@contextmanager
def _bars(title: str) -> Iterator[Progress]:
    """A progress bar for each stage, one after the other."""
    bars: dict[str, click._termui_impl.ProgressBar[int]] = {}

    def progress(stage: str, done: int, total: int) -> None:
        if not total:
            return
        if stage not in bars:
            _finish(bars)
            bars[stage] = click.progressbar(
                length=total, label=STAGES.get(stage, stage), file=sys.stderr
            )
        bars[stage].update(done - bars[stage].pos)

    click.echo(title, err=True)
    yield progress
    _finish(bars)


def _finish(bars: dict[str, "click._termui_impl.ProgressBar[int]"]) -> None:
    for bar in bars.values():
        if not bar.finished:
            bar.finish()
            bar.render_finish()
