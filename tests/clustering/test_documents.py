import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.clustering import Document, digest, fingerprint
from consult.clustering.documents import LONGEST, as_document, clean


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("请修路灯！", "请 修 路 灯"),
        ("ＢＵＳ １７", "bus 17"),
        ("Close the bridge.", "close  the\nbridge"),
    ],
)
def test_copies_that_differ_in_signs_only_have_one_digest(first, second):
    assert digest(first) == digest(second)


@pytest.mark.parametrize(("first", "second"), [("路灯", "路灯灯"), ("???", "!!!"), ("😀", "😡")])
def test_other_texts_have_other_digests(first, second):
    assert digest(first) != digest(second)


def test_a_digest_does_not_care_where_the_title_ends():
    assert digest(Document("修路灯", "谢谢")) == digest("修路灯谢谢")


@given(st.lists(st.text(), max_size=6), st.randoms())
def test_a_fingerprint_does_not_depend_on_the_order(texts, shuffler):
    other = list(texts)
    shuffler.shuffle(other)

    assert fingerprint(texts) == fingerprint(other)


def test_a_fingerprint_sees_repeats_and_single_characters():
    assert len({fingerprint(x) for x in (["a"], ["a", "a"], ["b"], [Document("", "a")], [])}) == 5


@given(st.text(st.characters(codec=None), max_size=50))
def test_any_text_can_be_cleaned(text):
    clean(text).encode()


def test_what_lies_beyond_the_limit_is_not_read():
    assert len(clean("a" * 100_000)) == LONGEST


def test_lone_surrogates_and_nul_become_harmless():
    assert "\0" not in clean("a\0b\ud800c")
    assert digest("\ud800") != digest("")


def test_a_string_is_a_document_without_a_body():
    assert as_document("修路灯") == Document("修路灯")
    assert not Document("修路灯", " ").is_whole
