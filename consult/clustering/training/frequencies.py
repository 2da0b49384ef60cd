"""How often words are used in ordinary messages: what a small topic cannot know by itself."""

import gzip
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from consult.clustering.tokens.words import grams, words

#: A token in fewer documents, or in a smaller share of them, is not listed.
FEWEST, SMALLEST = 4, 0.0005


def write(folder: Path, archives: Sequence[Sequence[str]]) -> None:
    """Write ``words.tsv.gz`` and ``grams.tsv.gz``: each token and its share of an archive's texts.

    An archive is in one language; a token gets its largest share. The same texts
    always give the same bytes.
    """
    for name, cut in (("words", words), ("grams", grams)):
        shares: dict[str, float] = {}
        for archive in archives:
            for token, share in _shares(archive, cut):
                shares[token] = max(share, shares.get(token, 0.0))
        lines = "".join(f"{token}\t{shares[token]:.5f}\n" for token in sorted(shares))
        with gzip.GzipFile(folder / f"{name}.tsv.gz", "wb", mtime=0) as stream:
            stream.write(lines.encode())


def _shares(
    archive: Sequence[str], cut: Callable[[str], Iterable[str]]
) -> Iterable[tuple[str, float]]:
    counts = Counter(token for text in archive for token in set(cut(text)))
    for token, count in counts.items():
        if count >= FEWEST and count / len(archive) > SMALLEST:
            yield token, count / len(archive)
