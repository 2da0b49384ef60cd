"""Tables in and out: any encoding, any size, with bad rows named by their line.

A library of its own: paths and streams in, plain values out.
"""

from consult.tables.columns import map_columns
from consult.tables.errors import ColumnUnknown, FileRefused, HeaderRefused, TableError
from consult.tables.parquet import write_parquet
from consult.tables.reading import read_table
from consult.tables.synonyms import SUGGESTION_COLUMNS
from consult.tables.table import BadRow, Row, Table
from consult.tables.writing import defuse, write_csv, write_json, write_jsonl, write_xlsx

__all__ = [
    "SUGGESTION_COLUMNS",
    "BadRow",
    "ColumnUnknown",
    "FileRefused",
    "HeaderRefused",
    "Row",
    "Table",
    "TableError",
    "defuse",
    "map_columns",
    "read_table",
    "write_csv",
    "write_json",
    "write_jsonl",
    "write_parquet",
    "write_xlsx",
]
