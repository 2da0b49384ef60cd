"""A cell as text: what a person sees in a spreadsheet, not what the file stores."""

import json
from datetime import date, datetime, time
from decimal import Decimal


def as_text(value: object) -> str:
    """Write a value of any kind as a person would: ``1.0`` is "1", midnight is only a date."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return _number(value)
        case datetime():
            return _moment(value)
        case date() | time():
            return value.isoformat()
        case int() | Decimal():
            return str(value)
        case list() | tuple() | dict():
            return json.dumps(value, ensure_ascii=False, default=as_text)
        case _:
            return str(value)


def _number(value: float) -> str:
    # Fifteen digits are what a spreadsheet keeps; the rest is noise such as 0.30000000000000004.
    whole = value.is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else format(value, ".15g")


def _moment(value: datetime) -> str:
    if value.time() == time.min and value.tzinfo is None:
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="seconds")
