"""Queries over tips. A desk's query names the desk; a reporter's begins with the receipt's lookup id."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.tips.models import Draft, Tip, TipDesk, TipMessage, TipPart, TipSeal


async def by_submission(session: AsyncSession, submission_ids: Collection[bytes]) -> Tip | None:
    """The tip that a draft became, by any of the draft's ids."""
    return await session.scalar(select(Tip).where(Tip.submission_id.in_(submission_ids)))


async def by_lookup(session: AsyncSession, lookup: bytes) -> Tip | None:
    """The tip of a mailbox."""
    return await session.scalar(select(Tip).where(Tip.receipt_lookup == lookup))


_ON_DESK: Final = (
    select(Tip, TipDesk)
    .join(TipDesk, TipDesk.tip_id == Tip.id)
    .where(Tip.id == bindparam("tip_id"), TipDesk.desk_id == bindparam("desk_id"), TipDesk.reach == "direct")
)
_SEALED_ON_DESK: Final = _ON_DESK.add_columns(TipSeal).outerjoin(
    TipSeal, and_(TipSeal.tip_id == Tip.id, TipSeal.desk_id == TipDesk.desk_id)
)


async def on_desk(
    session: AsyncSession, tip_id: uuid.UUID, desk_id: uuid.UUID, *, lock: bool = False
) -> tuple[Tip, TipDesk] | None:
    """A tip as one desk may see it: placed there, and reached (a national desk: once escalated)."""
    query = _ON_DESK.with_for_update() if lock else _ON_DESK
    row = (await session.execute(query, {"tip_id": tip_id, "desk_id": desk_id})).first()
    return (row[0], row[1]) if row else None


async def sealed_on_desk(
    session: AsyncSession, tip_id: uuid.UUID, desk_id: uuid.UUID, *, lock: bool = False
) -> tuple[Tip, TipDesk, TipSeal | None] | None:
    """As ``on_desk``, with the content key as sealed to the desk."""
    if lock:
        # The seal is read once the tip is held: while this waited, the desk's key may have been changed.
        found = await on_desk(session, tip_id, desk_id, lock=True)
        return (*found, await seal_for(session, tip_id, desk_id)) if found else None
    row = (await session.execute(_SEALED_ON_DESK, {"tip_id": tip_id, "desk_id": desk_id})).first()
    return (row[0], row[1], row[2]) if row else None


async def placements(session: AsyncSession, tip_id: uuid.UUID) -> list[TipDesk]:
    """The desks a tip stands on."""
    return list(await session.scalars(select(TipDesk).where(TipDesk.tip_id == tip_id)))


async def seal_for(session: AsyncSession, tip_id: uuid.UUID, desk_id: uuid.UUID | None) -> TipSeal | None:
    """The content key as sealed to a desk, or to the reporter (``None``)."""
    query = select(TipSeal).where(TipSeal.tip_id == tip_id, TipSeal.desk_id.is_not_distinct_from(desk_id))
    # As it is now, also where it was read before in this session.
    return await session.scalar(query.execution_options(populate_existing=True))


async def seals_of_desk(session: AsyncSession, desk_id: uuid.UUID) -> list[TipSeal]:
    """Every content key sealed to a desk."""
    query = select(TipSeal).where(TipSeal.desk_id == desk_id).order_by(TipSeal.id).with_for_update()
    return list(await session.scalars(query))


_PARTS: Final = select(TipPart).where(TipPart.tip_id == bindparam("tip_id"))
_PART: Final = _PARTS.where(TipPart.field == bindparam("field"))


async def part(session: AsyncSession, tip_id: uuid.UUID, field: str) -> TipPart | None:
    """One sealed part of a tip."""
    return await session.scalar(_PART, {"tip_id": tip_id, "field": field})


async def parts(session: AsyncSession, tip_id: uuid.UUID) -> dict[str, TipPart]:
    """Every sealed part of a tip, by its field."""
    return {part.field: part for part in await session.scalars(_PARTS, {"tip_id": tip_id})}


_MESSAGES: Final = (
    select(TipMessage).where(TipMessage.tip_id == bindparam("tip_id")).order_by(TipMessage.number)
)


async def messages(session: AsyncSession, tip_id: uuid.UUID) -> list[TipMessage]:
    """The conversation with the reporter, oldest first."""
    return list(await session.scalars(_MESSAGES, {"tip_id": tip_id}))


async def lock(session: AsyncSession, tip_id: uuid.UUID) -> None:
    """Hold the tip's row until the transaction ends: writers of one tip take turns."""
    await session.execute(select(Tip.id).where(Tip.id == tip_id).with_for_update())


async def lock_all(session: AsyncSession, tip_ids: Collection[uuid.UUID]) -> None:
    """``lock`` for several, in the order of their ids."""
    query = select(Tip.id).where(Tip.id.in_(tip_ids)).order_by(Tip.id)
    await session.execute(query.with_for_update(key_share=True))


async def count_messages(session: AsyncSession, tip_id: uuid.UUID, sender: str | None = None) -> int:
    """How many messages a tip has, or how many one side wrote."""
    query = select(func.count()).where(TipMessage.tip_id == tip_id)
    return await session.scalar(query if sender is None else query.where(TipMessage.sender == sender)) or 0


async def message_of_submission(
    session: AsyncSession, tip_id: uuid.UUID, submission_ids: Collection[bytes]
) -> TipMessage | None:
    """A reporter's message that was sent before, by any of its ids."""
    return await session.scalar(
        select(TipMessage).where(TipMessage.tip_id == tip_id, TipMessage.submission_id.in_(submission_ids))
    )


async def mark_read(session: AsyncSession, message_ids: Collection[uuid.UUID], now: datetime) -> None:
    """Note that the other side has opened these messages: those it was shown, none that came meanwhile.

    Asked for none as well, so that a receipt takes the same steps whatever it opens.
    """
    await session.execute(
        update(TipMessage)
        .where(TipMessage.id.in_(message_ids), TipMessage.read_at.is_(None))
        .values(read_at=now)
    )


async def has_unread(session: AsyncSession, tip_id: uuid.UUID, sender: str) -> bool:
    """Whether ``sender`` wrote something that the other side has not opened."""
    unread = select(TipMessage.id).where(
        TipMessage.tip_id == tip_id, TipMessage.sender == sender, TipMessage.read_at.is_(None)
    )
    return await session.scalar(unread.limit(1)) is not None


async def forget_submissions(session: AsyncSession, before: datetime) -> None:
    """Erase what ties tips and messages to the draft or turn they came from, once it cannot be sent again."""
    await session.execute(update(Tip).where(Tip.received_at < before).values(submission_id=None))
    await session.execute(update(TipMessage).where(TipMessage.written_at < before).values(submission_id=None))


async def late_placements(session: AsyncSession, now: datetime) -> list[TipDesk]:
    """Placements whose due time passed before anybody of the desk opened the tip."""
    query = select(TipDesk).where(
        TipDesk.reach == "direct",
        TipDesk.opened_at.is_(None),
        TipDesk.status != "closed",
        TipDesk.due_at < now,
    )
    return list(await session.scalars(query))


async def unclosed_on_desk(session: AsyncSession, desk_id: uuid.UUID, reach: str = "direct") -> list[TipDesk]:
    """Where a desk stands with the tips that it has not closed; held until the transaction ends."""
    query = select(TipDesk).where(
        TipDesk.desk_id == desk_id, TipDesk.reach == reach, TipDesk.status != "closed"
    )
    return list(await session.scalars(query.order_by(TipDesk.tip_id).with_for_update()))


async def is_on(session: AsyncSession, tip_id: uuid.UUID, desk_id: uuid.UUID) -> bool:
    """Whether a tip was placed on a desk, reached yet or not."""
    return await session.get(TipDesk, (tip_id, desk_id)) is not None


async def unopened(session: AsyncSession) -> list[TipDesk]:
    """Placements that the desk may see and nobody of it has opened."""
    query = select(TipDesk).where(
        TipDesk.reach == "direct", TipDesk.opened_at.is_(None), TipDesk.status != "closed"
    )
    return list(await session.scalars(query))


async def escalate(
    session: AsyncSession, tip_id: uuid.UUID, desk_ids: Collection[uuid.UUID]
) -> list[TipDesk]:
    """Open a tip to waiting (national) desks. Returns those that were waiting."""
    query = (
        update(TipDesk)
        .where(TipDesk.tip_id == tip_id, TipDesk.desk_id.in_(desk_ids), TipDesk.reach == "escalation")
        .values(reach="direct")
        .returning(TipDesk)
    )
    return list(await session.scalars(query))


async def closed_before(session: AsyncSession, day: date) -> list[Tip]:
    """The tips that every desk had closed before a day; held until the transaction ends."""
    query = select(Tip).where(Tip.closed_on < day).with_for_update(skip_locked=True)
    return list(await session.scalars(query))


async def destroy(session: AsyncSession, tip_id: uuid.UUID) -> None:
    """Delete a tip with all that hangs on it: seals, parts, messages, notes, placements, notifications."""
    await session.execute(delete(Tip).where(Tip.id == tip_id))


async def draft(session: AsyncSession, lookup: bytes, now: datetime) -> Draft | None:
    """A draft that has not expired."""
    return await session.scalar(select(Draft).where(Draft.lookup == lookup, Draft.expires_at > now))


async def create_draft(session: AsyncSession, draft: Draft, now: datetime) -> bool:
    """Store a new draft; an expired one of the same lookup gives way. False if a live one stands there."""
    values = {
        "lookup": draft.lookup,
        "sealed": draft.sealed,
        "revision": draft.revision,
        "expires_at": draft.expires_at,
    }
    upsert = insert(Draft).values(**values)
    upsert = upsert.on_conflict_do_update(
        index_elements=[Draft.lookup], set_=values, where=Draft.expires_at <= now
    )
    statement = upsert.returning(Draft.revision)
    return await session.scalar(statement) is not None


async def replace_draft(session: AsyncSession, draft: Draft, now: datetime) -> bool:
    """Put ``draft`` in place of the live revision before its own. False if that is not there (any more)."""
    statement = (
        update(Draft)
        .where(Draft.lookup == draft.lookup, Draft.revision == draft.revision - 1, Draft.expires_at > now)
        .values(sealed=draft.sealed, revision=draft.revision, expires_at=draft.expires_at)
        .returning(Draft.revision)
    )
    return await session.scalar(statement) is not None


async def delete_draft(session: AsyncSession, lookup: bytes) -> None:
    """Delete a draft, if it is there."""
    await session.execute(delete(Draft).where(Draft.lookup == lookup))


async def delete_expired_drafts(session: AsyncSession, now: datetime) -> None:
    """Delete the drafts whose 24 hours are over."""
    await session.execute(delete(Draft).where(Draft.expires_at <= now))
