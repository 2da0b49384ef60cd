"""Casework: notes, joint meetings and files of cases, and what their lists are read by

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('case_note',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('kind', sa.Enum('note', 'supervision', name='notekind', native_enum=False, length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('author_id', ID, nullable=False),
    sa.Column('round', ID, nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name='fk_case_note_author_id_person'),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_case_note_case_id_case_file'),
    sa.PrimaryKeyConstraint('id', name='pk_case_note')
    )
    op.create_index('ix_case_note_case', 'case_note', ['case_id', 'id'], unique=False)
    untold = sa.text("kind = 'supervision' AND told_at IS NULL")
    op.create_index('ix_case_note_untold', 'case_note', ['id'], unique=False, sqlite_where=untold, postgresql_where=untold)
    op.create_table('case_meeting',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Enum('agreed', 'referred', 'adjourned', name='meetingoutcome', native_enum=False, length=32), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('recorded_by_id', ID, nullable=False),
    sa.Column('round', ID, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', ID, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_case_meeting_case_id_case_file'),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name='fk_case_meeting_recorded_by_id_person'),
    sa.PrimaryKeyConstraint('id', name='pk_case_meeting')
    )
    op.create_index('ix_case_meeting_case', 'case_meeting', ['case_id', 'id'], unique=False)
    op.create_table('case_meeting_unit',
    sa.Column('meeting_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['case_meeting.id'], name='fk_case_meeting_unit_meeting_id_case_meeting'),
    sa.ForeignKeyConstraint(['unit_id'], ['agency.id'], name='fk_case_meeting_unit_unit_id_agency'),
    sa.PrimaryKeyConstraint('meeting_id', 'unit_id', name='pk_case_meeting_unit')
    )
    op.create_index('ix_case_meeting_unit_unit_id', 'case_meeting_unit', ['unit_id'], unique=False)
    op.create_table('case_attachment',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('filename', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', ID, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('added_by_id', ID, nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_by_id', ID, nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name='fk_case_attachment_added_by_id_person'),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_case_attachment_case_id_case_file'),
    sa.ForeignKeyConstraint(['removed_by_id'], ['person.id'], name='fk_case_attachment_removed_by_id_person'),
    sa.PrimaryKeyConstraint('id', name='pk_case_attachment')
    )
    op.create_index('ix_case_attachment_case', 'case_attachment', ['case_id', 'id'], unique=False)
    op.create_index('ix_case_attachment_sha256', 'case_attachment', ['sha256'], unique=False)
    can_wait = sa.text("(urgency NOT IN ('danger', 'supply'))")
    op.create_index('ix_case_file_desk', 'case_file', ['state', can_wait, 'due_at', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_case_file_desk', table_name='case_file')
    op.drop_table('case_attachment')
    op.drop_table('case_meeting_unit')
    op.drop_table('case_meeting')
    op.drop_table('case_note')
