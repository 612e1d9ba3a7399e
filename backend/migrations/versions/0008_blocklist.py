"""Addresses, telephone numbers and accounts that others reported, by source, and those that are allowed."""

import sqlalchemy as sa
from alembic import op

revision = "0008_blocklist"
down_revision = "0007_site_key_marks"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KINDS = "kind IN ('address', 'phone', 'account')"


def upgrade() -> None:
    op.create_table(
        "blocklist_sources",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("listed_on", sa.Date, nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("name", name="uq_blocklist_sources_name"),
    )
    op.create_table(
        "blocklist_entries",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column(
            "source_id",
            sa.Integer,
            sa.ForeignKey(
                "blocklist_sources.id",
                name="fk_blocklist_entries_source_id_blocklist_sources",
                ondelete="CASCADE",
            ),
            primary_key=True,
        ),
        sa.CheckConstraint(KINDS, name="ck_blocklist_entries_kind"),
    )
    op.create_index("ix_blocklist_entries_source_id", "blocklist_entries", ["source_id"])
    op.create_table(
        "blocklist_allowed",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("allowed_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint(KINDS, name="ck_blocklist_allowed_kind"),
    )


def downgrade() -> None:
    op.drop_table("blocklist_allowed")
    op.drop_table("blocklist_entries")
    op.drop_table("blocklist_sources")
