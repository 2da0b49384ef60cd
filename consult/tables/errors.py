"""What can be wrong with a table of somebody else's.

TableError
├── FileRefused       the file as a whole: missing, of another kind, in no known encoding
├── HeaderRefused     the names of its columns
└── ColumnUnknown     a column that was asked for
"""

from consult.text.errors import Explained

# Named for what happened, as in "except HeaderRefused"; hence the exceptions from N818.


class TableError(Explained):
    """A table cannot be used."""


class FileRefused(TableError):  # noqa: N818
    """The file as a whole cannot be read or written."""


class HeaderRefused(TableError):  # noqa: N818
    """The names of the columns are missing, empty or there twice."""


class ColumnUnknown(TableError):  # noqa: N818
    """A column, or a field to be filled from one, that does not exist."""
