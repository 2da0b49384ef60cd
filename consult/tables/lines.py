"""The lines of a text file, none of which fills the memory."""

from collections.abc import Iterator
from typing import IO

#: Longer than any row that is taken; what lies beyond is passed over.
LONGEST = 1 << 20


def lines(stream: IO[str]) -> Iterator[str]:
    """Yield line by line; of one that is longer than ``LONGEST`` characters, its beginning.

    That beginning is no whole row, so whoever reads rows refuses it, and goes on with the next.
    """
    while line := stream.readline(LONGEST):
        yield line
        while len(line) == LONGEST and line[-1] not in "\r\n":
            line = stream.readline(LONGEST)
