"""Staff members, their keys, sessions, and the count of failed sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0003_accounts"
down_revision = "0002_audit"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.Column("one_time_salt", sa.LargeBinary),
        sa.Column("one_time_hash", sa.LargeBinary),
        sa.Column("one_time_until", INSTANT),
        sa.UniqueConstraint("login", name="uq_members_login"),
        sa.CheckConstraint(
            "role IN ('union_liaison', 'police_liaison', 'trainer', 'administrator')", name="ck_members_role"
        ),
        sa.CheckConstraint("login = lower(login)", name="ck_members_login_lower"),
    )
    op.create_table(
        "member_keys",
        sa.Column(
            "member_id",
            sa.Uuid,
            sa.ForeignKey("members.id", name="fk_member_keys_member_id_members"),
            primary_key=True,
        ),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("public_key_mac", sa.LargeBinary, nullable=False),
        sa.Column("mac_version", sa.Integer, nullable=False),
        sa.Column("password_salt", sa.LargeBinary, nullable=False),
        sa.Column("password_wrapped", sa.LargeBinary, nullable=False),
        sa.Column("password_wrap_version", sa.Integer, nullable=False),
        sa.Column("recovery_wrapped", sa.LargeBinary),
        sa.Column("recovery_wrap_version", sa.Integer),
        sa.Column("recovery_saved", sa.Boolean, nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary),
        sa.Column("totp_wrap_version", sa.Integer),
        sa.Column("totp_confirmed", sa.Boolean, nullable=False),
        sa.Column("totp_last_step", sa.Integer, nullable=False),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column(
            "member_id",
            sa.Uuid,
            sa.ForeignKey("members.id", name="fk_staff_sessions_member_id_members"),
            nullable=False,
        ),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "stage IN ('choose_password', 'enrol_totp', 'confirm_totp', 'save_recovery', 'open')",
            name="ck_staff_sessions_stage",
        ),
    )
    op.create_index("ix_staff_sessions_member_id", "staff_sessions", ["member_id"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("name_hash", sa.LargeBinary, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("blocked_until", INSTANT, nullable=False),
    )
    op.create_index("ix_sign_in_attempts_last_at", "sign_in_attempts", ["last_at"])


def downgrade() -> None:
    op.drop_table("sign_in_attempts")
    op.drop_table("staff_sessions")
    op.drop_table("member_keys")
    op.drop_table("members")
