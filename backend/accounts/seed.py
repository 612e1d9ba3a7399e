"""Demo accounts of a fresh installation, so that the whole story can be played. Never touches one in use."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import service, sign_in
from backend.accounts.arrival import Arriving
from backend.accounts.passwords import normal_one_time_password
from backend.accounts.roles import Role, desk_kind
from backend.accounts.schemas import NewAccount
from backend.desks import service as desks
from backend.kit.site_keys import SiteKeys

HO_CHI_MINH_CITY: Final = "79"
"""Code of data/regions.yml."""

_DEMO: Final = (
    ("congdoan", "Lan (công đoàn)", Role.UNION_LIAISON),
    ("congan", "Minh (công an)", Role.POLICE_LIAISON),
    ("biensoan", "Hoa (biên soạn)", Role.TRAINER),
    ("quantri", "Sơn (quản trị)", Role.ADMINISTRATOR),
)


async def seed_demo(session: AsyncSession, keys: SiteKeys) -> list[tuple[str, Role, str]]:
    """Four accounts and four desks, if there is no account yet.

    The liaisons are the first members of the national desk and of the desk of Ho Chi Minh City of their kind.
    So that a tip can be sent before anybody has signed in, their keys and their desks' are made here, under
    the one-time passwords: good for trying out, and never done for an account that an administrator makes.

    Returns:
        Login, role and one-time password of each, to be shown once; empty if nothing was done.
    """
    if not await service.nobody_yet(session):
        return []
    made: list[tuple[str, Role, str]] = []
    for login, name, role in _DEMO:
        account = await service.create(
            session, keys, actor_id=None, login=login, display_name=name, role=role, now=datetime.now(UTC)
        )
        if not isinstance(account, NewAccount):
            raise RuntimeError(f"The demo account {login} cannot be made: {account}")
        made.append((account.login, account.role, account.one_time_password))
        if desk_kind(role) is not None:
            await _take_desks(session, keys, account)
    return made


async def _take_desks(session: AsyncSession, keys: SiteKeys, account: NewAccount) -> None:
    row, private_key = sign_in.new_keys(keys, account.member_id)
    typed = normal_one_time_password(account.one_time_password)
    await sign_in.wrap_under(keys, account.member_id, row, private_key, typed)
    session.add(row)
    await session.flush()
    kind = desk_kind(account.role)
    for province in (None, HO_CHI_MINH_CITY):
        desk = await desks.create(session, keys, str(kind), province)
        await desks.invite(session, keys, desk=desk, member_id=account.member_id, actor_id=None)
    await desks.activate(session, keys, Arriving(account.member_id, row.public_key, private_key))
