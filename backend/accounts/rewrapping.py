"""Bringing a member's wraps to the current site key, at the moments when what they need is at hand.

The password's wrap is made anew when the password was given, the sealed authenticator secret when a code was.
The recovery key is printed at home: where it hangs on an older site key, the member gets another one. Pure.
"""

from backend.accounts.keys import Wrapped, open_totp_secret, seal_totp_secret, wrap_private_key
from backend.accounts.models import MemberKeys
from backend.kit.site_keys import SiteKeys


def after_password(keys: SiteKeys, row: MemberKeys, private_key: bytes, stretched: bytes) -> None:
    """The password was right: wrap under the current site key, if that is another one."""
    current, _ = keys.current("wrap")
    if row.password_wrap_version == current:
        return
    wrapped = wrap_private_key(keys, row.member_id, private_key, stretched, "password")
    row.password_wrapped, row.password_wrap_version = wrapped.value, wrapped.version


def after_code(keys: SiteKeys, row: MemberKeys) -> None:
    """The code was right too: seal its secret anew, and end a recovery key that hangs on an older site key.

    A sign-in without a saved recovery key ends with a new one.
    """
    current, _ = keys.current("wrap")
    if row.totp_sealed is not None and row.totp_wrap_version not in (None, current):
        assert row.totp_wrap_version is not None
        secret = open_totp_secret(keys, row.member_id, Wrapped(row.totp_sealed, row.totp_wrap_version))
        sealed = seal_totp_secret(keys, row.member_id, secret)
        row.totp_sealed, row.totp_wrap_version = sealed.value, sealed.version
    if row.recovery_wrapped is not None and row.recovery_wrap_version != current:
        row.spend_recovery_key()
