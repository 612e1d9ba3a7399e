"""``antam message``: whether a text has the signs of a scam, and which. Nothing is stored.

Reported addresses are asked too where the deployment's database answers; else the text alone is judged.
"""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.checks.message import service as message_service
from backend.checks.message.check import MessageCheck, as_object, check, weight_of_signs
from backend.checks.message.classifier import MODEL
from backend.checks.message.classifier_training import read_messages, train
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
    asker = Asker(_url())
    try:
        answer_texts(text, lines, asker.answer)
    finally:
        asker.close()


class Asker:
    """Answers texts one after another over one connection; without a database, from the text alone."""

    def __init__(self, url: str | None) -> None:
        """``url``: the database with the lists of reported addresses; None when there is none."""
        self._runner = asyncio.Runner()
        self._engine = create_engine(url, pool_size=1) if url is not None else None

    def answer(self, text: str) -> dict[str, object]:
        """The fields of the text tool's contract."""
        if self._engine is not None:
            try:
                return as_object(self._runner.run(self._with_lists(self._engine, text)))
            except (OSError, SQLAlchemyError):
                self.close()
        return as_object(check(text))

    def close(self) -> None:
        """Give the connection back, if there is one; the lists are not asked any more."""
        if self._engine is not None:
            self._runner.run(self._engine.dispose())
            self._engine = None

    async def _with_lists(self, engine: AsyncEngine, text: str) -> MessageCheck:
        async with create_sessionmaker(engine)() as session:
            return await message_service.check_message(session, text)


def _url() -> str | None:
    try:
        return database_url(settings())
    except OSError:
        return None


def _train() -> None:
    folder = data_folder()
    learned = train(folder, weight_of_signs)
    written = json.dumps(asdict(learned), ensure_ascii=False, indent=0, sort_keys=True)
    (folder / MODEL).write_text(written + "\n", encoding="utf-8")
    count, weights = (
        len(read_messages(folder / "messages")),
        len(learned.word_weights) + len(learned.idea_weights),
    )
    typer.echo(f"{count} messages, {weights} weights: {MODEL}")
