import threading

import numpy as np
import pytest

from consult.clustering import (
    Clusterer,
    Document,
    Index,
    WrongVectors,
    encode_documents,
    load_encoder,
)
from tests.clustering.texts import ALL, BUS, LAMP, LIFT

ENCODER = load_encoder()


def filled(documents):
    index = Index()
    index.add(range(len(documents)), documents, encode_documents(ENCODER, documents))
    return index


def ask(index, document, k=5):
    [vector] = encode_documents(ENCODER, [document])
    return index.search(document, vector, k)


@pytest.fixture
def index():
    return filled(ALL)


def test_a_title_alone_finds_the_same_request(index):
    found = ask(index, Document("青松路的路灯什么时候能修好"), k=3)

    assert {ALL[match.id] for match in found} == set(LAMP)


def test_a_match_names_the_words_that_are_shared(index):
    best = ask(index, Document("银杏苑加装电梯"))[0]

    assert ALL[best.id] in LIFT
    assert "电梯" in best.shared_words


def test_english_is_found_too(index):
    assert ALL[ask(index, Document("Bus 17 on Sundays"))[0].id] in BUS


def test_the_best_comes_first(index):
    scores = [match.score for match in ask(index, LAMP[1], k=12)]

    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_copy_is_certain(index):
    best = ask(index, Document("青松路，晚上一片漆黑！", LAMP[2].body))[0]

    assert (ALL[best.id], best.score) == (LAMP[2], 1.0)


def test_a_new_text_is_placed_with_its_mates_or_nowhere(index):
    mate = Document("青松路路灯全坏", "青松路小学到菜场的路灯不亮，请维修。")
    stranger = Document("图书馆应该开放自习室", "图书馆的自习座位太少。")
    vectors = encode_documents(ENCODER, [mate, stranger])

    assert ALL[index.place(mate, vectors[0]).id] in LAMP
    assert index.place(stranger, vectors[1]) is None


def test_what_is_removed_is_not_found(index):
    index.remove(0)
    index.remove("never there")

    assert len(index) == len(ALL) - 1
    assert 0 not in index
    assert 0 not in {match.id for match in ask(index, LAMP[0], k=50)}


def test_adding_an_id_again_replaces_it(index):
    index.add([0], [LIFT[0]], encode_documents(ENCODER, [LIFT[0]]))

    assert len(index) == len(ALL)
    assert ask(index, LIFT[0], k=1)[0].score == 1.0
    assert 0 in {match.id for match in ask(index, LIFT[0], k=2)}


def test_an_empty_index_finds_nothing():
    assert ask(Index(), LAMP[0]) == []
    assert Index().place("", np.zeros(ENCODER.dimension)) is None


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "😀", "路" * 100_000, "!!!"])
def test_odd_questions_are_answered(index, text):
    assert isinstance(ask(index, text), list)


def test_vectors_of_another_model_are_refused(index):
    with pytest.raises(WrongVectors, match="encode the texts again"):
        index.add(["x"], ["路灯"], np.ones((1, 3)))
    with pytest.raises(WrongVectors, match="not 3"):
        index.search("路灯", np.ones(3))
    assert "x" not in index


def test_ids_and_documents_must_go_together(index):
    with pytest.raises(ValueError, match="2 ids"):
        index.add(["x", "y"], ["路灯"], np.ones((1, 3)))


def test_it_scores_like_the_clusterer(index):
    grouping = Clusterer(ENCODER).cluster(ALL)
    for group in grouping:
        for member in group.members:
            near = [m.id for m in ask(index, ALL[member], k=9) if m.id != member and m.score >= 0.5]
            assert set(near) <= set(group.members)


def test_searches_go_on_during_an_addition(index):
    more = [Document(f"第{n}号楼漏水", f"{n}号楼屋顶漏水，请物业维修。") for n in range(400)]
    vectors = encode_documents(ENCODER, more)
    adding = threading.Thread(target=index.add, args=(range(100, 500), more, vectors))
    adding.start()
    found = [ask(index, LAMP[0], k=1)[0].id for _ in range(20)]
    adding.join()

    assert set(found) == {0}
    assert len(index) == len(ALL) + 400
