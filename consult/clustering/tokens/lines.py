"""Names of numbered lines, and of places in Latin script."""

import re
from collections.abc import Sequence

from consult.clustering.tokens.vocabulary import background
from consult.clustering.tokens.words import stem

#: Two signs in more than this share of ordinary messages are no city.
ORDINARY = 0.003
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
#: What a numbered line is called.
LINE_NAME = re.compile(r"\d+(?:号线|路)")
# fmt: off
_ENDINGS = frozenset(map(stem, (
    "road", "street", "lane", "avenue", "close", "terrace", "drive", "hill", "school", "academy", "hospital",
    "surgery", "park", "common", "gardens", "woods", "ground", "centre", "practice",
)))
_PLAIN = frozenset(map(stem, (
    "the", "our", "my", "this", "main", "a", "any", "every", "primary", "high", "junior", "health", "medical",
    "recreation",
)))
# fmt: on
_PARTS = frozenset(("upper", "lower", "east", "west", "north", "south", "old", "new"))


def numbered(words: Sequence[str]) -> list[tuple[str, str]]:
    """Return numbered lines and the city before each.

    >>> numbered(["双桐", "地铁", "2号线", "太", "挤"])
    [('2号线', '双桐')]
    """
    found = []
    for at, word in enumerate(words):
        if not word[:1].isdigit():
            continue
        after = words[at + 1] if at + 1 < len(words) else ""
        if LINE_NAME.fullmatch(word) or (word.isdigit() and after == "bus"):
            city = "".join(words[max(0, at - 2) : at]).removesuffix("地铁")[-2:]
            told = _HAN.fullmatch(city) and background("grams").get(city, 0) <= ORDINARY
            found.append((word, city if told else ""))
    return found


def latin(words: Sequence[str]) -> list[tuple[str, str]]:
    """Return names in Latin script, as words are cut, and which part of the place is meant.

    >>> latin(["upper", "maplewood", "road", "flood"])
    [('maplewood road', 'upper')]
    """
    found = []
    for at, word in enumerate(words):
        if word not in _ENDINGS or not at:
            continue
        head = at - 1
        while head > 0 and words[head] in _PLAIN:
            head -= 1
        if words[head].isascii() and words[head].isalpha() and words[head] not in _PLAIN:
            part = words[head - 1] if head and words[head - 1] in _PARTS else ""
            found.append((" ".join(words[head : at + 1]), part))
    return found
