"""Beginnings of lines in English drafts: Article 1, Section 2., Chapter IV, Annex B."""

import re

from consult.text.marker import Mark, Marker, Number

#: stem and rank
HEADINGS = {"part": ("part", 10), "title": ("title", 20), "chapter": ("ch", 30)}
CLAUSES = {"article": "art", "clause": "art", "section": "sec"}

UNIT = re.compile(
    r"(?P<label>(?P<unit>Article|Section|Clause|Part|Title|Chapter|[A-Z]{4,7})\s+"
    r"(?:(?P<n>[0-9]{1,3})(?P<letter>[A-Z]?)|(?P<roman>[IVXLC]+))(?P<end>[.:)]?))"
    r"(?P<rest>$|\s.*|\s*[–—-].*)"
)
ANNEX = re.compile(
    r"(?P<label>(?:Annex|Appendix|Schedule|ANNEX|APPENDIX|SCHEDULE)\s+"
    r"(?:(?P<n>[0-9]{1,2})|(?P<roman>[IVX]+)|(?P<letter>[A-Z]))[.:]?)(?P<rest>$|\s.*|\s*[–—-].*)"
)
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def article_in_english(line: str) -> Marker | None:
    """Recognise an article, a section or a heading; references in a wrapped line are not."""
    found = UNIT.fullmatch(line)
    if not found or _is_sentence(found["rest"]):
        return None
    unit, rest = found["unit"].lower(), found["rest"].strip()
    number, sure = _number(found), bool(found["end"]) or not rest
    if unit in HEADINGS:
        stem, rank = HEADINGS[unit]
        return Marker(Mark.HEADING, stem, number, found["label"], rest, rank)
    if unit in CLAUSES:
        return Marker(Mark.ARTICLE, CLAUSES[unit], number, found["label"], rest, sure=sure)
    return None


def annex_in_english(line: str) -> Marker | None:
    """Recognise an annex, an appendix or a schedule."""
    found = ANNEX.fullmatch(line)
    if not found or _is_sentence(found["rest"]):
        return None
    return Marker(Mark.ANNEX, "annex", _number(found), found["label"], found["rest"].strip())


def _is_sentence(rest: str) -> bool:
    """Say whether a sentence goes on here: "Section 2 applies where …"."""
    return rest.strip()[:1].islower()


def _number(found: re.Match[str]) -> Number:
    letter = (ord(found["letter"]) - ord("A") + 1,) if found["letter"] else ()
    if found["roman"]:
        return (_roman(found["roman"]),)
    return (int(found["n"]), *letter) if found["n"] else letter


def _roman(text: str) -> int:
    each = [ROMAN[character] for character in text]
    following = [*each[1:], 0]
    return sum(-a if a < b else a for a, b in zip(each, following, strict=True))
