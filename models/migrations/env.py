"""How Alembic finds the database: through the application that Flask-Migrate runs it in."""

from typing import Any

from alembic import context
from flask import current_app

import models  # noqa: F401 - makes every table known
from models.base import Base, UTCDateTime


def render(kind: str, thing: Any, autogen_context: Any) -> str | bool:
    """Write our moment as the plain type below it: a migration outlives our classes."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Leave the tables of the queue to procrastinate, those of full text search to SQLite."""
    return not (kind == "table" and (name or "").startswith(("procrastinate_", "search_words")))


engine = current_app.extensions["migrate"].db.engine
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render,
        include_name=is_ours,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
