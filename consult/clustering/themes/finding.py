"""Put groups together that speak of the same subject."""

from collections.abc import Sequence

import numpy as np

from consult.clustering.documents import Document, as_document, digest
from consult.clustering.themes.naming import names
from consult.clustering.themes.partition import parted
from consult.clustering.themes.results import Theme, Themes
from consult.clustering.themes.subjects import points
from consult.clustering.vectors import Floats, Integers, Vectors, checked, unit

#: Members whose mean stands for a group.
TYPICAL = 16
#: Members of a group whose titles are read.
READ = 5


def find_themes(documents: Sequence[str | Document], vectors: Vectors) -> Themes:
    """Put groups into themes: one text for each group (the most typical), and its vector.

    Themes are parted by meaning and wording, places left out; how many there are is where
    the groups themselves part most clearly, about 0.7 times the root of their number (500
    suggestions: 5 to 15; 300,000 groups: a few hundred). A group unlike every theme is in
    ``others``. Nothing is random, and the order of the groups does not matter.

    Cost: memory and time grow with the number of groups.

    Parameters
    ----------
    documents
        One for each group.
    vectors
        Those of :func:`~consult.clustering.encode_documents`.

    Raises
    ------
    WrongVectors
        If vectors do not fit the documents.

    Examples
    --------
    >>> from consult.clustering import HashingEncoder, encode_documents
    >>> texts = ["wider cycle lanes", "cycle lanes on bridges", "lower the rents"]
    >>> themes = find_themes(texts, encode_documents(HashingEncoder(), texts))
    >>> [theme.groups for theme in themes]
    [(1, 0, 2)]
    """
    texts = [as_document(document) for document in documents]
    rows = checked(vectors, len(texts))
    if not texts:
        return Themes((), ())
    order = sorted(
        range(len(texts)), key=lambda at: (digest(texts[at]), texts[at].title, texts[at].body)
    )
    placed = points([texts[at] for at in order], rows[order])
    labels = np.empty(len(texts), np.int64)
    labels[order] = parted(placed)
    shape = np.empty_like(placed)
    shape[order] = placed
    return described(texts, shape, labels)


def described(texts: Sequence[Document], shape: Floats, labels: Integers) -> Themes:
    """Turn labels into themes with names, the largest first; ties go by their first text."""
    found = [np.flatnonzero(labels == label) for label in np.unique(labels[labels >= 0])]
    drawn = [_drawn(texts, shape, groups) for groups in found]
    drawn.sort(key=lambda pair: (-len(pair[0]), texts[pair[0][0]].text))
    called = names(texts, [groups for groups, _cohesion in drawn])
    themes = tuple(
        Theme(tuple(groups), name.text, name.keywords, round(cohesion, 4))
        for (groups, cohesion), name in zip(drawn, called, strict=True)
    )
    place = [-1] * len(texts)
    for at, theme in enumerate(themes):
        for group in theme.groups:
            place[group] = at
    others = tuple(int(at) for at in np.flatnonzero(labels < 0))
    return Themes(themes, tuple(place), others)


def spoken(members: Sequence[Sequence[int]], documents: Sequence[str | Document]) -> list[Document]:
    """Return one text for each group: its most typical member, and the titles of the next."""
    texts = []
    for group in members:
        first, *others = (as_document(documents[at]) for at in group[:READ])
        titles = dict.fromkeys([first.title, *(one.title for one in others)])
        texts.append(Document("\n".join(titles), first.body))
    return texts


def middles(members: Sequence[Sequence[int]], vectors: Vectors) -> Vectors:
    """Return the unit mean of the most typical members of each group, as :func:`find_themes` wants."""
    heads = [vectors[np.asarray(group[:TYPICAL], np.int64)].mean(axis=0) for group in members]
    return unit(np.stack(heads)) if heads else np.zeros((0, vectors.shape[1]), np.float32)


def _drawn(texts: Sequence[Document], shape: Floats, groups: Integers) -> tuple[list[int], float]:
    """Return the groups of a theme, the most typical first, and their mean likeness to its middle."""
    centre = unit(shape[groups].sum(axis=0, keepdims=True))[0]
    likeness = shape[groups] @ centre
    order = sorted(
        range(len(groups)),
        key=lambda at: (-round(float(likeness[at]), 5), texts[int(groups[at])].text),
    )
    return [int(groups[at]) for at in order], float(likeness.mean())
