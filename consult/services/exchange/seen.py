"""What a file has said so far, kept on disk: a million numbers must not lie in memory."""

import sqlite3


class Seen:
    """Numbers and words that were met; the file behind it is nameless and goes with it."""

    def __init__(self) -> None:
        # An empty name is SQLite's for a file of its own that it makes only when memory is short.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("PRAGMA cache_size = -8192")
        self._file.execute("CREATE TABLE number (it TEXT PRIMARY KEY) WITHOUT ROWID")
        self._file.execute("CREATE TABLE words (it TEXT PRIMARY KEY, times INT) WITHOUT ROWID")
        self._file.execute("BEGIN")

    def is_new(self, number: str) -> bool:
        """Note ``number``, and say whether it was not met before."""
        noted = self._file.execute("INSERT OR IGNORE INTO number VALUES (?)", (number,))
        return bool(noted.rowcount)

    def count(self, words: str) -> int:
        """Note ``words`` once more, and say how often they were met so far."""
        [times] = self._file.execute(
            "INSERT INTO words VALUES (?, 1)"
            " ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times",
            (words,),
        ).fetchone()
        return int(times)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
