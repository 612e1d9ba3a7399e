"""Background jobs on PostgreSQL: deferred in the transaction of their cause, carrying ids only.

A domain's ``jobs.py`` defines its tasks on a ``Blueprint``; ``backend/worker.py`` puts them together and
runs them. A finished job is deleted: its times would outlive the tip's.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from procrastinate import App, Blueprint, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from backend.kit.logs import describe
from backend.kit.site_keys import SiteKeys

_log = logging.getLogger(__name__)

RETRY = RetryStrategy(max_attempts=10, exponential_wait=4)
"""4, 16, 64 … seconds between attempts, two weeks in all; then the job is given up, and the log says so."""

_STALLED_SECONDS = 60
"""Six missed heartbeats. A desk must not hear of an urgent tip late because a worker was killed."""

blueprint = Blueprint()
"""Tasks of the queue itself."""

_deferring = App(connector=PsycopgConnector())
"""Never opened: a job is written through the connection of the caller's own transaction."""


@dataclass(frozen=True)
class Tools:
    """What a running task works with."""

    sessionmaker: async_sessionmaker[AsyncSession]
    keys: SiteKeys
    backups: Path | None = None
    """Where backups are kept, if this worker looks after them."""


def tools(context: JobContext) -> Tools:
    """The worker's tools, from the context that a task with ``pass_context=True`` gets."""
    found = context.additional_context["tools"]
    assert isinstance(found, Tools)
    return found


async def defer(session: AsyncSession, task: str, **ids: str) -> None:
    """Add a job in the caller's transaction: it exists if and only if that transaction commits.

    Args:
        task: the task's name.
        ids: its arguments; ids and codes, never anything a person wrote.
    """
    connection = await (await session.connection()).get_raw_connection()
    await _deferring.configure_task(task, connection=connection.driver_connection).defer_async(**ids)


@blueprint.periodic(cron="* * * * *")
@blueprint.task(name="take_up_stalled", pass_context=True, queueing_lock="jobs:take_up_stalled")
async def take_up_stalled(context: JobContext, timestamp: int) -> None:
    """Put back the jobs that a worker held when it was killed."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS):
        await manager.retry_job(job)


async def log_failures(call_next: AsyncCallNext, context: JobContext, worker: Worker) -> object:
    """Say that a job failed: its name and the place in the code, never its arguments or the error's words."""
    try:
        return await call_next()
    except Exception as error:
        _log.error("job %s failed\n%s", context.job.task_name, "\n".join(describe(error)))
        raise
