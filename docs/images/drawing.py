"""What the pictures are drawn with: boxes, lines, words, and the colours of the house."""

# ruff: noqa: INP001 - beside the script that uses it
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
INK, SOFT, LINE, PAPER = "#1f2933", "#5f6b7a", "#cbd2d9", "#ffffff"
BLUE, GREEN, RED, SAND = "#1d5fa8", "#1b7f5a", "#b3372f", "#f5f1e8"
FONT = (
    "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',system-ui,sans-serif"
)
WIDTH = 960


def picture(name: str, height: int, title: str, parts: Iterable[str]) -> None:
    """Write one picture on white paper, so that it can be read on a dark page too."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="{escape(title)}" font-family="{FONT}">'
        f"<title>{escape(title)}</title>"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{SOFT}"/></marker></defs>'
        f'<rect width="{WIDTH}" height="{height}" rx="10" fill="{PAPER}"/>'
    )
    (HERE / f"{name}.svg").write_text(head + "".join(parts) + "</svg>\n", encoding="utf-8")


def words(x: float, y: float, text: str, size: int = 15, **style: str) -> str:
    """Return one line of text."""
    style = {"fill": INK} | style
    given = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" {given}>{escape(text)}</text>'


def lines(x: float, y: float, texts: Sequence[str], size: int = 15, **style: str) -> str:
    """Return several lines of text."""
    return "".join(
        words(x, y + at * size * 1.45, text, size, **style) for at, text in enumerate(texts)
    )


def box(
    x: float, y: float, width: float, height: float, fill: str = PAPER, edge: str = LINE
) -> str:
    """Return a card."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8" fill="{fill}" '
        f'stroke="{edge}" stroke-width="1.5"/>'
    )


def line(
    one: tuple[float, float], other: tuple[float, float], colour: str, width: float = 2, **more: str
) -> str:
    """Return a line between two points."""
    given = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return (
        f'<line x1="{one[0]:g}" y1="{one[1]:g}" x2="{other[0]:g}" y2="{other[1]:g}" '
        f'stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round"{given}/>'
    )


def arrow(one: tuple[float, float], other: tuple[float, float]) -> str:
    """Return an arrow."""
    return line(one, other, SOFT, 2, marker_end="url(#tip)")


def dot(x: float, y: float, colour: str, label: str = "") -> str:
    """Return a text as a dot, with a letter."""
    mark = words(x, y + 5, label, 13, fill=PAPER, text_anchor="middle", font_weight="600")
    return f'<circle cx="{x:g}" cy="{y:g}" r="12" fill="{colour}"/>{mark}'
