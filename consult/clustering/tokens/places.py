"""Does a text name a place or a body? Then that decides whether two requests are the same."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from consult.clustering.tokens.lines import LINE_NAME, latin, numbered
from consult.clustering.tokens.vocabulary import background

#: Endings of names that stand for one spot each, by kind, the most exact kind first: where two requests
#: each name one of the same kind, they must be the same.
# fmt: off
SPOTS = (
    ("小区", "花园", "苑", "公寓", "家园", "新村", "山庄", "大厦", "广场", "郡", "里", "府", "湾",
     "华庭", "豪庭", "公馆", "佳苑", "雅苑", "名苑", "嘉苑", "华苑", "佳园", "嘉园", "名府", "华府", "名都", "佳郡"),
    ("小学", "中学", "学校", "幼儿园", "学院", "大学"),
    ("医院", "卫生院", "保健院", "卫生服务中心"),
    ("公园", "植物园", "市场", "早市", "菜场"),
    ("水库", "河", "渠", "涌", "港"),
    ("物流公司", "建筑公司", "纺织公司", "食品公司", "制药公司", "科技公司", "电子厂", "化工厂", "家具厂", "机械厂",
     "厂", "酒店"),
    ("路", "街", "大道", "巷", "桥"),
    ("新城", "城"),
    ("村", "寨", "庄", "坝", "屯", "铺"),
    ("镇", "乡", "街道", "开发区"),
    ("区", "县"),
)
# fmt: on
#: What ends like a name and is none.
_NO_NAME = re.compile(
    r"(?:[铁公马道网电修]路|政府|绕城|[社片城园地山景全]区|全县|[商店]铺|上街|[通过]道|[泥土]巴?路|快速路|[几多公]里|哪所学校|[到去]公园|活动区)$"
)
#: How surely a road is another place than an estate; the estate may lie there.
CROSS = 1 / 12
#: How surely names of two kinds that are much alike differ: an estate and one called a town; a town and
#: a district, in which it may lie.
ALIKE = {(0, 7): 0.25, (9, 10): 0.4}
#: How surely places differ that share one name, which may be none, and have another each.
BESIDE = 0.5
#: How surely "东湖花园二期" is another place than "东湖花园".
PART = 1 / 12
_PHASE = re.compile(
    r"(?:第?[一二三四五六七八九十]+|\d+)[期区栋组]|[东西南北新本]?(?:院区|校区|院|厂|部|区)"
)
#: A word in more than this share of ordinary messages names nothing: "我们 小区".
ORDINARY = 0.003
#: A word in no more than this share may be part of a name: "湾区" in "丰湾区".
SELDOM = 0.0005
#: A longer text names places in passing.
LONGEST = 40


class Spot(NamedTuple):
    """A named place: its kind (see :data:`SPOTS`), its name, and the part of it."""

    kind: int
    name: str
    part: str


def spots(words: Sequence[str]) -> tuple[Spot, ...]:
    """Return the places that a title names: kind, name, part of it.

    >>> spots(["东湖", "花园", "二期", "漏水"])
    (Spot(kind=0, name='东湖花园', part='二期'),)
    """
    if len(words) > LONGEST:
        return ()
    usual = background("words")
    found = _by_signs(words)
    start = 0
    for at, (word, after) in enumerate(pairwise([*words, ""])):
        kind = _SPOT_KINDS.get(after)
        name, end = word + after, at + 2
        if kind is None or len(word) == 1 or word.isascii():
            kind, name, end = _kind_of(word), word, at + 1
        begun, start = start, start + len(word)
        if word[:1].isdigit() and LINE_NAME.fullmatch(word):
            continue
        if kind is None or usual.get(word, 0) > ORDINARY or _NO_NAME.search(name):
            continue
        if _WHICH.fullmatch(bare(name)):
            continue
        if any(begun < stop and first < begun + len(name) for first, stop, _ in found):
            continue
        phase = words[end] if end < len(words) and _PHASE.fullmatch(words[end]) else ""
        found.append((begun, begun + len(name), Spot(kind, name, phase)))
    return (
        *(spot for *_, spot in found),
        *(Spot(LINE, *line) for line in numbered(words)),
        *(Spot(LATIN, *name) for name in latin(words)),
    )


#: A title that points to the place leaves its name to the body: "我们小区".
HERE = frozenset(
    ("我们", "本", "我", "咱们", "附近", "门前", "门口", "家门口", "这里", "这条", "此处")
)


def places_of(title: Sequence[str], body: Sequence[str]) -> tuple[Spot, ...]:
    """Return the spots of a title, or if it points to the body, of how that begins."""
    found = spots(title)
    if found or HERE.isdisjoint(title):
        return found
    return spots(body[:LONGEST])


def _by_signs(words: Sequence[str]) -> list[tuple[int, int, Spot]]:
    """Find names by their signs, however they were cut; with where each begins and ends.

    A name begins inside of no ordinary word and none ends it: "地产|给|小区" names no "产给小区",
    "拿|政府" no mansion.
    """
    title, usual = "".join(words), background("words")
    last = dict(zip(accumulate(map(len, words)), words, strict=True))
    inside = {
        at
        for stop, word in last.items()
        if usual.get(word, 0) > SELDOM
        for at in range(stop - len(word) + 1, stop)
    }
    found: list[tuple[int, int, Spot]] = []
    ended = 0
    for ending in _SPOT.finditer(title):
        head, stop = _head(title, ending.start(), ending["ending"]), ending.end("ending")
        if (
            head is None
            or head in inside
            or _is_ordinary(last.get(stop, ""), title[head:stop], ending["ending"])
        ):
            continue
        spot = Spot(_SPOT_KINDS[ending["ending"]], title[head:stop], ending["phase"] or "")
        if found and head < found[-1][1]:  # of two that overlap the more exact one
            within = head < ended and title[ended] in _WITHIN
            if not within and spot.kind >= found[-1][2].kind:
                continue
            found.pop()
        ended = ending.start()
        found.append((head, stop, spot))
    return found


def _is_ordinary(word: str, name: str, ending: str) -> bool:
    """Say whether an ordinary word ends a name with a sign of its own: "政府" in "拿政府".

    "中路" in "青湖中路" tells which one is meant, and is none.
    """
    if _WHICH.fullmatch(word.removesuffix(ending)):
        return False
    return len(ending) == 1 < len(word) < len(name) and background("words").get(word, 0) > SELDOM


def _head(title: str, stop: int, ending: str) -> int | None:
    """Return where the name begins that ends here: two unusual signs, then perhaps "第二", "农贸"."""
    if ending in _LOOSE:
        return None
    which = _WHICH.search(title, 0, stop)
    end = which.start() if which else stop
    head = title[max(0, end - 2) : end]
    if not _HAN.fullmatch(head) or not _JOINS.isdisjoint(head) or _NO_NAME.search(head + ending):
        return None
    return end - 2 if background("grams").get(head, 0) <= ORDINARY else None


#: Signs that join words and are in no name: "屯|的|路", "毁|了|庄稼".
_JOINS = frozenset("的了在是把被给让从向对到进走过想请这那该此某哪每各没不也都就还")
#: Endings that may be in the middle of a name: "松苑公园", "听桥路".
_WITHIN = frozenset("府湾郡苑城港河渠涌桥庄坝")
#: "里" is more often "inside" than a lane, "铺" a shop.
_LOOSE = ("里",)
_WHICH = re.compile(
    "(?:第[一二三四五六七八九十]|实验|中心|人民|中医|妇幼|骨科|社区|附属|高级|职业|外国语|湿地|体育|森林|文化|农贸|"
    "批发|集贸|建材|菜|北|南|东|西|中|新|老|支)+$"
)
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
#: The kinds of numbered lines, and of places in Latin script.
LINE, LATIN = len(SPOTS), len(SPOTS) + 1


@cache
def _kind_of(word: str) -> int | None:
    """Return the kind of a name in one word, as "青松路"."""
    kinds = (kind for end, kind in _SPOT_KINDS.items() if word.endswith(end))
    return next(kinds, None) if len(word) > 2 else None  # noqa: PLR2004 - characters


_SPOT_KINDS = {ending: kind for kind, endings in enumerate(SPOTS) for ending in endings}
#: The longest first.
_ENDS = sorted(_SPOT_KINDS, key=len, reverse=True)
_LENGTHS = sorted({len(ending) for ending in _ENDS}, reverse=True)
_SPOT = re.compile(rf"(?P<ending>{'|'.join(_ENDS)})(?P<phase>{_PHASE.pattern})?")


def differ(mine: Sequence[Spot], yours: Sequence[Spot]) -> float:
    """Say how surely two titles name different places: 0 not at all, 1 surely.

    A name may be told in full or in part, and characters may be swapped or mistaken in it.

    >>> differ(spots(["东湖", "花园"]), spots(["湖东", "花园"]))
    0.0
    >>> differ(spots(["东湖", "花园"]), spots(["南塘", "花园"]))
    1.0
    """
    if len(mine) == len(yours) == 1:
        return apart(mine[0], yours[0], alone=True) or 0.0
    surely = _compared(mine, yours)
    if surely or len(mine) < 2 or len(yours) < 2:  # noqa: PLR2004 - a name besides the shared one
        return surely
    left = [spot for spot in mine if not any(_agree(spot, other) for other in yours)]
    over = [spot for spot in yours if not any(_agree(spot, other) for other in mine)]
    return BESIDE * (_compared(left, over) == 1)


def _compared(mine: Sequence[Spot], yours: Sequence[Spot]) -> float:
    """Say how surely places differ by the most exact kind that both name."""
    alone = len(mine) == len(yours) == 1
    by_kind: dict[int, float] = {}
    for spot in mine:
        for other in yours:
            found = apart(spot, other, alone=alone)
            if found is not None:
                kind = min(spot.kind, other.kind)
                by_kind[kind] = min(by_kind.get(kind, 1.0), found)
    return by_kind[min(by_kind)] if by_kind else 0.0


def _agree(one: Spot, other: Spot) -> bool:
    return apart(one, other, alone=False) in (0.0, PART)


def apart(one: Spot, other: Spot, *, alone: bool) -> float | None:
    """Say how surely two names are of different places; None if that cannot be said."""
    if one.kind == other.kind == LINE:
        same = one.name == other.name
    else:
        same = is_same(one.name, other.name)
    if same:
        if one.part == other.part:
            return 0.0
        return 1.0 if one.part and other.part else PART
    if one.kind == other.kind or one.name[:2] == other.name[:2]:
        return 1.0
    surely = ALIKE.get((min(one.kind, other.kind), max(one.kind, other.kind)))
    if surely is not None:
        return surely
    return CROSS if alone else None


#: So many last signs of a name are not mistaken for others.
ENDING = 2
#: Signs that tell names apart on purpose: "第一小学", "北路".
TELLING = frozenset("一二三四五六七八九十东南西北上下新老中支大小")


@lru_cache(maxsize=1 << 17)
def signs_of(name: str) -> frozenset[str]:
    """Return the signs of a name without its ending."""
    return frozenset(bare(name) or name)


@lru_cache(maxsize=1 << 17)
def bare(name: str) -> str:
    """Return a name without its ending, the longest that it has."""
    for length in _LENGTHS:
        if name[-length:] in _SPOT_KINDS:
            return name[:-length]
    return name


def is_same(one: str, other: str) -> bool:
    """Say whether two names may be one: told in full or in part, signs swapped, one mistaken."""
    if signs_of(one).isdisjoint(other) and signs_of(other).isdisjoint(one):
        return False  # most names: no sign in common
    if one in other or other in one or sorted(one) == sorted(other):
        return True
    if any(len(a) > 1 and a in b for a, b in ((bare(one), other), (bare(other), one))):
        return True
    if one[-ENDING:] != other[-ENDING:] or len(one) != len(other):
        return False
    mistaken = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(mistaken) == 1 and not TELLING.issuperset(mistaken[0])
