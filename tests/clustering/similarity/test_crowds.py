"""Among many texts, titles that differ in what is rarest are of two requests."""

import numpy as np
import pytest

from consult.clustering import Document, HashingEncoder, encode_documents, explain
from consult.clustering.similarity.scoring import Similarity, shipped_weights, strange
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side

#: Three of them ask for one thing at places that no list of endings knows.
ASKED = [
    Document("南源西镇投资平台卷款跑路", "门店一夜搬空，立案两年没有通报。"),
    Document("西南莲镇投资平台卷款跑路", "老板还在别处开新店，门店一夜搬空。"),
    Document("南源西镇理财公司人去楼空", "投资平台不退钱，请公布案情。"),
]
ENCODER = HashingEncoder()


def side_among(count):
    """The texts in a topic where the matter is common and each place is rare."""
    corpus = Corpus()
    for at in range(count // 10):
        corpus.add(Document("投资平台卷款跑路", f"门店一夜搬空 {at}"))
    corpus.words.documents = corpus.grams.documents = count
    rows = [corpus.add(text) for text in ASKED]
    return corpus, Side.of(corpus, rows, encode_documents(ENCODER, ASKED))


def test_another_place_that_no_list_knows_counts_among_many_texts():
    _, side = side_among(50_000)
    other_place, same_place = strange(side, side, np.array([[0, 1], [0, 2]]))
    assert other_place > 3
    assert same_place == 0


def test_among_few_texts_rare_words_tell_nothing():
    _, side = side_among(1_500)
    assert strange(side, side, np.array([[0, 1], [0, 2], [1, 2]])).tolist() == [0, 0, 0]


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_what_is_taken_is_the_same_in_both_directions_and_part_of_the_score(pair):
    corpus, side = side_among(50_000)
    there, back = (
        Similarity(shipped_weights()).odds(side, side, np.array([way]))
        for way in (pair, pair[::-1])
    )
    assert there == pytest.approx(back, abs=1e-4)
    found = explain(ASKED[pair[0]], ASKED[pair[1]], ENCODER, corpus=corpus)
    assert found.log_odds == pytest.approx(float(there[0]), abs=0.1)


def test_an_explanation_says_it():
    corpus, _ = side_among(50_000)
    found = explain(ASKED[0], ASKED[1], ENCODER, corpus=corpus)
    assert "Each names something rarer than what both share." in found.in_words("en").splitlines()
    assert "两条各有比共同用语更少见的说法。" in found.in_words("zh").splitlines()
