"""Where to go next, when a request says so: only ever to a page of ours."""

import re
from urllib.parse import urlsplit

from flask import request, url_for

#: Browsers drop control characters and take a backslash for a slash.
UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


def is_local(path: str) -> bool:
    """Say whether ``path`` is a path on this site and nothing else."""
    if not path.startswith("/") or path.startswith("//") or UNSAFE.search(path):
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc


def next_path(default: str) -> str:
    """The ``next`` of this request if it is local, else the page of endpoint ``default``."""
    wanted = request.values.get("next", "")
    return wanted if is_local(wanted) else url_for(default)
