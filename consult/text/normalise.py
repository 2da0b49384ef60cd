"""Text as it is kept: without what cannot be seen, and with blanks where a reader needs them."""

import re
import unicodedata

#: Marks that turn the direction of writing, or are no wider than nothing: they
#: hide words from readers and searches. Joiners (U+200C, U+200D) stay, for emoji.
INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\ufff9-\uffff"
UNWANTED = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff{INVISIBLE}]")
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
BLANKS = re.compile(r"[^\S\n]+")
EMPTY_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Drop control characters, NUL, halves of characters and invisible marks; compose accents."""
    return unicodedata.normalize("NFC", UNWANTED.sub("", LINE_ENDS.sub("\n", text)))


def tidy(text: str) -> str:
    """Trim every line and join runs of blanks; one empty line between paragraphs is kept.

    Texts that look the same become the same, so that a text sent twice is recognised.
    """
    lines = (BLANKS.sub(" ", line).strip() for line in clean(text).split("\n"))
    return EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def tidy_line(text: str) -> str:
    """Tidy what has to fit on one line, such as a title."""
    return " ".join(clean(text).split())


def clip(text: str, length: int) -> str:
    """Shorten ``text`` to at most ``length`` characters, with … where something is missing."""
    if len(text) <= length:
        return text
    kept = text[: max(length - 1, 0)]
    while kept and _belongs_to_the_one_before(text[len(kept)]):
        kept = kept[:-1]
    return (kept.rstrip() + "…")[:length]


def _belongs_to_the_one_before(character: str) -> bool:
    return bool(unicodedata.combining(character)) or character in "\u200d\ufe0f"
