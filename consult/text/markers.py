"""What the beginning of a line says about it: an article, a heading, a numbered paragraph."""

import re
from collections.abc import Callable

from consult.text.english_markers import annex_in_english, article_in_english
from consult.text.marker import Mark, Marker, Number
from consult.text.numerals import HAN_NUMERALS, NUMERALS, parse_number

#: stem and rank of 编, 分编, 章, 节
HEADINGS = {"编": ("part", 10), "分编": ("subpart", 20), "章": ("ch", 30), "节": ("sec", 40)}

#: Characters that follow a number where it is a reference inside of a sentence: 第五条规定的…
REFERENCE = "(?![规第的所中、，。；和至或与及以款项之等])"

_N = rf"(?P<n>[{NUMERALS}]+)"
_HAN = rf"(?P<n>[{HAN_NUMERALS}]+)"

ARTICLE = re.compile(
    rf"(?P<label>第\s*{_N}\s*条(?:\s*之\s*(?P<sub>[{NUMERALS}]+))?)"
    rf"(?:(?P<gap>[\s:：]+|$)|(?=[【［\[（(])|{REFERENCE})(?P<rest>.*)"
)
HEADING = re.compile(
    rf"(?P<label>第\s*{_N}\s*(?P<unit>分编|编|章|节))(?:[\s:：]+|$|{REFERENCE})(?P<rest>[^。；]{{0,60}})"
)
ANNEX = re.compile(
    rf"(?P<label>附\s*[件表录]\s*(?P<n>[{NUMERALS}]*)(?=\s|[:：]|$)[:：]?|附(?=[:：]|$)[:：]?)(?P<rest>.*)"
)
#: with their rank: 一、 above （一） above 1. above 1.1
PARAGRAPHS = (
    (10, re.compile(rf"(?P<label>{_HAN}[、．.])(?P<rest>.*)")),
    (20, re.compile(rf"(?P<label>[（(]{_HAN}[)）])(?P<rest>.*)")),
    (30, re.compile(r"(?P<label>(?P<n>\d{1,3})(?:[、．]|[.)](?=\s)))(?P<rest>.*)")),
    (30, re.compile(r"(?P<label>(?P<n>\d{1,3}(?:\.\d{1,3}){1,3})\.?)(?=\s)(?P<rest>.*)")),
)
ARABIC_RANK = 30


def read_marker(line: str) -> Marker | None:
    """Recognise how a stripped line begins, or say that it is just text."""
    readers: tuple[Callable[[str], Marker | None], ...] = (
        *(_article, _heading, _annex, _paragraph),
        *(article_in_english, annex_in_english),
    )
    return next((marker for read in readers if (marker := read(line))), None)


def _article(line: str) -> Marker | None:
    found = ARTICLE.fullmatch(line)
    if not found or not (number := _numbers(found["n"], found["sub"])):
        return None
    rest = found["rest"].strip()
    sure = found["gap"] is not None or rest.startswith(("【", "［", "[", "（", "("))
    return Marker(Mark.ARTICLE, "art", number, found["label"], rest, sure=sure)


def _heading(line: str) -> Marker | None:
    found = HEADING.fullmatch(line)
    if not found or not (number := _numbers(found["n"])):
        return None
    stem, rank = HEADINGS[found["unit"]]
    return Marker(Mark.HEADING, stem, number, found["label"], _closed_up(found["rest"]), rank)


def _closed_up(words: str) -> str:
    """Write 附　则 without the blank that makes it look as wide as its neighbours."""
    parts = words.split()
    return "".join(parts) if all(len(part) == 1 for part in parts) else words.strip()


def _annex(line: str) -> Marker | None:
    if not (found := ANNEX.fullmatch(line)):
        return None
    number = _numbers(found["n"])
    return Marker(Mark.ANNEX, "annex", number, found["label"], found["rest"].strip())


def _paragraph(line: str) -> Marker | None:
    for rank, pattern in PARAGRAPHS:
        found = pattern.fullmatch(line)
        if found and (number := _numbers(*found["n"].split("."))):
            deep, rest = rank + len(number) - 1, found["rest"].strip()
            sure = rank < ARABIC_RANK
            return Marker(Mark.PARAGRAPH, "para", number, found["label"], rest, deep, sure)
    return None


def _numbers(*texts: str | None) -> Number:
    try:
        return tuple(parse_number(text) for text in texts if text)
    except ValueError:
        return ()
