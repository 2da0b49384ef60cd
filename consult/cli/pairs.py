"""Pairs that people judged, from a table of theirs."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from consult.cli.complaints import Listed
from consult.cli.texts import Texts, good_rows
from consult.clustering import Contradiction
from consult.tables import HeaderRefused, map_columns, read_table

COLUMNS = {
    "a": ("first", "id a", "id 1", "甲", "编号甲", "编号1"),
    "b": ("second", "id b", "id 2", "乙", "编号乙", "编号2"),
    "relation": ("verdict", "label", "same", "关系", "是否相同", "判断"),
}
SAME = {
    *("same", "1", "1.0", "true", "yes", "y", "must-link", "must link", "must_link"),
    *("相同", "同", "同一", "同一诉求", "同类", "一样", "是"),
}
DIFFERENT = {
    *("different", "not the same", "not same", "0", "0.0", "false", "no", "n"),
    *("cannot-link", "cannot link", "cannot_link"),
    *("不同", "不相同", "异", "不是同一", "不同诉求", "不同类", "不一样", "否", "不是"),
}
Pair = tuple[int, int]


@dataclass(frozen=True)
class Judged:
    """Judged pairs by position, each with the line that says so."""

    same: dict[Pair, int] = field(default_factory=dict)
    different: dict[Pair, int] = field(default_factory=dict)
    left_out: int = 0

    def line_same(self, pair: Pair) -> str:
        """Name the line that says that a pair is the same."""
        return f"line {self.same[min(pair), max(pair)]}"

    def line_different(self, pair: Pair) -> str:
        """Name the line that says that a pair differs."""
        return f"line {self.different[min(pair), max(pair)]}"


def read_pairs(path: Path, texts: Texts) -> Judged:
    """Read columns a, b (ids) and relation (same or different, in English or Chinese).

    Lines with an unknown or repeated id, or another word, are named on stderr and left out.

    :raises TableError: if the file or one of its columns is not there.
    """
    table = read_table(path, trusted=True)
    columns = map_columns(table.columns, COLUMNS)
    if missing := [name for name in COLUMNS if name not in columns]:
        raise HeaderRefused(
            f"{path} needs the columns a, b and relation; {missing[0]} is missing,"
            f" there are: {', '.join(table.columns)}."
        )
    places, judged = texts.places(), Judged()
    left_out = Listed(f"{path.name}, line ")
    for row in good_rows(table, left_out):
        cells = [row.values[columns[name]].strip() for name in COLUMNS]
        told = _told(cells, places)
        if isinstance(told, str):
            left_out.add(row.line, told)
            continue
        pair, same = told
        (judged.same if same else judged.different).setdefault(pair, row.line)
    left_out.end()
    return Judged(judged.same, judged.different, left_out.count)


def _told(cells: Sequence[str], places: Mapping[str, Sequence[int]]) -> tuple[Pair, bool] | str:
    """Return the pair and whether it is the same, or what is wrong with the line."""
    *ids, word = cells
    for name in ids:
        if name not in places:
            return f"there is no id {name}."
        if len(places[name]) > 1:
            return f"the id {name} is there more than once."
    said = unicodedata.normalize("NFKC", word).casefold()
    if said not in SAME | DIFFERENT:
        return f"“{word}” is neither same nor different."
    first, second = sorted(places[name][0] for name in ids)
    if first == second:
        return f"{ids[0]} is compared with itself."
    return (first, second), said in SAME


def crossing(judged: Judged, keys: Sequence[object]) -> Judged:
    """Leave out pairs said to be the same that lie in different parts of the table."""
    left_out = Listed("Judged pairs, line ")
    kept = {}
    for pair, line in judged.same.items():
        if keys[pair[0]] == keys[pair[1]]:
            kept[pair] = line
        else:
            left_out.add(line, "--within keeps the two apart.")
    left_out.end()
    return Judged(kept, judged.different, judged.left_out + left_out.count)


def told(contradiction: Contradiction, judged: Judged, ids: Sequence[str]) -> str:
    """Say which lines of a person's contradict each other."""
    first, second = (ids[place] for place in contradiction.apart)
    chain = ", ".join(judged.line_same(pair) for pair in contradiction.together)
    return (
        f"{judged.line_different(contradiction.apart)} says that {first} and {second} differ, but"
        f" {chain} that they are the same: none of these is applied."
    )
