from math import exp, fsum

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consult.clustering import (
    ClusteringError,
    Document,
    HashingEncoder,
    Index,
    encode_documents,
    explain,
    load_encoder,
)
from consult.clustering.documents import clean
from consult.clustering.similarity.passages import passages
from consult.clustering.similarity.scoring import Similarity, shipped_weights
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import centre_of
from tests.clustering.texts import ALL, BUS, LAMP, LIFT

ENCODER = load_encoder()
QUICK = HashingEncoder()
PIECES = st.sampled_from(
    [
        "青松路",
        "丹枫苑二期",
        "路灯",
        "坏了",
        "请修",
        "bus 17",
        "on Sunday",
        "!",
        "\0",
        "\ud800",
        "😀",
        " ",
        "مرحبا",
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=8).map("".join), st.text(st.characters(codec=None), max_size=40)
)
DOCUMENTS = st.builds(Document, TEXTS, TEXTS)
ELSEWHERE = Document(LAMP[0].title.replace("青松", "丹枫"), LAMP[0].body.replace("青松", "丹枫"))


def odds_of(first, second):
    """The log-odds as a run has them, without the explanation."""
    corpus = Corpus()
    rows = [corpus.add(document) for document in (first, second)]
    for row in rows:
        corpus.remove(row)
    side = Side.of(corpus, rows, encode_documents(QUICK, [first, second]))
    return float(Similarity(shipped_weights()).odds(side, side, np.array([[0, 1]]))[0])


def test_two_tellings_of_one_request_are_explained_by_what_they_share():
    explanation = explain(LAMP[0], LAMP[1], ENCODER)

    assert explanation.score > 0.5
    assert "路灯" in explanation.shared_words
    assert "青松路" in explanation.passages


def test_shares_add_up_to_one():
    contributions = explain(*BUS, ENCODER).contributions

    assert set(contributions) == {"meaning", "wording", "names"}
    assert sum(contributions.values()) == pytest.approx(1, abs=0.001)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_contributions_add_up_to_the_log_odds_of_a_run(first, second):
    found = explain(first, second, QUICK)

    assert fsum(part.log_odds for part in found.signals) == found.log_odds
    assert found.log_odds == pytest.approx(odds_of(first, second), abs=1e-3)
    assert found.copies or found.score == pytest.approx(1 / (1 + exp(-found.log_odds)), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, DOCUMENTS)
@example(Document("", ""), Document("", " "))
@example(*LIFT)
def test_it_is_the_same_in_both_directions(first, second):
    there, back = explain(first, second, QUICK), explain(second, first, QUICK)

    assert (there.log_odds, there.score, there.signals) == (back.log_odds, back.score, back.signals)
    assert (there.passages, there.shared_words) == (back.passages, back.shared_words)
    assert (there.only_first, there.places_first) == (back.only_second, back.places_second)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, DOCUMENTS, st.sampled_from(["en", "zh"]))
def test_any_two_texts_are_explained_in_words(first, second, language):
    lines = explain(first, second, QUICK).in_words(language).splitlines()

    assert "%" in lines[0]
    assert all(line.endswith((".", "。")) for line in lines if line.isprintable())


def test_a_differing_place_is_seen():
    explanation = explain(LAMP[0], ELSEWHERE, ENCODER)

    assert any("青松" in word for word in explanation.only_first)
    assert any("丹枫" in word for word in explanation.only_second)
    assert explanation.places_first == ("青松路",)
    assert explanation.places_second == ("丹枫路",)
    assert min(explanation.signals, key=lambda part: part.log_odds).kind in {"places", "start"}


def test_a_differing_place_is_told():
    explanation = explain(LAMP[0], ELSEWHERE, ENCODER)

    assert "They name different places: “青松路”; “丹枫路”." in explanation.in_words()
    assert "地点不同：“青松路”；“丹枫路”。" in explanation.in_words("zh")


def test_a_place_that_one_leaves_out_is_told():
    told = explain("东湖花园的电梯坏了", "电梯坏了请修", ENCODER).in_words()

    assert "Only one names the place: “东湖花园”." in told


def test_there_are_no_phrases_in_every_language():
    with pytest.raises(ClusteringError, match="phrases in en, zh, not in 'fr'"):
        explain(*LIFT, QUICK).in_words("fr")


def test_unlike_requests_score_low():
    assert explain(LAMP[0], LIFT[0], ENCODER).score < 0.1


def test_with_its_topic_given_it_scores_as_a_run_does():
    corpus, vectors = Corpus(), encode_documents(ENCODER, ALL)
    corpus.add_all(ALL)
    centre = centre_of(vectors.sum(axis=0), len(vectors))
    index = Index()
    index.add(range(len(ALL)), ALL, vectors)
    found = {match.id: match.score for match in index.search(ALL[0], vectors[0], k=9)}

    explanation = explain(ALL[0], ALL[1], ENCODER, corpus, centre)
    assert explanation.score == pytest.approx(found[1], abs=1e-3)


def test_copies_are_certain():
    explanation = explain("修路灯", "修 路灯！", ENCODER)

    assert (explanation.copies, explanation.score) == (True, 1.0)
    assert "The same text" in explanation.in_words()


@pytest.mark.parametrize("text", ["", " \n"])
def test_two_texts_without_a_word_are_no_copies(text):
    assert explain(text, "", ENCODER).score < 0.5


@pytest.mark.parametrize("text", ["", "\0\ud800", "路" * 100_000, "ab" * 50_000, "😀"])
def test_odd_texts_are_explained(text):
    assert 0 <= explain(text, LAMP[0], ENCODER).score <= 1


def test_the_longest_passages_come_first_and_none_within_another():
    first = "请尽快修复青松路小学门口的路灯，谢谢"
    second = "青松路小学门口的路灯坏了，请尽快修"

    assert passages(first, second, 9) == ("青松路小学门口的路灯", "请尽快修")


def test_a_passage_does_not_cut_an_english_word():
    assert passages("The crossing is dangerous", "Closing this dangerous road", 9) == ("dangerous",)


@given(TEXTS, TEXTS)
def test_a_passage_is_in_both_texts(first, second):
    one, other = (" ".join(clean(text).split()) for text in (first, second))
    assert all(passage in one and passage in other for passage in passages(first, second, 9))
