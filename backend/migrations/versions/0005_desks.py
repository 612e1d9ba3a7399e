"""Desks and their members."""

import sqlalchemy as sa
from alembic import op

revision = "0005_desks"
down_revision = "0004_knowledge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desks",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("province", sa.Text),
        sa.Column("public_key", sa.LargeBinary),
        sa.Column("public_key_mac", sa.LargeBinary),
        sa.Column("mac_version", sa.Integer),
        sa.Column("key_version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rotation_due", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.CheckConstraint("kind IN ('union', 'police')", name="ck_desks_kind"),
        sa.UniqueConstraint(
            "kind", "province", postgresql_nulls_not_distinct=True, name="uq_desks_kind_province"
        ),
    )
    op.create_table(
        "desk_members",
        sa.Column("desk_id", sa.Uuid, sa.ForeignKey("desks.id"), primary_key=True),
        sa.Column("member_id", sa.Uuid, sa.ForeignKey("members.id"), primary_key=True),
        sa.Column("sealed_desk_key", sa.LargeBinary),
        sa.Column("key_version", sa.Integer),
        sa.Column("seat_mac", sa.LargeBinary),
        sa.Column("seat_mac_version", sa.Integer),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Uuid, sa.ForeignKey("members.id")),
        sa.Column("granted_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_desk_members_member_id", "desk_members", ["member_id"])


def downgrade() -> None:
    op.drop_table("desk_members")
    op.drop_table("desks")
