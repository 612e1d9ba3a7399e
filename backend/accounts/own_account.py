"""What a signed-in member does with their own account: another password, another recovery key."""

from backend.accounts import repository, sessions
from backend.accounts.access import Person
from backend.accounts.keys import Wrapped, unwrap_private_key, wrap_private_key
from backend.accounts.models import MemberKeys
from backend.accounts.passwords import (
    PasswordFault,
    new_recovery_key,
    normal_password,
    password_fault,
    recovery_key_text,
)
from backend.accounts.schemas import Arrived, Faulty, Refused
from backend.accounts.sessions import Held, Stage
from backend.accounts.sign_in import Entry, set_password
from backend.kit.argon2_queue import derive
from backend.kit.crypto import KEY_BYTES, Unsealable
from backend.kit.errors import Forbidden


async def change_password(
    entry: Entry, person: Person, current: str, new: str, repeated: str
) -> Arrived | Refused | Faulty:
    """Wrap the private key anew. Every session of the member ends; this browser gets a fresh one."""
    if fault := password_fault(new, repeated, person.login, person.display_name):
        return Faulty(fault)
    row = await _confirmed(entry, person, current)
    if isinstance(row, Refused):
        return row
    if normal_password(new) == normal_password(current):
        return Faulty(PasswordFault.UNCHANGED)
    await set_password(entry.keys, person.member_id, row, person.private_key, new)
    await sessions.end_all(entry.session, person.member_id)
    await entry.note(person.member_id, "account.password_changed")
    return await entry.begin(person.member_id, Stage.OPEN, person.private_key)


async def renew_recovery_key(entry: Entry, person: Person, current: str) -> str | Refused:
    """A new recovery key, shown once; the old one is dead. Asks for the password again."""
    row = await _confirmed(entry, person, current)
    if isinstance(row, Refused):
        return row
    await entry.note(person.member_id, "account.recovery_renewed")
    return _wrap_for_recovery(entry, row, person.private_key)


async def first_recovery_key(entry: Entry, held: Held) -> str:
    """The recovery key of somebody who is finishing a sign-in; asked for again, it is another one."""
    row = await repository.keys_for_change(entry.session, held.member_id)
    if held.stage is not Stage.SAVE_RECOVERY or row is None or held.private_key is None:
        raise Forbidden
    return _wrap_for_recovery(entry, row, held.private_key)


def _wrap_for_recovery(entry: Entry, row: MemberKeys, private_key: bytes) -> str:
    recovery_key = new_recovery_key()
    wrapped = wrap_private_key(entry.keys, row.member_id, private_key, recovery_key, "recovery")
    row.recovery_wrapped, row.recovery_wrap_version = wrapped.value, wrapped.version
    return recovery_key_text(recovery_key)


async def _confirmed(entry: Entry, person: Person, current: str) -> MemberKeys | Refused:
    """The member's keys if ``current`` is the password; attempts are counted as at the sign-in."""
    if wait := await entry.admit(person.login):
        return Refused(wait)
    row = await repository.keys_for_change(entry.session, person.member_id)
    if row is None:
        raise Forbidden
    stretched = await derive(normal_password(current), row.password_salt, KEY_BYTES, row="sign_in")
    wrapped = Wrapped(row.password_wrapped, row.password_wrap_version)
    try:
        unwrap_private_key(entry.keys, person.member_id, wrapped, stretched, "password")
    except Unsealable:
        return Refused()
    await entry.forget(person.login)
    return row
