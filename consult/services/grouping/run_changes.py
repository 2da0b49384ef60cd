"""What a run changed: who moved where, and what became of each cluster. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from models.run import LineageEvent

Moves = Counter[tuple[int | None, int]]


def moves(before: Mapping[int, int | None], after: Mapping[int, int]) -> Moves:
    """How many went from which cluster to which other."""
    return Counter((before.get(one), key) for one, key in after.items() if before.get(one) != key)


def successors(moved: Moves) -> dict[int, int]:
    """For each cluster that lost members the one that took most of them."""
    best: dict[int, tuple[int, int]] = {}
    for (source, target), count in moved.items():
        if source is not None and (count, -target) > best.get(source, (0, 0)):
            best[source] = (count, -target)
    return {source: -target for source, (_, target) in best.items()}


def difference(
    steps: Sequence[Mapping[str, Any]],
    moved: Moves,
    retired: int = 0,
    contradictions: Sequence[tuple[str, int, int]] = (),
) -> dict[str, Any]:
    """What a run changed, in numbers."""
    counts = Counter(event["event"].value for event in steps)
    return {
        **{event.value: counts.get(event.value, 0) for event in LineageEvent},
        "retired": retired,
        "moved": sum(count for (source, _), count in moved.items() if source is not None),
        "placed": sum(count for (source, _), count in moved.items() if source is None),
        "contradictions": [list(one) for one in contradictions],
    }


def events(
    before: Mapping[int, int | None], after: Mapping[int, int], moved: Moves
) -> list[dict[str, Any]]:
    """One line per cluster that changed, and one per cluster that gave it members."""
    old = Counter(key for key in before.values() if key is not None)
    new = Counter(after.values())
    given: dict[int, list[int]] = defaultdict(list)
    for source, target in moved:
        if source is not None:
            given[target].append(source)
    found = []
    for key in sorted(old.keys() | new.keys()):
        for event, other in changes(key, old, new, given[key]):
            found.append(
                {
                    "cluster_id": key,
                    "event": event,
                    "other_id": other,
                    "size_before": old[key],
                    "size_after": new[key],
                }
            )
    return found


def changes(
    key: int, old: Mapping[int, int], new: Mapping[int, int], sources: Sequence[int]
) -> list[tuple[LineageEvent, int | None]]:
    """What became of a cluster, by its sizes before and after and those that gave it members.

    ``old`` and ``new`` know every cluster, as a :class:`~collections.Counter` does.
    """
    if not new[key]:
        return []  # retired, which is noted where it happens
    whole = [source for source in sources if not new[source]]
    partly = [source for source in sources if new[source]]
    changes: list[tuple[LineageEvent, int | None]] = [
        (LineageEvent.MERGED, source) for source in whole
    ]
    if not old[key]:
        began = LineageEvent.SPLIT if partly else LineageEvent.BORN
        return [(began, partly[0] if partly else None), *changes]
    if new[key] > old[key] and not whole:
        changes.append((LineageEvent.GREW, None))
    if new[key] < old[key]:
        changes.append((LineageEvent.SHRANK, None))
    return changes
