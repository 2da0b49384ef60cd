"""Grouping inside the parts of a collection, such as the questions of a survey."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from consult.clustering.documents import Document, as_document, fingerprint
from consult.clustering.encoders.loading import encode_documents
from consult.clustering.grouping.candidates import Progress
from consult.clustering.grouping.clusterer import Clusterer, described
from consult.clustering.grouping.constraints import Contradiction, Pair
from consult.clustering.grouping.results import Group, Grouping
from consult.clustering.vectors import Vectors, checked


def cluster_within(
    clusterer: Clusterer,
    documents: Sequence[str | Document],
    keys: Sequence[Hashable],
    *,
    vectors: Vectors | None = None,
    must_link: Iterable[Pair] = (),
    cannot_link: Iterable[Pair] = (),
    progress: Progress | None = None,
) -> Grouping:
    """Group documents only with those of the same key; how rare words are is told by key as well.

    What each part decided by itself (``applied_threshold``) is not in the settings of the whole.

    >>> from consult.clustering import HashingEncoder
    >>> texts = ["lower the rents", "lower rents"]
    >>> len(cluster_within(Clusterer(HashingEncoder()), texts, ["yes", "no"]))
    2

    :raises ValueError: if ``keys`` are not as many as the documents, or ``must_link`` joins two keys.
    """
    texts = [as_document(document) for document in documents]
    if len(keys) != len(texts):
        raise ValueError(f"{len(keys)} keys do not go with {len(texts)} documents")
    if vectors is None:
        vectors = encode_documents(clusterer.encoder, texts)
    rows = checked(vectors, len(texts))
    must, cannot = list(must_link), _by_key(cannot_link, keys)
    if crossing := [pair for pair in must if keys[pair[0]] != keys[pair[1]]]:
        raise ValueError(f"must_link {crossing[0]} joins documents of different keys")
    ties = _by_key(must, keys)
    parts: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        parts.setdefault(key, []).append(place)
    found: list[tuple[list[int], Grouping]] = []
    done = 0
    for key, places in parts.items():
        at = {place: number for number, place in enumerate(places)}
        grouping = clusterer.cluster(
            [texts[place] for place in places],
            vectors=rows[places],
            must_link=[(at[one], at[other]) for one, other in ties.get(key, ())],
            cannot_link=[(at[one], at[other]) for one, other in cannot.get(key, ())],
        )
        found.append((places, grouping))
        done += len(places)
        if progress:
            progress("grouping", done, len(texts))
    return _joined(clusterer, texts, found)


def _by_key(pairs: Iterable[Pair], keys: Sequence[Hashable]) -> dict[Hashable, list[Pair]]:
    """Return the pairs inside of each key; those across are apart in any case."""
    inside: dict[Hashable, list[Pair]] = {}
    for pair in pairs:
        if keys[pair[0]] == keys[pair[1]]:
            inside.setdefault(keys[pair[0]], []).append(pair)
    return inside


def _joined(
    clusterer: Clusterer, texts: Sequence[Document], found: Sequence[tuple[list[int], Grouping]]
) -> Grouping:
    """Put the groupings of all parts into one, the largest group first."""
    groups = [
        (part, number, _moved(group, places))
        for part, (places, grouping) in enumerate(found)
        for number, group in enumerate(grouping)
    ]
    # earlier texts first among equals; that does not depend on the order of the parts
    groups.sort(key=lambda entry: (-len(entry[2]), entry[2].members[0]))
    place_of = {(part, number): at for at, (part, number, _) in enumerate(groups)}
    labels = [0] * len(texts)
    placed = []
    for at, (part, _, group) in enumerate(groups):
        near = None if group.nearest is None else place_of[part, group.nearest]
        placed.append(replace(group, nearest=near))
        for member in group.members:
            labels[member] = at
    compared = np.sum([grouping.compared for _, grouping in found], axis=0) if found else ()
    return Grouping(
        groups=tuple(placed),
        settings=clusterer.settings | {"parts": len(found)},
        encoder=described(clusterer.encoder),
        fingerprint=fingerprint(texts),
        contradictions=tuple(
            Contradiction(_pair(one.apart, places), tuple(_pair(p, places) for p in one.together))
            for places, grouping in found
            for one in grouping.contradictions
        ),
        labels=tuple(labels),
        compared=tuple(int(count) for count in compared),
    )


def _moved(group: Group, places: Sequence[int]) -> Group:
    return replace(
        group,
        members=tuple(places[member] for member in group.members),
        uncertain=tuple(places[member] for member in group.uncertain),
    )


def _pair(pair: Pair, places: Sequence[int]) -> Pair:
    return places[pair[0]], places[pair[1]]
