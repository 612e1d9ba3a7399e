"""``antam loan``: what a text says of a loan, and what the loan costs. Nothing is stored."""

from typing import Annotated

import typer

from backend.checks.loan.check import as_object, check
from backend.cli.text_tools import answer_texts


def loan(
    text: Annotated[str | None, typer.Argument(help="A loan as a worker describes it.")] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="One text a line on standard input, one answer a line.")
    ] = False,
) -> None:
    """Kind, lender, amounts, simple rate and APR of a loan, and what is missing, as a JSON object a text."""
    answer_texts(text, lines, answer)


def answer(text: str) -> dict[str, object]:
    """The fields of the text tool's contract."""
    return as_object(check(text))
