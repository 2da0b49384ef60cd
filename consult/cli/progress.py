"""Bars on stderr for long work."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from consult.clustering.grouping.candidates import Progress


@contextmanager
def stages(*, quiet: bool) -> Iterator[Progress]:
    """Show each stage of the work as a bar of its own, in one line."""
    with tqdm(disable=quiet or None, file=sys.stderr, unit="text", leave=False) as bar:
        shown = ""

        def progress(stage: str, done: int, total: int) -> None:
            nonlocal shown
            if stage != shown:
                bar.reset(total)
                bar.set_description(stage)
                bar.unit = "pair" if stage == "comparing" else "text"
                shown = stage
            bar.update(done - bar.n)

        yield progress
