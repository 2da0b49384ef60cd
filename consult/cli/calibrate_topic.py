"""`consult calibrate --topic`: a consultation's similarity, corrected by what its staff judged."""

from pathlib import Path

import click
from flask import current_app

from consult.cli.application import transaction, with_app
from consult.cli.calibrate import curve_table, write_weights
from consult.cli.complaints import check_folder
from consult.extensions import indexes
from consult.services.consultations import topics as consultations
from consult.services.grouping import calibrating


@with_app
def calibrate_topic(slug: str, *, out: Path | None, reset: bool) -> None:
    """Learn, print the curve, and keep the weights with the consultation."""
    if out:
        check_folder(out)
    now = current_app.config["CLOCK"]()
    with transaction() as session:
        topic = consultations.by_slug(session, slug, reader=None, now=now)
        if reset:
            calibrating.reset(session, topic=topic, actor=None, now=now)
            click.echo(f"{topic.title}: the shipped weights hold from the next run on.", err=True)
            return
        found = calibrating.calibrate(
            session, topic=topic, encoder=indexes().encoder, actor=None, now=now
        )
        title = topic.title
    click.echo(curve_table(found))
    if out:
        write_weights(out, found, indexes().encoder)
    held = "hold from the next run on" if found.improved else "stay as they were"
    click.echo(f"{title}: the weights {held}. Try: consult regroup {slug}", err=True)
