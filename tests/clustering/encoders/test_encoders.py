import json
import shutil

import numpy as np
import pytest

from consult.clustering import (
    Document,
    Encoder,
    EncoderUnavailable,
    HashingEncoder,
    SentenceEncoder,
    StaticEncoder,
    encode_documents,
    load_encoder,
)
from consult.clustering.encoders.loading import SHIPPED

ODD = ["", " ", "\0", "\ud800", "😀😀", "路" * 100_000, "a" * 100_000, "مرحبا", "!!!"]


@pytest.fixture(scope="module", params=["hashing", "shipped"])
def encoder(request):
    return load_encoder(request.param)


def test_it_is_an_encoder(encoder):
    assert isinstance(encoder, Encoder)
    assert encoder.name
    assert encoder.version
    assert encoder.fingerprint


def test_any_text_gives_a_vector_of_length_one_or_nothing(encoder):
    vectors = encoder.encode(ODD)

    assert vectors.dtype == np.float32
    assert vectors.shape == (len(ODD), encoder.dimension)
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))


def test_no_text_gives_no_vector(encoder):
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encode_documents(encoder, []).shape == (0, encoder.dimension)


def test_a_text_has_the_same_vector_in_any_company(encoder):
    alone = encoder.encode(["青松路路灯坏了"])[0]
    among = encoder.encode(["别的", "青松路路灯坏了", "street light"])[1]

    assert np.array_equal(alone, among)


def test_a_document_lies_between_its_title_and_its_body(encoder):
    [both] = encode_documents(encoder, [Document("路灯", "电梯补贴")])
    title, body = encoder.encode(["路灯", "电梯补贴"])

    assert both @ title == pytest.approx(both @ body, abs=1e-5)


def test_the_shipped_model_knows_what_belongs_together():
    wages, pay, lamp = load_encoder().encode(
        ["农民工工资被拖欠", "包工头不给打工人发钱", "路灯不亮"]
    )

    assert wages @ pay > wages @ lamp + 0.1


def test_a_missing_folder_is_explained(tmp_path):
    with pytest.raises(EncoderUnavailable, match="train-encoder"):
        StaticEncoder(tmp_path / "nowhere")


def test_a_damaged_model_is_explained(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    (folder / "model.safetensors").write_bytes(b"not a model")

    with pytest.raises(EncoderUnavailable, match="No model can be read"):
        load_encoder(str(folder))


def test_a_model_whose_parts_do_not_fit_is_explained(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["model"]["vocab"].append(["新词", -9.0])
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))

    with pytest.raises(EncoderUnavailable, match="do not belong together"):
        load_encoder(str(folder))


def test_a_name_that_the_hub_does_not_know_is_explained(tmp_path):
    encoder = SentenceEncoder(str(tmp_path / "nowhere"), local_only=True)

    with pytest.raises(EncoderUnavailable, match="Check the name"):
        encoder.encode(["路灯"])


def test_an_unused_model_costs_nothing():
    assert load_encoder("BAAI/bge-small-zh-v1.5").name == "BAAI/bge-small-zh-v1.5"


def test_another_dimension_is_another_encoder():
    assert HashingEncoder(256).fingerprint != HashingEncoder(512).fingerprint


@pytest.mark.slow
def test_sentence_transformers_gives_the_same_vectors():
    texts = ["青松路路灯坏了", "The bus does not run.", "", "混合 mixed 文本 123 😀", "长" * 5000]
    theirs = SentenceEncoder(str(SHIPPED)).encode(texts)

    assert np.allclose(theirs, StaticEncoder(SHIPPED).encode(texts), atol=1e-6)
