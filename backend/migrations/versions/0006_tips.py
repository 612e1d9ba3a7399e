"""Tables of tips."""

revision = "0006_tips"
down_revision = "0005_desks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
