"""``antam message``: whether a text has the signs of a scam, and which. Nothing is stored.

Reported addresses are asked too where the deployment's database answers; else the text alone is judged.
"""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from backend.checks import message_service
from backend.checks.classifier import MODEL
from backend.checks.classifier_training import read_messages, train
from backend.checks.message import as_object, check, weight_of_signs
from backend.cli.text_tools import answer_texts
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.settings import settings
from backend.text.datafiles import data_folder


def message(
    text: Annotated[
        str | None, typer.Argument(help="A message, a link, a number, or a call described.")
    ] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="One text a line on standard input, one answer a line.")
    ] = False,
    train_again: Annotated[
        bool, typer.Option("--train", help="Learn the wording from data/messages again and write the model.")
    ] = False,
) -> None:
    """Verdict, score, tactic and signs of a message, as a JSON object a text."""
    if train_again:
        _train()
        return
    answer_texts(text, lines, Asker().answer)


class Asker:
    """Answers texts one after another; asks the database until it once does not answer."""

    def __init__(self) -> None:
        self._reachable = True

    def answer(self, text: str) -> dict[str, object]:
        """The fields of the text tool's contract."""
        if self._reachable:
            try:
                return as_object(asyncio.run(_with_lists(text)))
            except (OSError, SQLAlchemyError):
                self._reachable = False
                typer.echo("The lists of reported addresses cannot be asked: no database answers.", err=True)
        return as_object(check(text))


async def _with_lists(text: str) -> message_service.MessageCheck:
    engine = create_engine(database_url(settings()), pool_size=1)
    try:
        async with create_sessionmaker(engine)() as session:
            return await message_service.check_message(session, text)
    finally:
        await engine.dispose()


def _train() -> None:
    folder = data_folder()
    learned = train(folder / "messages", weight_of_signs)
    written = json.dumps(asdict(learned), ensure_ascii=False, indent=0, sort_keys=True)
    (folder / MODEL).write_text(written + "\n", encoding="utf-8")
    count, weights = (
        len(read_messages(folder / "messages")),
        len(learned.word_weights) + len(learned.idea_weights),
    )
    typer.echo(f"{count} messages, {weights} weights: {MODEL}")
