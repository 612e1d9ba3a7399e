"""What happens to backups by themselves: the old ones go, whether or not a new one is made."""

import asyncio
from datetime import UTC, datetime

from procrastinate import Blueprint, JobContext

from backend.kit.jobs import tools
from backend.ops.backup.folder import delete_old

blueprint = Blueprint()


@blueprint.periodic(cron="10 19 * * *")  # 02:10 in Viet Nam
@blueprint.task(name="expire", pass_context=True, queueing_lock="backups:expire")
async def expire(context: JobContext, timestamp: int) -> None:
    """Delete the backups that are older than receipts promise."""
    folder = tools(context).backups
    if folder is not None:
        await asyncio.to_thread(delete_old, folder, datetime.now(UTC))
