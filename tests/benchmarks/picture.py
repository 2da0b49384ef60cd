"""A chart of seconds against the number of texts, both by powers of ten, as one SVG file."""

from collections.abc import Iterable, Mapping
from html import escape
from math import ceil, floor, log10
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 820, 460, 70, 250, 40, 60
SHOWN = {"ours": "this library"}
#: Colours that differ in brightness too, and a mark for each, so that none relies on colour.
LOOKS = (
    ("#0b5394", "circle"),
    ("#b45f06", "square"),
    ("#38761d", "triangle"),
    ("#741b47", "diamond"),
    ("#7f6000", "circle"),
    ("#444444", "square"),
    ("#cc0000", "triangle"),
)


def chart(
    rows: Iterable[Mapping[str, Any]],
    *,
    title: str = "Seconds of one core, texts to groups",
    things: str = "texts",
    least: float = 0.01,
) -> str:
    """Draw encoding plus grouping of each method; rows without seconds end their line."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        if "group_s" in row:
            seconds = max(row["encode_s"] + row["group_s"], least)
            lines.setdefault(row["method"], []).append((row["texts"], seconds))
    points = [point for line in lines.values() for point in line]
    across = floor(log10(min(x for x, _ in points))), ceil(log10(max(x for x, _ in points)))
    upwards = floor(log10(min(y for _, y in points))), ceil(log10(max(y for _, y in points)))
    place = _scale(across, upwards)
    drawn = [*_grid(across, upwards, place, title, things)]
    ends = sorted(lines, key=lambda name: -lines[name][-1][1])
    for at, name in enumerate(ends):
        drawn += _line(name, lines[name], LOOKS[at % len(LOOKS)], TOP + 24 * at + 12, place)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13">\n<title>{escape(title)}</title>\n'
        f"<desc>{escape(_told(lines))}</desc>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


def _told(lines: Mapping[str, list[tuple[int, float]]]) -> str:
    return "; ".join(
        f"{name}: " + ", ".join(f"{texts:,} texts {seconds:.1f} s" for texts, seconds in line)
        for name, line in lines.items()
    )


def _scale(across: tuple[int, int], upwards: tuple[int, int]) -> Any:
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(texts: float, seconds: float) -> tuple[float, float]:
        x = (log10(texts) - across[0]) / max(across[1] - across[0], 1)
        y = (log10(seconds) - upwards[0]) / max(upwards[1] - upwards[0], 1)
        return round(LEFT + x * wide, 1), round(HEIGHT - BOTTOM - y * high, 1)

    return place


def _grid(
    across: tuple[int, int], upwards: tuple[int, int], place: Any, title: str, things: str
) -> Iterable[str]:
    for power in range(across[0], across[1] + 1):
        (x, low), (_, high) = place(10**power, 10.0 ** upwards[0]), place(1, 10.0 ** upwards[1])
        yield f'<line x1="{x}" y1="{low}" x2="{x}" y2="{high}" stroke="#dddddd"/>'
        yield f'<text x="{x}" y="{low + 20}" text-anchor="middle">{10**power:,}</text>'
    for power in range(upwards[0], upwards[1] + 1):
        (left, y), (right, _) = place(10 ** across[0], 10.0**power), place(10 ** across[1], 1)
        yield f'<line x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke="#dddddd"/>'
        yield f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g} s</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">{things}</text>'
    yield f'<text x="{LEFT}" y="22">{escape(title)}</text>'


def _line(
    name: str, points: list[tuple[int, float]], look: tuple[str, str], label: float, place: Any
) -> Iterable[str]:
    colour, shape = look
    places = [place(*point) for point in points]
    path = " ".join(f"{x},{y}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
    for x, y in places:
        yield _mark(x, y, colour, shape)
    x = WIDTH - RIGHT + 20
    yield _mark(x, label - 4, colour, shape)
    yield f'<text x="{x + 14}" y="{label}">{escape(SHOWN.get(name, name))}</text>'


def _mark(x: float, y: float, colour: str, shape: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'
    corners = {
        "square": ((-4.5, -4.5), (4.5, -4.5), (4.5, 4.5), (-4.5, 4.5)),
        "triangle": ((0, -6), (5.5, 4.5), (-5.5, 4.5)),
        "diamond": ((0, -6), (6, 0), (0, 6), (-6, 0)),
    }[shape]
    points = " ".join(f"{x + dx:g},{y + dy:g}" for dx, dy in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'
