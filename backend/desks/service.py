"""Who works at which desk, and who holds its key.

A desk's key pair is born in the browser session of the first member who signs in, never before and
never in the hands of an administrator; from then on members grant members. This module knows
nothing of what a tip says.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import service as accounts
from backend.audit import service as audit
from backend.desks import escrow, repository
from backend.desks import keys as desk_keys
from backend.desks.models import Desk, DeskMember
from backend.kit.crypto import same
from backend.kit.errors import Conflict, Forbidden, NotFound
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeyMissing, SiteKeys

KINDS = ("union", "police")
PRESENT_WITHIN = timedelta(minutes=15)
"""A member whose page was used within this time counts as being at work."""


class NotAMember(NotFound):
    """The desk exists or not; to somebody who does not work there it is all the same."""

    code = "desk_not_found"


class NotGranted(Forbidden):
    """The member was put on the desk but holds no key yet: another member must grant it."""

    code = "desk_not_granted"
    title = "Another member of this desk must let you in first"


class AlreadyMember(Conflict):
    code = "already_member"
    title = "Already a member of this desk"


@dataclass(frozen=True)
class OpenDesk:
    """A desk with its private key in memory, for the length of a request."""

    desk: Desk
    private_key: bytes = field(repr=False)
    key_version: int
    """Of this private key; ``desk`` may be read anew and have moved on."""

    @property
    def id(self) -> uuid.UUID:
        return self.desk.id

    @property
    def public_key(self) -> bytes:
        assert self.desk.public_key is not None  # an open desk has been activated
        return self.desk.public_key


def checked_public_key(desk: Desk, keys: SiteKeys) -> bytes:
    """The desk's public key, once its MAC holds.

    Raises:
        desk_keys.SwappedKey: somebody changed it in the database.
    """
    if not desk.public_key or not desk.public_key_mac or desk.mac_version is None:
        raise desk_keys.SwappedKey(f"desk {desk.id}")
    key = desk_keys.DeskPublicKey(
        desk.id, desk.key_version, desk.public_key, desk.public_key_mac, desk.mac_version
    )
    return desk_keys.checked(key, keys)


async def create(
    session: AsyncSession,
    keys: SiteKeys,
    kind: str,
    province: str | None,
    *,
    actor_id: uuid.UUID | None = None,
) -> Desk:
    """A new desk without members or key, or the one that exists.

    Args:
        actor_id: the administrator, ``None`` for the command line.
    """
    assert kind in KINDS
    existing = await repository.find(session, kind, province)
    if existing is not None:
        return existing
    desk = Desk(kind=kind, province=province)
    session.add(desk)
    await session.flush()
    await audit.record(
        session,
        keys,
        actor_id=actor_id,
        action="desk.created",
        subject=f"desk:{desk.id}",
        detail={"kind": kind, "province": province},
    )
    return desk


async def invite(
    session: AsyncSession, keys: SiteKeys, *, desk: Desk, member_id: uuid.UUID, actor_id: uuid.UUID | None
) -> None:
    """Put a member on a desk (administrator's work). It gives no key: see ``activate`` and ``grant``.

    Raises:
        AlreadyMember: the member is on it.
    """
    if await session.get(DeskMember, (desk.id, member_id)) is not None:
        raise AlreadyMember
    session.add(DeskMember(desk_id=desk.id, member_id=member_id, invited_at=datetime.now(UTC)))
    await session.flush()
    await audit.record(
        session,
        keys,
        actor_id=actor_id,
        action="desk.member_invited",
        subject=f"desk:{desk.id}",
        detail={"member": str(member_id)},
    )


async def activate(session: AsyncSession, keys: SiteKeys, holder: KeyHolder) -> list[Desk]:
    """At sign-in: make the key of every desk that has none yet and to which this member is invited.

    A desk whose last active member was removed begins anew likewise: it can receive again, but what was
    sealed to the lost key stays shut, unless it was in escrow (``recovering``).

    Returns:
        The desks whose key was born now.
    """
    born = []
    for desk, membership in await repository.memberships(session, holder.member_id):
        locked = await repository.desk(session, desk.id, lock=True)
        assert locked is not None
        await session.refresh(locked)
        people = await repository.members(session, desk.id)
        if locked.public_key is not None and any(is_seated(person, keys) for person in people):
            continue
        made = desk_keys.make(desk.id, locked.key_version + 1, keys)
        install_key(locked, made)
        await escrow.keep(session, keys, made)
        new = desk_keys.DeskPrivateKey(made.public.version, made.private_key)
        seat(membership, new, holder.public_key, holder.member_id, keys)
        born.append(locked)
        await audit.record(
            session,
            keys,
            actor_id=holder.member_id,
            action="desk.activated",
            subject=f"desk:{desk.id}",
            detail={"key_version": locked.key_version},
        )
    return born


def install_key(desk: Desk, new: desk_keys.NewDeskKey) -> None:
    """Put a new key in place; the caller seals its private half to the members in the same transaction."""
    desk.public_key = new.public.public_key
    desk.public_key_mac = new.public.mac
    desk.mac_version = new.public.mac_version
    desk.key_version = new.public.version
    desk.rotation_due = False


def seat(
    membership: DeskMember, key: desk_keys.DeskPrivateKey, public_key: bytes, by: uuid.UUID, keys: SiteKeys
) -> None:
    """Hand the desk's private key to a member, whose ``public_key`` the caller has checked."""
    membership.sealed_desk_key = desk_keys.seal_to_member(key.private_key, public_key)
    membership.key_version = key.version
    membership.granted_by, membership.granted_at = by, datetime.now(UTC)
    authenticate_seat(membership, keys)


def authenticate_seat(membership: DeskMember, keys: SiteKeys) -> None:
    """Give a seat its MAC. One that was read must have been found genuine before (``is_seated``)."""
    made = _seat_of(membership)
    assert made is not None
    membership.seat_mac_version, _ = keys.current("mac")
    membership.seat_mac = desk_keys.seat_mac(made, keys, membership.seat_mac_version)


def is_seated(membership: DeskMember, keys: SiteKeys) -> bool:
    """Whether the member was handed the desk's key by one who held it, and not by a row added by hand."""
    made, mac, version = _seat_of(membership), membership.seat_mac, membership.seat_mac_version
    if made is None or mac is None or version is None:
        return False
    try:
        return same(mac, desk_keys.seat_mac(made, keys, version))
    except SiteKeyMissing:
        return False


def _seat_of(row: DeskMember) -> desk_keys.Seat | None:
    if row.sealed_desk_key is None or row.key_version is None or row.granted_by is None:
        return None
    return desk_keys.Seat(row.desk_id, row.member_id, row.key_version, row.sealed_desk_key, row.granted_by)


async def my_desks(session: AsyncSession, member_id: uuid.UUID) -> list[tuple[Desk, DeskMember]]:
    """The member's desks; ``DeskMember.active`` tells whether the member can open tips there."""
    return await repository.memberships(session, member_id)


async def active_desk_ids(session: AsyncSession, member_id: uuid.UUID) -> list[uuid.UUID]:
    """The desks whose tips this member may read."""
    return await repository.active_desk_ids(session, member_id)


async def open_desk(session: AsyncSession, keys: SiteKeys, holder: KeyHolder, desk_id: uuid.UUID) -> OpenDesk:
    """The desk with its private key, for a member who holds it.

    Raises:
        NotAMember: not on this desk, or no such desk.
        NotGranted: on it, but nobody handed over the key yet.
        desk_keys.SwappedKey: the desk's public key was changed in the database.
    """
    found = await repository.membership(session, desk_id, holder.member_id)
    if found is None:
        raise NotAMember
    desk, membership = found
    if not is_seated(membership, keys) or membership.key_version != desk.key_version:
        raise NotGranted
    assert membership.sealed_desk_key is not None  # a seat has one
    checked_public_key(desk, keys)
    private = desk_keys.open_as_member(membership.sealed_desk_key, holder.public_key, holder.private_key)
    return OpenDesk(desk, private, desk.key_version)


async def hold_key(session: AsyncSession, opened: OpenDesk) -> None:
    """Keep the key of an open desk as it is until the transaction ends: something is sealed to it.

    Raises:
        Conflict: the desk was given another key since it was opened.
    """
    if (await repository.hold_key(session, opened.id)).key_version != opened.key_version:
        raise Conflict


async def with_people(
    session: AsyncSession, holder: KeyHolder
) -> list[tuple[Desk, DeskMember, list[DeskMember]]]:
    """The desks of a member, invited or active: each with the member's own place and everybody's."""
    mine = await repository.memberships(session, holder.member_id)
    people = await repository.people_of(session, [desk.id for desk, _ in mine])
    return [(desk, membership, people[desk.id]) for desk, membership in mine]


async def grant(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    desk_id: uuid.UUID,
    member_id: uuid.UUID,
    member_public_key: bytes,
) -> None:
    """An active member hands the desk's key to an invited one.

    Args:
        member_public_key: the newcomer's, checked by the caller against its MAC
            (``accounts.service.checked_public_key``).

    Raises:
        NotAMember, NotGranted: the granting member does not hold the key.
        AlreadyMember: the newcomer holds it already.
    """
    # Held until the end, so that the key cannot be changed between its reading and the newcomer's seat.
    if await repository.desk(session, desk_id, lock=True) is None:
        raise NotAMember
    opened = await open_desk(session, keys, holder, desk_id)
    newcomer = await session.get(DeskMember, (desk_id, member_id), with_for_update=True)
    if newcomer is None:
        raise NotAMember
    if newcomer.active:
        raise AlreadyMember
    key = desk_keys.DeskPrivateKey(opened.desk.key_version, opened.private_key)
    seat(newcomer, key, member_public_key, holder.member_id, keys)
    await audit.record(
        session,
        keys,
        actor_id=holder.member_id,
        action="desk.member_granted",
        subject=f"desk:{desk_id}",
        detail={"member": str(member_id)},
    )


async def receiving(session: AsyncSession, kinds: Sequence[str], province: str | None) -> list[Desk]:
    """The desks of ``kinds``, of the province and the nation, that could open a tip now."""
    return await repository.receiving(session, kinds, province)


async def kinds(session: AsyncSession, desk_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The kind of each desk."""
    return await repository.kinds(session, desk_ids)


async def national_of(session: AsyncSession, desk_id: uuid.UUID) -> Desk | None:
    """The national desk of a desk's kind, if there is one."""
    desk = await repository.desk(session, desk_id)
    return await repository.find(session, desk.kind, None) if desk else None


async def active_member_ids(session: AsyncSession, desk_id: uuid.UUID) -> list[uuid.UUID]:
    """The members who hold the desk's key."""
    return await repository.active_member_ids(session, desk_id)


async def on_duty(session: AsyncSession, desk_ids: Collection[uuid.UUID]) -> bool:
    """Whether a member who can open tips on one of these desks is at work: signed in and active lately."""
    present = await accounts.present_member_ids(session, PRESENT_WITHIN)
    for desk_id in desk_ids:
        if present & set(await active_member_ids(session, desk_id)):
            return True
    return False
