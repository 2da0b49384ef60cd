"""Encodings, where a wrong guess would turn every word into nonsense."""

import pytest

from consult.tables import FileRefused, read_table
from consult.tables.encodings import detect_encoding
from consult.text.encodings import PIECE

SENTENCE = "建议在学校门口增设斑马线和减速带"


def test_one_damaged_byte_in_a_utf8_file_is_an_error_and_not_gbk(file):
    content = f"标题\n{SENTENCE}\n".encode() + b"\xb0\xa1\n"

    with pytest.raises(FileRefused) as refusal:
        read_table(file(content))
    assert refusal.value.params == {"line": 3}


def test_bytes_that_are_no_text_are_refused_with_their_line(file):
    with pytest.raises(FileRefused, match="Line 2 is neither UTF-8 nor GBK"):
        read_table(file(b"id,body\n1,\xff\xff\xff\n"))


def test_a_character_cut_by_the_end_of_a_piece_is_no_fault(file):
    path = file("a" * (PIECE - 1) + SENTENCE)

    assert detect_encoding(path) == "utf-8"


def test_gbk_is_found_when_its_first_wide_character_is_beyond_the_first_piece(file):
    path = file("a" * (PIECE + 1) + SENTENCE, encoding="gbk")

    assert detect_encoding(path) == "gb18030"
