"""Who may do what in this database, and the tables of background jobs."""

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

revision = "0001_jobs"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    # On an operator's own server there may be one role only: then there is nobody to grant to.
    if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'antam_app'")):
        op.execute("GRANT USAGE ON SCHEMA public TO antam_app")
        for rights, things in (
            ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
            ("USAGE, SELECT", "SEQUENCES"),
            ("EXECUTE", "FUNCTIONS"),
        ):
            op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {things} TO antam_app")
    # The schema of the procrastinate version that the lock pins. A later version brings SQL files of its own
    # differences, which then become a migration here.
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))


def downgrade() -> None:
    raise NotImplementedError("Nothing stands below the first migration: drop the database instead.")
