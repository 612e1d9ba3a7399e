"""Topics, their published versions, and the working copies of trainers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_knowledge"
down_revision = "0003_accounts"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "topics",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("published", sa.Integer, nullable=False),
    )
    op.create_table(
        "topic_versions",
        sa.Column(
            "topic_id",
            sa.String,
            sa.ForeignKey("topics.id", name="fk_topic_versions_topic_id_topics"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column(
            "author_id", sa.Uuid, sa.ForeignKey("members.id", name="fk_topic_versions_author_id_members")
        ),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("restores", sa.Integer),
        sa.Column("published_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("origin IN ('seed', 'trainer', 'import')", name="ck_topic_versions_origin"),
    )
    op.create_table(
        "topic_drafts",
        sa.Column("topic_id", sa.String, primary_key=True),
        sa.Column(
            "author_id",
            sa.Uuid,
            sa.ForeignKey("members.id", name="fk_topic_drafts_author_id_members"),
            primary_key=True,
        ),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("form", postgresql.JSONB, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.drop_table("topic_drafts")
    op.drop_table("topic_versions")
    op.drop_table("topics")
