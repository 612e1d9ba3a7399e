"""Background jobs on PostgreSQL: deferred in the transaction of their cause, carrying ids only.

A domain's ``jobs.py`` defines its tasks on a ``Blueprint``; ``backend/worker.py`` puts them together and
runs them. A finished job is deleted: its times would outlive the tip's.
"""

from dataclasses import dataclass

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from backend.kit.site_keys import SiteKeys

RETRY = RetryStrategy(max_attempts=10, exponential_wait=4)
"""4, 16, 64 … seconds between attempts; a task that still fails stays in the table for ``antam doctor``."""

_deferring = App(connector=PsycopgConnector())
"""Never opened: a job is written through the connection of the caller's own transaction."""


@dataclass(frozen=True)
class Tools:
    """What a running task works with."""

    sessionmaker: async_sessionmaker[AsyncSession]
    keys: SiteKeys


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
