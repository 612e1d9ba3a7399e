"""What desks and reporters tell each other beyond text: choices, notices, consent, commendations."""

import sqlalchemy as sa
from alembic import op

revision = "0010_two_way"
down_revision = "0009_files"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

UNSAMPLED = {
    "notices": ("lookup", "owner", "sealed", "taken_until", "expires_at"),
    "commendations": ("code_hash", "sealed_code"),
    "withdrawn_submissions": ("submission_id", "expires_at"),
}


def upgrade() -> None:
    op.add_column(
        "tips", sa.Column("handed_over", sa.Boolean, nullable=False, server_default=sa.text("false"))
    )
    op.execute(
        "UPDATE tips SET handed_over = true"
        " WHERE id IN (SELECT tip_id FROM tip_desks WHERE status = 'forwarded')"
    )
    op.create_table(
        "notices",
        sa.Column("lookup", sa.LargeBinary, primary_key=True),
        sa.Column("owner", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("due", sa.Boolean, nullable=False),
        sa.Column("taken_until", TIME),
        sa.Column("expires_at", TIME, nullable=False),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_notices_owner", "notices", ["owner"])
    op.create_index("ix_notices_expires_at", "notices", ["expires_at"])
    op.create_table(
        "commendations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tip_id", sa.Uuid, sa.ForeignKey("tips.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "message_id",
            sa.Uuid,
            sa.ForeignKey("tip_messages.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("desk_id", sa.Uuid, sa.ForeignKey("desks.id"), nullable=False),
        sa.Column("code_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("sealed_code", sa.LargeBinary, nullable=False),
        sa.Column("collected", sa.Boolean, nullable=False),
    )
    op.create_index("ix_commendations_tip_id", "commendations", ["tip_id"])
    op.create_table(
        "withdrawn_submissions",
        sa.Column("submission_id", sa.LargeBinary, primary_key=True),
        sa.Column("expires_at", TIME, nullable=False),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_withdrawn_submissions_expires_at", "withdrawn_submissions", ["expires_at"])
    for table, columns in UNSAMPLED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
        op.execute(
            f"ALTER TABLE {table} SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0)"
        )


def downgrade() -> None:
    for table in ("withdrawn_submissions", "commendations", "notices"):
        op.drop_table(table)
    op.drop_column("tips", "handed_over")
