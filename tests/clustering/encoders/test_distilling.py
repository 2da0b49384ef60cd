import numpy as np

from consult.clustering import HashingEncoder
from consult.clustering.training.distilling import principal, taught, zipf
from consult.clustering.training.vocabulary import build_tokenizer, count_words


class Teacher:
    """Knows that two words mean the same."""

    name = "teacher"

    def encode(self, texts):
        return HashingEncoder(64).encode(["lamp" if text == "light" else text for text in texts])


def model():
    tokenizer = build_tokenizer(count_words(["路灯 坏了 lamp broken", "路灯 lamp"] * 3), 60)
    size = tokenizer.get_vocab_size()
    return tokenizer, np.random.default_rng(0).normal(size=(size, 16)).astype(np.float32)


def vector(tokenizer, weight, text):
    row = weight[tokenizer.encode(text).ids].mean(axis=0)
    return row / np.linalg.norm(row)


def test_words_that_the_teacher_knows_to_be_alike_become_alike_and_new_ones_are_added():
    tokenizer, weight = taught(*model(), Teacher(), ["light", "lamp", "meadow", "river"])

    lamp, light, river = (vector(tokenizer, weight, word) for word in ("lamp", "light", "river"))
    assert len(weight) == tokenizer.get_vocab_size()
    assert tokenizer.encode("light").tokens == ["light"]
    assert lamp @ light > 0.99
    assert lamp @ river < 0.9


def test_other_rows_stay():
    before, weight = model()
    tokenizer, after = taught(before, weight.copy(), Teacher(), ["light"])
    [here] = before.encode("路灯").ids

    assert tokenizer.encode("路灯").ids == [here]
    assert np.array_equal(after[here], weight[here])


def test_a_teacher_of_few_numbers_leaves_the_rest_empty():
    rows = np.eye(4, 3, dtype=np.float32)

    assert principal(rows, 5).shape == (4, 5)
    assert not principal(rows, 5)[:, 3:].any()


def test_shares_fall_and_add_up():
    assert np.isclose(zipf(100).sum(), 1)
    assert np.all(np.diff(zipf(100)) < 0)
