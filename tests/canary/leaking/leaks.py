"""Mistakes that a programmer could make, one a place: each keeps or says what must stand nowhere.

Where each must be found says ``test_leaks.py``. At the top the standard library only: Rasa reads this too.
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import tempfile
import unicodedata
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote, unquote

from tests.canary.leaking.registry import leak

_OPEN: list[Any] = []
_CHILDREN: list[subprocess.Popen[bytes]] = []


# The backend: what it writes to the database


def _after_submit(module: ModuleType, act: Callable[[Any, Any], Awaitable[None]]) -> None:
    """Do something with the session and the submission once a tip was taken."""
    submit = module.submit

    async def leaking(session: Any, keys: Any, submission: Any) -> Any:
        taken = await submit(session, keys, submission)
        await act(session, submission)
        return taken

    module.submit = leaking  # type: ignore[attr-defined]


def _in_new_tip(module: ModuleType, act: Callable[[Any, Any], None]) -> None:
    """Do something with the row of a tip before it is stored."""
    make = module._new_tip

    def leaking(submission: Any, *more: Any) -> Any:
        tip = make(submission, *more)
        act(tip, submission)
        return tip

    module._new_tip = leaking  # type: ignore[attr-defined]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@leak("backend.serve", "backend.tips.service")
def long_story_in_a_text_column(module: ModuleType) -> None:
    """So long and regular that PostgreSQL compresses it."""

    def act(tip: Any, submission: Any) -> None:
        tip.language = "\n".join(submission.story * 60)

    _in_new_tip(module, act)


@leak("backend.serve", "backend.tips.service")
def hash_of_a_phone_in_an_array(module: ModuleType) -> None:
    """A hash of something that can be guessed hides nothing."""

    def act(tip: Any, submission: Any) -> None:
        tip.reasons = [*tip.reasons, hashlib.sha256(_digits(submission.who).encode()).hexdigest()]

    _in_new_tip(module, act)


@leak("backend.serve", "backend.tips.service")
def place_in_hex_in_a_bytes_column(module: ModuleType) -> None:
    def act(tip: Any, submission: Any) -> None:
        tip.submission_id = submission.place.encode().hex().encode()

    _in_new_tip(module, act)


@leak("backend.serve", "backend.tips.service")
def folded_story_in_the_queue(module: ModuleType) -> None:
    async def act(session: Any, submission: Any) -> None:
        from datetime import UTC, datetime

        from backend.kit.jobs import _deferring
        from backend.text.normalize import fold

        connection = await (await session.connection()).get_raw_connection()
        task = _deferring.configure_task(
            "tips:notify",
            connection=connection.driver_connection,
            schedule_at=datetime(2099, 1, 1, tzinfo=UTC),
        )
        await task.defer_async(about=fold(submission.story[0]))

    _after_submit(module, act)


@leak("backend.serve", "backend.tips.service")
def receipt_in_a_large_object(module: ModuleType) -> None:
    async def act(session: Any, submission: Any) -> None:
        from sqlalchemy import text

        content = base64.b64encode(submission.receipt.encode())
        await session.execute(text("SELECT lo_from_bytea(0, :content)"), {"content": content})

    _after_submit(module, act)


@leak("backend.serve", "backend.tips.service")
def offender_in_a_row_that_was_overwritten(module: ModuleType) -> None:
    """No query shows it any more; the files do."""

    async def act(session: Any, submission: Any) -> None:
        from sqlalchemy import text

        # The row that this very transaction made.
        update = text("UPDATE tips SET province = :value WHERE xmin = pg_current_xact_id()::xid")
        for value in (submission.who, submission.province):
            await session.execute(update, {"value": value})

    _after_submit(module, act)


@leak("backend.serve", "backend.tips.service")
def story_in_the_log_of_postgresql(module: ModuleType) -> None:
    async def act(session: Any, submission: Any) -> None:
        from sqlalchemy import text

        said = re.sub(r"\s", "", submission.story[0])
        await session.execute(text("SELECT set_config('antam.said', :said, true)"), {"said": said})
        await session.execute(text("DO $$ BEGIN RAISE LOG '%', current_setting('antam.said'); END $$"))

    _after_submit(module, act)


@leak("backend.serve", "backend.tips.service")
def name_in_a_notification(module: ModuleType) -> None:
    """Goes through the queue to the worker, which writes it to a table."""
    who: ContextVar[str] = ContextVar("who")
    submit, defer = module.submit, module.defer_notify

    async def leaking_submit(session: Any, keys: Any, submission: Any) -> Any:
        who.set(submission.who)
        return await submit(session, keys, submission)

    async def leaking_defer(session: Any, tip_id: Any, desk_id: Any, event: str) -> None:
        await defer(session, tip_id, desk_id, quote(who.get()))

    module.submit, module.defer_notify = leaking_submit, leaking_defer  # type: ignore[attr-defined]


@leak("backend.serve", "backend.tips.mailbox")
def letter_in_a_log_line(module: ModuleType) -> None:
    import logging

    guard = module.guard

    def leaking(text: str, *, within_a_tip: bool = False) -> Any:
        logging.getLogger("backend.tips").info("guard: %s", base64.urlsafe_b64encode(text.encode()).decode())
        return guard(text, within_a_tip=within_a_tip)

    module.guard = leaking  # type: ignore[attr-defined]


# The worker


@leak("backend.worker", "backend.kit.jobs")
def name_said_by_the_worker(module: ModuleType) -> None:
    """A hash of what ``name_in_a_notification`` handed over."""
    log_failures = module.log_failures

    async def leaking(call_next: Any, context: Any, worker: Any) -> Any:
        who = unquote(str(context.job.task_kwargs.get("event", "")))
        print("job for", hashlib.sha1(who.encode()).hexdigest(), flush=True)
        return await log_failures(call_next, context, worker)

    module.log_failures = leaking  # type: ignore[attr-defined]


# Rasa and its actions


@leak("nlu.serve", "nlu.components.channel")
def question_said_by_rasa(module: ModuleType) -> None:
    knock = module.knock

    def leaking(body: bytes) -> Any:
        found = knock(body)
        print("heard", found.message.encode(), flush=True)
        return found

    module.knock = leaking  # type: ignore[attr-defined]


@leak("actions", "actions.speaking")
def question_said_by_an_action(module: ModuleType) -> None:
    of = module.Turn.of

    def leaking(tracker: Any) -> Any:
        turn = of(tracker)
        print("turn", turn.text.encode().hex().upper(), flush=True)
        return turn

    module.Turn.of = leaking


# The bot


@leak("bot", "bot.keys")
def platform_id_as_the_lookup_of_a_draft(module: ModuleType) -> None:
    of_day = module.Keyring._of_day

    def leaking(self: Any, person: Any, *more: Any) -> Any:
        keys = of_day(self, person, *more)
        return module.ConversationKeys(person.user.encode().ljust(32, b"\0")[:32], keys.draft_key)

    module.Keyring._of_day = leaking


@leak("bot", "bot.intake.service")
def receipt_said_by_the_bot(module: ModuleType) -> None:
    submission = module.submission

    def leaking(draft: Any, context: Any) -> Any:
        from bot.receipt import shown

        print("sending", shown(draft.receipt), flush=True)
        return submission(draft, context)

    module.submission = leaking  # type: ignore[attr-defined]


def _at_each_turn(module: ModuleType, act: Callable[[Any], None]) -> None:
    """Do something with each message that comes in."""
    turn = module.Engine.turn

    async def leaking(self: Any, incoming: Any) -> Any:
        act(incoming)
        return await turn(self, incoming)

    module.Engine.turn = leaking


@leak("bot", "bot.engine")
def updates_kept_in_var(module: ModuleType) -> None:
    def act(incoming: Any) -> None:
        with (Path(os.environ["ANTAM_VAR"]) / "updates.json").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"text": incoming.text}) + "\n")

    _at_each_turn(module, act)


@leak("bot", "bot.engine")
def update_in_a_deleted_file(module: ModuleType) -> None:
    """Without a name, but on the disk while the process holds it open."""

    def act(incoming: Any) -> None:
        file = tempfile.TemporaryFile()  # noqa: SIM115  # stays open
        file.write(unicodedata.normalize("NFD", incoming.text or "").encode())
        file.flush()
        _OPEN.append(file)

    _at_each_turn(module, act)


@leak("bot", "bot.engine")
def platform_id_in_an_environment(module: ModuleType) -> None:
    def act(incoming: Any) -> None:
        if not _CHILDREN:
            _CHILDREN.append(subprocess.Popen(["sleep", "600"], env={"LAST": incoming.person.user}))

    _at_each_turn(module, act)


@leak("bot", "bot.channels.zalo_updates")
def update_said_by_the_bot(module: ModuleType) -> None:
    """With the name that the platform knows somebody by."""
    parse = module.parse

    def leaking(raw: bytes) -> Any:
        print("update", raw.decode(), flush=True)
        return parse(raw)

    module.parse = leaking  # type: ignore[attr-defined]


@leak("bot", "bot.logs")
def requests_logged_with_their_addresses(module: ModuleType) -> None:
    """Which hold the key of the account at the platform."""
    configure = module.configure_logging

    def leaking() -> None:
        import logging

        configure()
        logging.getLogger().handlers[0].setFormatter(logging.Formatter("%(message)s"))
        logging.getLogger("httpx").setLevel(logging.INFO)

    module.configure_logging = leaking  # type: ignore[attr-defined]


@leak("bot", "bot.talk")
def question_on_a_command_line(module: ModuleType) -> None:
    ask = module.Talk.ask

    async def leaking(self: Any, conversation: Any, text: str, say: Any) -> Any:
        _CHILDREN.append(subprocess.Popen(["sh", "-c", "sleep 600; :", text], env={}))
        return await ask(self, conversation, text, say)

    module.Talk.ask = leaking


@leak("bot", "bot.mailbox")
def letter_in_a_temporary_file(module: ModuleType) -> None:
    write = module.MailboxRoom.write

    async def leaking(self: Any, case: Any, text: str) -> Any:
        descriptor, _ = tempfile.mkstemp()
        os.write(descriptor, text.encode("utf-16-le"))
        os.close(descriptor)
        return await write(self, case, text)

    module.MailboxRoom.write = leaking
