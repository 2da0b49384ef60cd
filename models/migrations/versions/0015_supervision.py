"""Supervision: counted cases and their sums, exclusions, digests, the yearly report

Only adds: a version before this one runs on, and knows nothing of it. What that version writes
meanwhile is counted too: triggers of the database mark each case that changed, and a job counts it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: What of a case the numbers are made of; other changes leave no mark.
COUNTED = (
    "state",
    "topic_id",
    "unit_id",
    "region_code",
    "domain",
    "month",
    "confidential",
    "round",
    "transfers",
    "joined_to_id",
    "accepted_at",
    "days_taken",
    "on_time",
    "excluded_at",
    "suggestion_id",
)
CHANGED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in COUNTED)
#: Trigger → when it fires, under which condition, and what finds the cases to mark.
MARKS = {
    "case_change_case_came": ("INSERT ON case_file", "", "SELECT NEW.id"),
    "case_change_case": ("UPDATE ON case_file", CHANGED, "SELECT NEW.id"),
    "case_change_case_gone": ("DELETE ON case_file", "", "SELECT OLD.id"),
    "case_change_kind": (
        "UPDATE ON suggestion",
        "OLD.kind IS DISTINCT FROM NEW.kind",
        "SELECT id FROM case_file WHERE suggestion_id = NEW.id",
    ),
    "case_change_clock_came": ("INSERT ON case_clock", "", "SELECT NEW.case_id"),
    "case_change_clock": (
        "UPDATE ON case_clock",
        "OLD.stopped_at IS DISTINCT FROM NEW.stopped_at OR OLD.due_at IS DISTINCT FROM NEW.due_at",
        "SELECT NEW.case_id",
    ),
    "case_change_step": (
        "INSERT ON case_step",
        "NEW.act = 'return_reply'",
        "SELECT NEW.case_id",
    ),
    "case_change_rating_came": ("INSERT ON rating", "", "SELECT NEW.case_id"),
    "case_change_rating": ("UPDATE ON rating", "", "SELECT NEW.case_id"),
    "case_change_rating_gone": ("DELETE ON rating", "", "SELECT OLD.case_id"),
    "case_change_appeal": ("INSERT ON appeal", "", "SELECT NEW.case_id"),
}
MARK = "INSERT INTO case_change (case_id)"


def _statements(is_postgresql: bool) -> list[str]:
    made = []
    for name, (event, condition, found) in MARKS.items():
        when = f"WHEN ({condition}) " if condition else ""
        if is_postgresql:
            made.append(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {MARK} {found}; RETURN NULL; END $$"
            )
            made.append(
                f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW {when}EXECUTE FUNCTION {name}()"
            )
        else:
            made.append(f"CREATE TRIGGER {name} AFTER {event} {when}BEGIN {MARK} {found}; END")
    return made


def upgrade() -> None:
    op.create_table('case_change',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.PrimaryKeyConstraint('id', name='pk_case_change')
    )
    op.create_table('case_count',
    sa.Column('case_id', ID, autoincrement=False, nullable=False),
    sa.Column('topic_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('domain', sa.Enum('urban', 'rural', 'transport', 'environment', 'education', 'health', 'employment', 'security', 'government', 'business', 'tourism', 'finance', 'culture', 'other', name='domain', native_enum=False, length=32), nullable=False),
    sa.Column('kind', sa.Enum('advice', 'question', 'help', 'complaint', 'report', 'praise', name='suggestionkind', native_enum=False, length=32), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('days', ID, nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received', ID, nullable=False),
    sa.Column('valid', ID, nullable=False),
    sa.Column('refused', ID, nullable=False),
    sa.Column('withdrawn', ID, nullable=False),
    sa.Column('passed_on', ID, nullable=False),
    sa.Column('accepted', ID, nullable=False),
    sa.Column('joined', ID, nullable=False),
    sa.Column('replied', ID, nullable=False),
    sa.Column('closed', ID, nullable=False),
    sa.Column('reopened', ID, nullable=False),
    sa.Column('appeals', ID, nullable=False),
    sa.Column('returned', ID, nullable=False),
    sa.Column('excluded', ID, nullable=False),
    sa.Column('excluded_replied', ID, nullable=False),
    sa.Column('on_time', ID, nullable=False),
    sa.Column('transfers', ID, nullable=False),
    sa.Column('rated', ID, nullable=False),
    sa.Column('solved', ID, nullable=False),
    sa.Column('satisfied', ID, nullable=False),
    sa.Column('asked_for_praise', ID, nullable=False),
    sa.PrimaryKeyConstraint('case_id', name='pk_case_count')
    )
    op.create_index('ix_case_count_domain', 'case_count', ['domain', 'kind', 'month'], unique=False)
    op.create_index('ix_case_count_due', 'case_count', ['due_at', 'month', 'topic_id', 'unit_id', 'domain', 'kind', 'region_code'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_index('ix_case_count_month', 'case_count', ['month', 'topic_id'], unique=False)
    op.create_index('ix_case_count_region', 'case_count', ['region_code', 'month'], unique=False)
    op.create_index('ix_case_count_topic', 'case_count', ['topic_id', 'month'], unique=False)
    op.create_index('ix_case_count_unit', 'case_count', ['unit_id', 'month'], unique=False)
    op.create_table('case_days',
    sa.Column('dimension', sa.String(length=16), nullable=False),
    sa.Column('topic_id', ID, autoincrement=False, nullable=False),
    sa.Column('unit_id', ID, autoincrement=False, nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('days', ID, autoincrement=False, nullable=False),
    sa.Column('amount', ID, nullable=False),
    sa.PrimaryKeyConstraint('dimension', 'topic_id', 'unit_id', 'month', 'key', 'days', name='pk_case_days')
    )
    op.create_index('ix_case_days_topic', 'case_days', ['dimension', 'topic_id', 'month'], unique=False, sqlite_where=sa.text('unit_id = 0'), postgresql_where=sa.text('unit_id = 0'))
    op.create_table('case_tally',
    sa.Column('dimension', sa.String(length=16), nullable=False),
    sa.Column('topic_id', ID, autoincrement=False, nullable=False),
    sa.Column('unit_id', ID, autoincrement=False, nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('received', ID, nullable=False),
    sa.Column('valid', ID, nullable=False),
    sa.Column('refused', ID, nullable=False),
    sa.Column('withdrawn', ID, nullable=False),
    sa.Column('passed_on', ID, nullable=False),
    sa.Column('accepted', ID, nullable=False),
    sa.Column('joined', ID, nullable=False),
    sa.Column('replied', ID, nullable=False),
    sa.Column('closed', ID, nullable=False),
    sa.Column('reopened', ID, nullable=False),
    sa.Column('appeals', ID, nullable=False),
    sa.Column('returned', ID, nullable=False),
    sa.Column('excluded', ID, nullable=False),
    sa.Column('excluded_replied', ID, nullable=False),
    sa.Column('on_time', ID, nullable=False),
    sa.Column('transfers', ID, nullable=False),
    sa.Column('rated', ID, nullable=False),
    sa.Column('solved', ID, nullable=False),
    sa.Column('satisfied', ID, nullable=False),
    sa.Column('asked_for_praise', ID, nullable=False),
    sa.PrimaryKeyConstraint('dimension', 'topic_id', 'unit_id', 'month', 'key', name='pk_case_tally')
    )
    op.create_index('ix_case_tally_topic', 'case_tally', ['dimension', 'topic_id', 'month'], unique=False, sqlite_where=sa.text('unit_id = 0'), postgresql_where=sa.text('unit_id = 0'))
    op.create_table('annual_words',
    sa.Column('agency_id', ID, nullable=False),
    sa.Column('year', ID, autoincrement=False, nullable=False),
    sa.Column('proposals', sa.Text(), nullable=False),
    sa.Column('other', sa.Text(), nullable=False),
    sa.Column('changed_by_id', ID, nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', ID, nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name='fk_annual_words_agency_id_agency'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name='fk_annual_words_changed_by_id_person'),
    sa.PrimaryKeyConstraint('agency_id', 'year', name='pk_annual_words')
    )
    op.create_table('digest',
    sa.Column('id', ID, nullable=False),
    sa.Column('agency_id', ID, nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', ID, nullable=False),
    sa.Column('made_by_id', ID, nullable=True),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name='fk_digest_agency_id_agency'),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name='fk_digest_made_by_id_person'),
    sa.PrimaryKeyConstraint('id', name='pk_digest'),
    sa.UniqueConstraint('agency_id', 'until', name='uq_digest_agency_id_until')
    )
    op.create_table('supervision_plan',
    sa.Column('agency_id', ID, nullable=False),
    sa.Column('rhythm', sa.Enum('never', 'daily', 'weekly', 'monthly', name='rhythm', native_enum=False, length=32), nullable=False),
    sa.Column('day', ID, nullable=False),
    sa.Column('hour', ID, nullable=False),
    sa.Column('mails', sa.Boolean(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ranking_shown', sa.Boolean(), nullable=False),
    sa.Column('ranking_least', ID, nullable=False),
    sa.Column('changed_by_id', ID, nullable=True),
    sa.Column('version', ID, nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name='fk_supervision_plan_agency_id_agency'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name='fk_supervision_plan_changed_by_id_person'),
    sa.PrimaryKeyConstraint('agency_id', name='pk_supervision_plan')
    )
    op.create_index('ix_supervision_plan_next_at', 'supervision_plan', ['next_at'], unique=False)
    op.create_table('case_exclusion',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('reason', sa.Enum('against_law', 'decided', 'repeated', 'untrue', 'impossible', 'other', name='exclusionreason', native_enum=False, length=32), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', ID, nullable=False),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', ID, nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', ID, nullable=True),
    sa.Column('end_words', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', ID, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_case_exclusion_case_id_case_file'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name='fk_case_exclusion_decided_by_id_person'),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name='fk_case_exclusion_ended_by_id_person'),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name='fk_case_exclusion_proposed_by_id_person'),
    sa.PrimaryKeyConstraint('id', name='pk_case_exclusion')
    )
    op.create_index('ix_case_exclusion_case_id', 'case_exclusion', ['case_id', 'id'], unique=False)
    op.create_index('uq_case_exclusion_current', 'case_exclusion', ['case_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('digest_line',
    sa.Column('digest_id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('position', ID, nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_digest_line_case_id_case_file'),
    sa.ForeignKeyConstraint(['digest_id'], ['digest.id'], name='fk_digest_line_digest_id_digest'),
    sa.ForeignKeyConstraint(['unit_id'], ['agency.id'], name='fk_digest_line_unit_id_agency'),
    sa.PrimaryKeyConstraint('digest_id', 'case_id', name='pk_digest_line')
    )
    op.create_index('ix_digest_line_case_id', 'digest_line', ['case_id'], unique=False)

    for statement in _statements(op.get_bind().dialect.name == "postgresql"):
        op.get_bind().exec_driver_sql(statement)
    op.execute(f"{MARK} SELECT id FROM case_file")


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (event, _condition, _found) in MARKS.items():
        if is_postgresql:
            table = event.rpartition(" ")[2]
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
        else:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_index('ix_digest_line_case_id', table_name='digest_line')
    op.drop_table('digest_line')
    op.drop_index('uq_case_exclusion_current', table_name='case_exclusion', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_case_exclusion_case_id', table_name='case_exclusion')
    op.drop_table('case_exclusion')
    op.drop_index('ix_supervision_plan_next_at', table_name='supervision_plan')
    op.drop_table('supervision_plan')
    op.drop_table('digest')
    op.drop_table('annual_words')
    for name in ('case_tally', 'case_days'):
        op.drop_index(f'ix_{name}_topic', table_name=name, sqlite_where=sa.text('unit_id = 0'), postgresql_where=sa.text('unit_id = 0'))
        op.drop_table(name)
    op.drop_index('ix_case_count_unit', table_name='case_count')
    op.drop_index('ix_case_count_topic', table_name='case_count')
    op.drop_index('ix_case_count_region', table_name='case_count')
    op.drop_index('ix_case_count_month', table_name='case_count')
    op.drop_index('ix_case_count_due', table_name='case_count', sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
    op.drop_index('ix_case_count_domain', table_name='case_count')
    op.drop_table('case_count')
    op.drop_table('case_change')
