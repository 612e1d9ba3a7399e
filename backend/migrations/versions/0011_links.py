"""The sealed index that links tips about the same offender, and tips held for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0011_links"
down_revision = "0010_two_way"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
