"""Vectors that PostgreSQL searches, and words that are found by pairs of characters

Only adds: a version before this one runs on, and knows nothing of it. What that version writes
meanwhile is seen by triggers (what awaits placement, whose words are to be indexed) and by
``embedding.searched``, which is false unless the new version wrote the row.

On PostgreSQL it fills ``search.words`` for the suggestions that are there: some 0.3 ms each, five
minutes for a million. Vectors that are there are copied into ``search.vector`` by the first job that
looks, as are the words on SQLite.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: The first pgvector with ``hnsw.iterative_scan``; ``halfvec`` came with 0.7.
PGVECTOR = (0, 8)
WITHOUT_PGVECTOR = (
    "PostgreSQL has no extension `vector` of version 0.8 or later here ({found}). Install pgvector on the "
    "server (Debian: postgresql-NN-pgvector, containers: pgvector/pgvector), then run this upgrade again."
)
NOT_ALLOWED = (
    "This role may not create the extension `vector`. Let a superuser say `CREATE EXTENSION vector` in this "
    "database once, then run this upgrade again."
)
PUBLIC_WORDS = ("public_title", "public_facts", "public_proposal")

# Signs that are words by themselves (Han, kana, hangul and their like) give each sign and each pair of
# neighbours; of others a whole word is one token. The topic is in the hash, so that a posting list
# never mixes topics. consult/text/tokens.py says the same in Python, and a test that they agree.
TOKENS = r"""
CREATE FUNCTION search.tokens(topic bigint, words text) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
    WITH plain AS (SELECT lower(normalize(words, NFKC)) AS words),
    signs AS (
        SELECT sign, lead(sign) OVER (ORDER BY place) AS follower
        FROM plain, unnest(string_to_array(regexp_replace(plain.words,
            '[^\u2E80-\u2FDF\u3005-\u3007\u3021-\u9FFF\uA000-\uABFF\uAC00-\uD7FF\uF900-\uFAFF\U00020000-\U0003FFFF]+',
            ' ', 'g'), NULL)) WITH ORDINALITY AS listed (sign, place)
    ),
    tokens AS (
        SELECT sign AS token FROM signs WHERE sign <> ' '
        UNION SELECT sign || follower FROM signs WHERE sign <> ' ' AND follower <> ' '
        UNION SELECT word FROM plain, regexp_split_to_table(plain.words,
            '[\s\u0001-\u002F\u003A-\u0060\u007B-\u00BF\u2000-\u9FFF\uA000-\uABFF\uAC00-\uD7FF\uE000-\uFE6F\uFF00-\uFFFF\U00020000-\U0003FFFF]+'
            ) AS word
        WHERE word <> ''
    )
    SELECT coalesce(array_agg((hashtextextended(token COLLATE "C", topic) >> 32)::integer), '{}')
    FROM tokens
$$
"""

POSTGRESQL = (
    "CREATE SCHEMA search",
    TOKENS,
    # A vector a different text, whoever sent it. A topic that has grown large gets a partition and a
    # graph of its own, see consult/services/grouping/graphs.py; the others share the rest, without one.
    """
    CREATE TABLE search.vector (
        topic_id bigint NOT NULL,
        digest varchar(64) NOT NULL,
        model varchar(64) NOT NULL,
        half halfvec NOT NULL,
        PRIMARY KEY (topic_id, model, digest)
    ) PARTITION BY LIST (topic_id)
    """,
    "CREATE TABLE search.vector_rest PARTITION OF search.vector DEFAULT",
    """
    CREATE TABLE search.words (
        suggestion_id bigint PRIMARY KEY REFERENCES suggestion (id) ON DELETE CASCADE,
        topic_id bigint NOT NULL,
        tokens integer[] NOT NULL
    )
    """,
    """
    INSERT INTO search.words
    SELECT id, topic_id, search.tokens(
        topic_id, concat_ws(E'\\n', public_title, public_facts, public_proposal))
    FROM suggestion
    """,
    "CREATE INDEX words_tokens ON search.words USING gin (tokens) WITH (gin_pending_list_limit = 512)",
    # The planner would take every token for rare without, and there are too many to keep shares of.
    "ALTER TABLE search.words ALTER COLUMN tokens SET STATISTICS 0",
    """
    CREATE FUNCTION search.note_new() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search.words
        SELECT id, topic_id, search.tokens(
            topic_id, concat_ws(E'\\n', public_title, public_facts, public_proposal))
        FROM fresh;
        INSERT INTO awaiting (work, topic_id, suggestion_id, noted_at)
        SELECT 'place', topic_id, id, clock_timestamp() FROM fresh WHERE status = 'received';
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER note_new AFTER INSERT ON suggestion REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION search.note_new()
    """,
    """
    CREATE FUNCTION search.note_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search.words VALUES (NEW.id, NEW.topic_id, search.tokens(
            NEW.topic_id, concat_ws(E'\\n', NEW.public_title, NEW.public_facts, NEW.public_proposal)))
        ON CONFLICT (suggestion_id) DO UPDATE SET tokens = excluded.tokens;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER note_words AFTER UPDATE OF public_title, public_facts, public_proposal ON suggestion
    FOR EACH ROW WHEN (
        (OLD.public_title, OLD.public_facts, OLD.public_proposal)
        IS DISTINCT FROM (NEW.public_title, NEW.public_facts, NEW.public_proposal)
    ) EXECUTE FUNCTION search.note_words()
    """,
    """
    CREATE FUNCTION search.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO awaiting (work, topic_id, suggestion_id, noted_at)
        VALUES ('place', NEW.topic_id, NEW.id, clock_timestamp())
        ON CONFLICT (work, topic_id, suggestion_id) DO UPDATE SET noted_at = excluded.noted_at;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER note_change AFTER UPDATE OF digest, status ON suggestion
    FOR EACH ROW WHEN (
        NEW.status = 'received' AND (OLD.digest, OLD.status) IS DISTINCT FROM (NEW.digest, NEW.status)
    ) EXECUTE FUNCTION search.note_change()
    """,
)

_NOTE = """
    INSERT OR REPLACE INTO awaiting (work, topic_id, suggestion_id, noted_at)
    SELECT '{work}', NEW.topic_id, NEW.id, strftime('%Y-%m-%d %H:%M:%f000', 'now')"""
NOTE_WORDS, NOTE_PLACE = _NOTE.format(work="words"), _NOTE.format(work="place")
SQLITE = (
    # Tokens with blanks between; nothing outside ASCII parts a token.
    "CREATE VIRTUAL TABLE search_words USING fts5(topic, tokens, tokenize='ascii')",
    f"""
    CREATE TRIGGER note_new AFTER INSERT ON suggestion BEGIN
        {NOTE_WORDS};
        {NOTE_PLACE} WHERE NEW.status = 'received';
    END
    """,
    f"""
    CREATE TRIGGER note_words AFTER UPDATE OF public_title, public_facts, public_proposal ON suggestion
    WHEN OLD.public_title <> NEW.public_title OR OLD.public_facts <> NEW.public_facts
        OR OLD.public_proposal <> NEW.public_proposal
    BEGIN {NOTE_WORDS}; END
    """,
    f"""
    CREATE TRIGGER note_change AFTER UPDATE OF digest, status ON suggestion
    WHEN NEW.status = 'received' AND (OLD.digest <> NEW.digest OR OLD.status <> NEW.status)
    BEGIN {NOTE_PLACE}; END
    """,
    """
    CREATE TRIGGER forget_words AFTER DELETE ON suggestion
    BEGIN DELETE FROM search_words WHERE rowid = OLD.id; END
    """,
    """
    INSERT INTO awaiting (work, topic_id, suggestion_id, noted_at)
    SELECT 'words', topic_id, id, strftime('%Y-%m-%d %H:%M:%f000', 'now') FROM suggestion
    """,
)
#: What has no place, no vector, or one of older words; of another model is found by its index.
UNPLACED = """
    INSERT INTO awaiting (work, topic_id, suggestion_id, noted_at)
    SELECT 'place', suggestion.topic_id, suggestion.id, CURRENT_TIMESTAMP
    FROM suggestion
    LEFT JOIN membership ON membership.suggestion_id = suggestion.id
    LEFT JOIN embedding ON embedding.suggestion_id = suggestion.id
    WHERE suggestion.status = 'received' AND (
        membership.suggestion_id IS NULL OR embedding.id IS NULL OR embedding.digest <> suggestion.digest)
"""


def upgrade() -> None:
    is_served = op.get_bind().dialect.name == "postgresql"
    if is_served:
        _require_pgvector()
    op.create_table(
        "awaiting",
        sa.Column(
            "work",
            sa.Enum("place", "words", name="work", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("suggestion_id", ID, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name="fk_awaiting_suggestion_id_suggestion",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_awaiting_topic_id_topic"),
        sa.PrimaryKeyConstraint("work", "topic_id", "suggestion_id", name="pk_awaiting"),
    )
    op.create_index("ix_awaiting_suggestion_id", "awaiting", ["suggestion_id"])
    op.create_table(
        "topic_words",
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_embedding_id", ID, nullable=False),
        sa.Column("documents", ID, nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_words_topic_id_topic"),
        sa.PrimaryKeyConstraint("topic_id", name="pk_topic_words"),
    )
    op.add_column(
        "embedding", sa.Column("searched", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index("ix_embedding_model", "embedding", ["model", "topic_id"])
    op.create_index(
        "ix_embedding_unsearched",
        "embedding",
        ["topic_id", "id"],
        sqlite_where=sa.text("NOT searched"),
        postgresql_where=sa.text("NOT searched"),
    )
    for statement in (UNPLACED, *(POSTGRESQL if is_served else SQLITE)):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        for name in ("note_new", "note_words", "note_change"):
            bind.exec_driver_sql(f"DROP TRIGGER {name} ON suggestion")
        bind.exec_driver_sql("DROP SCHEMA search CASCADE")  # the extension stays: others may use it
    else:
        for name in ("note_new", "note_words", "note_change", "forget_words"):
            bind.exec_driver_sql(f"DROP TRIGGER {name}")
        bind.exec_driver_sql("DROP TABLE search_words")
    op.drop_index("ix_embedding_unsearched", "embedding")
    op.drop_index("ix_embedding_model", "embedding")
    op.drop_column("embedding", "searched")
    op.drop_table("topic_words")
    op.drop_table("awaiting")


def _require_pgvector() -> None:
    """Have the extension, or say what to do.

    :raises RuntimeError: if it is not installed, is too old, or may not be created by this role.
    """
    bind = op.get_bind()
    there = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    offered = "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"
    found = bind.exec_driver_sql(there).scalar()
    version = found or bind.exec_driver_sql(offered).scalar()
    if version is None or tuple(map(int, version.split(".")[:2])) < PGVECTOR:
        raise RuntimeError(WITHOUT_PGVECTOR.format(found=version or "none"))
    if found is None:
        try:
            with bind.begin_nested():
                bind.exec_driver_sql("CREATE EXTENSION vector")
        except sa.exc.DBAPIError as refused:
            raise RuntimeError(NOT_ALLOWED) from refused
