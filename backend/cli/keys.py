"""``antam keys``: the secrets of this deployment."""

from typing import Annotated

import typer

from backend.kit.database_secrets import make_database_secrets
from backend.kit.secrets_store import make_missing
from backend.kit.settings import settings

app = typer.Typer(help="Site keys and service tokens.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """Site keys and service tokens."""


@app.command("database")
def database(
    host: Annotated[str, typer.Option(help="Name or address of the PostgreSQL server.")],
) -> None:
    """Make the passwords for a PostgreSQL server of your own that is still empty."""
    folder = settings().secrets
    written = make_database_secrets(folder, host)
    for path in written:
        typer.echo(f"made {path.relative_to(folder)}")
    if written:
        typer.echo("Run postgres/roles.sql once on the server, as its superuser.")
    else:
        typer.echo("There are passwords already; nothing was changed.")


@app.command("init")
def init() -> None:
    """Make the keys and tokens that are missing; never touches one that is there."""
    folder = settings().secrets
    try:
        written = make_missing(folder)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    for path in written:
        typer.echo(f"made {path.relative_to(folder)}")
    typer.echo(f"Keys are in {folder}. Back this folder up apart from the database.")
