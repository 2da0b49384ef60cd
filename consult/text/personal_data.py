"""Personal data inside of free text: found, shown to the author, masked for the public.

Only what has a shape is found: telephone, identity card, passport, bank card,
number plate, e-mail, WeChat, QQ and the door of a home. Names are not. Service
numbers (110, 12345, 400 …) belong to nobody and are left alone, as are numbers
of documents, dates, amounts and credit codes of organisations. So is a landline
that is introduced as a service (热线, 举报电话); any other is masked, although it
may be an office's: nobody can tell.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from consult.text.folding import Folded, fold
from consult.text.recogniser import PersonalDataKind, Recogniser
from consult.text.recognisers import MAY_BE, RECOGNISERS

#: How far back a word that explains a number is looked for.
CONTEXT = 16

__all__ = ["Finding", "PersonalDataKind", "find_personal_data", "mask"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of personal data, where it stands in the original, and what others see of it."""

    kind: PersonalDataKind
    start: int
    end: int
    text: str
    masked: str


def find_personal_data(text: str) -> list[Finding]:
    """Find all personal data of ``text`` in order; findings never overlap."""
    folded = fold(text)
    if not MAY_BE.search(folded.text):
        return []
    found: list[Finding] = []
    taken = bytearray(len(text))
    for recogniser in RECOGNISERS:
        for finding in _findings(recogniser, folded, text):
            if not any(taken[finding.start : finding.end]):
                taken[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
                found.append(finding)
    return sorted(found, key=lambda finding: finding.start)


def mask(text: str) -> str:
    """Give ``text`` as the public may see it."""
    pieces, last = [], 0
    for finding in find_personal_data(text):
        pieces += [text[last : finding.start], finding.masked]
        last = finding.end
    return "".join([*pieces, text[last:]])


def _findings(recogniser: Recogniser, folded: Folded, text: str) -> Iterator[Finding]:
    for match in recogniser.pattern.finditer(folded.text):
        compact = "".join(character for character in match["it"] if character.isalnum())
        if recogniser.proves(compact) and not _is_excused(recogniser, match):
            start, end = folded.original_span(*match.span("it"))
            masked = recogniser.mask(match["it"])
            yield Finding(recogniser.kind, start, end, text[start:end], masked)


def _is_excused(recogniser: Recogniser, match: re.Match[str]) -> bool:
    start = match.start("it")
    before = match.string[max(0, start - CONTEXT) : start]
    return recogniser.unless is not None and bool(recogniser.unless.search(before))
