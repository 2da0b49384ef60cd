"""What the company of texts adds to the likeness of two."""

from itertools import combinations, product

import numpy as np
import pytest

from consult.clustering import Document, HashingEncoder, encode_documents
from consult.clustering.grouping.company import AGAINST, FEWEST, WORDY, accompanied, company
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side

SUBJECTS, EACH = 10, 50


def side_of(length: int, each: int) -> Side:
    """Texts of ten subjects in turn, each with some of the 300 words of its subject."""
    dice = np.random.default_rng(1)
    endings = ["".join(signs) + "k" for signs in product("abcdfghjmp", "bcdfghjmp", "aou")]
    texts = []
    for at in range(SUBJECTS * each):
        said = [f"{'bcdfghjmpr'[at % SUBJECTS]}u{end}" for end in dice.permutation(endings)]
        texts.append(Document(" ".join(said[:5]), " ".join(said[5:length])))
    corpus = Corpus()
    return Side.of(corpus, corpus.add_all(texts), encode_documents(HashingEncoder(), texts))


@pytest.fixture(scope="module")
def side() -> Side:
    return side_of(length=2 * WORDY, each=EACH)


PAIRS = np.array(list(combinations(range(60), 2)))
ALIKE = PAIRS[:, 0] % SUBJECTS == PAIRS[:, 1] % SUBJECTS
ALL = np.ones(len(PAIRS), bool)


def test_texts_of_one_subject_keep_the_same_company(side: Side) -> None:
    found = company(side, PAIRS)

    assert found[ALIKE].min() > 0.7
    assert found[~ALIKE].max() < 0.5


def test_company_moves_likely_pairs_both_ways_but_takes_little_away(side: Side) -> None:
    odds = np.zeros(len(PAIRS), np.float32)

    moved = accompanied(side, PAIRS, odds, ALL)

    assert moved[ALIKE].mean() > moved[~ALIKE].mean()
    assert moved.min() >= -AGAINST


def test_what_is_unlikely_or_only_a_bound_stays(side: Side) -> None:
    unlikely = np.full(len(PAIRS), -8, np.float32)
    likely = np.zeros(len(PAIRS), np.float32)

    assert (accompanied(side, PAIRS, unlikely, ALL) == unlikely).all()
    assert (accompanied(side, PAIRS, likely, ~ALL) == likely).all()


@pytest.mark.parametrize(
    ("length", "each"),
    [(2 * WORDY, FEWEST // SUBJECTS - 1), (WORDY // 4, EACH)],
    ids=["few texts", "short texts"],
)
def test_few_or_short_texts_have_no_company(length: int, each: int) -> None:
    odds = np.zeros(len(PAIRS), np.float32)

    assert (accompanied(side_of(length, each), PAIRS, odds, ALL) == odds).all()
