"""Names of places, lines and employers, put together from parts: the same number, the same name.

Of ten numbers of a kind four are siblings (phases of one estate, sections of one road), so that many
names share parts, and no name is part of another of its kind.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "requests"

FIRST = (
    "青金银碧翠玉云龙凤鹤东南西北永长安和福瑞祥兴华荣天星月春夏秋丰清明江海溪泉松柏竹梅兰桂柳"
    "枫杏桃莲荷山石沙花雅锦绣文书紫丹朝晨凌望临怀鸣听观白乌古双三五七九万"
)
SECOND = (
    "湖江溪泉湾港洲岭峰岩坡林松柏竹梅兰桂柳枫杏桃莲荷苑园庭桥塘田坪原洋安平康宁泰盛隆达昌荣华"
    "辉光阳霞虹雅居源景川谷浦渡汀渚杨榆槐楠樟棠枣茶麦禾砚墨弦歌鹭雁"
)
STEMS = len(FIRST) * len(SECOND)
#: Spreads neighbouring numbers over the names; a prime that divides no number of names.
SPREAD = 1_000_003


def blocks(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """Lines of wordings by heading."""
    found = [block.splitlines() for block in path.read_text().split("\n@")[1:]]
    return {name: [tuple(line.split("|")) for line in lines] for name, *lines in found}


_NAMES = blocks(FOLDER / "names.txt")
CITY_LINES = 60
METRO_LINES = 12
METROS = 80

[EN_FIRST], [EN_SECOND] = _NAMES["en_first"], _NAMES["en_second"]
EN_STEMS = len(EN_FIRST) * len(EN_SECOND)

Namer = Callable[[int], str]


def stem(number: int) -> str:
    """Two characters, such as 青湖; wraps round after :data:`STEMS`."""
    first, second = divmod(number % STEMS, len(SECOND))
    return FIRST[first] + SECOND[second]


def town(place: int) -> str:
    """The town in which the place with this number lies."""
    place //= 10  # siblings lie in one town
    return stem(place * 613 + 17) + "县区市镇"[place % 4]


def road_near(place: int) -> str:
    """A road by the place with this number; it is one of the roads that have requests of their own."""
    return NAMERS["road"](place // 10 * 89 % COUNTS["road"])


def _named(
    stems: int, stem_of: Namer, endings: tuple[str, ...], siblings: tuple[str, ...], joint: str = ""
) -> tuple[int, Namer]:
    """How many names of a kind there are, and the namer: four of ten are siblings, six stand alone."""
    bases = stems * len(endings)
    families = bases // 7

    def name(number: int) -> str:
        family, digit = divmod(number, len(siblings) + 6)
        base = family if digit < len(siblings) else families + family * 6 + digit - len(siblings)
        own, ending = divmod(base * SPREAD % bases, len(endings))
        if digit < len(siblings):
            return siblings[digit].format(s=stem_of(own), e=endings[ending])
        return stem_of(own) + joint + endings[ending]

    return families * (len(siblings) + 6), name


def _en_stem(number: int) -> str:
    first, second = divmod(number, len(EN_SECOND))
    return EN_FIRST[first] + EN_SECOND[second]


def _kinds() -> Mapping[str, tuple[int, Namer]]:
    kinds: dict[str, tuple[int, Namer]] = {}
    for kind, parts in _NAMES.items():
        if len(parts) == 1:
            kinds[kind] = len(parts[0]), parts[0].__getitem__
        elif kind.startswith("en_"):
            kinds[kind] = _named(EN_STEMS, _en_stem, parts[0], parts[1], " ")
        else:
            kinds[kind] = _named(STEMS, stem, parts[0], parts[1])
    lines = STEMS * CITY_LINES
    kinds["bus"] = (lines, lambda n: f"{stem(n // CITY_LINES)}{n % CITY_LINES * 7 + 3}路公交")
    kinds["metro"] = (
        METROS * METRO_LINES,
        lambda n: f"{stem(n // METRO_LINES * 37)}地铁{n % METRO_LINES + 1}号线",
    )
    kinds["en_line"] = (EN_STEMS * 40, lambda n: f"{n % 40 * 3 + 2} bus to {_en_stem(n // 40)}")
    kinds["none"] = (1, lambda n: "")
    return kinds


#: Kind → how many names it has; kind → the namer of a number below that.
COUNTS = {kind: count for kind, (count, _) in _kinds().items()}
NAMERS = {kind: namer for kind, (_, namer) in _kinds().items()}
