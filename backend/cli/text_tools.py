"""What the commands share that read one text, or one text a line. No text is stored or logged."""

import json
import sys
from collections.abc import Callable

import typer


def answer_texts(text: str | None, lines: bool, answer: Callable[[str], dict[str, object]]) -> None:
    """One JSON object for ``text``, or for each line of standard input. Raises ``typer.BadParameter``."""
    if (text is None) != lines:
        raise typer.BadParameter("give one text, or --lines and texts on standard input")
    for one in (line.rstrip("\r\n") for line in sys.stdin) if lines else [text or ""]:
        typer.echo(json.dumps(answer(one), ensure_ascii=False))
        sys.stdout.flush()
