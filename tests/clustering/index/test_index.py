import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.clustering import (
    Clusterer,
    Document,
    Index,
    WrongVectors,
    encode_documents,
    load_encoder,
)
from consult.clustering.index import index as module
from tests.clustering.texts import ALL, BUS, LAMP, LIFT

ENCODER = load_encoder()
NAMES = ["路灯", "电梯", "井盖", "护栏", "信号灯", "水管", "监控"]


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


def test_copies_are_told_in_the_order_of_their_arrival_and_as_few_as_wanted(index):
    copies = [Document(f"{LAMP[0].title}！！", LAMP[0].body)] * 3
    index.add(["x", "y", "z"], copies, encode_documents(ENCODER, copies))
    [vector] = encode_documents(ENCODER, [LAMP[0]])

    assert [match.id for match in index.search(LAMP[0], vector, 4)] == [0, "x", "y", "z"]
    assert [match.score for match in index.search(LAMP[0], vector, 4)] == [1.0] * 4
    near = index.search(LAMP[0], vector, 9, copies=1)
    assert [match.id for match in near[:2]] != [0, "x"]


def test_copies_change_no_score(index):
    before = {match.id: match.odds for match in ask(index, LAMP[1], k=50)}
    copies = [LAMP[0]] * 300
    index.add(range(100, 400), copies, encode_documents(ENCODER, copies))

    after = {match.id: match.odds for match in ask(index, LAMP[1], k=500)}
    assert after[0] == after[399]
    assert {key: after[key] for key in before} == before


def test_the_first_of_copies_may_go(index):
    index.add(["copy"], [LAMP[0]], encode_documents(ENCODER, [LAMP[0]]))
    index.remove(0)

    assert ask(index, LAMP[0], k=1)[0].id == "copy"
    index.remove("copy")
    assert ask(index, LAMP[0], k=1)[0].score < 1


def test_texts_without_a_word_are_copies_of_nothing(index):
    index.add(["x", "y"], ["", " "], np.zeros((2, ENCODER.dimension)))

    assert {"x", "y"} <= set(index)
    assert ask(index, "") == []


def test_the_last_of_an_id_given_twice_counts(index):
    index.add(["x", "x"], [BUS[0], LIFT[1]], encode_documents(ENCODER, [BUS[0], LIFT[1]]))

    assert len(index) == len(ALL) + 1
    assert "x" in {match.id for match in ask(index, LIFT[1], k=2)}
    assert "x" not in {match.id for match in ask(index, BUS[0], k=50) if match.score == 1.0}


def test_what_was_removed_leaves_no_trace_in_the_scores(monkeypatch):
    monkeypatch.setattr(module, "IDLE", 20)
    fresh, used = filled(ALL), filled(ALL)
    strangers = [Document(f"第{n}号楼的路灯", f"{n}号楼门口的路灯坏了。") for n in range(900)]
    vectors = encode_documents(ENCODER, strangers)
    used.add(range(100, 1000), strangers, vectors)
    for key in range(100, 1000):
        used.remove(key)

    assert set(used) == set(fresh)
    for text in ALL:
        for one, other in zip(ask(fresh, text, k=50), ask(used, text, k=50), strict=False):
            assert (one.id, one.odds) == (other.id, pytest.approx(other.odds, abs=0.02))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-1, len(ALL) - 1)), max_size=30))
def test_it_holds_what_was_entered_last_and_was_not_removed(steps):
    index, wanted = Index(), {}
    vectors = encode_documents(ENCODER, ALL)
    for key, at in steps:
        if at < 0:
            index.remove(key)
            wanted.pop(key, None)
        else:
            index.add([key], [ALL[at]], vectors[at : at + 1])
            wanted[key] = at

    assert (set(index), len(index)) == (set(wanted), len(wanted))
    for at in set(wanted.values()):
        copies = {m.id for m in index.search(ALL[at], vectors[at], 9) if m.score == 1.0}
        assert copies == {key for key, other in wanted.items() if other == at}


def test_what_is_near_is_found_without_reading_all():
    texts = [Document(f"{a}路{b}号的{c}坏了") for a in "东西南北" for b in range(40) for c in NAMES]
    index = filled(texts)
    for at in range(0, len(texts), 331):
        [vector] = encode_documents(ENCODER, [texts[at]])
        near = index.search(texts[at], vector, 1)
        assert near == index.search(texts[at], vector, 1, exact=True)


def test_an_explanation_has_the_score_of_the_search(index):
    found = {match.id: match.score for match in ask(index, LAMP[0], k=50)}

    for key, score in found.items():
        told = index.explain(LAMP[0], ALL[key], ENCODER)
        assert told.score == pytest.approx(score, abs=0.005)
    assert Index().explain(LAMP[0], LAMP[1], ENCODER).score > 0.5
