"""Suggestions with known groups, as many as wanted: what people ask, where, in changing words.

    python -m tests.benchmarks.generator COUNT OUT.csv [--seed N] [--campaigns SHARE] [--english SHARE]

writes ``id, group, title, body, time, user`` (JSON lines if OUT ends in .jsonl). A *request* is a matter
(some 250, in ``requests/``: each with several wordings of title, of facts and of what is asked that share
little) at one of hundreds of thousands of places, for one of 80 kinds of people, in one of 80 trades, or
of the whole country. Everybody who makes one request forms one group.

The world of some seven million requests is fixed. A larger ``count`` draws more of it: twice as many
suggestions make about twice as many groups, so that more of them share a place, a matter or part of a name.
Sizes follow a power law (exponent 2.5) up to 300: three groups of four have one member, few have hundreds.
Popular places and matters are drawn more often. Members arrive in bursts; the order is that of time.

The same arguments give the same suggestions. Memory: 60 bytes a suggestion.
"""

import argparse
import csv
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.benchmarks.places import COUNTS
from tests.benchmarks.wording import chinese, matters
from tests.benchmarks.wording import english as english_words

EXPONENT, LARGEST = 2.5, 300
#: Popular places come first: of a kind's places the first percent gets a fifth of the requests.
SKEW = 2.8
DAYS = 45
START = 1_767_225_600
CHUNK = 50_000


class Made(NamedTuple):
    """One generated suggestion and the group it belongs to; ``time`` in seconds since 1970."""

    title: str
    facts: str
    proposal: str
    place: str
    group: int
    time: int
    user: int


@dataclass(frozen=True)
class Plan:
    """Who asks what when: by suggestion the group, time and user; by group the matter, place and copying."""

    groups: np.ndarray
    times: np.ndarray
    users: np.ndarray
    matters: np.ndarray
    places: np.ndarray
    copied: np.ndarray


def _sizes(count: int, random: np.random.Generator) -> np.ndarray:
    """Sizes of groups that add up to ``count``: the quantiles of the power law, in random order."""
    law = np.arange(1, LARGEST + 1, dtype=float) ** -EXPONENT
    law /= law.sum()
    number = int(np.ceil(1.01 * count / (law @ np.arange(1, LARGEST + 1)))) + 1
    quantiles = (np.arange(number) + 0.5) / number
    sizes = random.permutation(np.searchsorted(np.cumsum(law), quantiles) + 1)
    ends = np.cumsum(sizes)
    kept = int(np.searchsorted(ends, count)) + 1
    sizes = sizes[:kept]
    sizes[-1] -= sizes.sum() - count
    return sizes


def _requests(
    number: int, english: float, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A matter and a place for each group, no two alike."""
    known = matters()
    capacity = np.array([COUNTS[matter.kind] for matter in known])
    first = np.concatenate([[0], np.cumsum(capacity)])
    foreign = np.array([matter.kind.startswith("en_") for matter in known])
    liked = (
        random.permutation(np.arange(1, len(known) + 1) ** -0.6)
        * (capacity / capacity.max()) ** 0.25
    )
    for part, share in ((foreign, english), (~foreign, 1 - english)):
        liked[part] *= share / liked[part].sum()
    free = np.ones(first[-1], bool)
    slots = np.full(number, -1)
    open_ = np.arange(number)
    for turn in range(100):
        if turn < 8:
            matter = random.choice(len(known), len(open_), p=liked)
            place = capacity[matter] * random.random(len(open_)) ** (SKEW if turn < 4 else 1)
            wanted = first[matter] + place.astype(np.int64)
        else:
            wanted = random.integers(0, first[-1], len(open_))
        _, once = np.unique(wanted, return_index=True)
        once = once[free[wanted[once]]]
        slots[open_[once]] = wanted[once]
        free[wanted[once]] = False
        open_ = np.delete(open_, once)
        if not len(open_):
            break
    else:
        raise ValueError(f"the world has no {number} requests")
    matter = np.searchsorted(first, slots, side="right") - 1
    return matter, slots - first[matter]


def plan(count: int, *, seed: int, campaigns: float, english: float) -> Plan:
    """Decide everything but the words."""
    random = np.random.default_rng(seed)
    sizes = _sizes(count, random)
    matter, place = _requests(len(sizes), english, random)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    born = random.random(len(sizes)) * DAYS
    spread = np.exp(random.normal(0.5, 1.2, len(sizes)))
    days = (born[groups] + random.exponential(1.0, count) * spread[groups]) % DAYS
    hour = np.array(
        [1, 1, 1, 1, 1, 1, 2, 5, 9, 11, 11, 9, 7, 8, 10, 10, 10, 9, 8, 9, 11, 10, 7, 3.0]
    )
    hours = random.choice(24, count, p=hour / hour.sum()) + random.random(count)
    times = START + (np.floor(days) * 86_400 + hours * 3600).astype(np.int64)
    large = np.flatnonzero(sizes >= 8)
    large = large[random.permutation(len(large))]
    copied = np.zeros(len(sizes), bool)
    copied[large[np.cumsum(sizes[large]) <= campaigns * count]] = True
    people = max(1, int(0.8 * count))
    users = (random.random(count) ** np.where(random.random(count) < 0.1, 6, 1) * people).astype(
        int
    )
    order = np.argsort(times, kind="stable")
    return Plan(groups[order], times[order], users[order], matter, place, copied)


def _choices(made: Plan, start: int, stop: int, seed: int) -> np.ndarray:
    """Twelve numbers for each suggestion that settle its words; copies of a text have the same but the last."""
    random = np.random.default_rng([seed, start])
    groups = made.groups[start:stop]
    numbers = random.integers(0, 1 << 30, (len(groups), 12))
    copies = made.copied[groups] & (random.random(len(groups)) < 0.85)
    column = np.arange(11, dtype=np.uint64)
    mixed = (groups[copies, None].astype(np.uint64) + 1) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * (2 * column + 1) * np.uint64(0xBF58476D1CE4E5B9)
    numbers[copies, :11] = (mixed >> np.uint64(33)).astype(np.int64)
    numbers[copies, 11] |= 1
    numbers[~copies, 11] &= ~1
    return numbers


def generate(
    count: int, *, seed: int = 7, campaigns: float = 0.05, english: float = 0.06
) -> Iterator[Made]:
    """``count`` suggestions in order of time; ``campaigns`` is the share in groups that copy one text."""
    made = plan(count, seed=seed, campaigns=campaigns, english=english)
    known = matters()
    for start in range(0, count, CHUNK):
        stop = min(start + CHUNK, count)
        groups = made.groups[start:stop]
        rows = zip(
            groups.tolist(),
            made.matters[groups].tolist(),
            made.places[groups].tolist(),
            made.times[start:stop].tolist(),
            made.users[start:stop].tolist(),
            _choices(made, start, stop, seed).tolist(),
            strict=True,
        )
        for group, matter, place, when, user, choices in rows:
            words = english_words if known[matter].kind.startswith("en_") else chinese
            yield Made(*words(known[matter], place, choices), group, when, user)


def rows(
    count: int, *, seed: int = 7, campaigns: float = 0.05, english: float = 0.06
) -> Iterator[dict[str, str | int]]:
    """The columns of the file."""
    for number, made in enumerate(
        generate(count, seed=seed, campaigns=campaigns, english=english), start=1
    ):
        body = f"{made.facts}{'' if made.facts.endswith('。') else ' '}{made.proposal}"
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(made.time))
        yield {
            "id": number,
            "group": made.group,
            "title": made.title,
            "body": body.strip(),
            "time": moment,
            "user": made.user,
        }


def write(count: int, path: Path, **settings: Any) -> None:
    """Write a CSV, or JSON lines if the name says so."""
    with path.open("w", newline="", encoding="utf-8") as lines:
        if path.suffix == ".jsonl":
            for row in rows(count, **settings):
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            return
        table = csv.writer(lines)
        table.writerow(["id", "group", "title", "body", "time", "user"])
        table.writerows(row.values() for row in rows(count, **settings))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--campaigns", type=float, default=0.05, help="share of suggestions in groups that copy"
    )
    parser.add_argument("--english", type=float, default=0.06, help="share of requests in English")
    options = parser.parse_args()
    settings = {"seed": options.seed, "campaigns": options.campaigns, "english": options.english}
    started = time.process_time()
    write(options.count, options.out, **settings)
    seconds = time.process_time() - started
    print(
        f"{options.count} suggestions in {seconds:.1f} s of CPU, {options.count / seconds:.0f} a second"
    )


if __name__ == "__main__":
    main()
