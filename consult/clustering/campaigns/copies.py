"""Exact and near-exact copies, found at linear cost.

A text is cut into overlapping pieces of three letters (five of the Latin script), blanks and
punctuation left out. MinHash (Broder 1997) with one permutation and densification (Shrivastava
2017) makes a signature of 64 numbers of it; texts whose signatures agree in one of 32 bands of 2
are compared by their pieces themselves. So nothing is a copy by accident of a hash, and the
only chance is to miss one: at 0.5 one in 10,000, at 0.7 one in a billion.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from consult.clustering.documents import Document, as_document
from consult.clustering.vectors import Integers

#: Share of pieces (Jaccard) from which a text is a near copy. On 2,080 real messages 162 of 170
#: marked copies are found so, and no pair of different requests (at 0.7: 134).
THRESHOLD = 0.5
#: Shorter texts (in letters) have too few pieces: of them only exact copies count.
SHORTEST, SHORTEST_LATIN = 20, 40
#: Letters in a piece.
WIDTH, WIDTH_LATIN = 3, 5
#: Numbers in a signature, and in one band of it.
SIGNATURE, BAND = 64, 2
#: Texts of one band compared each with its next: a band of a common form stays linear.
REACH = 4
#: Texts, or pairs, handled at a time.
BLOCK = 20_000
#: What lies beyond is not compared.
LONGEST = 4000
#: Pairs whose signatures agree so much less than wanted are not looked at again: one in
#: 100,000 copies is missed by it.
SLACK = 0.25

Doubles = npt.NDArray[np.float64]

_NOT_A_LETTER = re.compile(r"[\W_]+")
_EMPTY = np.uint32(0xFFFFFFFF)
_MIX = np.uint64(0x9E3779B97F4A7C15)


def near_copies(
    texts: Sequence[str | Document], *, threshold: float = THRESHOLD
) -> tuple[int, ...]:
    """Give each text the place of the first text that it is a copy of: its own if of none.

    Copies are texts with the same :func:`digest`, and texts of at least :data:`SHORTEST` letters
    that share ``threshold`` of their pieces, directly or over others: a form with another
    name filled in, a letter with a line added. Nothing is random, and the order of the texts
    decides only which of them is the first. A million short texts take about a minute.

    Parameters
    ----------
    texts
        The texts or documents.
    threshold
        The share of pieces, from 0.5 (below, the bands miss copies) to 1 (the same text).

    Raises
    ------
    ValueError
        If the threshold lies outside.

    Examples
    --------
    >>> form = "As a resident of {} I ask you to reopen the swimming pool at weekends."
    >>> near_copies([form.format("Oak Lane"), "Close the bridge", form.format("Elm Road")])
    (0, 1, 0)
    """
    from scipy.sparse import csgraph, csr_matrix  # noqa: PLC0415 - only who groups pays for it

    if not 0.5 <= threshold <= 1:  # noqa: PLR2004 - said in the docstring
        raise ValueError(f"threshold must lie between 0.5 and 1, not {threshold}")
    first_of, heads, wordings = _exact(texts)
    pairs = _pairs(wordings, threshold)
    graph = csr_matrix(
        (np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(len(heads), len(heads))
    )
    _count, part = csgraph.connected_components(graph, directed=False)
    _parts, first = np.unique(part, return_index=True)
    chief = np.asarray(heads, np.int64)[first[part]] if len(heads) else np.zeros(0, np.int64)
    return tuple(chief[first_of].tolist())


def _exact(texts: Sequence[str | Document]) -> tuple[Integers, list[int], list[str]]:
    """Return for each text the number of its wording, where each comes first, and its letters."""
    numbers: dict[object, int] = {}
    heads: list[int] = []
    wordings: list[str] = []
    places = np.zeros(len(texts), np.int64)
    for at, text in enumerate(texts):
        wording = letters(text)
        number = numbers.setdefault(wording or at, len(numbers))
        if number == len(heads):
            heads.append(at)
            wordings.append(wording[:LONGEST])
        places[at] = number
    return places, heads, wordings


def letters(text: str | Document) -> str:
    """Return what :func:`digest` looks at: texts with the same letters have the same digest."""
    document = as_document(text)
    whole = document.text if document.body else document.title
    if not whole.isascii():
        whole = whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if not unicodedata.is_normalized("NFKC", whole):
            whole = unicodedata.normalize("NFKC", whole)
    whole = whole.casefold()
    return _NOT_A_LETTER.sub("", whole) or "".join(whole.split())


def _pairs(wordings: Sequence[str], threshold: float) -> Integers:
    """Return pairs (first < second) of wordings that share ``threshold`` of their pieces."""
    blocks = [_pieces(wordings[at : at + BLOCK]) for at in range(0, len(wordings), BLOCK)]
    if not blocks:
        return np.zeros((0, 2), np.int64)
    signatures = np.concatenate([_signed(*block) for block in blocks])
    pieces = np.concatenate([found for found, _starts in blocks])
    sizes = np.concatenate([np.diff(starts) for _found, starts in blocks])
    starts = np.append(0, np.cumsum(sizes))
    wanted = _agreeing(signatures)
    kept: list[Integers] = [np.zeros((0, 2), np.int64)]
    for at in range(0, len(wanted), BLOCK):
        part = wanted[at : at + BLOCK]
        alike = (signatures[part[:, 0]] == signatures[part[:, 1]]).mean(axis=1)
        part = part[alike >= threshold - SLACK]
        kept.append(part[_overlap(pieces, starts, part) >= threshold])
    return np.concatenate(kept)


def _pieces(wordings: Sequence[str]) -> tuple[np.ndarray, Integers]:
    """Return hashes of the different pieces of each wording, ascending, and where each begins."""
    whole = "".join(wordings).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(whole, np.uint32).astype(np.uint64)
    sizes = np.array([len(text) for text in wordings], np.int64)
    owners = np.repeat(np.arange(len(wordings)), sizes)
    latin = np.array([_is_latin(text) for text in wordings], bool)
    width = np.where(latin, WIDTH_LATIN, WIDTH)[owners]
    hashes = np.zeros(len(codes), np.uint64)
    for step in range(min(WIDTH_LATIN, len(codes))):
        moved = np.zeros_like(codes)
        moved[: len(codes) - step] = codes[step:]
        hashes = np.where(step < width, (hashes ^ moved) * _MIX, hashes)
    hashes = _mixed(hashes) >> np.uint64(32)
    inside = np.arange(len(codes)) + width <= np.repeat(np.cumsum(sizes), sizes)
    inside &= np.repeat(sizes >= np.where(latin, SHORTEST_LATIN, SHORTEST), sizes)
    keys = (owners[inside].astype(np.uint64) << np.uint64(32)) | hashes[inside]
    keys.sort()
    keys = keys[np.diff(keys, prepend=~keys[:1]) != 0]
    owner = (keys >> np.uint64(32)).astype(np.int64)
    starts = np.searchsorted(owner, np.arange(len(wordings) + 1))
    return (keys & np.uint64(_EMPTY)).astype(np.uint32), starts


def _is_latin(text: str) -> bool:
    """Say whether most letters take one byte; one Chinese character makes no text Chinese."""
    return text.isascii() or 2 * len(text.encode("utf-8", "surrogatepass")) < 3 * len(text)


def _mixed(values: np.ndarray) -> np.ndarray:
    values = (values ^ (values >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(values ^ (values >> np.uint64(32)))


def _signed(pieces: np.ndarray, starts: Integers) -> np.ndarray:
    """Return the least piece in each of :data:`SIGNATURE` bins; an empty bin borrows the next."""
    count = len(starts) - 1
    owners = np.repeat(np.arange(count), np.diff(starts))
    bins = (pieces >> np.uint32(26)).astype(np.int64)  # the first 6 of 32 bits
    signatures = np.full(count * SIGNATURE, _EMPTY, np.uint32)
    places = owners * SIGNATURE + bins
    first = np.diff(places, prepend=-1) != 0  # ascending within a text: the first is the least
    signatures[places[first]] = pieces[first]
    table = signatures.reshape(count, SIGNATURE)
    for _ in range(SIGNATURE):
        empty = table == _EMPTY
        if not (empty.any(axis=1) & ~empty.all(axis=1)).any():
            break
        table = np.where(empty, np.roll(table, -1, axis=1), table)
    return table


def _agreeing(signatures: np.ndarray) -> Integers:
    """Return pairs of texts that agree in a band, each text with the next few of its bucket."""
    known = np.flatnonzero(signatures[:, 0] != _EMPTY)
    found: list[Integers] = [np.zeros(0, np.int64)]
    count = len(signatures)
    for at in range(0, SIGNATURE, BAND):
        one, other = signatures[known, at].astype(np.uint64), signatures[known, at + 1]
        band = (one << np.uint64(32)) | other
        order = np.argsort(band, kind="stable")
        band, texts = band[order], known[order]
        for step in range(1, REACH + 1):
            same = np.flatnonzero(band[step:] == band[:-step])
            found.append(texts[same] * count + texts[same + step])
    codes = np.concatenate(found)
    codes.sort()
    codes = codes[np.diff(codes, prepend=-1) != 0]
    return np.stack([codes // max(count, 1), codes % max(count, 1)], axis=1)


def _overlap(pieces: np.ndarray, starts: Integers, pairs: Integers) -> Doubles:
    """Return the exact share of pieces (Jaccard) of pairs of texts."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only who groups pays for it

    ends, place = _different(pairs.ravel())
    sizes = np.diff(starts)[ends]
    owners = np.repeat(np.arange(len(ends)), sizes)
    chosen = np.arange(len(owners)) + np.repeat(starts[ends] - (np.cumsum(sizes) - sizes), sizes)
    columns, column = _different(pieces[chosen].astype(np.int64))
    table = csr_matrix(
        (np.ones(len(owners), np.float32), (owners, column)),
        shape=(len(ends), max(len(columns), 1)),
    )
    place = place.reshape(-1, 2)
    shared = np.asarray(table[place[:, 0]].multiply(table[place[:, 1]]).sum(axis=1)).ravel()
    joint = sizes[place].sum(axis=1) - shared
    return np.asarray(np.where(joint > 0, shared / np.maximum(joint, 1), 0), np.float64)


def _different(values: Integers) -> tuple[Integers, Integers]:
    """Return the different values, ascending, and for each value its place among them."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    begins = np.diff(ordered, prepend=ordered[:1] - 1) != 0
    place = np.empty(len(values), np.int64)
    place[order] = np.cumsum(begins) - 1
    return ordered[begins], place


def families_of(labels: Sequence[int]) -> list[list[int]]:
    """Gather places by label, the order kept."""
    found: dict[int, list[int]] = {}
    for at, label in enumerate(labels):
        found.setdefault(label, []).append(at)
    return list(found.values())
