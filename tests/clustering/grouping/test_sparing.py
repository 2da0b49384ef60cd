import numpy as np
import pytest

from consult.clustering import Clusterer, Document, HashingEncoder, encode_documents
from consult.clustering.bulk import cluster_file
from consult.clustering.grouping import sparing
from consult.clustering.similarity.ceiling import ceiling
from consult.clustering.similarity.scoring import (
    Similarity,
    among_requests,
    apart,
    shipped_weights,
)
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
from tests.benchmarks.generator import rows as made
from tests.benchmarks.generator import write

ENCODER = HashingEncoder(64)


@pytest.fixture(scope="module")
def documents():
    return [Document(row["title"], row["body"]) for row in made(1500)]


@pytest.fixture(scope="module")
def side(documents):
    corpus = Corpus()
    return Side.of(corpus, corpus.add_all(documents), encode_documents(ENCODER, documents))


def some_pairs(count):
    return np.random.default_rng(0).integers(0, count, (30_000, 2))


@pytest.mark.parametrize("change", [among_requests, dict])
@pytest.mark.parametrize("lowest", [-9.0, 0.0, 9.0])
def test_no_pair_is_above_its_ceiling(side, change, lowest):
    weights, pairs = change(shipped_weights()), some_pairs(1500)
    elsewhere = apart(side, side, pairs)
    odds = Similarity(weights).odds(side, side, pairs)

    assert (odds <= ceiling(weights, side, pairs, elsewhere, lowest)).all()


def test_far_pairs_are_many_and_all_below_what_is_asked(side):
    similarity, pairs = Similarity(among_requests(shipped_weights())), some_pairs(1500)
    found = sparing.bounds(similarity, side, pairs, -9.0)
    odds = similarity.odds(side, side, pairs)

    assert found.far.mean() > 0.1
    assert odds[found.far].max() <= -9.0


def without_sparing(monkeypatch):
    monkeypatch.setattr("consult.clustering.grouping.clusterer.lowest_for", lambda _: sparing.NEVER)
    monkeypatch.setattr("consult.clustering.bulk.run.lowest_for", lambda _: sparing.NEVER)


@pytest.mark.parametrize("threshold", [0.5, 1e-9])
def test_what_is_spared_changes_no_group_in_memory(documents, threshold, monkeypatch):
    judged = {"must_link": [(0, 1), (2, 700)], "cannot_link": [(3, 4), (5, 900)]}
    found = Clusterer(ENCODER, threshold=threshold).cluster(documents, **judged)
    without_sparing(monkeypatch)

    assert Clusterer(ENCODER, threshold=threshold).cluster(documents, **judged) == found


def test_what_is_spared_changes_no_byte_of_a_file(tmp_path, monkeypatch):
    write(1500, tmp_path / "in.csv")
    for name in ("spared", "whole"):
        cluster_file(
            tmp_path / "in.csv",
            tmp_path / f"{name}.csv",
            groups=tmp_path / f"{name}.jsonl",
            encoder=ENCODER,
            id_column="id",
            workers=1,
        )
        without_sparing(monkeypatch)

    for kind in ("csv", "jsonl"):
        spared, whole = (tmp_path / f"{name}.{kind}" for name in ("spared", "whole"))
        assert spared.read_bytes() == whole.read_bytes()
