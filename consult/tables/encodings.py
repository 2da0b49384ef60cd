"""Which encoding a text file is in: Chinese offices send UTF-8 and GBK, seldom with a note."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from consult.tables.errors import FileRefused
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


def detect_encoding(path: Path) -> str:
    """Name the encoding of the file, having read all of it piece by piece.

    :raises FileRefused: if it is neither UTF-8, UTF-16 with a mark nor GB18030 (GBK, GB2312).
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            _require(first_fault(path, encoding))
            return encoding
    in_utf8 = first_fault(path, "utf-8")
    if in_utf8 is None:
        return "utf-8"
    if in_utf8.wide >= TOO_MANY_FOR_CHANCE:
        _require(in_utf8)
    _require(first_fault(path, "gb18030"))
    return "gb18030"


def first_fault(path: Path, encoding: str) -> Fault | None:
    """Find the first place that is not valid in ``encoding``."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, wide = 1, 0
    with path.open("rb") as stream:
        while True:
            piece = stream.read(PIECE)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                text = _sound_part(error, encoding)
                return Fault(line + text.count("\n"), wide + _wide(text))
            line, wide = line + text.count("\n"), wide + _wide(text)
            if not piece:
                return None


def _sound_part(error: UnicodeDecodeError, encoding: str) -> str:
    return error.object[: error.start].decode(encoding, errors="ignore")


def _wide(text: str) -> int:
    return len(text) - len(text.encode("ascii", errors="ignore"))


def _require(fault: Fault | None) -> None:
    if fault:
        raise FileRefused(
            N_(
                "Line %(line)d is neither UTF-8 nor GBK text."
                " Save the file as “CSV UTF-8” and try again."
            ),
            line=fault.line,
        )
