"""Does a text name a place at all?"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from consult.clustering.tokens.vocabulary import background
from consult.clustering.tokens.words import KNOWN

#: What names of places, estates, roads, schools and firms end in.
# fmt: off
ENDINGS = (
    "路", "街", "大道", "小区", "花园", "苑", "城", "村", "镇", "区", "县", "市", "乡",
    "公司", "集团", "学校", "小学", "中学", "一中", "幼儿园", "医院", "广场", "公寓", "家园",
    "新村", "社区", "府", "湾", "山庄", "大厦", "学院", "大学", "驾校", "公园", "线", "站", "桥",
    "街道", "楼盘", "国际", "园", "郡", "栋",
)
# fmt: on
_ENDINGS = frozenset(ENDINGS)
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
    alone, telling, rare = _told_by(word)
    return alone or (telling and after in _REGIONS) or (rare and after in _ENDINGS)


@lru_cache(maxsize=KNOWN)
def _told_by(word: str) -> tuple[bool, bool, bool]:
    """Say whether a word is a name alone, whether it is one before a region, and whether before an ending."""
    telling = len(word) > 1 and not word.isascii()
    rare = telling and word not in background("words")
    alone = bool(_LETTERED.fullmatch(word) or _REGION.fullmatch(word))
    return alone or (rare and word.endswith(ENDINGS)), telling, rare
