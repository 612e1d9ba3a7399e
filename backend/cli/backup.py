"""``antam backup`` and ``antam restore``."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from backend.kit.settings import settings
from backend.ops.backup.database import NoDatabase
from backend.ops.backup.keys import SHORTEST_PASSPHRASE
from backend.ops.backup.make import CannotBackUp, make
from backend.ops.backup.restore import CannotRestore, Choices
from backend.ops.backup.restore import restore as put_back
from backend.ops.belonging import DatabaseSilent
from backend.ops.disk import means_no_room, no_room
from backend.ops.migrate import DatabaseIsNewer
from backend.ops.postgres import PostgresFailed


def backup(
    to: Annotated[Path | None, typer.Option(help="The folder; default: var/backups.")] = None,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Seal with a passphrase that is asked for, not the key file.")
    ] = False,
) -> None:
    """Make a sealed backup of the database (without site keys), and delete those older than 30 days."""
    config = settings()
    try:
        made = asyncio.run(make(config, to, datetime.now(UTC), _new_passphrase if passphrase else None))
    except (CannotBackUp, NoDatabase, DatabaseSilent, PostgresFailed) as error:
        _fail(str(error), error)
    except OSError as error:
        _fail(_unwritable(error, to or config.backups), error)
    typer.echo(f"Made and verified {made.path} ({made.size / 1e6:.1f} MB).")
    if made.deleted:
        typer.echo(f"Deleted {made.deleted} older than 30 days.")
    if made.new_key is not None:
        typer.echo(f"It is sealed with {made.new_key}, made just now. Keep a copy, apart from the backups.")
    typer.echo("Site keys are not in it: they have a backup of their own.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that antam backup made.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of a database that holds something.")
    ] = False,
    destructions: Annotated[
        list[Path] | None, typer.Option(help="A list of destroyed tips that stands somewhere else.")
    ] = None,
    without_destructions: Annotated[
        bool, typer.Option("--without-destructions", help="Go on without any such list.")
    ] = False,
) -> None:
    """Put a backup in the place of the database; what was destroyed since stays destroyed."""
    if replace and typer.prompt("What the database holds now will be lost. Type: replace") != "replace":
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(1)
    choices = Choices(replace, tuple(destructions or ()), without_destructions)
    config = settings()
    try:
        restored = asyncio.run(put_back(config, file, choices, _passphrase))
    except (CannotRestore, DatabaseIsNewer, DatabaseSilent, PostgresFailed) as error:
        _fail(str(error), error)
    except OSError as error:
        _fail(_unwritable(error, config.var), error)
    typer.echo(f"Restored the backup of {restored.made_at:%d/%m/%Y %H:%M} UTC.")
    typer.echo(f"Destroyed again: {restored.destroyed_again}. Drafts and sign-ins of before are gone.")
    typer.echo("Accounts and desks are as on that day: take out again whoever left since.")
    if restored.broken_at is not None:
        _fail(f"The audit log in the backup is broken at entry {restored.broken_at}. Find out why.", None)
    typer.echo(f"The chain of {restored.entries} audit entries holds. Start An Tâm, then: antam doctor")


def _unwritable(error: OSError, place: Path) -> str:
    return no_room(place) if means_no_room(error) else f"{error.filename or place}: {error.strerror}."


def _fail(words: str, error: Exception | None) -> None:
    typer.echo(words, err=True)
    raise typer.Exit(1) from error


def _passphrase() -> str:
    return str(typer.prompt("Passphrase of the backup", hide_input=True))


def _new_passphrase() -> str:
    chosen = str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True))
    if len(chosen) < SHORTEST_PASSPHRASE:
        raise CannotBackUp(f"A passphrase has at least {SHORTEST_PASSPHRASE} characters.")
    return chosen
