"""Does a text name a place or a body? Then that decides whether two requests are the same."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from consult.clustering.tokens.vocabulary import background

#: What names of places, estates, roads, schools and firms end in.
# fmt: off
ENDINGS = (
    "路", "街", "大道", "小区", "花园", "苑", "城", "村", "镇", "区", "县", "市", "乡",
    "公司", "集团", "学校", "小学", "中学", "一中", "幼儿园", "医院", "广场", "公寓", "家园",
    "新村", "社区", "府", "湾", "山庄", "大厦", "学院", "大学", "驾校", "公园", "线", "站", "桥",
    "街道", "楼盘", "国际", "园", "郡", "栋",
)
# fmt: on
#: Lettered and numbered places, as in "a3区" and "2号线".
_LETTERED = re.compile(r"[a-z]\d*[省市区县镇乡村州路街]|\d+(?:号线|路|号|栋|期|街)")


#: Administrative places are names even where everybody uses them, as in "湖南省".
_REGION = re.compile(r"[\u4e00-\u9fff]{2,}[省市县州]")
_REGIONS = ("省", "市", "县", "州")


def names_place(words: Sequence[str]) -> bool:
    """Say whether words (as cut by :func:`~consult.clustering.tokens.words.words`) name a place.

    A name is a word that ordinary messages do not use, before or with such an ending:
    "青松 路" is one, "我们 小区" is not.
    """
    return any(_is_name(word, after) for word, after in pairwise([*words, ""]))


def _is_name(word: str, after: str) -> bool:
    if _LETTERED.fullmatch(word) or _REGION.fullmatch(word):
        return True
    if len(word) == 1 or word.isascii():
        return False
    if after in _REGIONS:
        return True
    return (after in ENDINGS or word.endswith(ENDINGS)) and word not in background("words")


#: Endings of names that stand for one spot each, by kind: where two requests each name one
#: of the same kind, they must be the same. Firms, schools and districts are left out, since one may be named
#: beside the other.
# fmt: off
SPOTS = (
    ("路", "街", "大道", "巷", "桥"),
    ("小区", "花园", "苑", "公寓", "家园", "新村", "山庄", "大厦", "广场", "郡", "里", "府", "湾"),
)
# fmt: on
#: "铁路" and "公路" are no names of roads.
RAILS = ("铁", "公", "马", "道", "网", "电")
#: How surely a road is another place than an estate; the estate may lie there.
CROSS = 0.25
#: How surely "东湖花园二期" is another place than "东湖花园".
PART = 0.75
_PHASE = re.compile(r"(?:第?[一二三四五六七八九十]+|\d+)[期区栋]")
#: A word in more than this share of ordinary messages names nothing: "我们 小区".
ORDINARY = 0.003
#: A longer text names places in passing.
LONGEST = 40


class Spot(NamedTuple):
    """A named place: its kind (see :data:`SPOTS`), its name, and the part of it."""

    kind: int
    name: str
    part: str


def spots(words: Sequence[str]) -> tuple[Spot, ...]:
    """Return the estates and roads that a title names: kind, name, part of it.

    >>> spots(["东湖", "花园", "二期", "漏水"])
    (Spot(kind=1, name='东湖花园', part='二期'),)
    """
    found = []
    if len(words) > LONGEST:
        return ()
    usual = background("words")
    for at, (word, after) in enumerate(pairwise([*words, ""])):
        kind = _SPOT_KINDS.get(after)
        name, end = word + after, at + 2
        if kind is None or len(word) == 1 or word.isascii():
            kind, name, end = _kind_of(word), word, at + 1
        if kind is None or usual.get(word, 0) > ORDINARY or name[:-1].endswith(RAILS):
            continue
        phase = words[end] if end < len(words) and _PHASE.fullmatch(words[end]) else ""
        found.append(Spot(kind, name, phase))
    return tuple(found) or _by_signs(words)


def _by_signs(words: Sequence[str]) -> tuple[Spot, ...]:
    """Find names that were cut at the wrong signs: two unusual ones before an ending.

    A name begins where a word does and ends where one does: "地产|给|小区" names no "产给小区";
    nor does an ordinary word end one: "拿|政府" is no mansion.
    """
    usual, title = background("grams"), "".join(words)
    ends = list(accumulate(map(len, words)))
    begins = {0, *ends}
    last = dict(zip(ends, words, strict=True))
    return tuple(
        Spot(_SPOT_KINDS[found["ending"]], found["head"] + found["ending"], found["phase"] or "")
        for found in _SPOT.finditer(title)
        if usual.get(found["head"], 0) <= ORDINARY
        and not found["head"].endswith(RAILS)
        and found.start() in begins
        and found.end("ending") in last
        and not _is_ordinary(last[found.end("ending")], found["ending"])
    )


def _is_ordinary(word: str, ending: str) -> bool:
    return len(word) > len(ending) and background("words").get(word, 0) > 0


@cache
def _kind_of(word: str) -> int | None:
    """Return the kind of a name in one word, as "青松路"."""
    kinds = (kind for end, kind in _SPOT_KINDS.items() if word.endswith(end))
    return next(kinds, None) if len(word) > 2 else None  # noqa: PLR2004 - characters


_SPOT_KINDS = {ending: kind for kind, endings in enumerate(SPOTS) for ending in endings}
_SPOT = re.compile(
    rf"(?P<head>[\u4e00-\u9fff]{{2}})(?P<ending>{'|'.join(_SPOT_KINDS)})(?P<phase>{_PHASE.pattern})?"
)


def differ(mine: Sequence[Spot], yours: Sequence[Spot]) -> float:
    """Say how surely two titles name different places: 0 not at all, 1 surely.

    A name may be told in full or in part, and characters may be swapped or mistaken in it.

    >>> differ(spots(["东湖", "花园"]), spots(["湖东", "花园"]))
    0.0
    >>> differ(spots(["东湖", "花园"]), spots(["南塘", "花园"]))
    1.0
    """
    least = 1.0
    compared = False
    for spot in mine:
        for other in yours:
            found = _apart(spot, other, alone=len(mine) == len(yours) == 1)
            compared = compared or found is not None
            least = min(least, 1.0 if found is None else found)
    return least if compared else 0.0


def _apart(one: Spot, other: Spot, *, alone: bool) -> float | None:
    """Say how surely two names are of different places; None if that cannot be said."""
    if _same_name(one.name, other.name):
        if one.part == other.part:
            return 0.0
        return 1.0 if one.part and other.part else PART
    if one.kind == other.kind or one.name[:2] == other.name[:2]:
        return 1.0
    return CROSS if alone else None


def _same_name(one: str, other: str) -> bool:
    if one in other or other in one or sorted(one) == sorted(other):
        return True
    ending = one[-2:] == other[-2:] and len(one) == len(other)
    return ending and sum(a != b for a, b in zip(one, other, strict=True)) == 1
