"""``antam money``: the amount that a text says, in đồng. Nothing is stored."""

from typing import Annotated

import typer

from backend.checks.money.reading import money as read_money
from backend.cli.text_tools import answer_texts


def money(
    text: Annotated[str | None, typer.Argument(help="An amount as a worker writes it.")] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="One text a line on standard input, one answer a line.")
    ] = False,
) -> None:
    """The amount in đồng, or the readings among which it must be asked, as one JSON object a text."""
    answer_texts(text, lines, answer)


def answer(text: str) -> dict[str, object]:
    """The fields of the text tool's contract; ``reason`` says why there is no amount."""
    read = read_money(text)
    return {"vnd": read.vnd, "ambiguous": list(read.ambiguous), "reason": read.reason}
