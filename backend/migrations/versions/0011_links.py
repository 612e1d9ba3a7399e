"""The sealed index that links tips about the same offender, and tips held for a person or merged."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011_links"
down_revision = "0010_two_way"
branch_labels = None
depends_on = None

UNSAMPLED = {"tip_index": ("value",), "tip_wordings": ("bands", "signature")}


def _tip(**kwargs: bool) -> sa.Column:
    return sa.Column(
        "tip_id", sa.Uuid, sa.ForeignKey("tips.id", ondelete="CASCADE"), nullable=False, **kwargs
    )


def upgrade() -> None:
    op.create_table(
        "tip_index",
        _tip(primary_key=True),
        sa.Column("value", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("layer", sa.Integer, nullable=False),
    )
    op.create_index("ix_tip_index_value", "tip_index", ["value"])
    op.create_table(
        "tip_wordings",
        _tip(primary_key=True),
        sa.Column("bands", postgresql.ARRAY(sa.LargeBinary), nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("layer", sa.Integer, nullable=False),
    )
    op.create_index(
        "ix_tip_wordings_bands",
        "tip_wordings",
        ["bands"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.add_column("tip_desks", sa.Column("flood_id", sa.Uuid))
    op.add_column("tip_desks", sa.Column("head_id", sa.Uuid))
    op.create_foreign_key(
        "fk_tip_desks_head_id_tips", "tip_desks", "tips", ["head_id"], ["id"], ondelete="SET NULL"
    )
    for column in ("flood_id", "head_id"):
        op.create_index(
            f"ix_tip_desks_{column}",
            "tip_desks",
            ["desk_id", column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
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
    for column in ("head_id", "flood_id"):
        op.drop_column("tip_desks", column)
    op.drop_table("tip_wordings")
    op.drop_table("tip_index")
