"""Tokens of documents that keep coming."""

import numpy as np

from consult.clustering.index.growing import Growing
from consult.clustering.tokens.columns import Column
from consult.clustering.vectors import Integers


class Bags:
    """A :class:`Column` that grows at its end: six bytes a token.

    Not safe for use by several threads at once; its owner holds the lock.
    """

    def __init__(self) -> None:
        self._starts = Growing(np.int64)
        self._starts.extend([0])
        self._numbers = Growing(np.int32)
        self._titles, self._bodies = Growing(np.uint8), Growing(np.uint8)

    def extend(self, column: Column) -> None:
        """Add documents at the end."""
        self._starts.extend(self._starts.values[-1] + column.starts[1:])
        self._numbers.extend(column.numbers)
        self._titles.extend(column.titles)
        self._bodies.extend(column.bodies)

    @property
    def column(self) -> Column:
        """Return all as one column, without copying; good until the next addition."""
        return Column(
            self._starts.values, self._numbers.values, self._titles.values, self._bodies.values
        )

    def numbers(self, at: int) -> Integers:
        """Return the tokens of one document, ascending."""
        start, stop = self._starts.values[at : at + 2].tolist()
        return np.asarray(self._numbers.values[start:stop])
