"""What a model trained by an agency says of itself, for whoever finds its folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from consult.clustering import Encoder

CARD = """# {name} {version}

A static embedding: each of {pieces:,} pieces of text has a vector, a text is their sum. Trained by `consult train-encoder`
on the texts below; it needs no graphics card and no network.

    consult cluster messages.csv --text title,body --out groups.csv --model {folder}

## Learnt from

| source | pairs that mean the same | pairs with a grade |
|---|---|---|
{sources}

Its words come from these texts. If they are confidential, so is this folder: vocabulary and frequencies can be read
from it. The terms of every source hold for the model as well; note them here before you pass it on.

## How good

{figures}

## Limits

It knows what its sources speak of, and little else: words that are in none of them are cut into pieces. It weighs words,
not their order; "A pays B" and "B pays A" are the same to it. After an exchange of the model, calibrate weights again
(`consult calibrate`) and measure on labelled texts of your own (`consult evaluate`).

Recipe: {recipe}.
"""


def mean_reciprocal_rank(encoder: Encoder, pairs: Sequence[tuple[str, str]]) -> float:
    """Return how well each title finds its own body among those of all ``pairs``."""
    titles, bodies = (encoder.encode([pair[side] for pair in pairs]) for side in (0, 1))
    scores = titles @ bodies.T
    better = (scores > np.diag(scores)[:, None]).sum(axis=1)
    return float((1 / (1 + better)).mean())


def write_card(
    out: Path, card: Mapping[str, Any], figures: Sequence[tuple[str, float]], count: int
) -> None:
    """Write README.md; ``figures`` are of ``count`` texts that were not learnt from."""
    sources = "\n".join(
        f"| {one['name']} | {one['same']:,} | {one['graded']:,} |" for one in card["sources"]
    )
    lines = [f"- {name}: {value:.3f}" for name, value in figures]
    told = (
        [
            f"Of {count:,} texts kept back, title → own body among all (mean reciprocal rank):",
            "",
            *lines,
        ]
        if figures
        else ["Not measured: too few texts with a title and a body to keep some back."]
    )
    text = CARD.format(
        name=card["name"],
        version=card["version"],
        pieces=card["pieces"],
        folder=out,
        sources=sources,
        figures="\n".join(told),
        recipe=", ".join(f"{key} {value}" for key, value in card["recipe"].items()),
    )
    (out / "README.md").write_text(text, encoding="utf-8")
