"""The picture of what adds up to a score: `explained.svg`."""

# ruff: noqa: INP001 - a script beside the pictures it draws
from collections.abc import Sequence

from drawing import BLUE, GREEN, LINE, RED, SOFT, line, picture, words

from consult.clustering import Contribution, Document, explain, load_encoder

FIRST = Document(
    "青松路路灯坏了三个月没人修",
    "青松路从小学到菜场一段的路灯全部不亮，孩子放学要摸黑走，请尽快维修。",
)
SECOND = Document(
    "请修复青松路的路灯", "青松路小学门口的路灯三个月不亮了，晚上孩子们摸黑回家，很不安全。"
)
ELSEWHERE = Document(
    "丹枫路路灯坏了三个月没人修",
    "丹枫路从小学到菜场一段的路灯全部不亮，孩子放学要摸黑走，请尽快维修。",
)

SIGNALS = {
    "start": "any two texts",
    "meaning": "meaning (vectors)",
    "wording": "wording (words, characters)",
    "names": "shared rare names",
    "places": "differing places",
}


def explained() -> None:
    """Draw what each kind of evidence adds, for two pairs of our own."""
    encoder = load_encoder()
    pairs = [
        (f"{FIRST.title} / {SECOND.title}", explain(FIRST, SECOND, encoder)),
        (f"{FIRST.title} / {ELSEWHERE.title}", explain(FIRST, ELSEWHERE, encoder)),
    ]
    parts: list[str] = []
    for at, (title, found) in enumerate(pairs):
        parts += waterfall(20 + at * 250, title, found.signals, found.score)
    picture("explained", 520, "What adds up to a score", parts)


def signed(value: float) -> str:
    """Return a number with its sign, nothing as nothing."""
    return f"{value:+.1f}".replace("-", "−") if value else "0"


def waterfall(top: float, title: str, signals: Sequence[Contribution], score: float) -> list[str]:
    """Return one score as steps from what any two texts begin with."""
    sums = {kind: sum(part.log_odds for part in signals if part.kind == kind) for kind in SIGNALS}
    lowest, highest = -16.0, 22.0

    def x(value: float) -> float:
        return 250 + (value - lowest) / (highest - lowest) * 620

    parts = [words(24, top + 20, title, 15, font_weight="700")]
    parts.append(line((x(0), top + 36), (x(0), top + 216), LINE, 1.5, stroke_dasharray="4 4"))
    parts.append(words(x(0), top + 232, "as likely as not", 12, fill=SOFT, text_anchor="middle"))
    here = 0.0
    for at, (kind, added) in enumerate(sums.items()):
        y = top + 40 + at * 30
        start, here = here, here + added
        left, wide = x(min(start, here)), max(abs(x(here) - x(start)), 1.5)
        colour = RED if added < 0 else GREEN
        parts += [
            words(24, y + 16, SIGNALS[kind], 14, fill=SOFT),
            f'<rect x="{left:.1f}" y="{y:g}" width="{wide:.1f}" height="20" rx="3" fill="{colour}"/>',
            words(left + wide + 6, y + 15, signed(added), 13, fill=colour),
        ]
    y = top + 40 + len(sums) * 30
    parts += [
        words(24, y + 16, "the same request?", 14, font_weight="700"),
        f'<circle cx="{x(here):.1f}" cy="{y + 10:g}" r="7" fill="{BLUE}"/>',
        words(
            x(here) + 14,
            y + 16,
            f"{signed(here)} log-odds: {score:.1%}",
            14,
            font_weight="700",
            fill=BLUE,
        ),
    ]
    return parts
