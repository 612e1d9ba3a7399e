"""Keys of notes are authenticated, audit entries tell their key, and a desk's key can be in escrow."""

import sqlalchemy as sa
from alembic import context, op

from backend.kit.crypto import keyed_hash
from backend.kit.site_keys import SiteKeys

revision = "0012_key_rotation"
down_revision = "0011_links"
branch_labels = None
depends_on = None

UNSAMPLED = {
    "tip_note_keys": ("mac",),
    "escrow_keys": ("public_key", "mac"),
    "desk_escrows": ("sealed_desk_key", "mac"),
}
_BATCH = 1000


def upgrade() -> None:
    op.add_column("tip_note_keys", sa.Column("mac", sa.LargeBinary))
    op.add_column("tip_note_keys", sa.Column("mac_version", sa.Integer))
    _authenticate_note_keys()
    op.alter_column("tip_note_keys", "mac", nullable=False)
    op.alter_column("tip_note_keys", "mac_version", nullable=False)
    op.add_column(
        "audit_entries", sa.Column("key_version", sa.Integer, nullable=False, server_default=sa.text("1"))
    )
    op.add_column(
        "commendations", sa.Column("mac_version", sa.Integer, nullable=False, server_default=sa.text("1"))
    )
    op.alter_column("commendations", "mac_version", server_default=None)
    op.create_table(
        "escrow_keys",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("mac_version", sa.Integer, nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
    )
    op.create_table(
        "desk_escrows",
        sa.Column("desk_id", sa.Uuid, sa.ForeignKey("desks.id"), primary_key=True),
        sa.Column("key_version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("escrow_version", sa.Integer, nullable=False),
        sa.Column("desk_public_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed_desk_key", sa.LargeBinary, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Column("mac_version", sa.Integer, nullable=False),
    )
    op.execute(
        """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'antam_app') THEN
                REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON escrow_keys FROM antam_app;
            END IF;
        END $$
        """
    )
    for table, columns in UNSAMPLED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
        op.execute(
            f"ALTER TABLE {table} SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0)"
        )


def _authenticate_note_keys() -> None:
    """Give the keys of notes that are there the MAC that they were made without, this once.

    A database that was tampered with before cannot be told from one that was not.
    """
    found = op.get_bind().execute(
        sa.text("SELECT tip_id, desk_id, key_version, sealed_key FROM tip_note_keys")
    )
    rows = found.all()
    if not rows:
        return
    keys: SiteKeys | None = context.config.attributes.get("site_keys")
    if keys is None:
        raise RuntimeError("This migration needs the site keys: run it with antam up or antam migrate.")
    version, key = keys.current("mac")
    update = sa.text(
        "UPDATE tip_note_keys SET mac = :mac, mac_version = :version"
        " WHERE tip_id = :tip_id AND desk_id = :desk_id"
    )
    signed = [
        {
            "mac": keyed_hash(
                key,
                b"note key",
                row.tip_id.bytes,
                row.desk_id.bytes,
                row.key_version.to_bytes(4, "big"),
                bytes(row.sealed_key),
            ),
            "version": version,
            "tip_id": row.tip_id,
            "desk_id": row.desk_id,
        }
        for row in rows
    ]
    for start in range(0, len(signed), _BATCH):
        op.get_bind().execute(update, signed[start : start + _BATCH])


def downgrade() -> None:
    op.drop_table("desk_escrows")
    op.drop_table("escrow_keys")
    op.drop_column("commendations", "mac_version")
    op.drop_column("audit_entries", "key_version")
    op.drop_column("tip_note_keys", "mac_version")
    op.drop_column("tip_note_keys", "mac")
