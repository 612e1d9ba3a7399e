"""``antam audit verify``: does the audit log's chain hold?"""

import asyncio

import typer

from backend.audit import service as audit
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.settings import Settings, settings
from backend.kit.site_keys import SiteKeys

app = typer.Typer(help="Look after the audit log.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group, though it has one command only."""


@app.command()
def verify() -> None:
    """Check every entry against the chain; exit code 1 if one was changed, added or removed."""
    count, broken = asyncio.run(_verify(settings()))
    if broken is not None:
        typer.echo(
            f"The chain is broken at entry {broken} of {count}. Somebody changed the audit log.", err=True
        )
        raise typer.Exit(1)
    typer.echo(f"The chain of {count} entries holds.")


async def _verify(config: Settings) -> tuple[int, int | None]:
    keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
    engine = create_engine(database_url(config), pool_size=1)
    try:
        async with create_sessionmaker(engine)() as session:
            return await audit.verify(session, keys)
    finally:
        await engine.dispose()
