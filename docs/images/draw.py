"""Draw the pictures of docs/clustering.md: `python docs/images/draw.py`, from the project's root.

The pictures of ideas are drawn by hand; `explained.svg` shows what the shipped weights say today,
so draw anew after learning them again.
"""

# ruff: noqa: INP001 - a script beside the pictures it draws
import sys
from collections.abc import Callable, Sequence

from bars import explained
from drawing import (
    BLUE,
    GREEN,
    HERE,
    INK,
    LINE,
    PAPER,
    RED,
    SAND,
    SOFT,
    arrow,
    box,
    dot,
    line,
    lines,
    picture,
    words,
)

#: Of the cards in a row.
LAST_COLUMN = 2


def step(at: int, title: str, said: Sequence[str]) -> Callable[[float, float], str]:
    """Return a numbered card of the first picture."""

    def placed(x: float, y: float) -> str:
        return (
            box(x, y, 280, 150)
            + f'<circle cx="{x + 26}" cy="{y + 28}" r="13" fill="{BLUE}"/>'
            + words(
                x + 26, y + 33, str(at), 14, fill=PAPER, text_anchor="middle", font_weight="700"
            )
            + words(x + 50, y + 33, title, 16, font_weight="700")
            + lines(x + 16, y + 66, said, 14, fill=SOFT)
        )

    return placed


def how_it_works() -> None:
    """Draw the six steps."""
    steps = [
        step(
            1,
            "Copies",
            [
                "The same but for case, width,",
                "blanks and punctuation: joined,",
                "compared once, counted apart.",
            ],
        ),
        step(
            2,
            "Candidates",
            [
                "Each text's nearest by vectors, by",
                "rare words, rare characters, names.",
                "Never all pairs: n, not n².",
            ],
        ),
        step(
            3,
            "Signals",
            [
                "Meaning, words and characters, in",
                "title and body apart; rare names;",
                "places that differ.",
            ],
        ),
        step(
            4,
            "Probability",
            [
                "Would a person call these two the",
                "same request? A model learnt from",
                "labelled pairs. It adds up.",
            ],
        ),
        step(
            5,
            "Merging",
            [
                "Groups join while the mean of their",
                "best links holds. What people judged",
                "is always kept.",
            ],
        ),
        step(
            6,
            "Groups and themes",
            [
                "A representative, keywords, the",
                "nearest other group, who is unsure;",
                "groups of one subject: a theme.",
            ],
        ),
    ]
    parts = []
    for at, placed in enumerate(steps):
        row, column = divmod(at, 3)
        x, y = 20 + column * 320, 20 + row * 200
        parts.append(placed(x, y))
        if column < LAST_COLUMN:
            parts.append(arrow((x + 286, y + 75), (x + 314, y + 75)))
    parts.append(
        f'<path d="M800 174V186Q800 195 790 195H170Q160 195 160 204V214" fill="none" stroke="{SOFT}" stroke-width="2" marker-end="url(#tip)"/>'
    )
    picture("how-it-works", 390, "From texts to groups in six steps", parts)


def merging() -> None:
    """Draw why a chain does not tie what is unlike."""
    left = [(60, 120), (115, 95), (115, 150)]
    right = [(235, 95), (235, 150), (290, 120)]
    parts: list[str] = []
    cases = [
        ("Single link", "one good link joins all", RED, True, False),
        ("Average link", "every pair counts: large groups tear", RED, False, True),
        (
            "The mean of the best links",
            "several good links are needed, not all",
            GREEN,
            False,
            False,
        ),
    ]
    for at, (title, said, colour, chained, torn) in enumerate(cases):
        x = at * 320
        parts += [
            words(x + 24, 40, title, 17, font_weight="700"),
            words(x + 24, 64, said, 14, fill=SOFT),
        ]
        for group in (left, right):
            for one in range(3):
                for other in range(one):
                    weak = torn and {one, other} == {0, 2}
                    ends = [(x + px, py) for px, py in (group[one], group[other])]
                    parts.append(
                        line(
                            *ends,
                            LINE if weak else INK,
                            1.5 if weak else 2.5,
                            **({"stroke_dasharray": "3 6"} if weak else {}),
                        )
                    )
        parts.append(line((x + left[1][0], left[1][1]), (x + right[0][0], right[0][1]), BLUE, 2.5))
        parts += [dot(x + px, py, BLUE, "a") for px, py in left]
        parts += [dot(x + px, py, BLUE if chained else "#7a4fa3", "b") for px, py in right]
        if torn:
            parts.append(line((x + 88, 178), (x + 72, 88), RED, 2.5, stroke_dasharray="6 5"))
        told = {
            (True, False): [
                "a and b become one group,",
                "though eight of the nine pairs",
                "between them are unlike.",
            ],
            (False, True): [
                "a falls apart: its two ends",
                "say the same in other words",
                "and are not alike themselves.",
            ],
            (False, False): [
                "9 pairs, the best ⌈9^0.4⌉ = 3 count.",
                "One was compared, two are missing:",
                "no merge. a and b stay whole.",
            ],
        }[chained, torn]
        parts.append(lines(x + 24, 210, told, 14, fill=colour))
    parts += [line((x, 24), (x, 262), LINE, 1) for x in (320, 640)]
    picture("merging", 280, "Why no chain ties unlike ends", parts)


def levels() -> None:
    """Draw themes, groups and suggestions."""
    groups = [
        ("青松路的路灯不亮", "214 suggestions · 187 texts · 203 people"),
        ("丹枫路的路灯不亮", "61 suggestions · 60 texts · 61 people"),
        ("公园夜间照明不足", "12 suggestions · 12 texts · 12 people"),
    ]
    parts = [
        box(24, 30, 250, 220, SAND),
        words(44, 64, "Theme", 13, fill=SOFT),
        words(44, 92, "路灯 · 照明", 20, font_weight="700"),
        lines(
            44,
            124,
            ["one subject, several requests;", "to read by, never decided on", "as one"],
            14,
            fill=SOFT,
        ),
    ]
    for at, (name, counts) in enumerate(groups):
        y = 30 + at * 76
        parts += [
            arrow((278, 140), (334, y + 32)),
            box(340, y, 330, 64, PAPER, GREEN if at == 0 else LINE),
            words(356, y + 27, name, 16, font_weight="700"),
            words(356, y + 50, counts, 13, fill=SOFT),
            arrow((674, y + 32), (716, y + 32)),
        ]
    parts += [
        words(340, 282, "Group: one request, one decision", 13, fill=GREEN),
        box(722, 30, 214, 64),
        lines(736, 56, ["青松路路灯坏了三个月", "没人修"], 14),
        box(722, 106, 214, 64),
        lines(736, 132, ["丹枫路从医院到车站的", "路灯不亮"], 14),
        box(722, 182, 214, 64),
        lines(736, 208, ["云溪公园晚上太黑，", "跑步看不清路"], 14),
        words(722, 282, "Suggestions: each with its author", 13, fill=SOFT),
    ]
    picture(
        "levels",
        300,
        "Themes hold groups, groups hold suggestions (names and numbers made up)",
        parts,
    )


def contradiction() -> None:
    """Draw judgements that contradict each other."""
    places = [(80, 90), (230, 90), (380, 90), (530, 90)]
    parts = [line(places[at], places[at + 1], GREEN, 3) for at in range(3)]
    parts += [words(141 + 150 * at, 78, "=", 18, fill=GREEN, font_weight="700") for at in range(3)]
    parts.append(
        f'<path d="M80 90Q230 190 380 90" fill="none" stroke="{RED}" stroke-width="3" stroke-dasharray="8 6"/>'
    )
    parts.append(words(222, 165, "≠", 20, fill=RED, font_weight="700"))
    parts += [dot(x, y, BLUE, label) for (x, y), label in zip(places, "ABCD", strict=True)]
    parts.append(
        lines(
            600,
            62,
            [
                "A ≠ C, but A = B and B = C:",
                "all three are set aside and reported.",
                "C = D has no part in it and holds.",
                "Shorter contradictions come first;",
                "the order of judgements is no matter.",
            ],
            14,
            fill=SOFT,
        )
    )
    picture("contradiction", 190, "A contradiction is reported, not guessed", parts)


def main() -> None:
    """Draw all."""
    for draw in (how_it_works, merging, levels, contradiction, explained):
        draw()
    sys.stdout.write(f"drawn: {', '.join(sorted(path.name for path in HERE.glob('*.svg')))}\n")


if __name__ == "__main__":
    main()
