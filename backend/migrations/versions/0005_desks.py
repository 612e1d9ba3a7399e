"""Tables of desks."""

revision = "0005_desks"
down_revision = "0004_knowledge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
