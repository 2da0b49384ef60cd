"""Attachments: what they are, and under which name they are kept."""

import zipfile
from io import BytesIO

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.text.files import HEAD, LONGEST_NAME, safe_filename, sniff

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(20)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def saved(document):
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()[:HEAD]


def archive(name):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (PDF, "草案.PDF", "application/pdf"),
        (PNG, "a.png", "image/png"),
        (JPEG, "a.jpeg", "image/jpeg"),
        ("建议，一\n".encode(), "a.txt", "text/plain"),
        ("编号,标题".encode("gbk"), "a.csv", "text/csv"),
        ("编号".encode("utf-16"), "a.txt", "text/plain"),
        (b"BMW is a car", "a.txt", "text/plain"),
        (archive("ppt/slides/1.xml"), "a.pptx", "presentation"),
        (saved(docx.Document()), "a.docx", "wordprocessingml"),
        (saved(openpyxl.Workbook()), "a.xlsx", "spreadsheetml"),
    ],
)
def test_an_allowed_file_is_told_by_its_content_and_its_name(head, name, media_type):
    assert media_type in sniff(head, name).media_type


@pytest.mark.parametrize(
    ("head", "name"),
    [
        *((b"<!DOCTYPE html><p>", "a.pdf"), (b" <html>", "a.txt"), (b"\xef\xbb\xbf<svg>", "a.csv")),
        *(
            (PDF, "a.txt"),
            (PNG, "a.jpg"),
            (PNG, "a.pdf"),
            (PDF, "a"),
            (PDF, "a.pdf.exe"),
            (b"", "a.txt"),
        ),
        *((b"MZ\x90\x00", "a.txt"), (b"<svg></svg>", "a.svg"), (archive("x"), "a.zip")),
        *((archive("x"), "a.docx"), (archive("xl/book.xml"), "a.docx"), (b"\xff\xfe\0\0", "a.txt")),
    ],
)
def test_what_is_not_allowed_or_not_what_its_name_says_is_refused(head, name):
    assert sniff(head, name) is None


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("关于公园的建议（终稿）.docx", "关于公园的建议（终稿）.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\文件\\报告 一.pdf", "报告 一.pdf"),
        ("a\0b\u202ecod.exe", "abcod.exe"),
        ("con.txt", "_con.txt"),
        ('a<b>:"c.pdf', "a_b_c.pdf"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("///", "file"),
    ],
)
def test_a_name_is_made_safe_and_chinese_stays(name, safe):
    assert safe_filename(name) == safe


@given(st.text(st.characters()))
def test_any_name_becomes_a_short_one_without_a_path(name):
    safe = safe_filename(name)

    assert 0 < len(safe) <= LONGEST_NAME
    assert not set(safe) & set('/\\:\0\n"')
    assert safe_filename(safe) == safe


def test_a_long_name_keeps_its_extension():
    assert safe_filename("长" * 300 + ".docx").endswith("长.docx")
