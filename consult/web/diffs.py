"""Two wordings, made ready for ``components/diff.html``."""

from consult.text.diff import ChangeKind, word_diff

SHOWN_AS = {ChangeKind.EQUAL: "same", ChangeKind.INSERT: "ins", ChangeKind.DELETE: "del"}


def parts(before: str, after: str) -> list[tuple[str, str]]:
    """What stayed, came and went, as pairs of mark and text."""
    return [(SHOWN_AS[change.kind], change.text) for change in word_diff(before, after)]
