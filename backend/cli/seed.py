"""``antam seed``: the topics of ``data/knowledge/`` and, where ``ANTAM_DEMO`` says so, the demo accounts."""

import asyncio
from datetime import date

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from backend import tables  # noqa: F401  # foreign keys reach across domains: every table must be known
from backend.accounts import service as accounts_service
from backend.accounts.roles import Role
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.settings import Settings, settings
from backend.kit.site_keys import SiteKeys
from backend.knowledge.seeding import Loaded, load, topic_files
from backend.knowledge.service import surroundings

Account = tuple[str, Role, str]
"""Login, role, one-time password."""


def seed() -> None:
    """Bring in what a new deployment starts with. Doing it again changes nothing a person changed."""
    loaded, accounts, empty = asyncio.run(_seed(settings()))
    typer.echo(f"Topics: {len(loaded.published)} published, {len(loaded.unchanged)} unchanged.")
    if loaded.kept:
        typer.echo(f"Left as trainers wrote them: {', '.join(loaded.kept)}.")
    for topic_id, findings in loaded.refused.items():
        codes = ", ".join(sorted({finding.code for finding in findings}))
        typer.echo(f"Not published: {topic_id} ({codes}). See `antam knowledge lint`.")
    if accounts:
        typer.echo("Demo accounts. The one-time passwords are shown only now:")
        for login, role, password in accounts:
            typer.echo(f"  {login:<16} {role:<16} {password}")
    elif empty:
        typer.echo("There is no account yet. Make the first: antam user add quantri --role administrator")


async def _seed(config: Settings) -> tuple[Loaded, list[Account], bool]:
    """What was loaded, the demo accounts that were made, and whether there is no account at all."""
    keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
    files = topic_files(config.data / "knowledge")
    engine = create_engine(database_url(config), pool_size=1)
    try:
        async with create_sessionmaker(engine)() as session, session.begin():
            around = await surroundings(session, config, date.today())
            loaded = await load(session, keys, files, origin="seed", around=around)
            accounts = await _demo_accounts(session, keys) if config.demo else []
            empty = await accounts_service.nobody_yet(session)
    finally:
        await engine.dispose()
    return loaded, accounts, empty


async def _demo_accounts(session: AsyncSession, keys: SiteKeys) -> list[Account]:
    from backend.accounts.seed import seed_demo  # with the staff pages, which no other seeding needs

    return list(await seed_demo(session, keys))
