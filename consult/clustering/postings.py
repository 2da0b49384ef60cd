"""An inverted index that grows: which documents have a token."""

from array import array
from collections import defaultdict

import numpy as np

from consult.clustering.vectors import Floats, Integers


class Postings:
    """For each token the documents that have it; removed ones stay until they are asked for.

    Not safe for use by several threads at once; its owner holds the lock.
    """

    def __init__(self) -> None:
        self._documents: defaultdict[int, array[int]] = defaultdict(lambda: array("i"))
        self._weights: defaultdict[int, array[float]] = defaultdict(lambda: array("f"))

    def add(self, document: int, numbers: Integers, weights: Floats) -> None:
        """Enter a document under each of its tokens."""
        for number, weight in zip(numbers.tolist(), weights.tolist(), strict=True):
            self._documents[number].append(document)
            self._weights[number].append(weight)

    def scores(self, numbers: Integers, weights: Floats, count: int, common: int) -> Floats:
        """Return for ``count`` documents the weighted sum of the tokens that they share.

        Tokens that more than ``common`` documents have are passed over.
        """
        found, values = [], []
        for number, weight in zip(numbers.tolist(), weights.tolist(), strict=True):
            documents = self._documents.get(number)
            if documents and len(documents) <= common:
                found.append(np.frombuffer(documents, np.int32))
                values.append(np.frombuffer(self._weights[number], np.float32) * weight)
        if not found:
            return np.zeros(count, np.float32)
        sums = np.bincount(np.concatenate(found), np.concatenate(values), minlength=count)
        return sums.astype(np.float32)
