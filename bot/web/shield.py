"""What stands around every request: bounded bodies and cookies, security headers, errors that tell nothing.

A pure ASGI middleware, outermost, so that no server log gets an exception whose
message may quote a person.
"""

import logging
import traceback
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.phrases import Phrases
from bot.web.problems import CookiesTooBig, Problem, TooBig, asked_language, problem_response
from bot.web.uploads import LARGEST

MAX_BODY: Final = 128 * 1024
"""Bytes of one request without files. A platform's longest update, a full message that answers another,
has half."""
MAX_COOKIES: Final = 4 * 1024
"""Bytes of all cookies of one request; ours has 32. Reading cookies may cost the square of their length."""
_log = logging.getLogger("antam.bot")


class _Overflow(Exception):
    """More came than was announced or allowed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


class Shield:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, phrases: Phrases, exit_origin: str, secure: bool) -> None:
        self._app = app
        self._phrases = phrases
        self._headers = _security_headers(exit_origin, secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                outgoing = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    outgoing[name] = value
                outgoing.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            if sum(len(cookie) for cookie in headers.getlist("cookie")) > MAX_COOKIES:
                raise _Overflow(CookiesTooBig())
            if scope["path"] in LARGEST:
                # Read piece by piece where it is wanted; the server takes no more than was announced, unless
                # the body comes in chunks, whose sum nobody announces.
                chunked = "transfer-encoding" in headers
                if chunked or not 0 < _announced(headers) <= LARGEST[scope["path"]]:
                    raise _Overflow(TooBig())
                await self._app(scope, receive, send_guarded)
                return
            body = await _read(headers, receive)
            await self._app(scope, _replay(body, receive), send_guarded)
        except _Overflow as overflow:
            problem = overflow.problem
        except Exception as error:  # the last stop: whatever it is, its message stays here
            _log.error("request failed: %s at %s", type(error).__name__, _place(error))
            problem = Problem()
        else:
            return
        if not started:
            language = asked_language(headers.get("accept-language"))
            await problem_response(problem, self._phrases, language)(scope, receive, send_guarded)


async def _read(headers: Headers, receive: Receive) -> bytes:
    """The whole body, so that no part of the application has to know the limit."""
    if _announced(headers) > MAX_BODY:
        raise _Overflow(TooBig())
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY:
            raise _Overflow(TooBig())
        if not message.get("more_body", False):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hands the body out once; afterwards only a disconnect can come."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _announced(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _place(error: Exception) -> str:
    """File and line of the innermost frame: enough to find the fault, nothing that was said."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def _security_headers(exit_origin: str, secure: bool) -> dict[str, str]:
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src data:; "
        "connect-src 'self'; "
        f"form-action 'self' {exit_origin}; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
