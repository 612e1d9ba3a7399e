"""Zalo, by a bot of the Zalo Bot Platform: texts in, texts out, every choice by its digit or its word.

Updates come by long polling or to a webhook; the platform knows one of the two at a time. The webhook is for
production: an update is acknowledged when it is answered, with its draft committed, so a crash loses none.
Polling has no confirmation on this platform, what was handed out is not handed out again: a kill loses the
update in hand, and its writer gets no answer. Therefore the next is asked for when this one is answered; only
an answer that takes long is not waited for, so that it holds up nobody else.

Nothing of an update is kept when it is answered. Log lines name a method and a code, never a chat or a text.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from hmac import compare_digest
from http import HTTPStatus
from math import inf
from typing import Final, Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot import limits
from bot.channels.credentials import Mode, Setup
from bot.channels.downloads import Downloads, Hosts
from bot.channels.lanes import LaneFull, Lanes
from bot.channels.pictures import ShownPictures
from bot.channels.rendering import Bubble, bubbles, utf16_units
from bot.channels.zalo_api import MAX_TEXT, ZaloApi, ZaloTrouble
from bot.channels.zalo_updates import Received, parse, read
from bot.engine import Engine
from bot.envelope import Incoming, Language, Media, Person, Reply, Turn
from bot.notices import Told

PATH: Final = "/channels/zalo_bot"
PICTURES: Final = f"{PATH}/pictures"
"""Where the platform fetches a picture that it is to send."""
FILE_DOMAINS: Final = ("zdn.vn", "zadn.vn")
"""Zalo's servers of pictures (``photo-stal-1.zdn.vn``) and recordings; nothing is fetched elsewhere."""
_SECRET_HEADER: Final = "X-Bot-Api-Secret-Token"  # noqa: S105  # its name
_POLL_SECONDS: Final = 30
"""How long the platform holds a request for updates while there are none (its own default)."""
PATIENCE = 1.0
"""Seconds that polling waits for an answer before it asks for the next update beside it."""
_FINISHING_SECONDS: Final = 5.0
"""For what is in hand when the process is told to stop."""
_EMPTY: Final = (50.0, 5.0)
"""Answers to polling that brought nobody to answer: fifty at once, then five a second."""
_ATTEMPTS: Final = 6
"""How often one message is tried, within about a minute."""
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 60.0
_log = logging.getLogger("antam.bot")


def pause(failures: int, asked: float = 0.0) -> float:
    """Seconds before the next attempt after ``failures`` in a row, never less than the platform asked for.

    Both are bounded by a minute: longer, and nobody waits for the answer any more.
    """
    return min(_LONGEST_PAUSE, max(asked, _FIRST_PAUSE * 2.0 ** min(failures - 1, 10)))


class _Troubles:
    """Failures in a row: longer and longer pauses, and a log line for each new kind of trouble only."""

    def __init__(self) -> None:
        self._count = 0
        self._told = ""

    async def wait_after(self, trouble: ZaloTrouble) -> None:
        self._count += 1
        if trouble.code != self._told:
            _log.warning("zalo_bot: %s", trouble)
            self._told = trouble.code
        await asyncio.sleep(pause(self._count, trouble.wait))


class ZaloBotChannel:
    """One Zalo bot."""

    name: Literal["zalo_bot"] = "zalo_bot"

    def __init__(self, setup: Setup) -> None:
        self._api = ZaloApi(setup.credentials.token, setup.settings.zalo_api_url)
        self._secret = setup.credentials.webhook_secret
        self._delivered = setup.credentials.mode is Mode.WEBHOOK
        self._origin = setup.settings.public_origin
        self._phrases = setup.phrases
        self._downloads = Downloads(Hosts(setup.settings.zalo_api_url, FILE_DOMAINS))
        self._lanes = Lanes()
        self._shown = ShownPictures()

    def routes(self, engine: Engine) -> APIRouter:
        router = APIRouter()
        if self._delivered:

            @router.post(PATH, include_in_schema=False)
            async def webhook(request: Request) -> Response:
                told = request.headers.get(_SECRET_HEADER, "")
                if not compare_digest(told.encode(), self._secret.encode()):
                    return Response(status_code=HTTPStatus.FORBIDDEN)
                return Response(status_code=await self._delivery(engine, await request.body()))

        if self._origin:

            @router.get(f"{PICTURES}/{{name}}", include_in_schema=False)
            async def picture(name: str) -> Response:
                png = self._shown.get(name)
                if png is None:
                    return Response(status_code=HTTPStatus.NOT_FOUND)
                return Response(png, media_type="image/png")

        return router

    async def run(self, engine: Engine) -> None:
        try:
            if self._delivered:
                await self._until_done(self._set_webhook)
                await asyncio.Event().wait()
            await self._until_done(self._unset_webhook)
            await self._poll(engine)
        except asyncio.CancelledError:
            await self._lanes.close(_FINISHING_SECONDS)
            await self._api.close()
            await self._downloads.close()
            raise

    async def tell(self, user: str, text: str) -> Told:
        """Write to somebody who asked for it."""
        try:
            await self._api.send_message(user, text)
        except ZaloTrouble as trouble:
            _log.warning("zalo_bot: a notice is not delivered: %s", trouble)
            refused = not trouble.passing and trouble.code != str(int(HTTPStatus.UNAUTHORIZED))
            return Told.NEVER if refused else Told.LATER
        return Told.SENT

    # updates

    async def _delivery(self, engine: Engine, body: bytes) -> HTTPStatus:
        """What a delivered update is acknowledged with, once it is answered."""
        received = parse(body)
        if received is None:
            # Not for us, and not better the next time.
            return HTTPStatus.OK
        try:
            taken = self._take(engine, received)
        except LaneFull:
            return HTTPStatus.SERVICE_UNAVAILABLE
        await asyncio.wait({taken})
        return HTTPStatus.SERVICE_UNAVAILABLE if taken.cancelled() else HTTPStatus.OK

    async def _poll(self, engine: Engine) -> None:
        troubles = _Troubles()
        empty = limits.Bucket.full(*_EMPTY, time.monotonic())
        while True:
            await self._lanes.wait_for_room()
            try:
                update = await self._api.get_update(_POLL_SECONDS)
                received = None if update is None else read(update)
            except ZaloTrouble as trouble:
                await troubles.wait_after(trouble)
                continue
            troubles = _Troubles()
            if received is None:
                await asyncio.sleep(empty.reserve(time.monotonic(), patience=inf) or 0.0)
                continue
            try:
                await asyncio.wait({self._take(engine, received)}, timeout=PATIENCE)
            except LaneFull:
                # A flood: the limit of its conversation has refused what came before, and has said so.
                _log.warning("zalo_bot: a message was passed over, its conversation sends too many")

    def _take(self, engine: Engine, received: Received) -> "asyncio.Future[None]":
        """Have an update answered. Done when it may be acknowledged, cancelled when it is given up.

        Raises:
            LaneFull: it is not taken.
        """
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lanes.add(received.chat, partial(self._answer, engine, received, taken))
        return taken

    # answers

    async def _answer(self, engine: Engine, received: Received, taken: "asyncio.Future[None]") -> None:
        def acknowledge() -> None:
            if not taken.done():
                taken.set_result(None)

        try:
            turn = await self._turn(engine, received)
            person = Person(self.name, received.chat)
            if turn.forgets:
                # Its messages the platform lets nobody delete; its pictures are ours.
                for name in engine.take_traces(person):
                    self._shown.drop(name)
            for bubble in self._bubbles(turn):
                if bubble.picture is not None and not bubble.picture.protected and self._origin:
                    name = self._shown.put(bubble.picture.png)
                    engine.leave(person, name)
                    await self._show(received.chat, name, bubble.picture.alt, self._origin)
                # The draft is committed by now: a platform that takes no messages is not kept waiting.
                if not await self._sent(received.chat, bubble.text, in_trouble=acknowledge):
                    # What follows means little without it.
                    break
        except BaseException:
            taken.cancel()
            raise
        acknowledge()

    async def _turn(self, engine: Engine, received: Received) -> Turn:
        file = received.file
        incoming = Incoming(
            person=Person(self.name, received.chat),
            message_id=received.message_id,
            text=received.text,
            attachment=received.attachment,
            media=() if file is None else (Media(file.kind, partial(self._downloads.get, file.address)),),
        )
        try:
            return await engine.turn(incoming)
        except Exception as error:  # whatever it is, the worker is told and its message stays here
            _log.error("zalo_bot: a message could not be answered: %s", type(error).__name__)
            say = self._phrases.spoken(Language.VI)
            return Turn((Reply(say("fault.internal"), unkept=True),))

    def _bubbles(self, turn: Turn) -> list[Bubble]:
        say = self._phrases.spoken(turn.language)
        return bubbles(
            # The platform's characters are counted in the unit that gives the shorter text.
            turn,
            limit=MAX_TEXT,
            buttons=False,
            origin=self._origin,
            say=say,
            measure=utf16_units,
        )

    async def _show(self, chat: str, name: str, alt: str, origin: str) -> None:
        """Send a picture in one attempt: the text that follows says enough without it."""
        try:
            await self._api.send_photo(chat, f"{origin}{PICTURES}/{name}", alt)
        except ZaloTrouble as trouble:
            _log.warning("zalo_bot: %s, a picture is left out", trouble)

    async def _sent(self, chat: str, text: str, in_trouble: Callable[[], None]) -> bool:
        """Send one message, in several attempts: a repeated one is better than a missing one."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await self._api.send_message(chat, text)
            except ZaloTrouble as trouble:
                in_trouble()
                if not trouble.passing or attempt == _ATTEMPTS:
                    _log.warning("zalo_bot: %s, given up", trouble)
                    return False
                await asyncio.sleep(pause(attempt, trouble.wait))
            else:
                return True
        return False

    # where updates go

    async def _set_webhook(self) -> None:
        await self._api.set_webhook(f"{self._origin}{PATH}", self._secret)

    async def _unset_webhook(self) -> None:
        try:
            await self._api.delete_webhook()
        except ZaloTrouble as trouble:
            # Refused for another reason than the token: there is none to take away.
            if trouble.passing or trouble.code == str(int(HTTPStatus.UNAUTHORIZED)):
                raise

    async def _until_done(self, call: Callable[[], Awaitable[None]]) -> None:
        """Try until it succeeds: without it no update comes."""
        troubles = _Troubles()
        while True:
            try:
                return await call()
            except ZaloTrouble as trouble:
                await troubles.wait_after(trouble)
