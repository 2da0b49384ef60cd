import pytest

from consult.clustering import Document, Index, encode_documents, explain, load_encoder
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.vectors import centre_of
from tests.clustering.texts import ALL, BUS, LAMP, LIFT

ENCODER = load_encoder()


def test_two_tellings_of_one_request_are_explained_by_what_they_share():
    explanation = explain(LAMP[0], LAMP[1], ENCODER)

    assert explanation.score > 0.5
    assert "路灯" in explanation.shared_words
    assert any("路灯" in passage for passage in explanation.passages)


def test_contributions_add_up_to_one():
    contributions = explain(*BUS, ENCODER).contributions

    assert set(contributions) == {"meaning", "wording", "names"}
    assert sum(contributions.values()) == pytest.approx(1, abs=0.001)


def test_a_differing_place_is_seen():
    elsewhere = Document(
        LAMP[0].title.replace("青松", "丹枫"), LAMP[0].body.replace("青松", "丹枫")
    )
    explanation = explain(LAMP[0], elsewhere, ENCODER)

    assert any("青松" in word for word in explanation.only_first)
    assert any("丹枫" in word for word in explanation.only_second)


def test_unlike_requests_score_low():
    assert explain(LAMP[0], LIFT[0], ENCODER).score < 0.1


def test_it_is_the_same_in_both_directions():
    there, back = explain(*LIFT, ENCODER), explain(*reversed(LIFT), ENCODER)

    assert there.score == pytest.approx(back.score, abs=1e-3)
    assert there.only_first == back.only_second


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
    assert explain("修路灯", "修 路灯！", ENCODER).score == 1.0


@pytest.mark.parametrize("text", ["", "\0\ud800", "路" * 100_000, "😀"])
def test_odd_texts_are_explained(text):
    assert 0 <= explain(text, LAMP[0], ENCODER).score <= 1
