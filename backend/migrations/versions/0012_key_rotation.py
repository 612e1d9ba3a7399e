"""What changing site keys, leaving and escrow need."""

import sqlalchemy as sa
from alembic import op

revision = "0012_key_rotation"
down_revision = "0011_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
