"""Ways back in with the recovery key: a forgotten password, or a lost phone. Attempts count as at sign-in.

The recovery key replaces one of the two, never both: the other is still asked for. It works once, and a new
one is shown when the sign-in is finished. Who has lost password and phone goes to an administrator.
"""

from backend.accounts import repository, sessions, sign_in
from backend.accounts.keys import Wrapped, unwrap_private_key
from backend.accounts.models import MemberKeys
from backend.accounts.passwords import normal_login, password_fault, recovery_key_from_text
from backend.accounts.schemas import Arrived, Faulty, Refused
from backend.accounts.sessions import Held, Stage
from backend.accounts.sign_in import Entry
from backend.kit.crypto import Unsealable, same
from backend.kit.errors import Forbidden
from backend.kit.site_keys import SiteKeys


async def recover(
    entry: Entry, login: str, recovery_text: str, new: str, repeated: str
) -> Arrived | Refused | Faulty:
    """A forgotten password: the recovery key opens the private key, a new password wraps it.

    The recovery key is spent. The code of the authenticator app is still asked afterwards; where none would
    be, because no app is connected, the recovery key opens nothing.
    """
    login = normal_login(login)[: sign_in.LONGEST_LOGIN]
    if fault := password_fault(new, repeated, login):
        return Faulty(fault)
    if wait := await entry.admit(login):
        return Refused(wait)
    member = await repository.member_by_login(entry.session, login)
    row = None if member is None else await repository.keys_for_change(entry.session, member.id)
    private_key = None if row is None else _open_by_recovery(entry.keys, row, recovery_text)
    if member is None or not member.active or row is None or private_key is None or not row.totp_confirmed:
        return Refused()
    await sign_in.set_password(entry.keys, member.id, row, private_key, new)
    row.spend_recovery_key()
    await entry.note(member.id, "account.recovered")
    await sessions.end_all(entry.session, member.id)
    return await sign_in.after_password(entry, member.id, private_key)


async def replace_phone(entry: Entry, held: Held, recovery_text: str) -> Arrived | Refused:
    """A lost authenticator: password (already given) and recovery key together enrol a new one.

    The recovery key is spent.
    """
    member = await sign_in.member_at(entry, held, Stage.CONFIRM_TOTP)
    if wait := await entry.admit(member.login):
        return Refused(wait)
    row = await repository.keys_for_change(entry.session, member.id)
    if row is None or held.private_key is None:
        raise Forbidden
    opened = _open_by_recovery(entry.keys, row, recovery_text)
    if opened is None or not same(opened, held.private_key):
        return Refused()
    sign_in.ensure_totp_secret(entry.keys, row, renew=True)
    row.spend_recovery_key()
    await entry.note(member.id, "account.totp_replaced")
    await sessions.end_all(entry.session, member.id)
    return await entry.begin(member.id, Stage.ENROL_TOTP, held.private_key)


def _open_by_recovery(keys: SiteKeys, row: MemberKeys, recovery_text: str) -> bytes | None:
    recovery_key = recovery_key_from_text(recovery_text)
    if recovery_key is None or row.recovery_wrapped is None or row.recovery_wrap_version is None:
        return None
    wrapped = Wrapped(row.recovery_wrapped, row.recovery_wrap_version)
    try:
        return unwrap_private_key(keys, row.member_id, wrapped, recovery_key, "recovery")
    except Unsealable:
        return None
