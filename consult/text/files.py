"""Which files may be attached, told by their content and not only by their name."""

import re
from dataclasses import dataclass

import filetype

from consult.text.normalise import clean

#: Enough for every signature, and for the first names inside of an Office file.
HEAD = 8192

LONGEST_NAME = 120
UNSAFE = re.compile(r'[\\/:*?"<>|%\x00-\x1f]+')
RESERVED = re.compile(r"(?i:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")

OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file: its extension without the dot, and its media type."""

    extension: str
    media_type: str
    is_text: bool = False


TYPES = {
    "pdf": FileType("pdf", "application/pdf"),
    "docx": FileType("docx", f"{OFFICE}.wordprocessingml.document"),
    "xlsx": FileType("xlsx", f"{OFFICE}.spreadsheetml.sheet"),
    "pptx": FileType("pptx", f"{OFFICE}.presentationml.presentation"),
    "png": FileType("png", "image/png"),
    "jpg": FileType("jpg", "image/jpeg"),
    "txt": FileType("txt", "text/plain", is_text=True),
    "csv": FileType("csv", "text/csv", is_text=True),
}
TYPES["jpeg"] = TYPES["jpg"]

#: The folder that each kind of Office file has inside; they are all ZIP archives.
PARTS = {"docx": b"word/", "xlsx": b"xl/", "pptx": b"ppt/"}
NO_TEXT = re.compile(
    rb"\s*<(!doctype|html|head|body|script|svg|\?xml|iframe|!--)|%PDF|\{\\rtf", re.IGNORECASE
)
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(head: bytes, filename: str) -> FileType | None:
    """Name the kind of file that begins with ``head`` (:data:`HEAD` bytes or all).

    ``None`` if it may not be attached, or is not what its name says.
    """
    expected = TYPES.get(filename.rpartition(".")[2].lower()) if "." in filename else None
    if expected is None or not head:
        return None
    fits = _is_plain(head) if expected.is_text else _is_of(expected.extension, head)
    return expected if fits else None


def safe_filename(name: str) -> str:
    """Make a name that no system takes for a path or a device; Chinese stays.

    The extension is kept when a long name is cut.
    """
    base = re.split(r"[\\/]", clean(name))[-1]
    plain = UNSAFE.sub("_", " ".join(base.split())).strip(". _")
    stem, dot, extension = plain.rpartition(".")
    if not dot:
        stem, extension = plain, ""
    if RESERVED.match(stem or plain):
        stem = f"_{stem}"
    kept = f"{stem[: LONGEST_NAME - len(extension) - 1]}{dot}{extension}"
    return kept[-LONGEST_NAME:] or "file"


def _is_of(extension: str, head: bytes) -> bool:
    if extension in PARTS:
        return head.startswith(b"PK\x03\x04") and PARTS[extension] in head
    guess = filetype.guess(head)
    return guess is not None and str(guess.extension) == extension


def _is_plain(head: bytes) -> bool:
    """Say whether it can be text: no markup, no PDF, no control characters."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    return not NO_TEXT.match(head.removeprefix(b"\xef\xbb\xbf")) and not CONTROLS.search(head)
