"""What desks and reporters tell each other beyond text: choices, notices, consent, commendations."""

import sqlalchemy as sa
from alembic import op

revision = "0010_two_way"
down_revision = "0009_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
