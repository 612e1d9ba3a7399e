"""Reading and storing accounts. Decides nothing and never commits."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Member, MemberKeys, StaffSession
from backend.kit.database import among

_NO_KEY_UPDATE: Final = {"key_share": True}


async def member(session: AsyncSession, member_id: uuid.UUID) -> Member | None:
    return await session.get(Member, member_id)


async def member_by_login(session: AsyncSession, login: str) -> Member | None:
    """By login name in its normal form."""
    return await session.scalar(select(Member).where(Member.login == login))


async def member_for_change(session: AsyncSession, member_id: uuid.UUID) -> Member | None:
    """The member as stored now, locked until the end of the transaction.

    Whoever begins, resets or shuts an account holds this lock before any other of it, so that none of them
    acts on what another has just ended. Rows that merely point at the member are not held up.
    """
    with session.no_autoflush:
        return await session.get(Member, member_id, with_for_update=_NO_KEY_UPDATE, populate_existing=True)


async def members(session: AsyncSession) -> Sequence[Member]:
    """Everybody, active first, then by name."""
    query = select(Member).order_by(Member.active.desc(), Member.display_name, Member.login)
    return (await session.scalars(query)).all()


async def members_by_ids(session: AsyncSession, ids: Collection[uuid.UUID]) -> Sequence[Member]:
    return (await session.scalars(select(Member).where(Member.id.in_(ids)))).all()


_NAMES: Final = select(Member.id, Member.display_name).where(Member.id == among("ids"))


async def names(session: AsyncSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    return {member_id: name for member_id, name in await session.execute(_NAMES, {"ids": list(ids)})}


async def count_members(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Member)) or 0


async def count_active(session: AsyncSession, role: str) -> int:
    query = select(func.count()).select_from(Member).where(Member.active, Member.role == role)
    return await session.scalar(query) or 0


async def keys_of(session: AsyncSession, member_id: uuid.UUID) -> MemberKeys | None:
    return await session.get(MemberKeys, member_id)


async def keys_of_all(session: AsyncSession, ids: Collection[uuid.UUID]) -> Sequence[MemberKeys]:
    return (await session.scalars(select(MemberKeys).where(MemberKeys.member_id.in_(ids)))).all()


async def keys_for_change(session: AsyncSession, member_id: uuid.UUID) -> MemberKeys | None:
    """The keys, locked until the end of the transaction: two codes at once are judged one after the other."""
    return await session.get(MemberKeys, member_id, with_for_update=True, populate_existing=True)


async def members_with_keys(session: AsyncSession) -> set[uuid.UUID]:
    """Who has chosen a password."""
    return set((await session.scalars(select(MemberKeys.member_id))).all())


async def delete_keys(session: AsyncSession, member_id: uuid.UUID) -> None:
    await session.execute(delete(MemberKeys).where(MemberKeys.member_id == member_id))


@dataclass(frozen=True)
class Arrived:
    """What is stored of a browser's session and its member; no ``public_key`` before there are keys."""

    member_id: uuid.UUID
    stage: str
    sealed_private_key: bytes | None = field(repr=False)
    created_at: datetime
    last_seen_at: datetime
    login: str
    display_name: str
    role: str
    active: bool
    public_key: bytes | None
    public_key_mac: bytes | None
    mac_version: int | None


_ARRIVED: Final = (
    select(
        StaffSession.member_id,
        StaffSession.stage,
        StaffSession.sealed_private_key,
        StaffSession.created_at,
        StaffSession.last_seen_at,
        Member.login,
        Member.display_name,
        Member.role,
        Member.active,
        MemberKeys.public_key,
        MemberKeys.public_key_mac,
        MemberKeys.mac_version,
    )
    .join(Member, Member.id == StaffSession.member_id)
    .outerjoin(MemberKeys, MemberKeys.member_id == StaffSession.member_id)
    .where(StaffSession.token_hash == bindparam("token_hash"))
)


async def arrived(session: AsyncSession, token_hash: bytes) -> Arrived | None:
    """Session, member and keys as stored now, in one question: every request of a staff page begins so."""
    row = (await session.execute(_ARRIVED, {"token_hash": token_hash})).mappings().first()
    return Arrived(**row) if row else None


async def note_seen(session: AsyncSession, token_hash: bytes, now: datetime) -> None:
    """Note that a session was used."""
    await session.execute(
        update(StaffSession).where(StaffSession.token_hash == token_hash).values(last_seen_at=now)
    )


async def session_exists(session: AsyncSession, token_hash: bytes) -> bool:
    """Asks the table, whatever was read before."""
    query = select(exists().where(StaffSession.token_hash == token_hash))
    with session.no_autoflush:
        return bool(await session.scalar(query))


async def delete_session(session: AsyncSession, token_hash: bytes) -> None:
    await session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash))


async def delete_sessions_of(
    session: AsyncSession, member_id: uuid.UUID, except_hash: bytes | None = None
) -> None:
    query = delete(StaffSession).where(StaffSession.member_id == member_id)
    if except_hash is not None:
        query = query.where(StaffSession.token_hash != except_hash)
    await session.execute(query)


async def members_seen_since(session: AsyncSession, moment: datetime) -> set[uuid.UUID]:
    """Whose open session was used after ``moment``."""
    query = select(StaffSession.member_id).where(
        StaffSession.stage == "open", StaffSession.last_seen_at >= moment
    )
    return set((await session.scalars(query)).all())


async def delete_stale_sessions(session: AsyncSession, begun: datetime, seen: datetime) -> None:
    """Those that began before ``begun`` or were last used before ``seen``."""
    await session.execute(
        delete(StaffSession).where((StaffSession.created_at < begun) | (StaffSession.last_seen_at < seen))
    )
