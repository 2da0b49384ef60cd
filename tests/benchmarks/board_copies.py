"""A month many times over, at the speed of the database: every row of the board again, as others'.

Each copy has people, messages, groups, cases and answers of its own, with numbers that lie beyond
those that were there, in the same mailboxes and with the same units. What tells two rows apart by
their words is told apart by the number of the copy. Entries of the ledger are copied too, though
their hashes form no chain: pages read them, and nobody proves them here.
"""

import sqlalchemy as sa

from consult.services.records import recounting
from consult.services.supervising import tallying
from models.ledger import LedgerEntry
from models.person import Person, PersonKind
from tests.benchmarks.board_month import TABLES, ZONE

#: Columns that have to differ, as SQL of what they were and of the copy's number ``k``.
APART = {
    "query_code": "upper(substr(md5(query_code || k), 1, 10))",
    "digest": "encode(sha256(convert_to(digest || k, 'UTF8')), 'hex')",
    "hash": "encode(sha256(convert_to(hash || k, 'UTF8')), 'hex')",
}
#: What a notice is about: ``case:12`` or ``step:345``.
KEYED = ("case_file", "case_step")
#: Later by so much a copy, so that no two messages come at one moment.
LATER = "interval '41 seconds'"
#: Tables by which things are found, with the column that names the suggestion.
BESIDE = {"search.words": "suggestion_id"}


def multiply(session, times):
    """Let there be ``times`` as much of everything; committed when it returns."""
    offsets = {model.__tablename__: _most(session, model) for model in TABLES}
    first = session.scalar(
        sa.select(sa.func.min(Person.id)).where(
            Person.kind == PersonKind.CITIZEN, Person.address_digest.is_(None)
        )
    )
    session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    for model in TABLES:
        _copy(session, model.__table__, offsets, first, times)
    for table, column in BESIDE.items():
        _copy_beside(session, table, column, offsets["suggestion"], times)
    for name, most in offsets.items():
        if most:
            session.execute(
                sa.text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")  # noqa: S608
            )
    session.commit()
    recounting.repair(session)
    tallying.rebuild(session, zone=ZONE)
    session.commit()
    session.execute(sa.text("ANALYZE"))
    session.commit()


def _most(session, model):
    table = model.__table__
    return session.scalar(sa.select(sa.func.max(table.c.id))) or 0 if "id" in table.c else 0


def _copy(session, table, offsets, first, times):
    names = [column.name for column in table.columns]
    values = [_value(table, column, offsets, first) for column in table.columns]
    chosen = {
        "person": f"id >= {first}",
        "membership": f"suggestion_id <= {offsets['suggestion']}",
        "reply_band": f"reply_id <= {offsets['reply']}",
    }.get(table.name, f"id <= {offsets[table.name]}")
    session.execute(
        sa.text(
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} "  # noqa: S608
            f"FROM {table.name} CROSS JOIN generate_series(1, {times - 1}) AS copy (k) WHERE {chosen}"
        )
    )


def _value(table, column, offsets, first):
    name = column.name
    if name in APART and (name != "digest" or table.name == "suggestion"):
        return APART[name]
    if name == "created_at" and table.name in {"suggestion", "case_file"}:
        return f"created_at + k * {LATER}"
    if name == "subject_id" and table is LedgerEntry.__table__:
        cases, messages = offsets["case_file"], offsets["suggestion"]
        return (
            f"subject_id + k * CASE subject_type WHEN 'case_file' THEN {cases} ELSE {messages} END"
        )
    if name == "subject_key":
        kind, cases, steps = "split_part(subject_key, ':', 1)", *map(offsets.get, KEYED)
        number = "split_part(subject_key, ':', 2)::bigint"
        return (
            f"{kind} || ':' || {number} + k * CASE {kind} WHEN 'case' THEN {cases} ELSE {steps} END"
        )
    target = table.name if name == "id" else _target(column)
    if target == "person":
        return f"CASE WHEN {name} >= {first} THEN {name} + k * {offsets['person']} ELSE {name} END"
    return f"{name} + k * {offsets[target]}" if offsets.get(target) else name


def _target(column):
    return next((key.column.table.name for key in column.foreign_keys), "")


def _copy_beside(session, table, column, offset, times):
    schema, name = table.split(".")
    query = sa.text(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = :schema AND table_name = :name AND is_generated = 'NEVER'"
    )
    names = session.scalars(query, {"schema": schema, "name": name}).all()
    values = [f"{one} + k * {offset}" if one == column else one for one in names]
    session.execute(
        sa.text(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} "  # noqa: S608
            f"CROSS JOIN generate_series(1, {times - 1}) AS copy (k) WHERE {column} <= {offset}"
        )
    )
