"""The Zalo Bot Platform as its documentation describes it, over real HTTP, for the tests.

It keeps what workers write until it is asked for (``getUpdates``, one at a time, no offset), or delivers it
to the webhook, checks what the bot sends, and can be told to fail.
"""

import asyncio
import json
import secrets
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from tests.bot.serving import serve
from tests.waiting import eventually

MAX_TEXT = 2_000
Json = dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """How one call is answered instead of as it should be."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False
    """The connection is closed in the middle of the answer."""
    after: bool = False
    """What was asked is done all the same; only the answer fails."""


def error(code: int, description: str = "error", status: int = 200, **parameters: int) -> Failure:
    """An error as the platform tells it: in the body, mostly under status 200."""
    body: Json = {"ok": False, "description": description, "error_code": code}
    if parameters:
        body["parameters"] = parameters
    return Failure(status, JSONResponse(body).body)  # type: ignore[arg-type]  # bytes in fact


def text_message(user: str, text: str, message_id: str | None = None) -> Json:
    """An update with a text of ``user``."""
    known = {"message_id": message_id} if message_id else {}
    return update(user, "message.text.received", text=text, **known)


def update(user: str, event: str, *, chat_type: str = "PRIVATE", **content: object) -> Json:
    """An update as the documentation shows it; ``content`` stands in its message."""
    message = {
        "from": {"id": user, "display_name": f"Tên {user}", "is_bot": False},
        "chat": {"id": user, "chat_type": chat_type},
        "message_id": secrets.token_hex(10),
        "date": 1750316131602,
    }
    return {"event_name": event, "message": message | content}


class FakeZalo:
    """One bot's side of the platform. Called from the test's thread, serves in a thread of its own."""

    def __init__(self) -> None:
        self.token = f"{secrets.randbelow(10**18)}:{secrets.token_urlsafe(16)}"
        self.wrapped = True
        """Whether updates come in ``{ok, result}`` or bare; both are seen."""
        self.url = ""
        self.webhook: Json = {"url": "", "updated_at": 0}
        self.secret = ""
        self.calls: list[tuple[str, Json]] = []
        """Every call with the right token, in order."""
        self.sent: list[tuple[str, str]] = []
        """Chat and text of every message that reached its chat."""
        self.photos: list[tuple[str, str, str]] = []
        """Chat, address and caption of every picture."""
        self.handed_out: dict[str, int] = {}
        """How many calls of ``getUpdates`` there had been when the update of a message id was handed out."""
        self.files: dict[str, bytes] = {}
        """Pictures and recordings that people sent, by name."""
        self.moved: dict[str, str] = {}
        """Names of files that are answered with a redirect, and where to."""
        self.fetched: list[str] = []
        """The names that were asked for."""
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._waiting: deque[Json | bytes] = deque()
        self._failures: dict[str, deque[Failure]] = {}
        self._waiters: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    # --- what the test does ---

    def keep(self, content: bytes) -> str:
        """Keep a file that somebody sends; returns the address at which the platform gives it."""
        name = secrets.token_hex(8)
        self.files[name] = content
        return f"{self.url.rstrip('/')}/files/{name}"

    def post(self, what: Json | bytes) -> None:
        """Keep an update (or raw bytes in its place) until the bot asks for it."""
        with self._lock:
            self._waiting.append(what)
            self._wake()

    def deliver(self, what: Json, bot: str, secret: str | None = None) -> httpx.Response:
        """Deliver an update to the webhook that was set, on the bot that listens at ``bot``."""
        body = {"ok": True, "result": what} if self.wrapped else what
        return self.deliver_raw(json.dumps(body).encode(), bot, secret)

    def deliver_raw(self, body: bytes, bot: str, secret: str | None = None) -> httpx.Response:
        """Deliver ``body`` as it is."""
        url = bot.rstrip("/") + urlsplit(self.webhook["url"]).path
        headers = {
            b"X-Bot-Api-Secret-Token": (self.secret if secret is None else secret).encode(),
            b"Content-Type": b"application/json",
        }
        return httpx.post(url, content=body, headers=headers, timeout=60, trust_env=False, verify=False)

    def fail(self, method: str, *failures: Failure) -> None:
        """Answer the next calls of ``method`` so, one after the other."""
        with self._lock:
            self._failures.setdefault(method, deque()).extend(failures)
            self._wake()

    @contextmanager
    def holding(self, chat: str) -> Iterator[None]:
        """Keep the messages to a chat on their way while the block runs."""
        with self._lock:
            self._held.add(chat)
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(chat)
                self._wake()

    def to(self, chat: str) -> list[str]:
        """What the bot sent to a chat."""
        with self._lock:
            return [text for reached, text in self.sent if reached == chat]

    def count(self, method: str) -> int:
        with self._lock:
            return sum(1 for called, _ in self.calls if called == method)

    def await_asked_again(self, message_id: str) -> None:
        """Wait until the bot took an update and then asked for the next one."""

        def asked_again() -> bool:
            calls = self.handed_out.get(message_id)
            return calls is not None and self.count("getUpdates") > calls

        eventually(asked_again, within=60)

    @contextmanager
    def running(self, port: int | None = None) -> Iterator["FakeZalo"]:
        with serve(self.app(), port) as self.url:
            yield self

    # --- what the platform does ---

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/files/{name}")
        async def file(name: str) -> Response:
            self.fetched.append(name)
            if name in self.moved:
                return Response(status_code=302, headers={"Location": self.moved[name]})
            content = self.files.get(name)
            return Response(status_code=404) if content is None else Response(content)

        @app.post("/bot{token}/{method}")
        async def call(token: str, method: str, request: Request) -> Response:
            if token != self.token:
                return _told(401, "Unauthorized")
            try:
                body = await request.json()
            except ValueError:
                return _told(400, "Bad request")
            with self._lock:
                self.calls.append((method, body))
                waiting = self._failures.get(method)
                failure = waiting.popleft() if waiting else None
            if failure is not None and not failure.after:
                return _Failing(failure)
            answer = await self._answer(method, body, request)
            return answer if failure is None else _Failing(failure)

        return app

    async def _answer(self, method: str, body: Json, request: Request) -> Response:
        match method:
            case "getMe":
                return _ok(
                    {"id": self.token.split(":")[0], "account_name": "bot.Test", "account_type": "BASIC"}
                )
            case "getUpdates":
                return await self._get_updates(body, request)
            case "sendMessage":
                await self._until_let_go(body.get("chat_id"))
                return self._send(body)
            case "sendPhoto":
                return self._send_photo(body)
            case "setWebhook":
                return self._set_webhook(str(body.get("url", "")), str(body.get("secret_token", "")))
            case "deleteWebhook":
                return self._set_webhook("", "")
            case "getWebhookInfo":
                return _ok(self.webhook)
        return _told(404, "Not found")

    def _send(self, body: Json) -> Response:
        chat, text = body.get("chat_id"), body.get("text")
        if (
            not isinstance(chat, str)
            or not isinstance(text, str)
            or not 1 <= len(text.strip()) <= len(text) <= MAX_TEXT
        ):
            return _told(400, "Bad request")
        with self._lock:
            self.sent.append((chat, text))
        return _ok({"message_id": secrets.token_hex(10), "date": 1749632637199})

    def _send_photo(self, body: Json) -> Response:
        chat, photo, caption = (body.get(name) for name in ("chat_id", "photo", "caption"))
        if not isinstance(chat, str) or not isinstance(photo, str) or not photo.startswith("https://"):
            return _told(400, "Bad request")
        if not isinstance(caption, str) or not 1 <= len(caption.strip()) <= len(caption) <= MAX_TEXT:
            return _told(400, "Bad request")
        with self._lock:
            self.photos.append((chat, photo, caption))
        return _ok({"message_id": secrets.token_hex(10), "date": 1749632637199})

    def _set_webhook(self, url: str, secret: str) -> Response:
        if url and (not url.startswith("https://") or not 8 <= len(secret) <= 256):
            return _told(400, "Bad request")
        with self._lock:
            self.webhook = {"url": url, "updated_at": 1749538250568}
            self.secret = secret
        return _ok(self.webhook)

    async def _get_updates(self, body: Json, request: Request) -> Response:
        if self.webhook["url"]:
            return _told(400, "A webhook is set")
        loop = asyncio.get_running_loop()
        until = loop.time() + float(body.get("timeout", 30))
        left = asyncio.ensure_future(request.receive())
        try:
            while True:
                with self._lock:
                    found = self._waiting.popleft() if self._waiting and not left.done() else None
                    failing = bool(self._failures.get("getUpdates"))
                    news = self._waiter()
                if isinstance(found, bytes):
                    return Response(found, media_type="application/json")
                if found is not None:
                    self.handed_out[found["message"]["message_id"]] = self.count("getUpdates")
                    return JSONResponse({"ok": True, "result": found} if self.wrapped else found)
                if left.done() or failing or loop.time() >= until:
                    return _told(408, "Request timeout")
                waiting = asyncio.ensure_future(news.wait())
                await asyncio.wait(
                    {waiting, left}, timeout=until - loop.time(), return_when=asyncio.FIRST_COMPLETED
                )
                waiting.cancel()
        finally:
            left.cancel()

    async def _until_let_go(self, chat: object) -> None:
        while True:
            with self._lock:
                held, news = chat in self._held, self._waiter()
            if not held:
                return
            await news.wait()

    def _waiter(self) -> asyncio.Event:
        """Set at the next change. Called under the lock, together with the look at what may change."""
        news = asyncio.Event()
        self._waiters.append((asyncio.get_running_loop(), news))
        return news

    def _wake(self) -> None:
        """Called under the lock, after a change."""
        for loop, news in self._waiters:
            if not loop.is_closed():
                loop.call_soon_threadsafe(news.set)
        self._waiters.clear()


class _Failing(Response):
    """Answers as a ``Failure`` says."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.body, failure.status, failure.headers)
        self._failure = failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._failure.dropped:
            await super().__call__(scope, receive, send)
            return
        # More is announced than comes: the server closes the connection.
        length = str(len(self._failure.body) + 100).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": self._failure.body, "more_body": True})


def _ok(result: Json) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _told(code: int, description: str) -> Response:
    return JSONResponse({"ok": False, "description": description, "error_code": code})
