"""Wording that two texts share, for showing why they are together."""

#: Characters in a row that are no coincidence: in Chinese, and in words of letters.
RUN, LETTERS = 4, 9


def marked(text: str, other: str) -> list[tuple[str, bool]]:
    """Cut ``text`` into pieces, each with whether it stands word for word in ``other`` too.

    >>> marked("请增设充电桩。", "楼下增设充电桩吧")
    [('请', False), ('增设充电桩', True), ('。', False)]
    """
    here, there = _even(text), _even(other)
    grams = {there[at : at + RUN] for at in range(len(there) - RUN + 1)}
    shared = bytearray(len(here))
    for at in range(len(here) - RUN + 1):
        if here[at : at + RUN] in grams:
            shared[at : at + RUN] = b"\x01" * RUN
    return _joined(text, shared)


def _even(text: str) -> str:
    """Lower case of the same length, so that places stay places."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _joined(text: str, shared: bytearray) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or shared[at] != shared[start]:
            piece = text[start:at]
            is_shared = bool(shared[start]) and not (piece.isascii() and len(piece) < LETTERS)
            if pieces and pieces[-1][1] == is_shared:
                pieces[-1] = (pieces[-1][0] + piece, is_shared)
            else:
                pieces.append((piece, is_shared))
            start = at
    return pieces
