"""Holds, warnings and destructions; and the one way out of the audit log: being older than two years."""

import sqlalchemy as sa
from alembic import op

revision = "0013_retention"
down_revision = "0012_key_rotation"
branch_labels = None
depends_on = None


def _tip() -> sa.Column:
    return sa.Column("tip_id", sa.Uuid, sa.ForeignKey("tips.id", ondelete="CASCADE"), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "tip_holds",
        _tip(),
        sa.Column("desk_id", sa.Uuid, sa.ForeignKey("desks.id"), primary_key=True),
        sa.Column("member_id", sa.Uuid, sa.ForeignKey("members.id"), nullable=False),
        sa.Column("until", sa.Date, nullable=False),
    )
    op.create_table(
        "tip_warnings",
        _tip(),
        sa.Column("event", sa.Text, primary_key=True),
        sa.Column("about", sa.Date, nullable=False),
        sa.CheckConstraint("event IN ('destruction_near', 'open_for_long')", name="ck_tip_warnings_event"),
    )
    op.create_table(
        "destructions",
        sa.Column("mark", sa.LargeBinary, primary_key=True),
        sa.Column("key_version", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.execute("ALTER TABLE destructions ALTER COLUMN mark SET STATISTICS 0")
    for table in ("tip_holds", "tip_warnings", "destructions"):
        op.execute(
            f"ALTER TABLE {table} SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0)"
        )
    _let_old_audit_entries_go()


def _let_old_audit_entries_go() -> None:
    """The database itself refuses to lose an entry that is younger, whoever asks."""
    op.execute("DROP TRIGGER audit_entries_append_only ON audit_entries")
    op.execute(
        "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR TRUNCATE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries "
        "FOR EACH ROW WHEN (OLD.at > now() - interval '2 years') EXECUTE FUNCTION refuse_audit_change()"
    )
    op.execute(
        """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'antam_app') THEN
                GRANT DELETE ON audit_entries TO antam_app;
            END IF;
        END $$
        """
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_entries_kept ON audit_entries")
    op.execute("DROP TRIGGER audit_entries_append_only ON audit_entries")
    op.execute(
        "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )
    for table in ("destructions", "tip_warnings", "tip_holds"):
        op.drop_table(table)
