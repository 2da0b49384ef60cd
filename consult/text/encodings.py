"""Which encoding a text is in: Chinese offices send UTF-8 and GBK, seldom with a note."""

import codecs
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from consult.text.errors import DocumentUnreadable
from consult.text.marks import N_

PIECE = 1 << 20

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

#: So many characters beyond ASCII are never valid UTF-8 by accident: such a file
#: is damaged UTF-8, and reading it as GBK would give nonsense without an error.
TOO_MANY_FOR_CHANCE = 12


@dataclass(frozen=True, slots=True)
class Fault:
    """Where decoding stopped, and how many characters beyond ASCII went well before."""

    line: int
    wide: int


def decode_text(content: bytes) -> str:
    r"""Decode an uploaded text, with ``\n`` at the end of its lines.

    :raises DocumentUnreadable: if it is in no known encoding, or no text at all.
    """
    text = content.decode(detect_encoding(BytesIO(content)))
    if "\0" in text:
        raise DocumentUnreadable(N_("This is not a text file."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def detect_encoding(stream: IO[bytes]) -> str:
    """Name the encoding of all that ``stream`` holds, having read it piece by piece.

    :raises DocumentUnreadable: if it is neither UTF-8, UTF-16 with a mark nor GB18030 (GBK).
    """
    head = stream.read(4)
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            _require(first_fault(stream, encoding))
            return encoding
    in_utf8 = first_fault(stream, "utf-8")
    if in_utf8 is None:
        return "utf-8"
    if in_utf8.wide >= TOO_MANY_FOR_CHANCE:
        _require(in_utf8)
    _require(first_fault(stream, "gb18030"))
    return "gb18030"


def first_fault(stream: IO[bytes], encoding: str) -> Fault | None:
    """Find the first place that is not valid in ``encoding``."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, wide = 1, 0
    stream.seek(0)
    while True:
        piece = stream.read(PIECE)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            text = error.object[: error.start].decode(encoding, errors="ignore")
            return Fault(line + text.count("\n"), wide + _wide(text))
        line, wide = line + text.count("\n"), wide + _wide(text)
        if not piece:
            return None


def _wide(text: str) -> int:
    return len(text) - len(text.encode("ascii", errors="ignore"))


def _require(fault: Fault | None) -> None:
    if fault:
        raise DocumentUnreadable(
            N_(
                "Line %(line)d is neither UTF-8 nor GBK text. Save the file as UTF-8 and try again."
            ),
            line=fault.line,
        )
