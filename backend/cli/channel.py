"""``antam channel``: the accounts at chat platforms. Tokens are read from standard input, never an argument.

The bot reads what is written here at its start. This module knows the platforms by name only.
"""

import json
import re
import secrets
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from backend.kit.secrets_store import write_secret
from backend.kit.settings import settings

PLATFORMS: Final = {"telegram": "Telegram", "zalo_bot": "Zalo Bot Platform"}
_TOKEN: Final = re.compile(r"[\x21-\x2e\x30-\x7e]{8,256}")
"""Printable without a slash or a space: it becomes part of an address."""

app = typer.Typer(help="Accounts at chat platforms (Telegram, Zalo).", no_args_is_help=True)


class Mode(StrEnum):
    """How updates come: asked for by the bot, or delivered to it."""

    POLLING = "polling"
    WEBHOOK = "webhook"


@app.callback()
def channel() -> None:
    """Accounts at chat platforms."""


@app.command("list")
def list_channels() -> None:
    """Which chat platforms are set up, and how their messages come."""
    for name, title in PLATFORMS.items():
        path = _path(name)
        typer.echo(f"{name}  {title}: {_mode_of(path) if path.exists() else 'not set up'}")


def _mode_of(path: Path) -> str:
    try:
        return Mode(json.loads(path.read_text(encoding="utf-8"))["mode"])
    except (ValueError, KeyError, TypeError):
        return "damaged; set it up again"


def _set(name: str, mode: Mode) -> None:
    if mode is Mode.WEBHOOK and not settings().public_bot_url.startswith("https://"):
        _refuse(
            "A webhook needs the public address of the worker pages: set ANTAM_PUBLIC_BOT_URL to https://…"
        )
    token = _read_token()
    if not _TOKEN.fullmatch(token):
        _refuse("That is no token: it has 8 to 256 characters, no space and no slash.")
    path = _path(name)
    if not path.parent.is_dir():
        _refuse("This deployment has no keys yet. Run `antam keys init` first.")
    content = {"token": token, "mode": mode.value, "webhook_secret": secrets.token_urlsafe(32)}
    write_secret(path, json.dumps(content, indent=1))
    typer.echo(f"{PLATFORMS[name]} is set up ({mode.value}). It is used from the bot's next start.")


def _remove(name: str) -> None:
    path = _path(name)
    if not path.exists():
        _refuse(f"{PLATFORMS[name]} is not set up.")
    path.unlink()
    typer.echo(
        f"{PLATFORMS[name]} is removed from the bot's next start on. Revoke the token at the platform too."
    )


def _read_token() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Token", hide_input=True)).strip()
    return sys.stdin.readline().strip()


def _refuse(why: str) -> None:
    typer.echo(why, err=True)
    raise typer.Exit(1)


def _path(name: str) -> Path:
    return settings().secrets / "bot" / f"{name}.json"


def _commands(name: str, title: str) -> typer.Typer:
    """The commands of one platform."""
    commands = typer.Typer(help=f"The account at {title}.", no_args_is_help=True)

    @commands.command("set")
    def set_up(
        mode: Annotated[
            Mode, typer.Option(help="polling: the bot asks for messages; webhook: they are delivered to it.")
        ] = Mode.POLLING,
    ) -> None:
        """Keep the account's token (asked for, or the first line of standard input)."""
        _set(name, mode)

    @commands.command("remove")
    def remove() -> None:
        """Forget the account."""
        _remove(name)

    return commands


for _name, _title in PLATFORMS.items():
    app.add_typer(_commands(_name, _title), name=_name)
