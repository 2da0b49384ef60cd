"""The clusterer as scikit-learn has them: settings, ``fit``, ``labels_``, ``predict``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from consult.clustering.documents import Document, as_document
from consult.clustering.encoders.loading import Encoder, encode_documents, load_encoder
from consult.clustering.errors import WrongDocuments
from consult.clustering.grouping.clusterer import Clusterer
from consult.clustering.grouping.numbers import REACH
from consult.clustering.index.index import Index
from consult.clustering.similarity.scoring import Weights
from consult.clustering.vectors import TABLE, Vectors, checked

#: The label of a new text that belongs to no group, as scikit-learn's noise.
NONE = -1
#: The columns taken from a table that has both.
COLUMNS = ("title", "body")
#: What stands for a missing value in tables.
MISSING = ("NoneType", "NAType", "NaTType")


class SuggestionClusterer(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # theirs have no types
    """:class:`~consult.clustering.Clusterer` as an estimator of scikit-learn.

    Takes texts: a list of strings or of :class:`~consult.clustering.Document`, an array of
    strings, or a table with one text a row and the columns title and body (pandas, polars,
    pyarrow, or an array whose first column is the title). A missing value is an empty text.
    Cost: as the clusterer's; ``predict`` enters all texts into an index on its first call, about
    half a millisecond each.

    Parameters
    ----------
    encoder
        An encoder, or the name of one as :func:`~consult.clustering.load_encoder` takes it.
    threshold
        How probable "the same request" must be for two texts alone to be joined.
    neighbours
        How many neighbours by each kind of likeness a text is compared with.
    reach
        0 chains like single linkage, 1 tears like average linkage.
    weights
        Calibration of the similarity, the shipped one by default.
    columns
        The names of the columns for title and body in a table: by default ``title`` and
        ``body`` where they are there, otherwise all, the first of which is the title.
    random_state
        Accepted because pipelines set it. Nothing is random: it changes nothing.
    progress
        Called with a stage, how much of it is done, and of how much.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        The group of each text. Groups are numbered from the largest; a text alone is a group.
    groups_ : tuple of Group
        Each with members, the representative first, keywords, cohesion, nearest other group.
    grouping_ : Grouping
        The whole result, with the settings applied and the contradictions found.
    encoder_ : Encoder
        The encoder that was used.
    n_features_in_ : int
        How many columns a table had; a list of texts has one.
    feature_names_in_ : ndarray of str
        The names of these columns, if the table had names.

    Examples
    --------
    >>> from consult.clustering import SuggestionClusterer
    >>> model = SuggestionClusterer("hashing")
    >>> model.fit_predict(["wider cycle lanes", "lower the rents", "cycle lanes, wider"]).tolist()
    [0, 1, 0]
    >>> model.predict(["cycle lanes should be wider", "more trees"]).tolist()
    [0, -1]
    """

    def __init__(
        self,
        encoder: str | Encoder = "shipped",
        *,
        threshold: float = 0.5,
        neighbours: int = 32,
        reach: float = REACH,
        weights: Mapping[str, Weights] | None = None,
        columns: Sequence[str] | None = None,
        random_state: object = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self.encoder = encoder
        self.threshold = threshold
        self.neighbours = neighbours
        self.reach = reach
        self.weights = weights
        self.columns = columns
        self.random_state = random_state
        self.progress = progress

    def fit(
        self,
        X: Any,  # noqa: N803 - the name that scikit-learn gives it
        y: object = None,
        *,
        vectors: npt.ArrayLike | None = None,
        must_link: Iterable[tuple[int, int]] = (),
        cannot_link: Iterable[tuple[int, int]] = (),
    ) -> Self:
        """Group texts.

        ``vectors`` are those of :func:`~consult.clustering.encode_documents`, if they are
        stored. The pairs, by position, are texts that people called the same or not.

        :raises ClusteringError: if texts, vectors, pairs or settings do not fit.
        """
        self.encoder_ = (
            load_encoder(self.encoder) if isinstance(self.encoder, str) else self.encoder
        )
        clusterer = Clusterer(
            self.encoder_,
            threshold=self.threshold,
            neighbours=self.neighbours,
            reach=self.reach,
            weights=self.weights,
        )
        documents = self._documents(X, reset=True)
        if vectors is None:
            vectors = encode_documents(self.encoder_, documents)
        rows = checked(vectors, len(documents), self.encoder_.dimension)
        self.grouping_ = clusterer.cluster(
            documents,
            vectors=rows,
            must_link=must_link,
            cannot_link=cannot_link,
            progress=self.progress,
        )
        self.groups_ = self.grouping_.groups
        self.labels_ = np.array(self.grouping_.labels, np.int64)
        self._placing = _Placing(documents, rows, self.threshold, self.weights)
        return self

    def predict(self, X: Any) -> npt.NDArray[np.int64]:  # noqa: N803 - as above
        """Return the group of the likeliest text for each new one, or -1 if none is likely enough.

        :raises NotFittedError: before :meth:`fit`.
        """
        check_is_fitted(self)
        documents = self._documents(X, reset=False)
        vectors = encode_documents(self.encoder_, documents)
        found = map(self._placing.index.place, documents, vectors)
        places = [len(self.labels_) if match is None else match.id for match in found]
        return np.append(self.labels_, NONE)[np.array(places, np.int64)]

    def _documents(self, data: Any, *, reset: bool) -> list[Document]:
        if _is_table(data):
            table = _chosen(data, self.columns)
            cells = validate_data(self, table, reset=reset, dtype=None, ensure_all_finite=False)
            rows = ([self._text(cell) for cell in row] for row in cells)
            return [Document(first, " ".join(filter(None, rest))) for first, *rest in rows]
        if isinstance(data, str | bytes) or not hasattr(data, "__iter__"):
            raise WrongDocuments(f"{data!r:.80} is no list of texts; give a list, even of one")
        documents = [
            as_document(text if isinstance(text, Document) else self._text(text)) for text in data
        ]
        if reset:
            self.n_features_in_ = 1
            self.__dict__.pop("feature_names_in_", None)
        return documents

    def _text(self, cell: object) -> str:
        """Read a cell of a table."""
        if isinstance(cell, str):
            return cell
        if type(cell).__name__ in MISSING or (isinstance(cell, float) and np.isnan(cell)):
            return ""
        raise WrongDocuments(
            f"{cell!r:.80} is no text. Write numbers as texts; if these are vectors, "
            "give the texts, and the vectors as fit(texts, vectors=...)"
        )

    def __sklearn_tags__(self) -> Tags:
        """Say what it takes: texts, of which any may be missing."""
        tags = super().__sklearn_tags__()
        tags.input_tags = replace(
            tags.input_tags, string=True, one_d_array=True, two_d_array=False, allow_nan=True
        )
        return tags


@dataclass(frozen=True)
class _Placing:
    """What ``predict`` needs; the index is made when it is first asked for, and not pickled."""

    documents: Sequence[Document]
    vectors: Vectors
    threshold: float
    weights: Mapping[str, Weights] | None

    @cached_property
    def index(self) -> Index:
        index = Index(threshold=self.threshold, weights=self.weights)
        index.add(range(len(self.documents)), self.documents, self.vectors)
        return index

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "index"}


def _is_table(data: Any) -> bool:
    """Say whether data has columns: a frame, an array of two dimensions or a list of rows."""
    if hasattr(data, "columns") or getattr(data, "ndim", 1) >= TABLE:
        return True
    first = next(iter(data), None) if isinstance(data, list | tuple) else None
    return isinstance(first, list | tuple | np.ndarray)


def _chosen(table: Any, columns: Sequence[str] | None) -> Any:
    """Take title and body out of a table whose columns have names."""
    if not hasattr(table, "columns"):
        return table
    there = list(getattr(table, "column_names", table.columns))
    if columns is None:
        columns = COLUMNS if set(COLUMNS) <= set(there) else there
    missing = [name for name in columns if name not in there]
    if missing:
        raise WrongDocuments(f"no column is called {missing[0]!r}; there are {there!r:.300}")
    chosen = list(columns)
    return table.select(chosen) if hasattr(table, "select") else table[chosen]
