"""Which release makes the pages: a page of another one is another page."""

import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: What decides how a page looks and what it says.
SOURCES = ("templates/**/*.html", "static/**/*.css", "static/**/*.js", "consult/**/*.mo")
CODE = ("consult/web/**/*.py", "consult/services/**/*.py", "consult/text/**/*.py", "config.py")


@cache
def mark() -> str:
    """A digest of all sources of pages; equal on all machines that run the same release."""
    digest = hashlib.sha256()
    for pattern in (*SOURCES, *CODE):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
