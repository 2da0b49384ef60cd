"""Uploaded texts."""

import pytest

from consult.text.encodings import decode_text
from consult.text.errors import DocumentUnreadable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_a_text_is_read_in_any_usual_encoding(encoding):
    assert decode_text("第一条\r\n为了\r公园".encode(encoding)) == "第一条\n为了\n公园"


@pytest.mark.parametrize(
    "content", [b"a\0b", b"\x89PNG\r\n\x1a\n\xff\xff", "ab".encode("utf-16-le")]
)
def test_what_is_no_text_is_refused(content):
    with pytest.raises(DocumentUnreadable):
        decode_text(content)
