"""Group documents that make the same request."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from consult.clustering.checks import one_of, share, whole
from consult.clustering.documents import Document, as_documents, digest, fingerprint
from consult.clustering.encoders.loading import Encoder, encode_documents
from consult.clustering.grouping import candidates
from consult.clustering.grouping.communities import (
    FEW,
    LENIENCE,
    communities,
    every_pair,
    most_are_ideas,
)
from consult.clustering.grouping.company import accompanied
from consult.clustering.grouping.constraints import Constraints, Pair, settle
from consult.clustering.grouping.describing import Graph, Links, groups_of
from consult.clustering.grouping.linkage import crowd, floor_of
from consult.clustering.grouping.merging import Merging
from consult.clustering.grouping.numbers import IDEAS, MODES, REACH, REQUESTS
from consult.clustering.grouping.prevalence import adapted
from consult.clustering.grouping.results import Group, Grouping, counted
from consult.clustering.grouping.sparing import NEVER, Likeness, lowest_for
from consult.clustering.similarity.scoring import (
    Similarity,
    Weights,
    among_requests,
    chance,
    log_odds,
    usable,
)
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.naming import Naming
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import (
    Integers,
    Vectors,
    centre_of,
    centred,
    checked,
    halved,
)


class _Found(NamedTuple):
    """The groups, the probability that a link had to reach, pairs by odds, and what was sought."""

    groups: tuple[Group, ...]
    applied: float
    compared: tuple[int, ...]
    sought: str


class Clusterer:
    """Group documents that make the same request: the same thing asked, at the same place.

    Similarity of two documents is the probability that a person would call them the same
    request, from vectors (meaning), words and character pairs (wording) and shared rare
    names, title and body apart. Groups are merged while the mean of their best links, in
    log-odds, reaches ``threshold``. Exact copies are joined first and compared once.

    Nothing is random, and the order of the documents does not matter. A clusterer holds
    settings and no results, so one may be shared by threads. Cost: 10,000 messages of four
    hundred characters take a quarter of a minute on one core and 400 MB; time and memory
    grow about with their number.

    Parameters
    ----------
    encoder
        Turns texts into unit vectors.
    threshold
        How probable "the same request" must be for two documents alone to be joined: 0.5
        is as likely as not. Higher gives fewer, surer and smaller groups.
    neighbours
        How many neighbours by each kind of likeness a document is compared with.
    reach
        0 chains like single linkage, 1 tears like average linkage; see :class:`Linkage`.
    weights
        Calibration of the similarity, the shipped one by default.
    mode
        ``requests`` joins texts that ask the same thing at the same place, as above. ``ideas``
        joins what says the same in quite other words, where no two texts need be close (see
        :func:`~consult.clustering.grouping.communities.communities`); a group of ideas is to be
        read before it is decided on as one. ``auto`` takes ``ideas`` where most pairs worth
        comparing name no place or are in Latin script.

    Examples
    --------
    >>> from consult.clustering import Clusterer, HashingEncoder
    >>> clusterer = Clusterer(HashingEncoder())
    >>> result = clusterer.cluster(["wider cycle lanes", "lower the rents", "cycle lanes, wider"])
    >>> [sorted(group.members) for group in result]
    [[0, 2], [1]]
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        threshold: float = 0.5,
        neighbours: int = 32,
        reach: float = REACH,
        weights: Mapping[str, Weights] | None = None,
        mode: str = "auto",
    ) -> None:
        self.encoder = encoder
        self.threshold = share("threshold", threshold)
        self.neighbours = whole("neighbours", neighbours)
        self.reach = share("reach", reach)
        self.weights = usable(weights)
        self.mode = one_of("mode", mode, MODES)

    @property
    def settings(self) -> dict[str, object]:
        """Return what a run must record to be repeated."""
        return {
            "engine": "consult.clustering 1",
            "threshold": self.threshold,
            "neighbours": self.neighbours,
            "reach": self.reach,
            "mode": self.mode,
        }

    def cluster(
        self,
        documents: Sequence[str | Document],
        *,
        vectors: Vectors | None = None,
        must_link: Iterable[Pair] = (),
        cannot_link: Iterable[Pair] = (),
        progress: candidates.Progress | None = None,
    ) -> Grouping:
        """Group ``documents``; positions in the result are positions in this sequence.

        ``vectors`` are those of :func:`encode_documents`, if they are stored already.
        ``progress`` is called with a stage, how much of it is done, and of how much.

        :raises WrongDocuments: if one is no text.
        :raises WrongVectors: if vectors do not fit the documents or the encoder.
        :raises WrongConstraints: if a pair is of documents that are not there.
        """
        texts = as_documents(documents)
        constraints = settle(must_link, cannot_link, len(texts))
        if vectors is None:
            vectors = encode_documents(self.encoder, texts)
        rows = checked(vectors, len(texts), self.encoder.dimension)
        found = _Found((), self.threshold, counted(np.zeros(0, np.float32)), REQUESTS)
        if texts:
            found = self._groups(texts, rows, constraints, progress)
        return Grouping(
            groups=found.groups,
            settings=self.settings | {"applied_threshold": found.applied, "sought": found.sought},
            encoder=described(self.encoder),
            fingerprint=fingerprint(texts),
            contradictions=constraints.contradictions,
            labels=_labels(found.groups, len(texts)),
            compared=found.compared,
        )

    def _groups(
        self,
        texts: Sequence[Document],
        vectors: Vectors,
        constraints: Constraints,
        progress: candidates.Progress | None,
    ) -> "_Found":
        copies = distinct(texts, constraints.reached())
        text_of = {at: text for text, positions in enumerate(copies) for at in positions}
        together = _lifted(constraints.together, text_of)
        apart = _lifted(constraints.apart, text_of)
        corpus = Corpus()
        rows = corpus.add_all([texts[positions[0]] for positions in copies])
        heads = vectors[[positions[0] for positions in copies]]
        heads = halved(centred(heads, centre_of(heads.sum(axis=0), len(heads))))
        side = Side.of(corpus, rows, heads)
        near = candidates.pairs(corpus, side, each=self.neighbours, progress=progress)
        pairs = _with(near, together | apart, len(rows))
        of_ideas = self._seeks_ideas(side, pairs)
        if of_ideas and len(rows) <= FEW:
            pairs = every_pair(len(rows))
        weights = self.weights if of_ideas else among_requests(self.weights)
        lowest = NEVER if of_ideas else lowest_for(self.threshold)
        likeness = Likeness(Similarity(weights), side, pairs, lowest, progress)
        odds = likeness.odds
        if of_ideas:
            odds, limit = adapted(side, pairs, odds), log_odds(self.threshold) + LENIENCE
            found = communities(len(rows), pairs, odds, limit, together=together, apart=apart)
            labels = np.array(found)
        else:
            odds[:] = accompanied(side, pairs, odds, ~likeness.far)
            wanted = log_odds(self.threshold) + crowd(len(rows))
            limit = max(wanted, floor_of(len(rows), pairs, odds))
            labels = Merging(limit, self.reach).compared(len(rows), likeness, together, apart)
        links = Links.of(len(rows), pairs, odds)
        sizes = np.array([len(positions) for positions in copies])
        graph = Graph(links, labels, sizes, self.reach, limit)
        naming = Naming(corpus.words.tokens, corpus.words)
        groups = groups_of(graph, copies, rows.words, naming)
        sought = IDEAS if of_ideas else REQUESTS
        return _Found(groups, round(chance(limit), 6), counted(odds), sought)

    def _seeks_ideas(self, side: Side, pairs: Integers) -> bool:
        return self.mode == IDEAS or (self.mode == "auto" and most_are_ideas(side, pairs))


def described(encoder: Encoder) -> dict[str, object]:
    """Return what tells an encoder from another."""
    return {
        "name": encoder.name,
        "version": encoder.version,
        "fingerprint": encoder.fingerprint,
        "dimension": encoder.dimension,
    }


def distinct(texts: Sequence[Document], torn: Collection[int] = ()) -> list[list[int]]:
    """Gather copies of the same words; the texts come in an order of their own.

    Those in ``torn`` are not gathered, nor texts without a word: words that two people
    wrote alike must not tie what a third keeps apart.
    """
    digests = [digest(text) for text in texts]
    torn = {*torn, *(at for at, text in enumerate(texts) if not text.text.strip())}
    found: dict[tuple[str, int], list[int]] = {}
    order = sorted(
        range(len(texts)), key=lambda at: (digests[at], texts[at].title, texts[at].body, at)
    )
    for at in order:
        found.setdefault((digests[at], at if at in torn else -1), []).append(at)
    return list(found.values())


def _lifted(pairs: Iterable[Pair], text_of: Mapping[int, int]) -> set[Pair]:
    lifted = set()
    for first, second in pairs:
        one, other = text_of[first], text_of[second]
        if one != other:
            lifted.add((min(one, other), max(one, other)))
    return lifted


def _with(pairs: Integers, more: Iterable[Pair], count: int) -> Integers:
    """Add pairs, and keep the whole sorted and without repeats."""
    codes = [
        pairs[:, 0] * count + pairs[:, 1],
        np.array([a * count + b for a, b in more], np.int64),
    ]
    every = np.unique(np.concatenate(codes))
    return np.stack([every // count, every % count], axis=1)


def _labels(groups: Sequence[Group], count: int) -> tuple[int, ...]:
    labels = [0] * count
    for label, group in enumerate(groups):
        for member in group.members:
            labels[member] = label
    return tuple(labels)
