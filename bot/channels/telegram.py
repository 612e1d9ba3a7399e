"""The Telegram channel: private chats with a bot account, by polling or by webhook.

An update is confirmed only when it is answered, with its draft committed. Nothing of a person is kept
once that is done. In groups and channels the bot says nothing.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable
from typing import Final, Literal

from fastapi import APIRouter, Request
from starlette.responses import Response
from telegram import Update
from telegram.constants import MessageLimit

from bot.channels.credentials import Mode, Setup
from bot.channels.lanes import LaneFull, Lanes
from bot.channels.rendering import bubbles, utf16_units
from bot.channels.telegram_api import Kind, Sleep, TelegramApi, TelegramTrouble
from bot.channels.telegram_polling import Polling, Troubles
from bot.channels.telegram_updates import ButtonIds, Pressed, Received, keyboard, parse, received
from bot.engine import Engine
from bot.envelope import Language, Reply, Turn

PATH: Final = "/channels/telegram"
_SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # its name
_FINISHING_SECONDS: Final = 5.0
_MENU: Final = {
    Language.VI: ("menu", "bao_tin", "hop_thu", "so_can_goi", "xoa"),
    Language.EN: ("menu", "tip", "mailbox", "hotlines", "delete"),
}
"""The commands that Telegram shows, each with the phrase ``command.<n>`` of its place."""
_log = logging.getLogger("antam.bot")


class TelegramChannel:
    """One bot account."""

    name: Literal["telegram"] = "telegram"

    def __init__(self, setup: Setup, sleep: Sleep = asyncio.sleep) -> None:
        self._credentials = setup.credentials
        self._phrases = setup.phrases
        self._origin = setup.settings.public_origin
        self._api = TelegramApi(setup.credentials.token, setup.settings.telegram_api_url, sleep)
        self._sleep = sleep
        self._lanes = Lanes()
        self._ids = ButtonIds()

    def routes(self, engine: Engine) -> APIRouter:
        router = APIRouter()
        if self._credentials.mode is Mode.WEBHOOK:

            @router.post(PATH, include_in_schema=False)
            async def deliver(request: Request) -> Response:
                return await self._delivered(engine, request)

        return router

    async def run(self, engine: Engine) -> None:
        polling = Polling(self._api, lambda update, done: self._take(engine, update, done), sleep=self._sleep)
        try:
            await self._register()
            if self._credentials.mode is Mode.POLLING:
                await polling.run()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await self._finish(polling)
            raise

    async def _register(self) -> None:
        """Say how updates are to come, and which commands there are, as soon as Telegram can be reached."""
        troubles = Troubles()
        while True:
            try:
                if self._credentials.mode is Mode.POLLING:
                    await self._api.delete_webhook()
                else:
                    url = f"{self._origin}{PATH}"
                    await self._api.set_webhook(url, self._credentials.webhook_secret)
                for language, code in ((Language.VI, None), (Language.EN, Language.EN)):
                    await self._api.set_commands(self._menu(language), code)
                return
            except TelegramTrouble as trouble:
                await self._sleep(troubles.pause(trouble))

    async def _finish(self, polling: Polling) -> None:
        """Answer what is in hand and let the connections go."""
        try:
            await self._lanes.close(_FINISHING_SECONDS)
            if self._credentials.mode is Mode.POLLING:
                async with asyncio.timeout(_FINISHING_SECONDS):
                    await polling.confirm()
        except (TelegramTrouble, TimeoutError) as trouble:
            _log.warning("telegram: the last answers are not confirmed: %s", type(trouble).__name__)
        finally:
            await self._api.close()

    async def _delivered(self, engine: Engine, request: Request) -> Response:
        """One update of the webhook: answered with 200 when it is dealt with, so that it comes no more."""
        secret = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(secret.encode(), self._credentials.webhook_secret.encode()):
            return Response(status_code=403)
        update = parse(await request.body())
        if update is not None:
            answered = asyncio.Event()
            try:
                self._start(engine, update, answered.set)
            except LaneFull:
                return Response(status_code=503)
            await answered.wait()
        return Response()

    def _take(self, engine: Engine, update: Update, done: Callable[[], None]) -> None:
        """Answer an update that was asked for; one too many of a conversation is passed over."""
        try:
            self._start(engine, update, done)
        except LaneFull:
            _log.warning("telegram: a message was passed over, its conversation sends too many")
            done()

    def _start(self, engine: Engine, update: Update, done: Callable[[], None]) -> None:
        """Have ``update`` answered in the order of its conversation. Raises ``LaneFull``."""
        found = received(update, self._ids)
        if found is None:
            done()
            return

        async def answer() -> None:
            try:
                await self._answer(engine, found)
            finally:
                done()

        self._lanes.add(str(found.chat), answer)

    async def _answer(self, engine: Engine, found: Received) -> None:
        try:
            turn = await engine.turn(found.incoming)
        except Exception as error:  # the person is told, and the log where
            _log.error("telegram: a message could not be answered: %s", type(error).__name__)
            say = self._phrases.spoken(Language.VI)
            turn = Turn((Reply(say("fault.internal"), unkept=True),))
        if found.pressed is not None:
            await self._settle(found.chat, found.pressed)
        try:
            await self._say(found.chat, turn)
        except TelegramTrouble as trouble:
            # Who blocked the bot is left in peace.
            if trouble.kind is not Kind.GONE:
                _log.warning("telegram: an answer was not delivered: %s", trouble)

    async def _say(self, chat: int, turn: Turn) -> None:
        say = self._phrases.spoken(turn.language)
        for bubble in bubbles(
            turn,
            limit=MessageLimit.MAX_TEXT_LENGTH,
            buttons=True,
            origin=self._origin,
            say=say,
            measure=utf16_units,
        ):
            await self._api.send(chat, bubble.text, keyboard(bubble.choices, self._ids), bubble.sensitive)

    async def _settle(self, chat: int, pressed: Pressed) -> None:
        """Let the pressed button rest: the press is answered, the buttons go, what was pressed is shown."""
        for settling in (
            self._api.answer_press(pressed.query),
            self._api.take_buttons(chat, pressed.message, pressed.shown),
        ):
            try:
                await settling
            except TelegramTrouble as trouble:
                # Too old to be answered, or already as it should be.
                if trouble.kind not in (Kind.REFUSED, Kind.GONE):
                    _log.warning("telegram: %s", trouble)

    def _menu(self, language: Language) -> dict[str, str]:
        say = self._phrases.spoken(language)
        return {name: say(f"command.{place}") for place, name in enumerate(_MENU[language], 1)}
