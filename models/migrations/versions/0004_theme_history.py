"""Themes as each run had them, mergers that can be taken back, and how copies arrived

Only adds: a version before this one runs on, and knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANNELS = ("web", "telephone", "letter", "mail", "visit", "meeting", "import", "api")


def upgrade() -> None:
    # References stand in the columns themselves, see 0003.
    theme = sa.ForeignKey("theme.id", name="fk_run_assignment_theme_id_theme")
    op.add_column(
        "run_assignment", sa.Column("theme_id", ID, theme, nullable=True), inline_references=True
    )
    op.add_column("theme_step", sa.Column("before", sa.JSON(), nullable=True))
    op.add_column("theme_step", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    person = sa.ForeignKey("person.id", name="fk_theme_step_undone_by_id_person")
    op.add_column(
        "theme_step", sa.Column("undone_by_id", ID, person, nullable=True), inline_references=True
    )
    channel = sa.Enum(*CHANNELS, name="channel", native_enum=False, length=32)
    op.add_column("cluster", sa.Column("copy_channel", channel, nullable=True))
    op.add_column("cluster", sa.Column("copy_channel_share", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("cluster", "copy_channel_share")
    op.drop_column("cluster", "copy_channel")
    op.drop_column("theme_step", "undone_by_id")
    op.drop_column("theme_step", "undone_at")
    op.drop_column("theme_step", "before")
    op.drop_column("run_assignment", "theme_id")
