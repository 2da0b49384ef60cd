"""Which column of a stranger's file is which field of ours."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from consult.tables.errors import ColumnUnknown
from consult.tables.synonyms import SUGGESTION_COLUMNS
from consult.text.marks import N_


def map_columns(
    columns: Iterable[str],
    synonyms: Mapping[str, Collection[str]] = SUGGESTION_COLUMNS,
    given: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Say for each field which column fills it; fields without a column are left out.

    What is ``given`` (field → column) goes first, then the name of the field,
    then its synonyms in order. Case, blanks, full-width letters and a remark in
    brackets make no difference. A column fills one field at most.

    :raises ColumnUnknown: if ``given`` names a column or a field that does not exist.
    """
    by_name = {_plain(column): column for column in reversed(list(columns))}
    found: dict[str, str] = {}
    for field, column in (given or {}).items():
        if field not in synonyms:
            raise ColumnUnknown(
                N_("There is no field %(field)s; there are: %(fields)s."),
                field=field,
                fields=", ".join(synonyms),
            )
        found[field] = _named(column, by_name)
    taken = set(found.values())
    for field, words in synonyms.items():
        free = (by_name.get(_plain(word)) for word in (field, *words))
        column_found = next((column for column in free if column and column not in taken), None)
        if field not in found and column_found:
            found[field] = column_found
            taken.add(column_found)
    return {field: found[field] for field in synonyms if field in found}


def _named(column: str, by_name: Mapping[str, str]) -> str:
    try:
        return by_name[_plain(column)]
    except KeyError:
        raise ColumnUnknown(
            N_("Column %(column)s is not in the file; it has: %(columns)s."),
            column=column,
            columns=", ".join(reversed(list(by_name.values()))),
        ) from None


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s_\-*:]+", "", re.sub(r"\(.*?\)$", "", folded.strip())) or folded
