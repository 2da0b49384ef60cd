"""The parts of an index against what reads everything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.clustering.index import cells, postings
from consult.clustering.index.cells import Cells
from consult.clustering.index.copies import Copies
from consult.clustering.index.growing import Growing, spans
from consult.clustering.index.postings import Postings
from consult.clustering.tokens.columns import Column
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Table, shared
from consult.clustering.vectors import unit

DOCUMENTS = st.lists(st.sets(st.integers(0, 12), max_size=6), min_size=1, max_size=40)


def unit_vectors(count, width=16, seed=0):
    return unit(np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32))


def column(documents):
    """Tokens of documents, each once in the title."""
    numbers = np.array([token for tokens in documents for token in sorted(tokens)], np.int32)
    starts = np.append(0, np.cumsum([len(tokens) for tokens in documents]))
    return Column(
        starts, numbers, np.ones(len(numbers), np.uint8), np.zeros(len(numbers), np.uint8)
    )


def filled(vectors, step):
    found = Cells(vectors.shape[1])
    for start in range(0, len(vectors), step):
        part = vectors[start : start + step]
        found.extend(np.arange(start, start + len(part)), part)
    return found


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 99), max_size=90), max_size=6))
def test_an_array_grows_by_what_is_added(parts):
    grown = Growing(np.int64)
    for part in parts:
        grown.extend(np.array(part, np.int64))

    assert grown.values.tolist() == [one for part in parts for one in part]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=10))
def test_spans_lie_end_to_end(pairs):
    starts, sizes = np.array(pairs, np.int64).reshape(-1, 2).T

    wanted = [start + more for start, size in pairs for more in range(size)]
    assert spans(starts, sizes).tolist() == wanted


@settings(deadline=None)
@given(DOCUMENTS, st.sets(st.integers(0, 12), min_size=1), st.integers(1, 7))
def test_postings_find_what_shares_most(documents, asked, step):
    index = Postings()
    for start in range(0, len(documents), step):
        part = [sorted(tokens) for tokens in documents[start : start + step]]
        owners = np.repeat(np.arange(start, start + len(part)), list(map(len, part)))
        tokens = np.array([token for line in part for token in line], np.int64)
        index.extend(owners, tokens, np.ones(len(tokens), np.int64))
    shared = [len(tokens & asked) for tokens in documents]
    weights, norms = np.ones(len(asked), np.float32), np.ones(len(documents), np.float32)
    found = index.best(np.array(sorted(asked)), weights, norms, 3)

    best = sorted((count for count in shared if count), reverse=True)[:3]
    assert sorted((shared[at] for at in found.tolist()), reverse=True) == best


def test_a_common_token_finds_nobody_and_costs_nothing(monkeypatch):
    monkeypatch.setattr(postings, "LONGEST", 10)
    index = Postings()
    for document in range(30):
        index.extend(np.full(2, document), np.array([0, 1 + document]), np.ones(2, np.int64))
    found = index.best(np.array([0, 5]), np.ones(2, np.float32), np.ones(30, np.float32), 9)

    assert found.tolist() == [4]


def test_the_room_of_lists_that_moved_is_used_again():
    index = Postings()
    for document in range(3000):
        index.extend(np.full(3, document), np.arange(3), np.ones(3, np.int64))

    assert len(index._entries) < 4 * 3 * 3000


@pytest.mark.parametrize("step", [1, 7, 5000])
def test_cells_that_are_all_read_find_the_nearest(step, monkeypatch):
    monkeypatch.setattr(cells, "FULL", 64)
    monkeypatch.setattr(cells, "READ", 10**6)
    vectors = unit_vectors(1500)
    index = filled(vectors, step)
    for asked in unit_vectors(20, seed=1):
        nearest = np.argsort(-(vectors @ asked))[:5]
        assert len(set(index.best(asked, 8).tolist()) & set(nearest.tolist())) >= 4


def test_cells_find_most_of_the_nearest_though_they_read_a_part(monkeypatch):
    monkeypatch.setattr(cells, "FULL", 128)
    monkeypatch.setattr(cells, "READ", 1000)
    middles = unit_vectors(60)
    vectors = unit(np.repeat(middles, 100, axis=0) + 0.6 * unit_vectors(6000, seed=2))
    index = filled(vectors, 256)
    found = [set(index.best(vectors[at], 10).tolist()) for at in range(0, 6000, 100)]
    exact = [set(np.argsort(-(vectors @ vectors[at]))[:10].tolist()) for at in range(0, 6000, 100)]

    assert np.mean([len(one & two) for one, two in zip(found, exact, strict=True)]) >= 9


def test_equal_vectors_are_split_all_the_same():
    index = filled(np.repeat(unit_vectors(1), 3000, axis=0), 500)

    assert max(map(len, index._cells)) <= cells.FULL
    assert len(index.best(unit_vectors(1)[0], 9)) == 9


def test_a_removed_vector_is_not_found_and_none_is_found_by_nothing():
    vectors = unit_vectors(900)
    index = filled(vectors, 900)
    for at in range(0, 900, 2):
        index.remove(at)
    index.remove(10**6)

    assert all(at % 2 for at in index.best(vectors[0], 50).tolist())
    assert index.best(np.zeros(16, np.float32), 5).tolist() == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.binary(max_size=1)), max_size=40))
def test_copies_follow_what_a_dictionary_says(steps):
    copies, wanted, texts = Copies(), {}, 0
    for key, code in steps:
        copies.leave(key)
        wanted.pop(key, None)
        text = copies.text(code)
        if text is None:
            copies.begin(key, code)
            texts += 1
        else:
            copies.join(key, text)
        wanted[key] = code

    assert set(copies) == set(wanted)
    for code in {code for code in wanted.values() if code}:
        same = [key for key, other in wanted.items() if other == code]
        assert list(copies.keys(copies.text(code))) == same


@settings(deadline=None)
@given(DOCUMENTS, st.sets(st.integers(-1, 12), min_size=1, max_size=9))
def test_one_document_shares_with_many_what_it_shares_beside_another(documents, asked):
    corpus = Corpus()
    corpus.words.learn([str(number) for number in range(13)])
    rows = [column(documents), column([asked]), column([asked, documents[0]])]
    many, alone, beside = (
        Table.of_column(one, np.ones(len(one), bool), corpus.words) for one in rows
    )
    pairs = np.array([(0, at) for at in reversed(range(len(documents)))])
    one, other = shared(alone, many, pairs), shared(beside, many, pairs)

    assert one.first.tolist() == other.first.tolist()
    assert one.second.tolist() == other.second.tolist()
    assert one.pair.tolist() == other.pair.tolist()
