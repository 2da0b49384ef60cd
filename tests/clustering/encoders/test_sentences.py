"""`SentenceEncoder` beside a small real transformer that is built here, without the hub."""

# ruff: noqa: PLC0415 - torch takes seconds to import: only the slow tests pay for it

import shutil

import numpy as np
import pytest

from consult.clustering import EncoderUnavailable, SentenceEncoder
from tests.clustering.encoders import tiny

TEXTS = ["the street light is broken", "路灯坏了", "", "light the street"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny.build(tmp_path_factory.mktemp("model"))


@pytest.mark.slow
def test_vectors_are_those_of_the_model_at_length_one(folder):
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(folder), device="cpu").encode(TEXTS, normalize_embeddings=True)
    ours = SentenceEncoder(str(folder)).encode(TEXTS)

    assert ours.dtype == np.float32
    assert np.allclose(ours[[0, 1, 3]], theirs[[0, 1, 3]], atol=1e-6)
    assert not ours[2].any(), "an empty text has nothing to say"


@pytest.mark.slow
def test_a_prompt_stands_before_each_text(folder):
    asked = SentenceEncoder(str(folder), prompt="query: ").encode(["the street"])
    written = SentenceEncoder(str(folder)).encode(["query: the street", "the street"])

    assert np.allclose(asked[0], written[0], atol=1e-6)
    assert not np.allclose(asked[0], written[1], atol=1e-3)


@pytest.mark.slow
def test_leading_numbers_alone_have_length_one_too(folder):
    whole = SentenceEncoder(str(folder)).encode(TEXTS)
    short = SentenceEncoder(str(folder), truncate_dim=8)

    rows = short.encode(TEXTS)
    cut = whole[:, :8] / np.maximum(np.linalg.norm(whole[:, :8], axis=1, keepdims=True), 1e-12)
    assert short.dimension == 8
    assert np.allclose(rows, cut, atol=1e-5)


@pytest.mark.slow
def test_more_numbers_than_the_model_has_are_refused(folder):
    with pytest.raises(EncoderUnavailable, match="has 32 numbers, not 64"):
        SentenceEncoder(str(folder), truncate_dim=64).encode(TEXTS)


@pytest.mark.slow
def test_lengths_are_kept_where_they_are_wanted(folder):
    [row] = SentenceEncoder(str(folder), normalise=False).encode(TEXTS[:1])
    [unit] = SentenceEncoder(str(folder)).encode(TEXTS[:1])

    assert np.linalg.norm(row) > 2
    assert np.allclose(unit, row / np.linalg.norm(row), atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 3, 64])
def test_the_size_of_a_batch_changes_nothing(folder, size):
    texts = TEXTS * 5
    rows = SentenceEncoder(str(folder), batch_size=size).encode(texts)

    assert np.allclose(rows, SentenceEncoder(str(folder)).encode(texts), atol=1e-5)


@pytest.mark.slow
def test_settings_that_change_vectors_change_the_fingerprint(folder):
    plain = SentenceEncoder(str(folder))
    settings = [{"prompt": "query: "}, {"truncate_dim": 8}, {"normalise": False}]

    assert plain.fingerprint == SentenceEncoder(str(folder), batch_size=1).fingerprint
    others = {SentenceEncoder(str(folder), **setting).fingerprint for setting in settings}
    assert len(others | {plain.fingerprint}) == 4


@pytest.mark.slow
def test_a_damaged_model_is_explained(folder, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    for path in broken.glob("**/*.safetensors"):
        path.write_bytes(b"nothing")

    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        SentenceEncoder(str(broken)).encode(["light"])
