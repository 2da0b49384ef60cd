"""排名: places only above a minimum, by a formula that is published beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consult.services.supervising.numbers import LEAST, Figures


@dataclass(frozen=True)
class Place:
    """Where one stands; equal scores share a place."""

    number: int
    key: Any
    score: float
    figures: Figures


def ranking(found: Mapping[Any, Figures], *, least: int = LEAST) -> list[Place]:
    """Places by the mean of the four rates, of those with ``least`` cases and ratings or more.

    (reply rate + on-time rate + solved rate + satisfaction) / 4.
    """
    scores = [
        (key, score, row)
        for key, row in found.items()
        if (score := _score(row, max(least, LEAST))) is not None
    ]
    scores.sort(key=lambda one: (-round(one[1], 6), str(one[0])))
    places: list[Place] = []
    for position, (key, score, row) in enumerate(scores, start=1):
        same = places and round(places[-1].score, 6) == round(score, 6)
        places.append(Place(places[-1].number if same else position, key, score, row))
    return places


def _score(row: Figures, least: int) -> float | None:
    if row.accepted - row.excluded < least or row.rated < least:
        return None
    rates = (row.reply_rate, row.on_time_rate, row.solved_rate, row.satisfaction)
    known = [rate for rate in rates if rate is not None]
    return sum(known) / len(rates) if len(known) == len(rates) else None
