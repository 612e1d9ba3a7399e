"""What happens to the audit log by itself: entries that are two years old go."""

from datetime import UTC, datetime

from procrastinate import Blueprint, JobContext

from backend.audit import service
from backend.kit.jobs import tools

blueprint = Blueprint()


@blueprint.periodic(cron="40 19 * * *")  # 02:40 in Viet Nam
@blueprint.task(name="trim", pass_context=True, queueing_lock="audit:trim")
async def trim(context: JobContext, timestamp: int) -> None:
    """Let old entries go."""
    async with tools(context).sessionmaker.begin() as session:
        await service.trim(session, tools(context).keys, datetime.now(UTC))
