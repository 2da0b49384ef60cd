"""Whether truth falls with size: generated suggestions with known groups, few and many.

    python -m tests.benchmarks.clustering_truth [SIZE …] [--method M …] [--analysis] [--seed N]

The world of requests is one and the same (see the generator); a larger set draws more of it. Every
method keeps the settings that served it best on 2,000 suggestions of another seed; this library keeps
its default. Writes bench/truth.json. ``--analysis`` says which kinds of wrong pairs make the loss.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tests.benchmarks.generator import plan
from tests.benchmarks.peers import METHODS, alone, tuned
from tests.benchmarks.report import show
from tests.benchmarks.wording import matters

SIZES = [2_000, 10_000, 50_000]
TUNED_ON, TUNING_SEED = 2_000, 11
COLUMNS = ["method", "texts", "setting", "encode_s", "group_s", "peak_mb", "AMI"]
COLUMNS += ["P", "R", "F1", "B3", "left out"]


def kind_of_join(first: tuple[int, int], second: tuple[int, int]) -> str:
    """Why two requests (matter, place) may have been taken for one."""
    known = matters()
    one, other = known[first[0]], known[second[0]]
    if first[0] == second[0]:
        near = first[1] // 10 == second[1] // 10
        return "same matter, sibling place" if near else "same matter, other place"
    if one.kind == other.kind and first[1] == second[1]:
        return "same place, other matter"
    return "neither"


def wrong_pairs(
    gold: np.ndarray, found: np.ndarray, requests: Sequence[tuple[int, int]]
) -> Counter[str]:
    """Pairs joined wrongly by kind of join, and pairs missed by kind of matter."""
    cells = Counter(zip(found.tolist(), gold.tolist(), strict=True))
    by_cluster: dict[int, list[tuple[int, int]]] = {}
    by_group: dict[int, list[int]] = {}
    for (cluster, group), size in cells.items():
        by_cluster.setdefault(cluster, []).append((group, size))
        by_group.setdefault(group, []).append(size)
    wrong: Counter[str] = Counter()
    for parts in by_cluster.values():
        for at, (group, size) in enumerate(parts):
            for other, more in parts[:at]:
                wrong["joined: " + kind_of_join(requests[group], requests[other])] += size * more
    for group, sizes in by_group.items():
        missed = (sum(sizes) ** 2 - sum(size * size for size in sizes)) // 2
        if missed:
            wrong["missed: " + matters()[requests[group][0]].kind] += missed
    return wrong


def analysis(size: int, seed: int, labels: np.ndarray) -> list[dict[str, object]]:
    """One row per kind of wrong pair, with the F1 that would be reached without it."""
    made = plan(size, seed=seed, campaigns=0.05, english=0.06)
    requests = list(zip(made.matters.tolist(), made.places.tolist(), strict=True))
    wrong = wrong_pairs(made.groups, labels, requests)
    pairs = int((np.bincount(made.groups) * (np.bincount(made.groups) - 1)).sum() // 2)
    joined = sum(number for name, number in wrong.items() if name.startswith("joined"))
    missed = sum(number for name, number in wrong.items() if name.startswith("missed"))

    def f1(joined: int, missed: int) -> float:
        return 2 * (pairs - missed) / max(2 * (pairs - missed) + joined + missed, 1)

    return [
        {
            "texts": size,
            "wrong": name,
            "pairs": number,
            "F1 now": round(f1(joined, missed), 3),
            "F1 without": round(
                f1(joined - number, missed)
                if name.startswith("joined")
                else f1(joined, missed - number),
                3,
            ),
        }
        for name, number in wrong.most_common()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", type=int, nargs="*")
    parser.add_argument("--method", action="append", choices=METHODS)
    parser.add_argument("--analysis", action="store_true")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rows, wrong = [], []
    with TemporaryDirectory() as folder:
        for method in options.method or ["ours", "community_detection", "words + average link"]:
            setting = tuned(method, TUNED_ON, TUNING_SEED)
            for size in options.sizes or SIZES:
                row, labels = alone(method, size, options.seed, setting, Path(folder))
                rows.append(row)
                print(row, flush=True)
                if options.analysis and labels is not None:
                    wrong += [
                        {"method": method} | line for line in analysis(size, options.seed, labels)
                    ]
    show("truth", COLUMNS, rows)
    if wrong:
        show("truth-analysis", list(wrong[0]), wrong)


if __name__ == "__main__":
    main()
