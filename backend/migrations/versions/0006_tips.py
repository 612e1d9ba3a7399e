"""Tips, what is sealed of them, their desks, and drafts (UNLOGGED: in no backup)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_tips"
down_revision = "0005_desks"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

UNSAMPLED = {
    "tips": ("submission_id", "receipt_lookup", "reporter_public_key", "received_at"),
    "tip_seals": ("sealed_key", "mac"),
    "tip_parts": ("sealed",),
    "tip_desks": ("due_at", "opened_at"),
    "tip_messages": ("submission_id", "sealed", "written_at", "read_at"),
    "tip_note_keys": ("sealed_key",),
    "tip_notes": ("sealed", "written_at"),
    "drafts": ("lookup", "sealed", "expires_at"),
}


def _tip(**kwargs: bool) -> sa.Column:
    return sa.Column(
        "tip_id", sa.Uuid, sa.ForeignKey("tips.id", ondelete="CASCADE"), nullable=False, **kwargs
    )


def _desk(nullable: bool = False, **kwargs: bool) -> sa.Column:
    return sa.Column("desk_id", sa.Uuid, sa.ForeignKey("desks.id"), nullable=nullable, **kwargs)


def _member(name: str, nullable: bool) -> sa.Column:
    return sa.Column(name, sa.Uuid, sa.ForeignKey("members.id"), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "tips",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("submission_id", sa.LargeBinary, unique=True),
        sa.Column("receipt_lookup", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("receipt_pepper", sa.Integer, nullable=False),
        sa.Column("reporter_public_key", sa.LargeBinary, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("province", sa.Text),
        sa.Column("readers", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.CheckConstraint("priority IN ('P1', 'P2', 'P3', 'P4')", name="ck_tips_priority"),
    )
    op.create_index("ix_tips_receipt_pepper", "tips", ["receipt_pepper"])
    op.create_table(
        "tip_seals",
        sa.Column("id", sa.Uuid, primary_key=True),
        _tip(),
        _desk(nullable=True),
        sa.Column("key_version", sa.Integer, nullable=False),
        sa.Column("sealed_key", sa.LargeBinary, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("mac_version", sa.Integer, nullable=False),
        sa.UniqueConstraint(
            "tip_id", "desk_id", postgresql_nulls_not_distinct=True, name="uq_tip_seals_tip_id_desk_id"
        ),
    )
    op.create_index("ix_tip_seals_desk_id", "tip_seals", ["desk_id"])
    op.create_table(
        "tip_parts",
        sa.Column("id", sa.Uuid, primary_key=True),
        _tip(),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_tip_parts_tip_id", "tip_parts", ["tip_id"])
    op.create_table(
        "tip_desks",
        _tip(primary_key=True),
        _desk(primary_key=True),
        sa.Column("reach", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        _member("assignee_id", nullable=True),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("opened_at", TIME),
        sa.Column("closed_on", sa.Date),
        sa.CheckConstraint("reach IN ('direct', 'escalation')", name="ck_tip_desks_reach"),
        sa.CheckConstraint(
            "status IN ('new', 'in_review', 'waiting', 'forwarded', 'closed')", name="ck_tip_desks_status"
        ),
    )
    op.create_index("ix_tip_desks_queue", "tip_desks", ["desk_id", "status", "due_at"])
    op.create_table(
        "tip_messages",
        sa.Column("id", sa.Uuid, primary_key=True),
        _tip(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        _desk(nullable=True),
        _member("author_id", nullable=True),
        sa.Column("submission_id", sa.LargeBinary),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        sa.Column("read_at", TIME),
        sa.CheckConstraint("sender IN ('desk', 'reporter')", name="ck_tip_messages_sender"),
        sa.UniqueConstraint("tip_id", "submission_id", name="uq_tip_messages_tip_id_submission_id"),
        sa.UniqueConstraint("tip_id", "number", name="uq_tip_messages_tip_id_number"),
    )
    op.create_table(
        "tip_note_keys",
        _tip(primary_key=True),
        _desk(primary_key=True),
        sa.Column("key_version", sa.Integer, nullable=False),
        sa.Column("sealed_key", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tip_notes",
        sa.Column("id", sa.Uuid, primary_key=True),
        _tip(),
        _desk(),
        _member("author_id", nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("written_at", TIME, nullable=False),
    )
    op.create_index("ix_tip_notes_tip_id", "tip_notes", ["tip_id"])
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("member_id", sa.Uuid, sa.ForeignKey("members.id", ondelete="CASCADE"), nullable=False),
        _tip(),
        _desk(),
        sa.Column("event", sa.Text, nullable=False),
        sa.UniqueConstraint(
            "member_id", "tip_id", "desk_id", "event", name="uq_notifications_member_id_tip_id_desk_id_event"
        ),
    )
    op.create_table(
        "drafts",
        sa.Column("lookup", sa.LargeBinary, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_drafts_expires_at", "drafts", ["expires_at"])
    _leave_little_behind()


def _leave_little_behind() -> None:
    """Keep samples of values out of the planner's statistics, and clear deleted rows away soon."""
    for table, columns in UNSAMPLED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
        op.execute(
            f"ALTER TABLE {table} SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0)"
        )


def downgrade() -> None:
    for table in (
        "drafts",
        "notifications",
        "tip_notes",
        "tip_note_keys",
        "tip_messages",
        "tip_desks",
        "tip_parts",
        "tip_seals",
        "tips",
    ):
        op.drop_table(table)
