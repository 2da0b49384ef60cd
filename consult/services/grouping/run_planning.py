"""From inputs to a plan: what each cluster will hold. Pure: no session, no clock."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from consult import clustering
from consult.clustering import Encoder, Grouping, encode_documents, match_groups
from consult.services.grouping.run_bonds import Bonds, bonds
from consult.services.grouping.run_copies import Copies, copied
from consult.services.grouping.run_inputs import Inputs, Member
from consult.services.grouping.run_themes import PlannedTheme, themed

Progress = Callable[[str, int, int], None]
#: Texts encoded between two reports of progress.
BATCH = 256


@dataclass(frozen=True)
class Planned:
    """A cluster as it will be; ``cluster_id`` is None for a new one."""

    members: tuple[int, ...]
    similarity: Mapping[int, float]
    uncertain: frozenset[int]
    keywords: tuple[str, ...]
    #: Place in the plan of the group most like it.
    nearest: int | None
    nearest_similarity: float
    cluster_id: int | None = None


@dataclass(frozen=True)
class Plan:
    """What a run will write."""

    clusters: Sequence[Planned]
    themes: Sequence[PlannedTheme]
    #: For each cluster its largest family of copies, None where it has none.
    copies: Sequence[Copies | None]
    vectors: dict[int, npt.NDArray[np.float32]]
    settings: dict[str, Any]
    fingerprint: str
    contradictions: Sequence[tuple[str, int, int]] = field(default=())


def plan(inputs: Inputs, encoder: Encoder, progress: Progress | None = None) -> Plan:
    """Group the suggestions of ``inputs``; the long part of a run."""
    new = _encode(inputs, encoder, progress)
    vectors = {**inputs.vectors, **new}
    tied = bonds(inputs)
    grouping = _group(inputs, vectors, tied, encoder, progress)
    clusters = _drafts(inputs, grouping)
    now_in = {member.id: member.cluster_id for member in inputs.members}
    clusters = keep_apart(part_held(clusters, tied, now_in, vectors), tied)
    clusters = _identify(clusters, tied, inputs)
    members = [planned.members for planned in clusters]
    return Plan(
        clusters=clusters,
        themes=themed(inputs, members, [planned.cluster_id for planned in clusters], vectors),
        copies=copied(inputs, members),
        vectors=new,
        settings={
            **grouping.settings,
            "calibrated": inputs.weights_mark,
            "weights": inputs.weights_standing.value,
        },
        fingerprint=_fingerprint(grouping, inputs),
        contradictions=tuple(tied.contradictions),
    )


def _encode(
    inputs: Inputs, encoder: Encoder, progress: Progress | None
) -> dict[int, npt.NDArray[np.float32]]:
    missing = [member for member in inputs.members if member.id not in inputs.vectors]
    found: dict[int, npt.NDArray[np.float32]] = {}
    for start in range(0, len(missing), BATCH):
        part = missing[start : start + BATCH]
        rows = encode_documents(encoder, [member.document for member in part])
        found.update(zip((member.id for member in part), rows, strict=True))
        if progress:
            progress("encoding", start + len(part), len(missing))
    return found


def _group(
    inputs: Inputs,
    vectors: Mapping[int, npt.NDArray[np.float32]],
    tied: Bonds,
    encoder: Encoder,
    progress: Progress | None,
) -> Grouping:
    at = {member.id: place for place, member in enumerate(inputs.members)}
    rows = [vectors[member.id] for member in inputs.members]
    # taken from the package when it is used: pages import this module too, and need no scipy
    return clustering.Clusterer(
        encoder, threshold=inputs.threshold, weights=inputs.weights
    ).cluster(
        [member.document for member in inputs.members],
        vectors=np.stack(rows) if rows else np.zeros((0, encoder.dimension), np.float32),
        must_link=[(at[first], at[second]) for first, second in tied.same],
        cannot_link=[(at[first], at[second]) for first, second in tied.different],
        progress=progress,
    )


def _drafts(inputs: Inputs, grouping: Grouping) -> list[Planned]:
    ids = [member.id for member in inputs.members]
    return [
        Planned(
            members=tuple(ids[place] for place in group.members),
            similarity={
                ids[place]: mark
                for place, mark in zip(group.members, group.similarities, strict=True)
            },
            uncertain=frozenset(ids[place] for place in group.uncertain),
            keywords=tuple(group.keywords),
            nearest=group.nearest,
            nearest_similarity=group.nearest_similarity,
        )
        for group in grouping.groups
    ]


def part_held(
    clusters: Sequence[Planned],
    tied: Bonds,
    now_in: Mapping[int, int | None],
    vectors: Mapping[int, npt.NDArray[np.float32]],
) -> list[Planned]:
    """Where the machine would join clusters that people hold apart, part the group between them."""
    parted: list[Planned] = []
    extra: list[Planned] = []
    for at, planned in enumerate(clusters):
        holders = {tied.held_in(one) for one in planned.members} - {None}
        if len(holders) < 2:  # noqa: PLR2004 - one holder or none: nothing to part
            parted.append(planned)
            continue
        parts = _parts(planned, cast("set[int]", holders), tied, now_in, vectors)
        neighbour = replace(planned, nearest=at)  # the parts lie next to each other
        parted.append(_part(planned, parts[0]))
        extra += [_part(neighbour, part) for part in parts[1:]]
    return parted + extra


def _parts(
    planned: Planned,
    holders: Collection[int],
    tied: Bonds,
    now_in: Mapping[int, int | None],
    vectors: Mapping[int, npt.NDArray[np.float32]],
) -> list[list[int]]:
    bundles: dict[int, list[int]] = defaultdict(list)
    for one in planned.members:
        bundles[tied.find(one)].append(one)
    order = sorted(holders)
    parts: dict[int, list[int]] = {holder: [] for holder in order}
    for name, members in bundles.items():
        if name in tied.holder:
            parts[tied.holder[name]] += members
    middles = np.stack([_middle(parts[holder], vectors) for holder in order])
    for name, members in bundles.items():
        if name not in tied.holder:
            [(most, _)] = Counter(now_in[one] for one in members).most_common(1)
            nearest = order[int(np.argmax(middles @ _middle(members, vectors)))]
            parts[most if most in parts else nearest] += members
    return [parts[holder] for holder in order]


def _middle(
    members: Iterable[int], vectors: Mapping[int, npt.NDArray[np.float32]]
) -> npt.NDArray[np.float32]:
    middle = np.mean([vectors[one] for one in members], axis=0)
    return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), np.float32)


def _part(planned: Planned, members: Collection[int]) -> Planned:
    """A piece of a planned cluster, in the order of the whole."""
    chosen = set(members)
    kept = tuple(one for one in planned.members if one in chosen)
    return replace(planned, members=kept, uncertain=planned.uncertain & chosen)


def keep_apart(clusters: list[Planned], tied: Bonds) -> list[Planned]:
    """Take out what was said to differ and still came together by an exact copy."""
    place = {one: at for at, planned in enumerate(clusters) for one in planned.members}
    for first, second in tied.different:
        if first not in place or place[first] != place.get(second):
            continue
        out = first if tied.held_in(second) is not None else second
        at, name = place[out], tied.find(out)
        bundle = [one for one in clusters[at].members if tied.find(one) == name]
        rest = [one for one in clusters[at].members if tied.find(one) != name]
        taken = replace(_part(clusters[at], bundle), nearest=at)
        clusters[at] = _part(clusters[at], rest)
        clusters.append(taken)
        place.update(dict.fromkeys(bundle, len(clusters) - 1))
    return clusters


def _identify(clusters: Sequence[Planned], tied: Bonds, inputs: Inputs) -> list[Planned]:
    """Give each group the cluster that it carries on.

    A cluster with held members is looked for by them alone: where they are, it is.
    """
    before: dict[int, list[int]] = defaultdict(list)
    for member in inputs.members:
        if member.cluster_id is not None:
            before[member.cluster_id].append(member.id)
    for cluster_id, members in before.items():
        held = [one for one in members if tied.held_in(one) == cluster_id]
        before[cluster_id] = held or members
    holders = set(tied.holder.values())
    order = sorted(before, key=lambda key: (key not in holders, key not in inputs.known, key))
    matching = match_groups(
        {key: before[key] for key in order},
        [planned.members for planned in clusters],
        held=[key for key in order if key in holders or key in inputs.known],
    )
    return [
        replace(planned, cluster_id=cast("int | None", identity))
        for planned, identity in zip(clusters, matching.identities, strict=True)
    ]


def _fingerprint(grouping: Grouping, inputs: Inputs) -> str:
    """Names everything that went in: the texts, what people said, what is held, what was learnt."""
    held = sorted((one.id, one.cluster_id) for one in inputs.members if one.held)
    pairs = sorted(inputs.same), sorted(inputs.different)
    said = repr((grouping.fingerprint, *pairs, held, inputs.weights_mark))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def by_id(members: Sequence[Member]) -> dict[int, Member]:
    """The members of a run by their id."""
    return {member.id: member for member in members}
