"""Counts that pages read instead of counting

Only adds: a version before this one runs on, and knows nothing of it. What that version writes
meanwhile is counted too, since triggers of the database do it.

The counts of what is there are made in the same step: some 5 µs a row of suggestion and support.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PUBLIC = sa.text("status = 'received' AND publish_text")
#: Each list that the public reads, in its order, without the rows that it may not.
LISTS = {
    "ix_suggestion_public_recent": ("topic_id", "created_at", "id"),
    "ix_suggestion_public_support": ("topic_id", "support_count", "id"),
    "ix_suggestion_public_kind": ("topic_id", "kind", "created_at", "id"),
    "ix_suggestion_public_clause": ("clause_id", "created_at", "id"),
    "ix_suggestion_public_question": ("question_id", "created_at", "id"),
}

# What one suggestion adds: name, key and whether it does.
PARTS = (
    ("'valid'", "0", "{true}"),
    ("'public'", "0", "{row}.publish_text"),
    ("'public_' || {row}.kind", "0", "{row}.publish_text"),
    ("'clause'", "{row}.clause_id", "{row}.clause_id IS NOT NULL"),
    ("'public_clause'", "{row}.clause_id", "{row}.clause_id IS NOT NULL AND {row}.publish_text"),
    ("'public_question'", "{row}.question_id", "{row}.question_id IS NOT NULL AND {row}.publish_text"),
    ("'arrived'", "{quarter}", "{true}"),
)
CHANGED = "OLD.{0} IS DISTINCT FROM NEW.{0}"
COUNTED = ("status", "publish_text", "kind", "clause_id", "question_id")
SEEN = ("suggestion_count", "text_count", "theme_id", "retired_at", "name", "representative_id")



def _parts(row: str, *, is_postgresql: bool) -> list[tuple[str, ...]]:
    """The parts in the words of one database."""
    moment = f"{row}.created_at"
    words = {
        "row": row,
        "true": "TRUE" if is_postgresql else "1",
        "quarter": f"floor(extract(epoch FROM {moment}) / 900)::bigint"
        if is_postgresql
        else f"CAST(strftime('%s', {moment}) AS INTEGER) / 900",
    }
    return [tuple(piece.format(**words) for piece in part) for part in PARTS]


POSTGRESQL_PARTS = ", ".join(f"({', '.join(part)})" for part in _parts("s", is_postgresql=True))

POSTGRESQL = (
    # Each statement adds parts of its own: nobody waits for anybody, and a transaction of a million
    # statements does not write one row a million times. Now and then an act adds parts together.
    "CREATE SEQUENCE tally_part",
    """
CREATE FUNCTION tally_fold(topic bigint) RETURNS void LANGUAGE sql AS $$
    WITH chosen AS (
        SELECT name, key FROM tally WHERE topic_id = topic GROUP BY name, key HAVING count(*) > 4
    ),
    free AS (
        SELECT t.topic_id, t.name, t.key, t.shard FROM tally t JOIN chosen USING (name, key)
        WHERE t.topic_id = topic LIMIT 50000 FOR UPDATE OF t SKIP LOCKED
    ),
    gone AS (
        DELETE FROM tally t USING free
        WHERE (t.topic_id, t.name, t.key, t.shard) = (free.topic_id, free.name, free.key, free.shard)
        RETURNING t.name, t.key, t.amount
    )
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT topic, name, key, nextval('tally_part'), amount
    FROM (SELECT name, key, sum(amount) AS amount FROM gone GROUP BY name, key) summed
    WHERE amount <> 0
$$
""",
    """
CREATE FUNCTION tally_fold_sometimes(topic bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- once a transaction at most: what it writes itself cannot be tidied away before it ends
    IF random() < 0.004 AND coalesce(current_setting('jisi.folded', TRUE), '') <> pg_current_xact_id()::text THEN
        PERFORM set_config('jisi.folded', pg_current_xact_id()::text, TRUE);
        PERFORM tally_fold(topic);
    END IF;
END $$
""",
    # Who gains a voice goes side by side; who might lose one waits for those, and they for him:
    # what another transaction is about to add cannot be seen.
    """
CREATE FUNCTION tally_suggestions_came() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE topic bigint;
BEGIN
    FOR topic IN SELECT DISTINCT topic_id FROM came WHERE status = 'received' ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock_shared(1784930, mod(topic, 2147483647)::integer);
        INSERT INTO tally (topic_id, name, key, shard, amount)
        SELECT topic, part.name, part.key, nextval('tally_part'), count(*)
        FROM came s CROSS JOIN LATERAL (VALUES %s) AS part (name, key, counts)
        WHERE s.topic_id = topic AND s.status = 'received' AND part.counts
        GROUP BY part.name, part.key;
        PERFORM tally_fold_sometimes(topic);
        INSERT INTO voice (topic_id, person_id)
        SELECT DISTINCT place.number, author_id FROM came CROSS JOIN (VALUES (topic), (0)) AS place (number)
        WHERE topic_id = topic AND status = 'received' ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN NULL;
END $$
"""
    % POSTGRESQL_PARTS,
    """
CREATE TRIGGER tally_suggestions_came AFTER INSERT ON suggestion
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION tally_suggestions_came()
""",
    """
CREATE FUNCTION tally_suggestion_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before suggestion := OLD;
    later suggestion := NULL;
    topic bigint := OLD.topic_id;
    stood boolean := OLD.status = 'received';
    stands boolean := FALSE;
    backed bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        later := NEW;
        stands := NEW.status = 'received';
    END IF;
    IF stood AND NOT stands THEN
        PERFORM pg_advisory_xact_lock(1784930, mod(topic, 2147483647)::integer);
    ELSIF stands THEN
        PERFORM pg_advisory_xact_lock_shared(1784930, mod(topic, 2147483647)::integer);
    END IF;
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT topic, part.name, part.key, nextval('tally_part'), sum(s.sign)
    FROM (
        SELECT -1 AS sign, (before).* WHERE stood
        UNION ALL SELECT 1, (later).* WHERE stands
    ) s CROSS JOIN LATERAL (VALUES %s) AS part (name, key, counts)
    WHERE part.counts GROUP BY part.name, part.key HAVING sum(s.sign) <> 0;
    IF stood <> stands THEN
        SELECT count(*) INTO backed FROM support WHERE suggestion_id = before.id;
        IF backed > 0 THEN
            INSERT INTO tally (topic_id, name, key, shard, amount)
            VALUES (topic, 'supports', 0, nextval('tally_part'), CASE WHEN stands THEN backed ELSE -backed END);
        END IF;
    END IF;
    IF stands AND NOT stood THEN
        INSERT INTO voice (topic_id, person_id)
        SELECT topic, before.author_id UNION SELECT 0, before.author_id
        UNION SELECT topic, person_id FROM support WHERE suggestion_id = before.id
        ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    ELSIF stood AND NOT stands THEN
        PERFORM tally_voices_gone(topic, array(
            SELECT before.author_id UNION SELECT person_id FROM support WHERE suggestion_id = before.id
        ));
        DELETE FROM voice v WHERE v.topic_id = 0 AND v.person_id = before.author_id AND NOT EXISTS (
            SELECT FROM suggestion s WHERE s.author_id = v.person_id AND s.status = 'received'
        );
    END IF;
    RETURN NULL;
END $$
"""
    % POSTGRESQL_PARTS,
    """
CREATE FUNCTION tally_voices_gone(topic bigint, people bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM voice v WHERE v.topic_id = topic AND v.person_id = ANY (people)
    AND NOT EXISTS (
        SELECT FROM suggestion s
        WHERE s.author_id = v.person_id AND s.topic_id = topic AND s.status = 'received'
    )
    AND NOT EXISTS (
        SELECT FROM support b JOIN suggestion s ON s.id = b.suggestion_id
        WHERE b.person_id = v.person_id AND s.topic_id = topic AND s.status = 'received'
    )
$$
""",
    """
CREATE TRIGGER tally_suggestion_changed AFTER UPDATE ON suggestion FOR EACH ROW
WHEN (%s) EXECUTE FUNCTION tally_suggestion_changed()
"""
    % " OR ".join(CHANGED.format(name) for name in COUNTED),
    """
CREATE TRIGGER tally_suggestion_gone AFTER DELETE ON suggestion FOR EACH ROW
WHEN (OLD.status = 'received') EXECUTE FUNCTION tally_suggestion_changed()
""",
    """
CREATE FUNCTION tally_supports_came() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE topic bigint;
BEGIN
    FOR topic IN
        SELECT DISTINCT s.topic_id FROM came JOIN suggestion s ON s.id = came.suggestion_id
        WHERE s.status = 'received' ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock_shared(1784930, mod(topic, 2147483647)::integer);
        INSERT INTO tally (topic_id, name, key, shard, amount)
        SELECT topic, 'supports', 0, nextval('tally_part'), count(*)
        FROM came JOIN suggestion s ON s.id = came.suggestion_id
        WHERE s.topic_id = topic AND s.status = 'received';
        PERFORM tally_fold_sometimes(topic);
        INSERT INTO voice (topic_id, person_id)
        SELECT DISTINCT topic, came.person_id
        FROM came JOIN suggestion s ON s.id = came.suggestion_id
        WHERE s.topic_id = topic AND s.status = 'received' ORDER BY 2 ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER tally_supports_came AFTER INSERT ON support
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION tally_supports_came()
""",
    """
CREATE FUNCTION tally_supports_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE topic bigint;
BEGIN
    FOR topic IN
        SELECT DISTINCT s.topic_id FROM gone JOIN suggestion s ON s.id = gone.suggestion_id
        WHERE s.status = 'received' ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(1784930, mod(topic, 2147483647)::integer);
        INSERT INTO tally (topic_id, name, key, shard, amount)
        SELECT topic, 'supports', 0, nextval('tally_part'), -count(*)
        FROM gone JOIN suggestion s ON s.id = gone.suggestion_id
        WHERE s.topic_id = topic AND s.status = 'received';
        PERFORM tally_voices_gone(topic, array(SELECT DISTINCT person_id FROM gone));
    END LOOP;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER tally_supports_gone AFTER DELETE ON support
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tally_supports_gone()
""",
    """
CREATE FUNCTION tally_voices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE topic bigint; many bigint;
BEGIN
    FOR topic, many IN SELECT topic_id, count(*) FROM changed GROUP BY topic_id ORDER BY topic_id LOOP
        INSERT INTO tally (topic_id, name, key, shard, amount)
        VALUES (topic, 'people', 0, nextval('tally_part'), CASE WHEN TG_OP = 'DELETE' THEN -many ELSE many END);
    END LOOP;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER tally_voices_came AFTER INSERT ON voice
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_voices()
""",
    """
CREATE TRIGGER tally_voices_gone AFTER DELETE ON voice
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_voices()
""",
    # By statement, since a run writes hundreds of thousands of groups.
    """
CREATE FUNCTION tally_groups_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT c.topic_id, part.name, part.key, nextval('tally_part'), sum(part.amount)
    FROM came c CROSS JOIN LATERAL (VALUES
        ('groups', coalesce(c.theme_id, 0), 1),
        ('grouped', coalesce(c.theme_id, 0), c.suggestion_count),
        ('regrouped', 0, 1)
    ) AS part (name, key, amount)
    WHERE c.retired_at IS NULL AND c.suggestion_count > 0
    GROUP BY c.topic_id, part.name, part.key;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER tally_groups_came AFTER INSERT ON cluster
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION tally_groups_came()
""",
    """
CREATE FUNCTION tally_groups_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE topic bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM before b JOIN later l USING (id) WHERE %(seen)s) THEN
        RETURN NULL;  -- only people were counted anew
    END IF;
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT topic_id, name, key, nextval('tally_part'), sum(amount) FROM (
        SELECT c.topic_id, part.name, part.key, sign * part.amount AS amount
        FROM (SELECT -1 AS sign, before.* FROM before UNION ALL SELECT 1, later.* FROM later) c
        CROSS JOIN LATERAL (VALUES
            ('groups', coalesce(c.theme_id, 0), 1),
            ('grouped', coalesce(c.theme_id, 0), c.suggestion_count)
        ) AS part (name, key, amount)
        WHERE c.retired_at IS NULL AND c.suggestion_count > 0
        UNION ALL
        SELECT l.topic_id, 'regrouped', 0, 1 FROM before b JOIN later l USING (id) WHERE %(seen)s
    ) parts GROUP BY topic_id, name, key HAVING sum(amount) <> 0;
    FOR topic IN SELECT DISTINCT topic_id FROM later LOOP
        PERFORM tally_fold_sometimes(topic);
    END LOOP;
    RETURN NULL;
END $$
"""
    % {"seen": " OR ".join(f"b.{name} IS DISTINCT FROM l.{name}" for name in SEEN)},
    """
CREATE TRIGGER tally_groups_changed AFTER UPDATE ON cluster
REFERENCING OLD TABLE AS before NEW TABLE AS later
FOR EACH STATEMENT EXECUTE FUNCTION tally_groups_changed()
""",
    """
CREATE FUNCTION tally_groups_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT c.topic_id, part.name, part.key, nextval('tally_part'), sum(part.amount)
    FROM gone c CROSS JOIN LATERAL (VALUES
        ('groups', coalesce(c.theme_id, 0), -1),
        ('grouped', coalesce(c.theme_id, 0), -c.suggestion_count),
        ('regrouped', 0, 1)
    ) AS part (name, key, amount)
    WHERE c.retired_at IS NULL AND c.suggestion_count > 0
    GROUP BY c.topic_id, part.name, part.key;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER tally_groups_gone AFTER DELETE ON cluster
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tally_groups_gone()
""",
)
FUNCTIONS = (
    ("suggestion", "tally_suggestions_came"),
    ("suggestion", "tally_suggestion_changed"),
    ("suggestion", "tally_suggestion_gone"),
    ("support", "tally_supports_came"),
    ("support", "tally_supports_gone"),
    ("voice", "tally_voices_came"),
    ("voice", "tally_voices_gone"),
    ("cluster", "tally_groups_came"),
    ("cluster", "tally_groups_changed"),
    ("cluster", "tally_groups_gone"),
)
POSTGRESQL_DOWN = (
    *(f"DROP TRIGGER {trigger} ON {table}" for table, trigger in FUNCTIONS),
    *(
        f"DROP FUNCTION {name}"
        for name in (
            "tally_suggestions_came",
            "tally_suggestion_changed",
            "tally_voices_gone",
            "tally_supports_came",
            "tally_supports_gone",
            "tally_voices",
            "tally_groups_came",
            "tally_groups_changed",
            "tally_groups_gone",
            "tally_fold_sometimes",
            "tally_fold",
        )
    ),
    "DROP SEQUENCE tally_part",
)

SQLITE_ADD = (
    "ON CONFLICT (topic_id, name, key, shard) DO UPDATE SET amount = amount + excluded.amount"
)


def _sqlite_parts(row: str, sign: str) -> str:
    """Statements of a trigger that add what a suggestion counts for, or take it away."""
    selected = " UNION ALL ".join(
        f"SELECT {name} AS name, {key} AS key, {counts} AS counts"
        for name, key, counts in _parts(row, is_postgresql=False)
    )
    return f"""
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT {row}.topic_id, name, key, 0, {sign}1 FROM ({selected})
    WHERE counts AND {row}.status = 'received' {SQLITE_ADD};
"""


_OTHER_TIES = """
    NOT EXISTS (SELECT 1 FROM suggestion s WHERE s.author_id = voice.person_id
        AND s.topic_id = voice.topic_id AND s.status = 'received')
    AND NOT EXISTS (SELECT 1 FROM support b JOIN suggestion s ON s.id = b.suggestion_id
        WHERE b.person_id = voice.person_id AND s.topic_id = voice.topic_id AND s.status = 'received')
"""
_STANDS = "SELECT 1 FROM suggestion s WHERE s.id = {0}.suggestion_id AND s.status = 'received'"
_TOPIC = "(SELECT topic_id FROM suggestion s WHERE s.id = {0}.suggestion_id)"


def _sqlite_supports(row: str, sign: str) -> str:
    return f"""
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT {row}.topic_id, 'supports', 0, 0, {sign}count(*) FROM support
    WHERE suggestion_id = {row}.id HAVING count(*) > 0 {SQLITE_ADD};
"""


def _sqlite_groups(row: str, sign: str) -> str:
    return f"""
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT {row}.topic_id, part.name, coalesce({row}.theme_id, 0), 0, part.amount FROM (
        SELECT 'groups' AS name, {sign}1 AS amount UNION ALL SELECT 'grouped', {sign}{row}.suggestion_count
    ) AS part WHERE {row}.retired_at IS NULL AND {row}.suggestion_count > 0 {SQLITE_ADD};
"""


_REGROUPED = f"""
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT {{0}}.topic_id, 'regrouped', 0, 0, 1 WHERE TRUE {SQLITE_ADD};
"""
_AUTHOR_GONE = """
    DELETE FROM voice WHERE topic_id = 0 AND person_id = OLD.author_id AND NOT EXISTS (
        SELECT 1 FROM suggestion s WHERE s.author_id = OLD.author_id AND s.status = 'received');
"""


def _sqlite() -> dict[str, str]:
    """Name → a trigger that does what those of PostgreSQL do, row by row."""
    is_not = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in COUNTED)
    seen = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in SEEN)
    voices = "INSERT OR IGNORE INTO voice (topic_id, person_id)"
    return {
        "tally_suggestion_came": f"""AFTER INSERT ON suggestion WHEN NEW.status = 'received' BEGIN
    {_sqlite_parts("NEW", "+")}
    {voices} VALUES (NEW.topic_id, NEW.author_id), (0, NEW.author_id);
END""",
        "tally_suggestion_changed": f"""AFTER UPDATE ON suggestion WHEN {is_not} BEGIN
    {_sqlite_parts("OLD", "-")}
    {_sqlite_parts("NEW", "+")}
END""",
        "tally_suggestion_stands": f"""AFTER UPDATE ON suggestion
WHEN OLD.status <> 'received' AND NEW.status = 'received' BEGIN
    {_sqlite_supports("NEW", "+")}
    {voices} SELECT NEW.topic_id, NEW.author_id UNION SELECT 0, NEW.author_id
    UNION SELECT NEW.topic_id, person_id FROM support WHERE suggestion_id = NEW.id;
END""",
        "tally_suggestion_fell": f"""AFTER UPDATE ON suggestion
WHEN OLD.status = 'received' AND NEW.status <> 'received' BEGIN
    {_sqlite_supports("OLD", "-")}
    DELETE FROM voice WHERE topic_id = OLD.topic_id AND person_id IN (
        SELECT OLD.author_id UNION SELECT person_id FROM support WHERE suggestion_id = OLD.id
    ) AND {_OTHER_TIES};
    {_AUTHOR_GONE}
END""",
        "tally_suggestion_gone": f"""AFTER DELETE ON suggestion WHEN OLD.status = 'received' BEGIN
    {_sqlite_parts("OLD", "-")}
    DELETE FROM voice WHERE topic_id = OLD.topic_id AND person_id = OLD.author_id AND {_OTHER_TIES};
    {_AUTHOR_GONE}
END""",
        "tally_support_came": f"""AFTER INSERT ON support WHEN EXISTS ({_STANDS.format("NEW")}) BEGIN
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT {_TOPIC.format("NEW")}, 'supports', 0, 0, 1 WHERE TRUE {SQLITE_ADD};
    {voices} VALUES ({_TOPIC.format("NEW")}, NEW.person_id);
END""",
        "tally_support_gone": f"""AFTER DELETE ON support WHEN EXISTS ({_STANDS.format("OLD")}) BEGIN
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT {_TOPIC.format("OLD")}, 'supports', 0, 0, -1 WHERE TRUE {SQLITE_ADD};
    DELETE FROM voice WHERE topic_id = {_TOPIC.format("OLD")} AND person_id = OLD.person_id
    AND {_OTHER_TIES};
END""",
        "tally_voice_came": f"""AFTER INSERT ON voice BEGIN
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT NEW.topic_id, 'people', 0, 0, 1 WHERE TRUE {SQLITE_ADD};
END""",
        "tally_voice_gone": f"""AFTER DELETE ON voice BEGIN
    INSERT INTO tally (topic_id, name, key, shard, amount)
    SELECT OLD.topic_id, 'people', 0, 0, -1 WHERE TRUE {SQLITE_ADD};
END""",
        "tally_group_came": f"""AFTER INSERT ON cluster
WHEN NEW.retired_at IS NULL AND NEW.suggestion_count > 0 BEGIN
    {_sqlite_groups("NEW", "+")}
    {_REGROUPED.format("NEW")}
END""",
        "tally_group_changed": f"""AFTER UPDATE ON cluster WHEN {seen} BEGIN
    {_sqlite_groups("OLD", "-")}
    {_sqlite_groups("NEW", "+")}
    {_REGROUPED.format("NEW")}
END""",
        "tally_group_gone": f"""AFTER DELETE ON cluster BEGIN
    {_sqlite_groups("OLD", "-")}
    {_REGROUPED.format("OLD")}
END""",
    }


def _fill(is_postgresql: bool) -> None:
    """Count what is there. The people come by the triggers of `voice`, which stand by now."""
    for name, key, counts in _parts("s", is_postgresql=is_postgresql):
        op.execute(
            "INSERT INTO tally (topic_id, name, key, shard, amount) "
            f"SELECT s.topic_id, {name} AS name, {key} AS key, 0, count(*) FROM suggestion s "
            f"WHERE s.status = 'received' AND {counts} GROUP BY 1, 2, 3"
        )
    op.execute(
        "INSERT INTO tally (topic_id, name, key, shard, amount) "
        "SELECT s.topic_id, 'supports', 0, 0, count(*) FROM support b "
        "JOIN suggestion s ON s.id = b.suggestion_id WHERE s.status = 'received' GROUP BY 1"
    )
    for name, amount in (("groups", "count(*)"), ("grouped", "sum(suggestion_count)")):
        op.execute(
            "INSERT INTO tally (topic_id, name, key, shard, amount) "
            f"SELECT topic_id, '{name}', coalesce(theme_id, 0) AS key, 0, {amount} FROM cluster "
            "WHERE retired_at IS NULL AND suggestion_count > 0 GROUP BY 1, 3"
        )
    op.execute(
        "INSERT INTO voice (topic_id, person_id) "
        "SELECT topic_id, author_id FROM suggestion WHERE status = 'received' "
        "UNION SELECT 0, author_id FROM suggestion WHERE status = 'received' "
        "UNION SELECT s.topic_id, b.person_id FROM support b "
        "JOIN suggestion s ON s.id = b.suggestion_id WHERE s.status = 'received'"
    )


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("topic_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", ID, autoincrement=False, nullable=False),
        sa.Column("shard", ID, autoincrement=False, nullable=False),
        sa.Column("amount", ID, nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "name", "key", "shard", name="pk_tally"),
    )
    op.create_index("ix_tally_name", "tally", ["name", "topic_id"])
    op.create_table(
        "voice",
        sa.Column("topic_id", ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "person_id", name="pk_voice"),
    )
    for name, columns in LISTS.items():
        op.create_index(
            name, "suggestion", list(columns), sqlite_where=PUBLIC, postgresql_where=PUBLIC
        )
    op.create_index("ix_cluster_topic_newest", "cluster", ["topic_id", "retired_at", "newest_at"])
    op.create_index(
        "ix_membership_cluster_similarity",
        "membership",
        ["cluster_id", "similarity", "suggestion_id"],
    )
    op.create_index("ix_ledger_entry_topic_id_id", "ledger_entry", ["topic_id", "id"])
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    statements = (
        POSTGRESQL
        if is_postgresql
        else [f"CREATE TRIGGER {name} {body}" for name, body in _sqlite().items()]
    )
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
    _fill(is_postgresql)


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_DOWN if is_postgresql else map("DROP TRIGGER {}".format, _sqlite()):
        op.get_bind().exec_driver_sql(statement)
    op.drop_index("ix_ledger_entry_topic_id_id", "ledger_entry")
    op.drop_index("ix_membership_cluster_similarity", "membership")
    op.drop_index("ix_cluster_topic_newest", "cluster")
    for name in LISTS:
        op.drop_index(name, "suggestion")
    op.drop_table("voice")
    op.drop_table("tally")
