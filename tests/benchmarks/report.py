"""Tables for people and JSON for machines."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "bench"


def show(name, columns, rows, **facts):
    """Print ``rows`` (dicts) under ``columns`` and write them to bench/<name>.json."""
    cells = [[f"{row.get(c, '')}" for c in columns] for row in rows]
    widths = [max(map(_width, [c, *(line[i] for line in cells)])) for i, c in enumerate(columns)]
    print(f"\n{name}  {facts or ''}")
    for line in [columns, ["-" * w for w in widths], *cells]:
        print(
            "  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(line, widths, strict=True))
        )
    FOLDER.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    when = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps(
        {"name": name, "when": when, "machine": machine, "facts": facts, "rows": rows},
        ensure_ascii=False,
        indent=1,
    )
    (FOLDER / f"{name}.json").write_text(text)


def _width(text):
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
