"""Files of a tip, sealed, and those of drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0009_files"
down_revision = "0008_blocklist"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
