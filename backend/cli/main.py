"""The list of commands. A command's module is imported only when it is called, so each starts quickly."""

from importlib import import_module
from typing import Final

import typer
import typer.core
import typer.main
from typer._click.core import Command, Context

COMMANDS: Final = {
    "up": "ops:up",
    "doctor": "ops:doctor",
    "migrate": "ops:migrate",
    "worker": "ops:worker",
    "seed": "seed:seed",
    "keys": "keys:app",
    "channel": "channel:app",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "audit": "audit:app",
    "user": "user:app",
    "desk": "desk:app",
    "knowledge": "knowledge:app",
    "understand": "understand:understand",
    "triage": "triage:triage",
    "money": "money:money",
    "loan": "loan:loan",
    "message": "message:message",
    "blocklist": "blocklist:app",
    "bench": "bench:bench",
    "openapi": "openapi:openapi",
}
"""Command → module of this package and what in it is the command."""


class _Lazy(typer.core.TyperGroup):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"backend.cli.{module}"), attribute)
        around = typer.Typer(add_completion=False)
        around.callback()(lambda: None)
        if isinstance(found, typer.Typer):
            around.add_typer(found, name=cmd_name)
        else:
            around.command(cmd_name)(found)
        return typer.main.get_group(around).commands[cmd_name]


# No pretty tracebacks: they show local variables, and one may hold what a person wrote.
app = typer.Typer(
    cls=_Lazy, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, name="antam"
)


@app.callback()
def antam() -> None:
    """An Tâm: run it, look after it, ask its text tools."""
