"""Vectors and weights for the commands that need no database."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import numpy as np

from consult.cli.complaints import Complaint
from consult.clustering import Document, Encoder, encode_documents
from consult.clustering.grouping.candidates import Progress
from consult.clustering.similarity.scoring import Weights, restored
from consult.clustering.vectors import Vectors

#: Texts encoded between two steps of the bar.
BATCH = 1000


def encode(encoder: Encoder, documents: Sequence[Document], progress: Progress) -> Vectors:
    """Encode in batches, and tell how far it is."""
    rows = np.zeros((len(documents), encoder.dimension), np.float32)
    for start in range(0, len(documents), BATCH):
        rows[start : start + BATCH] = encode_documents(encoder, documents[start : start + BATCH])
        progress("encoding", min(start + BATCH, len(documents)), len(documents))
    return rows


def read_weights(path: Path | None, encoder: Encoder) -> Mapping[str, Weights] | None:
    """Read what `consult calibrate` wrote; None without a path: the shipped weights.

    Warns if they were learnt with another encoder.

    :raises Complaint: if it is no such file.
    """
    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        weights = restored(found["weights"])
    except OSError as error:
        raise Complaint(f"{path} cannot be opened: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Complaint(f"{path} holds no weights; make them with consult calibrate.") from error
    if found.get("encoder", {}).get("fingerprint") != encoder.fingerprint:
        click.echo(f"{path} was learnt with another model; calibrate again for this one.", err=True)
    return weights
