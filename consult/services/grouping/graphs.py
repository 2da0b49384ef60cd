"""Vectors that PostgreSQL finds: large topics have a partition and a graph of their own.

A graph (HNSW) over all topics would be walked past everybody else's texts to find those of one. So
each topic that has grown large gets a partition; the thousands of small ones share the rest, which
has no graph and is compared row by row. All of it may be thrown away: it is made again from the
bytes in ``embedding``.
"""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.orm import Session

from consult.services.grouping import turns
from consult.services.grouping.vectors import NUMBERS, enter
from models.suggestion import Embedding
from models.topic import Topic

#: From so many texts on a topic has a partition and a graph of its own.
OWN_FROM = 5000
#: So many texts or more that are not in the graph yet are quicker put into a new one.
ANEW_FROM = 20_000
#: Vectors taken in at a time.
LOT = 1000
#: Links of a vector, and how far the best place for it is looked for. More finds more and costs more.
GRAPH = "m = 16, ef_construction = 100"
#: Memory for building a graph: a million vectors of 256 numbers take 1.2 GB.
MEMORY = "1500MB"
#: The first bytes of COPY's binary format, and the last.
FIELDS = 4
BEGIN, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), struct.pack("!h", -1)


def unsearched(session: Session, topic_id: int, *, model: str, limit: int = ANEW_FROM) -> int:
    """How many vectors of a topic PostgreSQL cannot find yet, up to ``limit``."""
    query = select(1).where(*_unsearched(topic_id, model)).limit(limit)
    return len(session.scalars(query).all())


def take_in(session: Session, topic_id: int, *, model: str, limit: int = LOT) -> int:
    """Let up to ``limit`` vectors be found that are not yet; 0: all are. A millisecond each."""
    columns = (Embedding.id, Embedding.digest, Embedding.vector)
    query = select(*columns).where(*_unsearched(topic_id, model)).order_by(Embedding.id)
    rows = session.execute(query.limit(limit)).all()
    if rows:
        vectors = np.frombuffer(b"".join(row.vector for row in rows), NUMBERS)
        digests = [row.digest for row in rows]
        enter(session, topic_id, digests, vectors.reshape(len(rows), -1), model=model)
        session.execute(
            update(Embedding)
            .where(Embedding.id.in_([row.id for row in rows]))
            .values(searched=True),
            execution_options={"synchronize_session": False},
        )
    return len(rows)


def has_own(session: Session, topic_id: int) -> bool:
    """Whether a topic has a partition of its own."""
    found = session.scalar(text("SELECT to_regclass(:name)"), {"name": _partition(topic_id)})
    return found is not None


def build(session: Session, topic: Topic, *, model: str, dimension: int) -> int:
    """Give a topic a partition with a graph, in place of the one that it has; returns its texts.

    Minutes for a million, in which others read and write: the topic's turn is taken for the change at
    the end only. Broken off, nothing has happened. Of several models only this one is kept.
    """
    fresh = f"search.vector_{topic.id}_new"
    key = f"(half::halfvec({dimension})) halfvec_cosine_ops"
    _say(session, f"CREATE TABLE {fresh} (LIKE search.vector, CHECK (topic_id = {topic.id}))")
    last = _copy(session, fresh, topic.id, model)
    for statement in (
        # of copies one is enough
        f"DELETE FROM {fresh} a USING {fresh} b WHERE a.digest = b.digest AND a.ctid > b.ctid",  # noqa: S608
        f"SET LOCAL maintenance_work_mem = '{MEMORY}'",
        # one process: a container has little shared memory, and people want the other processor
        "SET LOCAL max_parallel_maintenance_workers = 0",
        f"ALTER TABLE {fresh} ADD PRIMARY KEY (topic_id, model, digest)",
        f"CREATE INDEX ON {fresh} USING hnsw ({key}) WITH ({GRAPH}) WHERE model = '{model}'",
        f"ANALYZE {fresh}",
    ):
        _say(session, statement)
    turns.take(session, topic.id)
    _exchange(session, topic.id, fresh)
    _mark_up_to(session, topic.id, model, last)
    return session.scalar(text(f"SELECT count(*) FROM {_partition(topic.id)}")) or 0  # noqa: S608


def _exchange(session: Session, topic_id: int, fresh: str) -> None:
    """Put the new partition in the place of what there was."""
    own = _partition(topic_id)
    for statement in (
        f"DROP TABLE IF EXISTS {own}",
        f"DELETE FROM search.vector WHERE topic_id = {topic_id}",  # noqa: S608
        f"ALTER TABLE {fresh} RENAME TO vector_{topic_id}",
        f"ALTER TABLE search.vector ATTACH PARTITION {own} FOR VALUES IN ({topic_id})",
    ):
        _say(session, statement)


def _copy(session: Session, table: str, topic_id: int, model: str) -> int:
    """Stream the vectors of a topic into a table; returns the last id. Memory: one lot."""
    driver: Any = session.connection().connection.driver_connection
    columns = (Embedding.id, Embedding.digest, Embedding.vector)
    query = select(*columns).where(Embedding.topic_id == topic_id, Embedding.model == model)
    last = 0
    while rows := session.execute(
        query.where(Embedding.id > last).order_by(Embedding.id).limit(LOT)
    ).all():
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table} FROM STDIN WITH (FORMAT binary)") as copy,
        ):
            copy.write(BEGIN + _packed(topic_id, model, rows) + END)
        last = rows[-1].id
    return last


def _packed(topic_id: int, model: str, rows: Sequence[Any]) -> bytes:
    """Rows of ``search.vector`` as COPY reads them: each field behind its length."""
    vectors = np.frombuffer(b"".join(row.vector for row in rows), NUMBERS).reshape(len(rows), -1)
    width = vectors.shape[1]
    name = model.encode()
    head = struct.pack("!hiq", FIELDS, 8, topic_id)
    middle = struct.pack("!i", len(name)) + name + struct.pack("!ihh", 4 + 2 * width, width, 0)
    parts: list[bytes] = []
    for row, half in zip(rows, vectors.astype(">f2"), strict=True):
        digest = row.digest.encode()
        parts += head, struct.pack("!i", len(digest)), digest, middle, half.tobytes()
    return b"".join(parts)


def _unsearched(topic_id: int, model: str) -> tuple[ColumnElement[bool], ...]:
    return (Embedding.topic_id == topic_id, ~Embedding.searched, Embedding.model == model)


def _mark_up_to(session: Session, topic_id: int, model: str, last: int) -> None:
    """Note what the new graph holds; what came since is taken in next."""
    mine = (Embedding.topic_id == topic_id, Embedding.model == model)
    for is_in, which in ((True, Embedding.id <= last), (False, Embedding.id > last)):
        session.execute(
            update(Embedding)
            .where(*mine, which, Embedding.searched.is_not(is_in))
            .values(searched=is_in),
            execution_options={"synchronize_session": False},
        )


def _partition(topic_id: int) -> str:
    return f"search.vector_{topic_id}"


def _say(session: Session, statement: str) -> None:
    session.connection().exec_driver_sql(statement)
