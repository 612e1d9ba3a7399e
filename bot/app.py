"""Puts the worker-facing process together: keys, clients, engine, channels and pages."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import Response

from backend.text.datafiles import DataFileError
from backend.text.yaml_files import parsed
from bot import emergency, rooms
from bot.backend import Backend
from bot.channels import Channel
from bot.channels.platforms import platform_channels
from bot.channels.web import WebChannel
from bot.drafts import Drafts
from bot.engine import Engine
from bot.files import Files
from bot.intake.chat import TipChat
from bot.intake.draft import TipDraft, dump, file_ids, load
from bot.intake.places import Provinces
from bot.intake.service import Intake
from bot.intake.standing import World
from bot.keys import Clock, DayKeys, KeyFileDamaged, Keyring, SiteKeys, utc_now
from bot.limits import RECEIPTS_AT_ONCE, RECEIPTS_OVERALL, Line
from bot.mailbox import MailboxRoom
from bot.mailbox_acts import MailboxActs
from bot.mailbox_client import Mailboxes
from bot.memory import Conversations
from bot.message_check import MessageCheckRoom
from bot.notice_room import NoticeRoom
from bot.notices import Addresses, Caller, Notices, Postman
from bot.phrases import Phrases
from bot.rasa import Rasa
from bot.rooms import OpenMailboxes
from bot.router import Router
from bot.settings import Settings
from bot.talk import Talk
from bot.tip_room import TipRoom
from bot.web import chat, form, mailbox_page
from bot.web.pages import STATIC, Pages
from bot.web.problems import NoSuchPage, Problem, Unreadable, asked_language, problem_response
from bot.web.shield import Shield
from bot.web.uploads import Uploads

_TICK_SECONDS: Final = 30
_RESTART_SECONDS: Final = 5
_log = logging.getLogger("antam.bot")


def create_app(settings: Settings | None = None, clock: Clock = utc_now) -> FastAPI:
    """The application of ``python -m bot``; ``clock`` decides what day and minute it is."""
    settings = settings or Settings()
    phrases = Phrases.load(settings.data)
    site_keys = SiteKeys.read(settings.secrets / "site_keys.json")
    day_keys = DayKeys(settings.secrets / "day_keys.json", clock)
    keyring = Keyring(site_keys, day_keys)
    token = _secret(settings.secrets / "backend.token")
    backend = Backend(settings.backend_base, token)
    rasa = Rasa(settings.rasa_base, _secret(settings.secrets / "rasa.token"))
    conversations = Conversations()
    files = Files(settings.backend_base, token)
    drafts: Drafts[TipDraft] = Drafts(backend, keyring, dump, load, file_ids)
    world = World(phrases, _categories(settings.data), Provinces.load(settings.data))
    intake = Intake(drafts, backend, files, world, clock)
    receipts = Line(*RECEIPTS_OVERALL, at_once=RECEIPTS_AT_ONCE)
    talk = Talk(rasa, backend)
    platforms = platform_channels(settings, phrases)
    mailboxes = Mailboxes(settings.backend_base, token)
    notices, postman = _notices(mailboxes, Addresses(site_keys, day_keys.today), platforms, phrases)
    notice_room = NoticeRoom(notices, phrases)
    rooms_of_all = Router(
        phrases,
        TipRoom(TipChat(intake, phrases), talk, notice_room),
        MailboxActs(MailboxRoom(backend, mailboxes, files, line=receipts, notices=notices), files, phrases),
        OpenMailboxes(Drafts(backend, keyring, rooms.dump, rooms.load)),
        talk,
        notices=notice_room,
        checks=MessageCheckRoom(backend, talk, phrases),
    )
    uploads = Uploads()
    engine = Engine(keyring, conversations, rooms_of_all, phrases)
    channels: list[Channel] = [WebChannel(uploads), *platforms]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            keyring.turn()
            await asyncio.to_thread(emergency.prepare)
        except (KeyFileDamaged, DataFileError) as damaged:
            _log.critical("%s", damaged)
            raise
        except Exception:
            # uvicorn tells that the start failed, not why; nobody has written anything yet.
            _log.critical("The bot cannot start.", exc_info=True)
            raise
        running = [asyncio.create_task(_tick((conversations.sweep, keyring.turn)))]
        running += [asyncio.create_task(_run(channel, engine)) for channel in channels]
        running.append(asyncio.create_task(postman.run()))
        yield
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for client in (backend, files, mailboxes, rasa):
            await client.close()

    app = FastAPI(title="An Tâm", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(
        Shield, phrases=phrases, exit_origin=settings.exit_origin, secure=settings.secure_cookies
    )
    pages = Pages(phrases, settings)
    _answer_errors(app, phrases, pages)
    for router in (
        *(channel.routes(engine) for channel in channels),
        chat.routes(pages, phrases),
        form.routes(pages, phrases, intake, keyring, settings, uploads=uploads),
        mailbox_page.routes(
            pages, phrases, backend, mailboxes, receipts, sending=mailbox_page.Sending(files, uploads)
        ),
    ):
        app.include_router(router)
    app.mount("/static", _Static(directory=STATIC))

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> Mapping[str, str]:
        """Alive and able to answer; whether others are is not asked here."""
        return {"status": "ok"}

    return app


def _notices(
    mailboxes: Mailboxes, addresses: Addresses, platforms: Sequence[Channel], phrases: Phrases
) -> tuple[Notices, Postman]:
    """What asks to be told of an answer, and what tells: by the channels that can write first."""
    callers = {channel.name: channel for channel in platforms if isinstance(channel, Caller)}
    notices = Notices(mailboxes, addresses, frozenset(callers))
    return notices, Postman(mailboxes, addresses, callers, phrases)


class _Static(StaticFiles):
    """Files whose address changes with their content."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response: Response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        response.headers["Cache-Control"] = "private, max-age=604800, immutable"
        return response


async def _tick(
    forgetting: Sequence[Callable[[], None]], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Forget in time, also when nobody writes: conversations after minutes, keys after their day.

    Whatever fails is tried again next time and keeps nothing else from being forgotten.
    """
    while True:
        await sleep(_TICK_SECONDS)
        for forget in forgetting:
            try:
                forget()
            except Exception as error:
                _log.error("forgetting failed: %s", type(error).__name__)


async def _run(
    channel: Channel, engine: Engine, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Let a channel do its part; a fault of ours in it is told and it is started again."""
    while True:
        try:
            return await channel.run(engine)
        except Exception as error:
            _log.error("%s stopped and is started again: %s", channel.name, type(error).__name__)
            await sleep(_RESTART_SECONDS)


def _answer_errors(app: FastAPI, phrases: Phrases, pages: Pages) -> None:
    def answer(request: Request, problem: Problem | type[Problem]) -> Response:
        language = asked_language(request.headers.get("accept-language"))
        if "text/html" in request.headers.get("accept", ""):
            return pages.show("message.html", language, problem.status, key=problem.key)
        return problem_response(problem, phrases, language)

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> Response:
        return answer(request, error)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        problem = NoSuchPage() if error.status_code in (404, 405) else Unreadable()
        return answer(request, problem)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, _: RequestValidationError) -> Response:
        return answer(request, Unreadable())


def _secret(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def _categories(data: Path) -> tuple[str, ...]:
    """The tip categories of the taxonomy, in its order."""
    taxonomy = parsed((data / "taxonomy.yml").read_text(encoding="utf-8"))
    return tuple(taxonomy["tip_categories"])
