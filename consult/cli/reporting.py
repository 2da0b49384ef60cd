"""The HTML report of `consult cluster`."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from consult.cli.pairs import Judged, told
from consult.cli.results import write_whole
from consult.cli.texts import Texts
from consult.clustering import Grouping
from consult.clustering.report import Material, render


def write_report(
    file: Path, texts: Texts, grouping: Grouping, judged: Judged, options: Mapping[str, Any]
) -> None:
    """Write what the command did to a file of its own, in the language of the texts or a chosen one."""
    left_out = texts.left_out + judged.left_out
    held = len(judged.same) + len(judged.different)
    material = Material(
        source=file.name,
        documents=texts.documents,
        ids=texts.ids,
        grouping=grouping,
        made_at=datetime.now().astimezone(),
        users=texts.others.get(options["user"], ()),
        times=texts.others.get(options["time"], ()),
        facts={
            "Weights": options["weights"].name if options["weights"] else "shipped",
            "Grouped within": options["within"] or "",
            "Judged pairs": str(held) if held else "",
            "Rows left out": str(left_out) if left_out else "",
        },
        contradictions=[told(one, judged, texts.ids) for one in grouping.contradictions],
    )
    language = None if options["language"] == "auto" else options["language"]
    page = render(material, language=language)
    write_whole(options["report"], lambda stream: stream.write(page.encode()))
