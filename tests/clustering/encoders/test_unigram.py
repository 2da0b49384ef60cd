"""The small reader of tokenizers, beside `tokenizers` itself."""

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from consult.clustering import StaticEncoder, load_encoder
from consult.clustering.encoders.static import FEW
from consult.clustering.encoders.unigram import Unigram
from consult.clustering.encoders.weights import Words
from consult.clustering.paths import SHIPPED

PIECES = SHIPPED / "tokenizer.json"
SMALL, LARGE = Unigram.read(PIECES), Tokenizer.from_file(str(PIECES))
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF))
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.one_of(HAN, ANYTHING, st.text("the buslane ，。2４ＡＢ的路灯坏了☃"))).map("".join)
)
def test_pieces_are_those_of_tokenizers(text):
    assert SMALL.ids(text) == LARGE.encode(text, add_special_tokens=False).ids


def test_words_of_the_tongue_are_cut_alike():
    chance = random.Random(5)
    words = [piece for piece, _ in json.loads(PIECES.read_text())["model"]["vocab"]]
    texts = ["".join(chance.choices(words, k=20)) for _ in range(300)]

    assert [SMALL.ids(text) for text in texts] == [
        found.ids for found in LARGE.encode_batch(texts, add_special_tokens=False)
    ]


def test_few_and_many_texts_get_the_same_vectors():
    texts = ["青松路路灯坏了", "The bus does not run.", "", "混合 mixed 123 😀\ud800", "长" * 5000]
    few = StaticEncoder(SHIPPED)
    many = StaticEncoder(SHIPPED).encode(texts * FEW)[: len(texts)]

    assert np.array_equal(few.encode(texts), many)
    assert "_tokenizer" not in vars(few), "the tree of 78 MB was built for five short texts"


def test_a_tokenizer_of_another_kind_is_left_to_tokenizers(tmp_path):
    others = json.loads(PIECES.read_text())
    others["model"] = {"type": "WordLevel", "vocab": {"路灯": 0}, "unk_token": "路灯"}
    (tmp_path / "tokenizer.json").write_text(json.dumps(others))

    assert Unigram.read(tmp_path / "tokenizer.json") is None


@pytest.mark.parametrize("kind", [np.float32, np.float16, np.int8])
def test_rows_are_read_where_they_lie_whatever_their_kind(tmp_path, kind):
    table = np.arange(12).reshape(4, 3).astype(kind)
    scales = np.array([1, 2, 0.5, 3, 1], np.float32)
    mapping = np.array([3, 0, 1, 2, 0])
    save_file({"embeddings": table, "weights": scales, "mapping": mapping}, tmp_path / "w")

    words = Words(tmp_path / "w")

    assert (len(words), words.dimension) == (5, 3)
    expected = table[[3, 0]].astype(np.float32) * [[1], [1]]
    assert np.array_equal(words[[0, 4]], expected)


def test_the_shipped_weights_are_not_copied_into_the_process():
    table = load_encoder()._words._table

    assert not table.flags.owndata
    assert not table.flags.writeable
