"""Marks by which the site keys of this database are recognised; nothing of a key can be read from one."""

import sqlalchemy as sa
from alembic import op

revision = "0007_site_key_marks"
down_revision = "0006_tips"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_key_marks",
        sa.Column("purpose", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("mark", sa.LargeBinary, nullable=False),
    )
    op.execute(
        """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'antam_app') THEN
                REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON site_key_marks FROM antam_app;
            END IF;
        END $$
        """
    )


def downgrade() -> None:
    op.drop_table("site_key_marks")
