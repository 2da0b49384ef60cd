"""Copies in the clusters of a large topic, some clusters at a time. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from consult.clustering import near_copies
from consult.clustering.bulk import BulkGrouping
from consult.services.grouping.run_copies import Copies, copies_of
from consult.services.grouping.run_standing import CHANNELS, Array, Standing
from models.suggestion import Channel

#: Texts looked through at a time; a cluster with more is looked through alone.
LOT = 20_000


class Sent(NamedTuple):
    """One of several copies."""

    digest: str
    author_id: int
    channel: Channel
    created_at: datetime


def copied(
    found: BulkGrouping, standing: Standing, order: Array, starts: Array
) -> dict[int, Copies]:
    """For each cluster of two or more its largest family of copies, if there is one.

    Cost: 0.1 ms a suggestion that is not alone, and a few megabytes.
    """
    arrivals = np.sort(standing.created)
    copies = {}
    for groups in _lots(starts):
        places = order[starts[groups[0]] : starts[groups[-1] + 1]]
        kept = np.diff(starts)[groups] > 1
        labels = np.array(near_copies(found.documents(standing.rows[places])), np.int64)
        for group in groups[kept].tolist():
            here = slice(
                int(starts[group] - starts[groups[0]]), int(starts[group + 1] - starts[groups[0]])
            )
            family = _largest(labels[here], places[here])
            if len(family) > 1:
                sent = [_sent(found, standing, place) for place in family.tolist()]
                copies[group] = copies_of(sent, arrivals)  # type: ignore[arg-type]
    return copies


def _lots(starts: Array) -> Iterator[Array]:
    """Runs of clusters; those of a single suggestion come last and are left out."""
    several = np.diff(starts) > 1
    last = int(np.flatnonzero(several)[-1]) + 1 if several.any() else 0
    first = 0
    while first < last:
        stop = int(np.searchsorted(starts, starts[first] + LOT, side="right")) - 1
        stop = min(max(stop, first + 1), last)
        yield np.arange(first, stop)
        first = stop


def _largest(labels: Array, places: Array) -> Array:
    """The places of the most common label; of equal ones that of the oldest suggestion."""
    names, counts = np.unique(labels, return_counts=True)
    most = names[counts == counts.max()]
    families = [places[labels == name] for name in most.tolist()]
    return min(families, key=lambda family: int(family[0]))


def _sent(found: BulkGrouping, standing: Standing, place: int) -> Sent:
    return Sent(
        str(found.text_of_row[standing.rows[place]]),
        int(standing.authors[place]),
        CHANNELS[standing.channels[place]],
        datetime.fromtimestamp(float(standing.created[place]), UTC),
    )
