"""Holds, warnings and destructions."""

import sqlalchemy as sa
from alembic import op

revision = "0013_retention"
down_revision = "0012_key_rotation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
