"""``antam up``, ``worker``, ``migrate``, ``doctor``: running the house and looking after it."""

import asyncio

import typer

from backend.kit.database import database_url
from backend.kit.secrets_store import damage, damaged
from backend.kit.settings import settings
from backend.kit.site_keys import SiteKeys


def up() -> None:
    """Run everything: PostgreSQL, backend, job worker, actions, Rasa and the worker pages."""
    from backend.ops.lock import AlreadyRunning
    from backend.ops.supervisor import CannotStart
    from backend.ops.up import printer
    from backend.ops.up import up as run

    try:
        asyncio.run(run(settings(), printer(typer.echo)))
    except (AlreadyRunning, CannotStart) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def worker() -> None:
    """Run background jobs; start as many as the load needs."""
    from backend.worker import main

    main()


def migrate() -> None:
    """Bring the database's schema to this version's, and make sure that the site keys belong to it."""
    from backend.ops.backup.again import destroy_again, told, unread
    from backend.ops.belonging import DatabaseSilent, ForeignKeys, prepare
    from backend.ops.migrate import DatabaseIsNewer, schema_versions

    try:
        url = database_url(settings(), role="owner")
    except FileNotFoundError as error:
        typer.echo("There is no database yet. Start one with antam up, or set DATABASE_URL.", err=True)
        raise typer.Exit(1) from error
    path = settings().secrets / "backend" / "site_keys.json"
    if path in damaged(settings().secrets):
        typer.echo(damage(path), err=True)
        raise typer.Exit(1)
    keys = SiteKeys.read(path) if path.exists() else None
    try:
        prepare(url, keys)
    except (DatabaseIsNewer, DatabaseSilent, ForeignKeys) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if keys is not None and (again := asyncio.run(destroy_again(settings(), url, keys))):
        typer.echo(told(again))
    if lost := unread(settings()):
        typer.echo(lost, err=True)
    typer.echo(f"The schema is at {schema_versions(url)[0]}.")


def doctor() -> None:
    """Look whether everything is there and answers. Exits with 1 if something is wrong."""
    from backend.ops.doctor import examine

    findings = asyncio.run(examine(settings()))
    for finding in findings:
        typer.echo(f"{'✓' if finding.well else '✗'} {finding.what:<10} {finding.words}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
