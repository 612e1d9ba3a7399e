"""The Telegram channel: private chats with a bot account, by polling or by webhook.

An update is confirmed only when it is answered, with its draft committed; where Telegram does not take the
answer, the draft is enough, so that one chat holds up no other. Nothing of a person is kept once that is
done. In groups and channels the bot says nothing.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Final, Literal

from fastapi import APIRouter, Request
from starlette.responses import Response
from telegram import Update
from telegram.constants import MessageLimit

from bot.channels.credentials import Mode, Setup
from bot.channels.lanes import LaneFull, Lanes, NoRoom
from bot.channels.rendering import Bubble, bubbles, utf16_units
from bot.channels.telegram_api import Kind, Sleep, TelegramApi, TelegramTrouble
from bot.channels.telegram_clearing import Stands, cleared
from bot.channels.telegram_polling import Polling, Troubles
from bot.channels.telegram_updates import (
    ButtonIds,
    Pressed,
    Received,
    SentFile,
    keyboard,
    parse,
    received,
)
from bot.engine import Engine
from bot.envelope import Language, Media, MediaTooLarge, Reply, Turn
from bot.files import MAX_BYTES
from bot.notices import Told

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
        take = partial(self._take, engine)
        polling = Polling(self._api, take, self._lanes.wait_for_room, sleep=self._sleep)
        try:
            await self._register()
            if self._credentials.mode is Mode.POLLING:
                await polling.run()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await self._finish(polling)
            raise

    async def tell(self, user: str, text: str) -> Told:
        """Write to somebody who asked for it; in a chat of two, a person's number is the chat's."""
        try:
            await self._api.send(int(user), text, None, protect=False)
        except TelegramTrouble as trouble:
            if trouble.kind in (Kind.GONE, Kind.REFUSED):
                return Told.NEVER
            _log.warning("telegram: a notice waits: %s", trouble)
            return Told.LATER
        return Told.SENT

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
            return Response(status_code=HTTPStatus.FORBIDDEN)
        update = parse(await request.body())
        if update is None:
            return Response()
        try:
            answered = self._start(engine, update)
        except LaneFull:
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        await asyncio.wait({answered})
        return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE if answered.cancelled() else HTTPStatus.OK)

    def _take(self, engine: Engine, update: Update, done: Callable[[], None]) -> bool:
        """Answer an update that was asked for; one too many of a conversation is passed over.

        False if there is no room for anybody's.
        """
        try:
            answered = self._start(engine, update)
        except NoRoom:
            return False
        except LaneFull:
            _log.warning("telegram: a message was passed over, its conversation sends too many")
            done()
        else:
            answered.add_done_callback(lambda answered: None if answered.cancelled() else done())
        return True

    def _start(self, engine: Engine, update: Update) -> "asyncio.Future[None]":
        """Have ``update`` answered in the order of its conversation.

        Done when it may be confirmed, cancelled when it is given up. Raises ``LaneFull``.
        """
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        found = received(update, self._ids)
        if found is None:
            answered.set_result(None)
        else:
            self._lanes.add(str(found.chat), partial(self._answer, engine, found, answered))
        return answered

    async def _answer(self, engine: Engine, found: Received, answered: "asyncio.Future[None]") -> None:
        def confirm() -> None:
            if not answered.done():
                answered.set_result(None)

        try:
            turn = await self._turn(engine, found)
            stands = partial(self._stands, engine, found)
            stands(found.message, sensitive=turn.sensitive)
            if found.pressed is not None:
                await self._settle(found.chat, found.pressed)
            if turn.forgets:
                turn = await self._cleared(engine, found, turn, in_trouble=confirm)
            await self._say(found.chat, turn, stands, in_trouble=confirm)
        except asyncio.CancelledError:
            # The process is told to stop: what was not answered comes again.
            answered.cancel()
            raise
        except TelegramTrouble as trouble:
            # Who blocked the bot is left in peace.
            if trouble.kind is not Kind.GONE:
                _log.warning("telegram: an answer was not delivered: %s", trouble)
        finally:
            confirm()

    async def _turn(self, engine: Engine, found: Received) -> Turn:
        try:
            media = () if found.file is None else (Media(found.file.kind, partial(self._fetch, found.file)),)
            return await engine.turn(replace(found.incoming, media=media))
        except Exception as error:  # the person is told, and the log where
            _log.error("telegram: a message could not be answered: %s", type(error).__name__)
            say = self._phrases.spoken(Language.VI)
            return Turn((Reply(say("fault.internal"), unkept=True),))

    async def _fetch(self, file: SentFile) -> bytes:
        if file.size > MAX_BYTES:
            raise MediaTooLarge
        return await self._api.file(file.id)

    def _stands(self, engine: Engine, found: Received, message: int, *, sensitive: bool) -> None:
        """Remember, as long as the conversation is remembered, that ``message`` can be deleted."""
        engine.leave(found.incoming.person, str(message), sensitive=sensitive)

    async def _cleared(
        self, engine: Engine, found: Received, turn: Turn, in_trouble: Callable[[], None]
    ) -> Turn:
        """Delete what is known to stand in the chat; the turn, with what became of it said below."""
        messages = [int(trace) for trace in engine.take_traces(found.incoming.person)]
        whole = await cleared(self._api, found.chat, messages, in_trouble)
        say = self._phrases.spoken(turn.language)
        done = say("screen.cleared.telegram" if whole else "screen.left.telegram")
        return replace(
            turn,
            replies=tuple(
                replace(reply, text=f"{reply.text}\n{done}") if reply.forget else reply
                for reply in turn.replies
            ),
        )

    async def _say(self, chat: int, turn: Turn, stands: Stands, in_trouble: Callable[[], None]) -> None:
        say = self._phrases.spoken(turn.language)
        for bubble in bubbles(
            turn,
            limit=MessageLimit.MAX_TEXT_LENGTH,
            buttons=True,
            origin=self._origin,
            say=say,
            measure=utf16_units,
        ):
            if not await self._shown(chat, bubble, stands, in_trouble):
                buttons = keyboard(bubble.choices, self._ids)
                sent = await self._api.send(chat, bubble.text, buttons, bubble.sensitive, in_trouble)
                stands(sent, sensitive=bubble.sensitive)

    async def _shown(self, chat: int, bubble: Bubble, stands: Stands, in_trouble: Callable[[], None]) -> bool:
        """Send the bubble's picture or sound; whether its text and its buttons went with it.

        What Telegram does not take is left out: the text says enough without it.
        """
        if bubble.picture is None and bubble.sound is None:
            return False
        whole = utf16_units(bubble.text) <= MessageLimit.CAPTION_LENGTH
        buttons = keyboard(bubble.choices, self._ids) if whole else None
        try:
            if bubble.picture is not None:
                caption = bubble.text if whole else bubble.picture.alt
                sent = await self._api.send_photo(chat, bubble.picture, caption, buttons, in_trouble)
            elif bubble.sound is not None:
                caption = bubble.text if whole else ""
                sent = await self._api.send_voice(chat, bubble.sound, caption, buttons, in_trouble)
            stands(sent, sensitive=bubble.sensitive)
        except TelegramTrouble as trouble:
            if trouble.kind is not Kind.REFUSED:
                raise
            return False
        return whole

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
