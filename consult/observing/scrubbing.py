"""Keeps personal data out of logs, whoever wrote the line."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from consult.text.personal_data import find_personal_data

#: Names under which nothing is ever told.
SECRET = re.compile(
    r"pass(word|phrase)?|secret|token|cookie|authorization|contact|phone|mobile|e?mail|address"
    r"|name|person|author|title|facts|proposal|body|text|query_?code|code|form|remote_addr|ip"
)
#: What we write ourselves, and nobody else into it: not looked through.
OURS = frozenset({"level", "logger", "method", "request_id", "route", "timestamp"})
_MAY_TELL = re.compile(r"[\d@?/\[]")
_QUERY = re.compile(r"(?<=[\w/])\?[^\s\"'>]+")
_PARAMETERS = re.compile(r"\[(parameters|SQL): .*?\](?=\n|$)", re.DOTALL)
_CODED_PATH = re.compile(r"(/(?:receipts|journeys|letters|reset|verify|attachments)/)[^\s/\"'?]+")
#: No line is longer, whatever went wrong.
LONGEST = 8_000


def scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out what may tell of a person: known names by name, all else by how it looks."""
    for key, value in event.items():
        event[key] = _clean(key, value)
    return event


def _clean(key: str, value: Any) -> Any:
    if key in OURS or key.startswith("_"):
        return value
    if SECRET.fullmatch(key.lower()):
        return "…"
    if isinstance(value, str):
        return without_personal_data(value)
    if isinstance(value, Mapping):
        return {str(name): _clean(str(name), one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", one) for one in value]
    return value


def without_personal_data(text: str) -> str:
    """Mask what looks like personal data, query strings, secret codes and values of statements."""
    if text.isascii() and not _MAY_TELL.search(text):
        return text
    text = _PARAMETERS.sub(r"[\1: …]", text[:LONGEST])
    text = _CODED_PATH.sub(r"\1…", _QUERY.sub("?…", text))
    for finding in reversed(find_personal_data(text)):
        text = f"{text[: finding.start]}…{text[finding.end :]}"
    return text
