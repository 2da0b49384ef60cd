"""Mailboxes, cases and their clocks, replies, ratings and appeals

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: 举报: no row of the release before has it, so that the index is made at once.
CONFIDENTIAL = sa.text("status = 'confidential'")


def upgrade() -> None:
    op.create_table('calendar_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('works', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('made_by_id', ID, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name='fk_calendar_day_made_by_id_person'),
    sa.PrimaryKeyConstraint('day', name='pk_calendar_day')
    )
    op.create_table('mailbox',
    sa.Column('topic_id', ID, nullable=False),
    sa.Column('addressee', sa.Text(), nullable=False),
    sa.Column('guidance', sa.Text(), nullable=False),
    sa.Column('report_unit_id', ID, nullable=False),
    sa.Column('duty_officer_id', ID, nullable=True),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('statement_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', ID, nullable=False),
    sa.ForeignKeyConstraint(['duty_officer_id'], ['person.id'], name='fk_mailbox_duty_officer_id_person'),
    sa.ForeignKeyConstraint(['report_unit_id'], ['agency.id'], name='fk_mailbox_report_unit_id_agency'),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name='fk_mailbox_topic_id_topic'),
    sa.PrimaryKeyConstraint('topic_id', name='pk_mailbox')
    )
    op.create_table('clock_rule',
    sa.Column('id', ID, nullable=False),
    sa.Column('mailbox_id', ID, nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('amount', ID, nullable=False),
    sa.Column('unit', sa.Enum('hours', 'working_days', 'days', name='timeunit', native_enum=False, length=32), nullable=False),
    sa.Column('made_by_id', ID, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name='fk_clock_rule_made_by_id_person'),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailbox.topic_id'], name='fk_clock_rule_mailbox_id_mailbox'),
    sa.PrimaryKeyConstraint('id', name='pk_clock_rule'),
    sa.UniqueConstraint('mailbox_id', 'name', name='uq_clock_rule_mailbox_id_name')
    )
    op.create_table('dispatch_rule',
    sa.Column('id', ID, nullable=False),
    sa.Column('mailbox_id', ID, nullable=False),
    sa.Column('domain', sa.Enum('urban', 'rural', 'transport', 'environment', 'education', 'health', 'employment', 'security', 'government', 'business', 'tourism', 'finance', 'culture', 'other', name='domain', native_enum=False, length=32), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('made_by_id', ID, nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name='fk_dispatch_rule_made_by_id_person'),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailbox.topic_id'], name='fk_dispatch_rule_mailbox_id_mailbox'),
    sa.ForeignKeyConstraint(['unit_id'], ['agency.id'], name='fk_dispatch_rule_unit_id_agency'),
    sa.PrimaryKeyConstraint('id', name='pk_dispatch_rule')
    )
    op.create_index('ix_dispatch_rule_unit_id', 'dispatch_rule', ['unit_id'], unique=False)
    op.create_index('uq_dispatch_rule_current', 'dispatch_rule', ['mailbox_id', 'domain', 'region_code'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('triage_word',
    sa.Column('id', ID, nullable=False),
    sa.Column('mailbox_id', ID, nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.Column('urgency', sa.Enum('routine', 'pressing', 'supply', 'danger', name='urgency', native_enum=False, length=32), nullable=False),
    sa.Column('made_by_id', ID, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name='fk_triage_word_made_by_id_person'),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailbox.topic_id'], name='fk_triage_word_mailbox_id_mailbox'),
    sa.PrimaryKeyConstraint('id', name='pk_triage_word'),
    sa.UniqueConstraint('mailbox_id', 'word', name='uq_triage_word_mailbox_id_word')
    )
    op.create_table('case_file',
    sa.Column('id', ID, nullable=False),
    sa.Column('topic_id', ID, nullable=False),
    sa.Column('mailbox_id', ID, nullable=False),
    sa.Column('suggestion_id', ID, nullable=False),
    sa.Column('cluster_id', ID, nullable=True),
    sa.Column('joined_to_id', ID, nullable=True),
    sa.Column('state', sa.Enum('submitted', 'under_review', 'returned_for_more', 'not_accepted', 'accepted', 'assigned', 'objection', 'reassigned', 'upheld', 'in_progress', 'extended', 'reply_drafted', 'reply_returned', 'replied', 'rated', 'closed', 'reopened', 'appeal', 'final_appeal', 'archived', 'merged', 'transferred', 'withdrawn', name='casestate', native_enum=False, length=32), nullable=False),
    sa.Column('domain', sa.Enum('urban', 'rural', 'transport', 'environment', 'education', 'health', 'employment', 'security', 'government', 'business', 'tourism', 'finance', 'culture', 'other', name='domain', native_enum=False, length=32), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=True),
    sa.Column('track', sa.Enum('ordinary', 'investigation', 'petition', name='track', native_enum=False, length=32), nullable=False),
    sa.Column('urgency', sa.Enum('routine', 'pressing', 'supply', 'danger', name='urgency', native_enum=False, length=32), nullable=False),
    sa.Column('urgency_confirmed_by_id', ID, nullable=True),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('named_unit_id', ID, nullable=True),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('handler_id', ID, nullable=True),
    sa.Column('round', ID, nullable=False),
    sa.Column('transfers', ID, nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('days_taken', ID, nullable=True),
    sa.Column('on_time', sa.Boolean(), nullable=True),
    sa.Column('excluded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', ID, nullable=False),
    sa.ForeignKeyConstraint(['cluster_id'], ['cluster.id'], name='fk_case_file_cluster_id_cluster'),
    sa.ForeignKeyConstraint(['handler_id'], ['person.id'], name='fk_case_file_handler_id_person'),
    sa.ForeignKeyConstraint(['joined_to_id'], ['case_file.id'], name='fk_case_file_joined_to_id_case_file'),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailbox.topic_id'], name='fk_case_file_mailbox_id_mailbox'),
    sa.ForeignKeyConstraint(['named_unit_id'], ['agency.id'], name='fk_case_file_named_unit_id_agency'),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name='fk_case_file_region_code_region'),
    sa.ForeignKeyConstraint(['suggestion_id'], ['suggestion.id'], name='fk_case_file_suggestion_id_suggestion'),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name='fk_case_file_topic_id_topic'),
    sa.ForeignKeyConstraint(['unit_id'], ['agency.id'], name='fk_case_file_unit_id_agency'),
    sa.ForeignKeyConstraint(['urgency_confirmed_by_id'], ['person.id'], name='fk_case_file_urgency_confirmed_by_id_person'),
    sa.PrimaryKeyConstraint('id', name='pk_case_file'),
    sa.UniqueConstraint('suggestion_id', name='uq_case_file_suggestion_id')
    )
    op.create_index('ix_case_file_cluster_id', 'case_file', ['cluster_id'], unique=False)
    op.create_index('ix_case_file_confidential', 'case_file', ['mailbox_id', 'suggestion_id'], unique=False, sqlite_where=sa.text('confidential'), postgresql_where=sa.text('confidential'))
    op.create_index('ix_case_file_due', 'case_file', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_index('ix_case_file_handler_id', 'case_file', ['handler_id'], unique=False)
    op.create_index('ix_case_file_joined_to_id', 'case_file', ['joined_to_id'], unique=False)
    op.create_index('ix_case_file_month', 'case_file', ['month'], unique=False)
    op.create_index('ix_case_file_region_code', 'case_file', ['region_code'], unique=False)
    op.create_index('ix_case_file_topic_created', 'case_file', ['topic_id', 'created_at'], unique=False)
    op.create_index('ix_case_file_topic_state', 'case_file', ['topic_id', 'state', 'id'], unique=False)
    op.create_index('ix_case_file_unit_topic', 'case_file', ['unit_id', 'topic_id'], unique=False)
    op.create_index('ix_case_file_unit_state', 'case_file', ['unit_id', 'state', 'due_at'], unique=False)
    op.create_table('appeal',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('final', sa.Boolean(), nullable=False),
    sa.Column('round', ID, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', ID, nullable=True),
    sa.Column('granted', sa.Boolean(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name='fk_appeal_answered_by_id_person'),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_appeal_case_id_case_file'),
    sa.ForeignKeyConstraint(['unit_id'], ['agency.id'], name='fk_appeal_unit_id_agency'),
    sa.PrimaryKeyConstraint('id', name='pk_appeal'),
    sa.UniqueConstraint('case_id', 'final', name='uq_appeal_case_id_final')
    )
    op.create_index('ix_appeal_unit_id', 'appeal', ['unit_id'], unique=False)
    op.create_table('assignment',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('lead', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('standing', 'objected', 'moved', 'upheld', 'ended', name='assignmentstate', native_enum=False, length=32), nullable=False),
    sa.Column('assigned_by_id', ID, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('objected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('objected_by_id', ID, nullable=True),
    sa.Column('objection', sa.Text(), nullable=False),
    sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ruled_by_id', ID, nullable=True),
    sa.Column('ruling', sa.Text(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['assigned_by_id'], ['person.id'], name='fk_assignment_assigned_by_id_person'),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_assignment_case_id_case_file'),
    sa.ForeignKeyConstraint(['objected_by_id'], ['person.id'], name='fk_assignment_objected_by_id_person'),
    sa.ForeignKeyConstraint(['ruled_by_id'], ['person.id'], name='fk_assignment_ruled_by_id_person'),
    sa.ForeignKeyConstraint(['unit_id'], ['agency.id'], name='fk_assignment_unit_id_agency'),
    sa.PrimaryKeyConstraint('id', name='pk_assignment')
    )
    op.create_index('ix_assignment_case_id', 'assignment', ['case_id'], unique=False)
    op.create_index('ix_assignment_unit_id', 'assignment', ['unit_id'], unique=False)
    op.create_index('uq_assignment_lead', 'assignment', ['case_id'], unique=True, sqlite_where=sa.text("lead AND state IN ('standing', 'objected', 'upheld')"), postgresql_where=sa.text("lead AND state IN ('standing', 'objected', 'upheld')"))
    op.create_table('case_clock',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('kind', sa.Enum('review', 'acceptance', 'supplement', 'objection', 'reply', 'rating', 'follow_up', 'appeal_window', 'appeal', name='clockkind', native_enum=False, length=32), nullable=False),
    sa.Column('turn', ID, nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('amount', ID, nullable=False),
    sa.Column('unit', sa.Enum('hours', 'working_days', 'days', name='timeunit', native_enum=False, length=32), nullable=False),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('extended_amount', ID, nullable=True),
    sa.Column('extended_by_id', ID, nullable=True),
    sa.Column('extension_reason', sa.Text(), nullable=False),
    sa.Column('extended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('warned', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_case_clock_case_id_case_file'),
    sa.ForeignKeyConstraint(['extended_by_id'], ['person.id'], name='fk_case_clock_extended_by_id_person'),
    sa.PrimaryKeyConstraint('id', name='pk_case_clock'),
    sa.UniqueConstraint('case_id', 'kind', 'turn', name='uq_case_clock_case_id_kind_turn')
    )
    op.create_index('ix_case_clock_running', 'case_clock', ['due_at'], unique=False, sqlite_where=sa.text('stopped_at IS NULL'), postgresql_where=sa.text('stopped_at IS NULL'))
    op.create_table('case_step',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('act', sa.String(length=32), nullable=False),
    sa.Column('state_before', sa.Enum('submitted', 'under_review', 'returned_for_more', 'not_accepted', 'accepted', 'assigned', 'objection', 'reassigned', 'upheld', 'in_progress', 'extended', 'reply_drafted', 'reply_returned', 'replied', 'rated', 'closed', 'reopened', 'appeal', 'final_appeal', 'archived', 'merged', 'transferred', 'withdrawn', name='casestate', native_enum=False, length=32), nullable=False),
    sa.Column('state_after', sa.Enum('submitted', 'under_review', 'returned_for_more', 'not_accepted', 'accepted', 'assigned', 'objection', 'reassigned', 'upheld', 'in_progress', 'extended', 'reply_drafted', 'reply_returned', 'replied', 'rated', 'closed', 'reopened', 'appeal', 'final_appeal', 'archived', 'merged', 'transferred', 'withdrawn', name='casestate', native_enum=False, length=32), nullable=False),
    sa.Column('round', ID, nullable=False),
    sa.Column('actor_id', ID, nullable=True),
    sa.Column('unit_id', ID, nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name='fk_case_step_actor_id_person'),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_case_step_case_id_case_file'),
    sa.ForeignKeyConstraint(['unit_id'], ['agency.id'], name='fk_case_step_unit_id_agency'),
    sa.PrimaryKeyConstraint('id', name='pk_case_step')
    )
    op.create_index('ix_case_step_case', 'case_step', ['case_id', 'id'], unique=False)
    op.create_table('rating',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('round', ID, nullable=False),
    sa.Column('solved', ID, nullable=False),
    sa.Column('attitude', ID, nullable=False),
    sa.Column('speed', ID, nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('asked_for_praise', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('attitude BETWEEN 1 AND 5', name='ck_rating_attitude'),
    sa.CheckConstraint('solved BETWEEN 1 AND 5', name='ck_rating_solved'),
    sa.CheckConstraint('speed BETWEEN 1 AND 5', name='ck_rating_speed'),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_rating_case_id_case_file'),
    sa.PrimaryKeyConstraint('id', name='pk_rating'),
    sa.UniqueConstraint('case_id', 'round', name='uq_rating_case_id_round')
    )
    op.create_table('reply',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('round', ID, nullable=False),
    sa.Column('stage', sa.Enum('handler', 'unit_leader', 'assigner', 'returned', 'published', name='replystage', native_enum=False, length=32), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('public_text', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('drafted_by_id', ID, nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by_id', ID, nullable=True),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', ID, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_reply_case_id_case_file'),
    sa.ForeignKeyConstraint(['drafted_by_id'], ['person.id'], name='fk_reply_drafted_by_id_person'),
    sa.ForeignKeyConstraint(['published_by_id'], ['person.id'], name='fk_reply_published_by_id_person'),
    sa.ForeignKeyConstraint(['unit_id'], ['agency.id'], name='fk_reply_unit_id_agency'),
    sa.PrimaryKeyConstraint('id', name='pk_reply'),
    sa.UniqueConstraint('case_id', 'round', name='uq_reply_case_id_round')
    )
    op.create_index('ix_reply_digest', 'reply', ['digest'], unique=False)
    op.create_index('ix_reply_published_at', 'reply', ['published_at'], unique=False)
    op.create_table('visit',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('round', ID, nullable=False),
    sa.Column('by_assigner', sa.Boolean(), nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('satisfied', sa.Boolean(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_visit_case_id_case_file'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_visit_person_id_person'),
    sa.PrimaryKeyConstraint('id', name='pk_visit')
    )
    op.create_index('ix_visit_case_id', 'visit', ['case_id'], unique=False)
    op.create_table('reply_line',
    sa.Column('reply_id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name='fk_reply_line_case_id_case_file'),
    sa.ForeignKeyConstraint(['reply_id'], ['reply.id'], name='fk_reply_line_reply_id_reply'),
    sa.PrimaryKeyConstraint('reply_id', 'case_id', name='pk_reply_line')
    )
    op.create_index('ix_reply_line_case_id', 'reply_line', ['case_id'], unique=False)
    op.create_table('reply_review',
    sa.Column('id', ID, nullable=False),
    sa.Column('reply_id', ID, nullable=False),
    sa.Column('stage', sa.Enum('handler', 'unit_leader', 'assigner', 'returned', 'published', name='replystage', native_enum=False, length=32), nullable=False),
    sa.Column('reviewer_id', ID, nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Enum('beside_the_point', 'perfunctory', 'passed_on', 'same_as_others', 'no_grounds', 'no_date', 'personal_data', 'facts_unclear', 'tone', 'other', name='returnreason', native_enum=False, length=32), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['reply_id'], ['reply.id'], name='fk_reply_review_reply_id_reply'),
    sa.ForeignKeyConstraint(['reviewer_id'], ['person.id'], name='fk_reply_review_reviewer_id_person'),
    sa.PrimaryKeyConstraint('id', name='pk_reply_review')
    )
    op.create_index('ix_reply_review_reply_id', 'reply_review', ['reply_id'], unique=False)
    op.create_index('uq_suggestion_confidential', 'suggestion', ['topic_id', 'author_id', 'digest'], unique=True, sqlite_where=CONFIDENTIAL, postgresql_where=CONFIDENTIAL)


def downgrade() -> None:
    op.drop_index('uq_suggestion_confidential', table_name='suggestion')
    # the release before knows no reports: hidden from all but their authors, they keep their numbers
    op.execute("UPDATE suggestion SET status = 'withdrawn' WHERE status = 'confidential'")
    op.drop_table('reply_review')
    op.drop_table('reply_line')
    op.drop_table('visit')
    op.drop_table('reply')
    op.drop_table('rating')
    op.drop_table('case_step')
    op.drop_table('case_clock')
    op.drop_table('assignment')
    op.drop_table('appeal')
    op.drop_table('case_file')
    op.drop_table('triage_word')
    op.drop_table('dispatch_rule')
    op.drop_table('clock_rule')
    op.drop_table('mailbox')
    op.drop_table('calendar_day')
