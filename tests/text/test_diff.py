"""From one wording to the next."""

from hypothesis import given
from hypothesis import strategies as st

from consult.text.diff import MOST_WORDS, Change, ChangeKind, word_diff


def test_words_are_compared_and_not_characters():
    assert word_diff("可以在三十日内提出意见。", "应当在六十日内提出意见。") == [
        Change(ChangeKind.DELETE, "可以"),
        Change(ChangeKind.INSERT, "应当"),
        Change(ChangeKind.EQUAL, "在"),
        Change(ChangeKind.DELETE, "三十日"),
        Change(ChangeKind.INSERT, "六十日"),
        Change(ChangeKind.EQUAL, "内提出意见。"),
    ]


def test_equal_texts_have_no_change():
    assert word_diff("公开。", "公开。") == [Change(ChangeKind.EQUAL, "公开。")]
    assert word_diff("", "") == []


TEXTS = st.text("公开征求意见。the draft \n12", max_size=60)


@given(TEXTS, TEXTS)
def test_both_wordings_can_be_read_back(before, after):
    changes = word_diff(before, after)

    assert "".join(c.text for c in changes if c.kind != ChangeKind.INSERT) == before
    assert "".join(c.text for c in changes if c.kind != ChangeKind.DELETE) == after


def test_long_texts_are_compared_by_sentences():
    same = "公民可以提出意见。" * MOST_WORDS

    assert word_diff(same + "附则", same + "附件") == [
        Change(ChangeKind.EQUAL, same),
        Change(ChangeKind.DELETE, "附则"),
        Change(ChangeKind.INSERT, "附件"),
    ]
