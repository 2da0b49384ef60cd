"""Words for a request: a matter from ``requests/*.txt`` at a place, as one person might put it."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from re import split

from tests.benchmarks.places import FOLDER, NAMERS, blocks, road_near, town

MATTERS = ("streets_and_homes", "public_places", "ideas", "english")
LOCAL = {"road", "estate", "school", "hospital", "village", "park", "market", "river", "company"}
#: How many filler sentences a body has, by an eighth of the chance.
LENGTHS = (0, 0, 1, 1, 1, 2, 2, 3)
#: What a title has where only the body names the place.
HERE = {
    "road": "我们这条路",
    "estate": "我们小区",
    "school": "我们学校",
    "hospital": "附近医院",
    "village": "我们村",
    "park": "家门口的公园",
    "market": "我们这里的市场",
    "river": "门前这条河",
    "company": "我们单位",
}
PREFIXES = ("关于", "再次反映：", "【求助】", "投诉", "建议：", "咨询", "请问", "急！")


@dataclass(frozen=True)
class Matter:
    """What is asked, without the place: patterns in which {p} stands for it."""

    name: str
    kind: str
    titles: tuple[str, ...]
    facts: tuple[str, ...]
    asks: tuple[str, ...]


def _expand(pattern: str) -> list[str]:
    """Every way to read a pattern: "[a/b]c" is "ac" and "bc"."""
    parts = split(r"\[([^]]*)\]", pattern)
    return [
        "".join(way)
        for way in product(*(p.split("/") if i % 2 else [p] for i, p in enumerate(parts)))
    ]


def _wordings(line: str) -> tuple[str, ...]:
    return tuple(way for pattern in line.split("|") for way in _expand(pattern))


@cache
def matters() -> tuple[Matter, ...]:
    """Everything that is asked for, in the order of the files."""
    found = []
    for stem in MATTERS:
        for block in (FOLDER / f"{stem}.txt").read_text().split("\n@")[1:]:
            head, *lines = block.strip().splitlines()
            kind, name = head.split(" ", 1)
            parts = {line[0]: _wordings(line[2:]) for line in lines}
            found.append(Matter(name, kind, parts["T"], parts["F"], parts["A"]))
    return tuple(found)


@cache
def phrases(stem: str) -> dict[str, tuple[str, ...]]:
    """Openings and fillers by heading."""
    return {name: first for name, (first,) in blocks(FOLDER / f"{stem}.txt").items()}


def chinese(matter: Matter, place: int, choices: list[int]) -> tuple[str, str, str, str]:
    """Title, facts, proposal and place of one suggestion; ``choices`` are twelve large numbers."""
    a, b, c, d, e, f, *padding, j, k, own = choices
    name = NAMERS[matter.kind](place)
    title = _pick(matter.titles, b).replace("{p}", _shown(matter.kind, place, name, a))
    if a % 23 == 0:
        title = _pick(PREFIXES, a // 23) + title
    fillers = phrases("fillers")
    parts = [_pick(fillers["greeting"], c // 10)] if c % 10 < 3 else []
    if d % 10 < 6 or name not in title:
        parts.append(_opening(matter.kind, place, name, d // 10) + "，")
    parts += [fact + "。" for fact in _facts(matter, e, f)]
    for number in padding[: LENGTHS[j % 8]]:
        filler = _filled(_pick(fillers["padding"], number // 8), number, "{}月{}日")
        parts.insert(1 + number % len(parts), filler)
    ask = _pick(matter.asks, k) + "。" if k // 64 % 10 < 8 else ""
    if j // 8 % 10 < 4:
        ask += _pick(fillers["closing"], j // 80)
    cheers = ("支持！", "顶", "同意。")
    return (*_habits(title, "".join(parts), ask, own, k // 64, cheers), name)


def english(matter: Matter, place: int, choices: list[int]) -> tuple[str, str, str, str]:
    """The same in English."""
    a, b, c, d, e, f, *padding, j, k, own = choices
    name = NAMERS[matter.kind](place)
    title = _pick(matter.titles, b).replace("{p}", name)
    fillers = phrases("fillers")
    parts = [_pick(fillers["en_greeting"], c // 10).strip()] if c % 10 < 3 else []
    if d % 10 < 6:
        parts.append(_pick(phrases("openings")[matter.kind], d // 10).replace("{p}", name))
    parts += _facts(matter, e, f)
    for number in padding[: LENGTHS[j % 8]]:
        filler = _filled(_pick(fillers["en_padding"], number // 8), number, "{}/{}/2025")
        parts.insert(1 + number % len(parts), filler)
    asks = [_pick(matter.asks, k)] if k // 64 % 10 < 8 else []
    if j // 8 % 10 < 4:
        asks.append(_pick(fillers["en_closing"], j // 80))
    title = title[0].upper() + title[1:]
    cheers = ("+1 ", "Agreed. ", "I support this: ")
    return (*_habits(title, " ".join(parts), " ".join(asks), own, a, cheers), name)


def _pick(choices: tuple[str, ...], number: int) -> str:
    return choices[number % len(choices)]


def _shown(kind: str, place: int, name: str, chance: int) -> str:
    """The place as a title has it: alone, after its town, after a road, or left to the body."""
    if kind in LOCAL:
        if chance % 16 < 3:
            return town(place) + name
        if chance % 16 == 3 and kind != "road":
            return road_near(place) + name
        if chance % 16 == 4:
            return HERE[kind]
    return name


def _opening(kind: str, place: int, name: str, chance: int) -> str:
    text = _pick(phrases("openings")[kind], chance).replace("{p}", name)
    if "{" in text:
        text = text.replace("{t}", town(place)).replace("{r}", road_near(place))
    return text


def _facts(matter: Matter, first: int, second: int) -> list[str]:
    """One or two different facts."""
    facts, other = matter.facts, second // 10
    chosen = [facts[first % len(facts)]]
    if second % 10 < 6 and (first - other) % len(facts):
        chosen.append(facts[other % len(facts)])
    return chosen


def _filled(text: str, number: int, date: str) -> str:
    if "{" not in text:
        return text
    months, days = number // 97 % 12 + 1, number // 1201 % 28 + 1
    text = text.replace("{n}", str(number // 131 % 40 + 2))
    return text.replace("{d}", date.format(months, days))


def _habits(
    title: str, body: str, ask: str, own: int, chance: int, cheers: tuple[str, ...]
) -> tuple[str, str, str]:
    """Slips of the pen, and what people add to a text that they copy (``own`` is odd)."""
    if own & 1:
        if own % 10 > 6:
            body = cheers[own // 10 % len(cheers)] + body
        elif own % 10 > 4:
            ask += f" {own // 10 % 90 + 10}"
    elif own % 100 < 6 and len(body) > 4:
        at = own // 100 % (len(body) - 2)
        body = body[:at] + body[at + 1] + body[at] + body[at + 2 :]
    elif own % 100 < 9 and len(body) > 4:
        at = own // 100 % (len(body) - 1)
        body = body[:at] + body[at + 1 :]
    if chance % 31 == 0:
        title += "？！。"[chance // 31 % 3] * (1 + chance // 93 % 2)
    return title, body, ask
