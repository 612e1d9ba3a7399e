"""The job worker: runs what the domains put on the queue, as many of it as are started.

``python -m backend.worker`` (or ``antam worker``).
"""

import asyncio
from copy import deepcopy
from typing import Final

from procrastinate import App, PsycopgConnector
from sqlalchemy import make_url

from backend.audit.jobs import blueprint as audit
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.jobs import Tools, log_failures
from backend.kit.jobs import blueprint as housekeeping
from backend.kit.logs import configure_logging
from backend.kit.settings import Settings, settings
from backend.kit.site_keys import SiteKeys
from backend.ops.backup.jobs import blueprint as backups
from backend.ops.keys.jobs import blueprint as keys
from backend.tips.jobs import blueprint as tips

CONCURRENCY = 4
_TASKS: Final = {"jobs": housekeeping, "tips": tips, "audit": audit, "backups": backups, "keys": keys}


def create_job_app(url: str) -> App:
    """The procrastinate application with every domain's tasks, on a SQLAlchemy ``url``."""
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=CONCURRENCY + 2))
    for namespace, blueprint in _TASKS.items():
        # A copy: an application renames the tasks that it takes, and a second one would not know them.
        app.add_tasks_from(deepcopy(blueprint), namespace=namespace)
    return app


async def run(config: Settings) -> None:
    """Work until SIGINT or SIGTERM; then finish the running jobs and stop."""
    url = database_url(config)
    engine = create_engine(url, pool_size=CONCURRENCY)
    keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
    tools = Tools(create_sessionmaker(engine), keys, config.backups)
    app = create_job_app(url)
    try:
        async with app.open_async():
            await app.run_worker_async(
                concurrency=CONCURRENCY,
                delete_jobs="always",
                shutdown_graceful_timeout=10,
                additional_context={"tools": tools},
                worker_middleware=[log_failures],
            )
    finally:
        await engine.dispose()


def main() -> None:
    """Work on this deployment's queue until told to stop."""
    configure_logging()
    asyncio.run(run(settings()))


if __name__ == "__main__":
    main()
