"""A cell as text: what a person sees in a spreadsheet, not what the file stores."""

import json
from datetime import date, datetime, time

#: Fifteen digits are what a spreadsheet keeps; beyond is noise such as 0.30000000000000004.
DIGITS = 15


def as_text(value: object) -> str:
    """Write a value of any kind as a person would: ``1.0`` is "1", midnight is only a date."""
    match value:
        case None:
            return ""
        case bool() | list() | tuple() | dict():
            return json.dumps(value, ensure_ascii=False, default=as_text)
        case float():
            return _number(value)
        case datetime():
            return _moment(value)
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _number(value: float) -> str:
    whole = value.is_integer() and abs(value) < 10**DIGITS
    return str(int(value)) if whole else format(value, f".{DIGITS}g")


def _moment(value: datetime) -> str:
    if value.time() == time.min and value.tzinfo is None:
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="seconds")
