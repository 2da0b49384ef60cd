"""Whatever comes in: a defined result, or a refusal of the library's own that says what to do."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consult.clustering import (
    Clusterer,
    ClusteringError,
    Document,
    EncoderUnavailable,
    HashingEncoder,
    Index,
    StaticEncoder,
    WrongConstraints,
    WrongDocuments,
    WrongSettings,
    WrongVectors,
    WrongWeights,
    digest,
    encode_documents,
    explain,
    fingerprint,
    load_encoder,
)
from consult.clustering.paths import SHIPPED
from consult.clustering.similarity import scoring
from consult.clustering.similarity.scoring import restored, shipped_weights
from consult.clustering.vectors import checked, made_by, unit

HASHING = HashingEncoder()
ENCODERS = {"hashing": HASHING, "shipped": load_encoder()}
TEXTS = ["修路灯", "路灯坏了", "bus 17"]

#: Signs of every kind: letters of many scripts, right to left, joined, private, lone, none.
SIGNS = st.one_of(
    st.characters(codec=None),
    st.sampled_from(
        "路灯坏了ab1 \t\n\0\ue000\uf8ff\ufffe\ud800\udfff\u200d\u202e\u0301😀👨‍👩‍👧ﷺİßﬁ①㎏"
    ),
    st.sampled_from("مرحباשלוםทดสอบहिन्दीΣς"),
)
TEXT = st.one_of(
    st.text(SIGNS, max_size=30),
    st.sampled_from(
        ["", " ", "!!!", "？？", "。", "\0", "\ud800", "😀", "ﷺ" * 50, "١٢٣", "\ue000"]
    ),
)
DOCUMENT = st.one_of(TEXT, st.builds(Document, TEXT, TEXT))


@pytest.mark.parametrize("name", ENCODERS)
@settings(max_examples=60, deadline=None)
@given(texts=st.lists(DOCUMENT, max_size=8))
def test_any_texts_are_grouped(name, texts):
    grouping = Clusterer(ENCODERS[name]).cluster(texts)

    members = [member for group in grouping for member in group.members]
    assert sorted(members) == list(range(len(texts)))
    assert len(grouping.labels) == len(texts)
    assert all(at in grouping.groups[label].members for at, label in enumerate(grouping.labels))
    assert all(0 <= mark <= 1 for group in grouping for mark in group.similarities)
    assert all(np.isfinite([group.cohesion, group.nearest_similarity]).all() for group in grouping)


@settings(max_examples=40, deadline=None)
@given(st.lists(DOCUMENT, max_size=6), DOCUMENT)
def test_any_text_is_searched_among_any(texts, wanted):
    index = Index()
    index.add(range(len(texts)), texts, encode_documents(HASHING, texts))
    [vector] = encode_documents(HASHING, [wanted])

    found = index.search(wanted, vector, k=3)
    assert all(0 <= match.score <= 1 for match in found)
    assert [match.score for match in found] == sorted((m.score for m in found), reverse=True)


@given(DOCUMENT)
@example("\ud83d\ude00")
def test_any_text_has_a_digest_and_a_fingerprint(text):
    assert len(digest(text)) == len(fingerprint([text])) == 32


@settings(max_examples=30, deadline=None)
@given(DOCUMENT, st.integers(1, 40))
def test_equal_texts_are_one_group_if_they_have_a_word(text, times):
    alone = not (text.text if isinstance(text, Document) else text).strip()
    grouping = Clusterer(HASHING).cluster([text] * times)

    assert len(grouping) == (times if alone else 1)


def test_signs_for_private_use_do_not_mix_up_the_words():
    """One of them stands for names while a text is cut."""
    texts = ["\ue000 bus 17 \ue000 路灯", "bus 17 路灯", "\ue000\ue000\ue000"]
    label = Clusterer(HASHING).cluster(texts).labels

    assert label[0] == label[1] != label[2]


@pytest.mark.parametrize("text", ["路" * 100_000, "ab" * 50_000, "ﷺ" * 100_000])
@pytest.mark.parametrize("name", ENCODERS)
def test_an_endless_text_is_read_as_far_as_it_says_something(text, name):
    grouping = Clusterer(ENCODERS[name]).cluster([text, f"{text}!", "修路灯"])

    assert grouping.labels[0] == grouping.labels[1] != grouping.labels[2]


@pytest.mark.parametrize(
    "wrong", [None, float("nan"), 3, b"bytes", ["a"], Document(None), Document("a", 3)]
)
def test_what_is_no_text_is_refused(wrong):
    for attempt in (
        lambda: Clusterer(HASHING).cluster(["a", wrong]),
        lambda: encode_documents(HASHING, [wrong]),
        lambda: fingerprint([wrong]),
        lambda: digest(wrong),
        lambda: explain(wrong, "a", HASHING),
        lambda: Index().add([1], [wrong], np.ones((1, 4))),
        lambda: Index().search(wrong, np.ones(4)),
    ):
        with pytest.raises(WrongDocuments, match="is no text"):
            attempt()


@pytest.mark.parametrize("wrong", ["修路灯", b"", None, 7, Document("a")])
def test_one_text_in_place_of_a_list_is_refused(wrong):
    with pytest.raises(WrongDocuments, match="give a list"):
        Clusterer(HASHING).cluster(wrong)


@pytest.mark.parametrize(
    "vectors",
    [
        np.full((3, 512), np.nan),
        np.full((3, 512), -np.inf),
        np.full((3, 512), 1e300),
        np.ones((2, 512)),
        np.ones((3, 511)),
        np.ones((3, 0)),
        np.ones((3, 512, 1)),
        np.ones(512),
        np.full((3, 512), 1j),
        [["a"] * 512] * 3,
        [[1.0], [1.0, 2.0], []],
        [None] * 3,
    ],
    ids=lambda vectors: f"{np.shape(vectors) if isinstance(vectors, np.ndarray) else 'list'}",
)
def test_vectors_that_do_not_fit_are_refused(vectors):
    with pytest.raises(WrongVectors):
        Clusterer(HASHING).cluster(TEXTS, vectors=vectors)


@pytest.mark.parametrize("kind", [np.float64, np.float16, np.int64, np.int8, bool, np.longdouble])
def test_numbers_of_any_kind_are_vectors(kind):
    vectors = np.sign(encode_documents(HASHING, TEXTS)).astype(kind)

    rows = checked(vectors, 3)
    assert rows.dtype == np.float32
    assert len(Clusterer(HASHING).cluster(TEXTS, vectors=vectors).labels) == 3


@given(
    st.lists(
        st.lists(
            st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=3, max_size=3
        ),
        max_size=4,
    )
)
@example([[3e38, 3e38, -3e38], [1e-40, 0, 0], [0, 0, 0]])
def test_a_vector_has_length_one_or_none(rows):
    lengths = np.linalg.norm(unit(np.array(rows, np.float32).reshape(-1, 3)), axis=1)

    assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))


def test_stored_vectors_of_another_model_are_refused():
    other = HashingEncoder(256)

    made_by(HASHING.fingerprint, HASHING.fingerprint)
    with pytest.raises(WrongVectors, match="encode the texts again"):
        made_by(HASHING.fingerprint, other.fingerprint)
    with pytest.raises(WrongVectors, match="expected vectors of 512 numbers, got 256"):
        Clusterer(HASHING).cluster(TEXTS, vectors=encode_documents(other, TEXTS))


@pytest.mark.parametrize("pair", [(0, 3), (-1, 0), (0, 1.5), (0,), (0, 1, 2), None, ("a", "b")])
@pytest.mark.parametrize("kind", ["must_link", "cannot_link"])
def test_pairs_of_texts_that_do_not_exist_are_refused(pair, kind):
    with pytest.raises(WrongConstraints, match=kind):
        Clusterer(HASHING).cluster(TEXTS, **{kind: [pair]})


def test_a_text_is_never_kept_apart_from_itself():
    with pytest.raises(WrongConstraints, match="itself"):
        Clusterer(HASHING).cluster(TEXTS, cannot_link=[(1, 1)])


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan"), float("inf"), "0.5", None])
def test_a_threshold_that_is_no_probability_is_refused(threshold):
    for kind in (
        lambda: Clusterer(HASHING, threshold=threshold),
        lambda: Index(threshold=threshold),
    ):
        with pytest.raises(WrongSettings, match="between 0 and 1"):
            kind()


@pytest.mark.parametrize("wrong", [{"neighbours": 1.5}, {"neighbours": "3"}, {"reach": None}])
def test_settings_of_another_kind_are_refused(wrong):
    with pytest.raises(WrongSettings, match=next(iter(wrong))):
        Clusterer(HASHING, **wrong)


@pytest.mark.parametrize("threshold", [0, 1])
def test_the_ends_of_the_scale_have_a_meaning(threshold):
    labels = Clusterer(HASHING, threshold=threshold).cluster(["修路灯", "修 路灯", "bus"]).labels

    assert labels[0] == labels[1]


def stored():
    return json.loads((SHIPPED / "similarity.json").read_text(encoding="utf-8"))


def test_the_stored_weights_are_those_in_use():
    assert restored(stored()) == shipped_weights()


def lacking(path):
    weights = stored()
    *parents, last = path
    place = weights
    for name in parents:
        place = place[name]
    del place[last]
    return weights


@pytest.mark.parametrize("path", [("whole",), ("half", "offset"), ("single", "plain", "meaning")])
def test_weights_of_another_version_are_refused(path):
    with pytest.raises(WrongWeights, match="calibrate again"):
        restored(lacking(path))


@pytest.mark.parametrize("wrong", ["much", None, float("nan"), [1]])
def test_weights_that_are_no_numbers_are_refused(wrong):
    weights = stored()
    weights["whole"]["plain"]["meaning"] = wrong

    with pytest.raises(WrongWeights):
        restored(weights)


@pytest.mark.parametrize("content", [None, b"", b"\xff{", b"[]", b'{"whole": 3}'])
def test_damaged_weights_are_explained(content, tmp_path, monkeypatch):
    path = tmp_path / "similarity.json"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(scoring, "WEIGHTS", path)

    with pytest.raises(WrongWeights):
        shipped_weights.__wrapped__()


@pytest.mark.parametrize("weights", [{}, {"whole": 1}])
def test_weights_for_some_pairs_only_are_refused(weights):
    for kind in (lambda: Clusterer(HASHING, weights=weights), lambda: Index(weights=weights)):
        with pytest.raises(WrongWeights, match="no weights for pairs of the kind"):
            kind()


@pytest.mark.parametrize(
    "vector", [np.full(4, np.nan), np.ones(3), np.ones((1, 4)), None, "x", 1.0]
)
def test_a_vector_that_does_not_fit_finds_nothing(vector):
    index = Index()
    index.add(["a"], ["修路灯"], np.ones((1, 4)))

    with pytest.raises(WrongVectors):
        index.search("修路灯", vector)


def remove(path):
    path.unlink()


def empty(path):
    path.write_bytes(b"")


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path):
    path.write_bytes(b"\xff\xfe{no such thing" * 9)


@pytest.mark.parametrize("harm", [remove, empty, cut, garble])
@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
def test_a_damaged_model_is_explained(name, harm, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    harm(folder / name)

    with pytest.raises(EncoderUnavailable, match="train-encoder"):
        StaticEncoder(folder)


@pytest.mark.parametrize("harm", [remove, empty, cut, garble])
def test_a_model_without_its_card_still_works(harm, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    harm(folder / "card.json")

    assert StaticEncoder(folder).encode(["修路灯"]).shape == (1, ENCODERS["shipped"].dimension)


def test_every_refusal_is_one_of_the_library():
    assert all(
        issubclass(kind, ClusteringError)
        for kind in (EncoderUnavailable, WrongConstraints, WrongDocuments, WrongSettings)
    )
