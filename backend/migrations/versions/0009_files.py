"""Files of a tip, sealed, and those that wait with a draft (UNLOGGED: in no backup)."""

import sqlalchemy as sa
from alembic import op

revision = "0009_files"
down_revision = "0008_blocklist"
branch_labels = None
depends_on = None

UNSAMPLED = {
    "draft_files": ("sealed", "sealed_original", "expires_at"),
    "tip_files": ("sealed_about", "sealed"),
}
LARGE = {"draft_files": ("sealed", "sealed_original"), "tip_files": ("sealed_about", "sealed")}
SOON = "autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0"
SOON_TOO = "toast.autovacuum_vacuum_threshold = 1, toast.autovacuum_vacuum_scale_factor = 0"


def upgrade() -> None:
    op.create_table(
        "draft_files",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("sealed_original", sa.LargeBinary),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_draft_files_expires_at", "draft_files", ["expires_at"])
    op.create_table(
        "tip_files",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tip_id", sa.Uuid, sa.ForeignKey("tips.id", ondelete="CASCADE"), nullable=False),
        sa.Column("message_id", sa.Uuid, sa.ForeignKey("tip_messages.id", ondelete="CASCADE")),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sealed_about", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("field IN ('clean', 'original')", name="ck_tip_files_field"),
        sa.UniqueConstraint("tip_id", "number", "field", name="uq_tip_files_tip_id_number_field"),
    )
    op.create_index("ix_tip_files_message_id", "tip_files", ["message_id"])
    for table, columns in UNSAMPLED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
        # Deleted ciphertext stands apart, in the table's own store of large values: clear that away as soon.
        op.execute(f"ALTER TABLE {table} SET ({SOON}, {SOON_TOO})")
    for table, columns in LARGE.items():
        for column in columns:  # what is sealed does not shrink: do not try
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_table("tip_files")
    op.drop_table("draft_files")
