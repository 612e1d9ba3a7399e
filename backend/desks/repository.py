"""Queries over desks. What a member may read starts from the desks where the member is active."""

import uuid
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks.models import Desk, DeskMember
from backend.kit.database import among


async def all_desks(session: AsyncSession) -> list[Desk]:
    """Every desk: national ones first, then by province and kind."""
    query = select(Desk).order_by(Desk.province.is_not(None), Desk.province, Desk.kind)
    return list(await session.scalars(query))


async def desk(session: AsyncSession, desk_id: uuid.UUID, *, lock: bool = False) -> Desk | None:
    """One desk; with ``lock`` its row is held until the transaction ends."""
    query = select(Desk).where(Desk.id == desk_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(query)


async def hold_key(session: AsyncSession, desk_id: uuid.UUID) -> Desk:
    """A desk as it is now, whose key stays as it is until the transaction ends."""
    query = select(Desk).where(Desk.id == desk_id).with_for_update(read=True)
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def find(session: AsyncSession, kind: str, province: str | None) -> Desk | None:
    """The desk of a kind for a province (code), or the national one (``None``)."""
    query = select(Desk).where(Desk.kind == kind, Desk.province.is_not_distinct_from(province))
    return await session.scalar(query)


async def receiving(session: AsyncSession, kinds: Sequence[str], province: str | None) -> list[Desk]:
    """The desks of ``kinds`` for a province and the nation that have a key and an active member.

    Their keys are held as they are until the transaction ends: what is sealed to them is not sealed to a key
    that is just being retired.
    """
    staffed = exists().where(DeskMember.desk_id == Desk.id, DeskMember.sealed_desk_key.is_not(None))
    query = select(Desk).where(
        Desk.kind.in_(kinds),
        or_(Desk.province.is_(None), Desk.province == province),
        Desk.public_key.is_not(None),
        staffed,
    )
    query = query.order_by(Desk.id).with_for_update(read=True).execution_options(populate_existing=True)
    return list(await session.scalars(query))


_PLACES: Final = select(Desk, DeskMember).join(DeskMember, DeskMember.desk_id == Desk.id)
_OF_MEMBER: Final = DeskMember.member_id == bindparam("member_id")
_MEMBERSHIPS: Final = _PLACES.where(_OF_MEMBER).order_by(Desk.province.is_not(None), Desk.province, Desk.kind)
_MEMBERSHIP: Final = _PLACES.where(_OF_MEMBER, Desk.id == bindparam("desk_id")).execution_options(
    populate_existing=True
)
_HOLDS_KEY: Final = DeskMember.sealed_desk_key.is_not(None)
_ACTIVE_AT: Final = select(DeskMember.desk_id).where(_OF_MEMBER, _HOLDS_KEY)
_ACTIVE_HERE: Final = (
    select(DeskMember.member_id)
    .where(DeskMember.desk_id == bindparam("desk_id"), _HOLDS_KEY)
    .order_by(DeskMember.invited_at)
)


async def memberships(session: AsyncSession, member_id: uuid.UUID) -> list[tuple[Desk, DeskMember]]:
    """A member's desks, invited ones included."""
    found = await session.execute(_MEMBERSHIPS, {"member_id": member_id})
    return [(row[0], row[1]) for row in found]


async def active_desk_ids(session: AsyncSession, member_id: uuid.UUID) -> list[uuid.UUID]:
    """The desks whose key a member holds."""
    return list(await session.scalars(_ACTIVE_AT, {"member_id": member_id}))


async def active_member_ids(session: AsyncSession, desk_id: uuid.UUID) -> list[uuid.UUID]:
    """Who holds a desk's key, in the order of invitation."""
    return list(await session.scalars(_ACTIVE_HERE, {"desk_id": desk_id}))


async def membership(
    session: AsyncSession, desk_id: uuid.UUID, member_id: uuid.UUID
) -> tuple[Desk, DeskMember] | None:
    """A desk and a member's place there, an invited one included, as they are now."""
    row = (await session.execute(_MEMBERSHIP, {"desk_id": desk_id, "member_id": member_id})).first()
    return (row[0], row[1]) if row else None


async def members(session: AsyncSession, desk_id: uuid.UUID) -> list[DeskMember]:
    """Everybody of a desk, in the order of invitation."""
    query = select(DeskMember).where(DeskMember.desk_id == desk_id).order_by(DeskMember.invited_at)
    return list(await session.scalars(query))


_PEOPLE: Final = (
    select(DeskMember).where(DeskMember.desk_id == among("desk_ids")).order_by(DeskMember.invited_at)
)


async def people_of(
    session: AsyncSession, desk_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[DeskMember]]:
    """Everybody of each of these desks, in the order of invitation."""
    people: dict[uuid.UUID, list[DeskMember]] = {desk_id: [] for desk_id in desk_ids}
    for person in await session.scalars(_PEOPLE, {"desk_ids": list(desk_ids)}):
        people[person.desk_id].append(person)
    return people


_KINDS: Final = select(Desk.id, Desk.kind).where(Desk.id == among("desk_ids"))


async def kinds(session: AsyncSession, desk_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The kind of each of these desks."""
    return {desk_id: kind for desk_id, kind in await session.execute(_KINDS, {"desk_ids": list(desk_ids)})}
