"""What happens to tips by itself: telling a desk, escalating, and forgetting what is no longer needed."""

import asyncio
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from procrastinate import Blueprint, JobContext
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import service as desks
from backend.kit.jobs import RETRY, defer, tools
from backend.tips import destructions, notices, repository, retention, withdrawal
from backend.tips.clock import local_day
from backend.tips.files import repository as draft_files
from backend.tips.models import Notification

blueprint = Blueprint()

RESEND_WINDOW = timedelta(hours=48)
"""A draft lives 24 hours after its last step; a day more, and nobody can send it again."""


async def defer_unopened(session: AsyncSession) -> None:
    """Tell desks again of each tip that nobody there has opened: after a restore, which brings no jobs."""
    for placed in await repository.unopened(session):
        await defer_notify(session, placed.tip_id, placed.desk_id, "received")


async def defer_notify(session: AsyncSession, tip_id: uuid.UUID, desk_id: uuid.UUID, event: str) -> None:
    """Tell a desk's members about a tip, once the caller's transaction is committed."""
    await defer(session, "tips:notify", tip_id=str(tip_id), desk_id=str(desk_id), event=event)


@blueprint.task(name="notify", pass_context=True, retry=RETRY)
async def notify(context: JobContext, *, tip_id: str, desk_id: str, event: str) -> None:
    """Leave a notification for each active member of the desk; running twice leaves one."""
    async with tools(context).sessionmaker.begin() as session:
        if await repository.on_desk(session, uuid.UUID(tip_id), uuid.UUID(desk_id)) is None:
            return
        for member_id in await desks.active_member_ids(session, uuid.UUID(desk_id)):
            statement = insert(Notification).values(
                id=uuid.uuid4(),
                member_id=member_id,
                tip_id=uuid.UUID(tip_id),
                desk_id=uuid.UUID(desk_id),
                event=event,
            )
            await session.execute(statement.on_conflict_do_nothing())


@blueprint.periodic(cron="* * * * *")
@blueprint.task(name="escalate_late", pass_context=True, queueing_lock="tips:escalate_late")
async def escalate_late(context: JobContext, timestamp: int) -> None:
    """Open a tip to the national desk when nobody of the province's desk opened it in time."""
    async with tools(context).sessionmaker.begin() as session:
        await escalate_due(session, datetime.now(UTC))


async def escalate_due(session: AsyncSession, now: datetime) -> int:
    """Escalate every late tip. Returns the number of desks that were opened to one."""
    opened = 0
    for late in await repository.late_placements(session, now):
        national = await desks.national_of(session, late.desk_id)
        if national is None or national.id == late.desk_id:
            continue
        for placed in await repository.escalate(session, late.tip_id, [national.id]):
            opened += 1
            await defer_notify(session, placed.tip_id, placed.desk_id, "escalated")
    return opened


@blueprint.periodic(cron="20 19 * * *")  # 02:20 in Viet Nam
@blueprint.task(name="retain", pass_context=True, queueing_lock="tips:retain")
async def retain(context: JobContext, timestamp: int) -> None:
    """Destroy the tips whose day has come, and warn the desks of those whose day is near."""
    today = local_day(datetime.now(UTC))
    async with tools(context).sessionmaker.begin() as session:
        await retention.destroy_due(session, tools(context).keys, today)
        await retention.forget_old(session, today)
    async with tools(context).sessionmaker.begin() as session:
        await warn_due(session, today)


async def warn_due(session: AsyncSession, today: date) -> int:
    """Tell desks of tips that are soon destroyed or open for long. Returns how many desks are told."""
    told = 0
    for warned in await retention.warnings_due(session, today):
        for placed in await repository.placements(session, warned.tip_id):
            if placed.reach == "direct":
                await defer_notify(session, placed.tip_id, placed.desk_id, warned.event)
                told += 1
    return told


@blueprint.periodic(cron="* * * * *")
@blueprint.task(name="keep_list", pass_context=True, queueing_lock="tips:keep_list")
async def keep_list(context: JobContext, timestamp: int) -> None:
    """Keep the list of destroyed tips beside the backups, and let no copy of an older database undo it."""
    folder = tools(context).backups
    if folder is not None:
        await _keep_list(context, folder / destructions.FILE_NAME)


async def _keep_list(context: JobContext, path: Path) -> None:
    keys, today = tools(context).keys, local_day(datetime.now(UTC))
    beside = await asyncio.to_thread(destructions.beside_backups, path, keys)
    async with tools(context).sessionmaker.begin() as session:
        await retention.destroy_again(session, keys, beside, today)
        gone = await destructions.entries(session)
    if set(gone) != beside:
        await asyncio.to_thread(destructions.write_file, path, gone, keys)


@blueprint.periodic(cron="*/10 * * * *")
@blueprint.task(name="forget", pass_context=True, queueing_lock="tips:forget")
async def forget(context: JobContext, timestamp: int) -> None:
    """Delete expired drafts, and erase what ties a tip to the draft it came from."""
    async with tools(context).sessionmaker.begin() as session:
        now = datetime.now(UTC)
        await repository.delete_expired_drafts(session, now)
        await draft_files.delete_expired_draft_files(session, now)
        await repository.forget_submissions(session, now - RESEND_WINDOW)
        await notices.delete_expired(session, now)
        await withdrawal.delete_expired(session, now)
