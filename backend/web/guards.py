"""What surrounds every staff request: safe headers, the language, the size of what is sent, and its origin.

The cookies are measured before anything reads them: the standard parser takes a time that grows with the
square of a quoted value (CVE-2024-7592), and would hold up everybody.

Pure ASGI: nothing here reads a body or knows who is signed in.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.kit.errors import Forbidden
from backend.kit.settings import Settings
from backend.tips.attachments.types import MAX_BYTES
from backend.web import i18n
from backend.web.failures import error_page

LARGEST_FORM: Final = 1024 * 1024
"""Bytes of one submitted form; the longest text of a topic is a fraction of it."""

LARGEST_ANSWER: Final = 4 * MAX_BYTES + LARGEST_FORM
"""Bytes of an answer to a reporter, which may bring four files. Its form is read for members alone."""
_ANSWER: Final = re.compile(r"/desks/[0-9a-f-]{36}/tips/[0-9a-f-]{36}/answer")

# What is uploaded never touches the disk: beyond this size the parser would write it to a temporary file.
MultiPartParser.spool_max_size = LARGEST_ANSWER

LARGEST_COOKIES: Final = 4096
"""Bytes of all cookies of one request; ours together are a few hundred."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # "no-referrer" would turn the Origin of our own forms into "null".
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "x-robots-tag": "noindex, nofollow",
}
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Guards:
    """Middleware around the whole staff application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        too_many = sum(map(len, headers.getlist("cookie"))) > LARGEST_COOKIES
        chosen = None if too_many else _cookie(headers, i18n.COOKIE)
        language = i18n.language_of(chosen, self._settings.default_language)
        secure = self._settings.secure_cookies
        static = scope["path"].startswith("/static/")

        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                out = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    out.setdefault(name, value)
                out.setdefault("cache-control", "public, max-age=86400" if static else "no-store")
                if secure:
                    out.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        mark = i18n.current.set(language)
        try:
            if too_many:
                await _cookie_refusal()(scope, receive, send_guarded)
            elif refusal := _size_refusal(scope["method"], scope["path"], headers):
                await refusal(scope, receive, send_guarded)
            else:
                await self._app(scope, receive, send_guarded)
        except Exception:
            if not begun:
                await error_page(Request(scope), 500)(scope, receive, send_guarded)
            raise
        finally:
            i18n.current.reset(mark)


def _cookie(headers: Headers, name: str) -> str | None:
    """The plain value of one of our own cookies; whatever else stands there, in any shape, is passed over."""
    for header in headers.getlist("cookie"):
        for part in header.split(";"):
            found, _, value = part.partition("=")
            if found.strip() == name:
                return value.strip()
    return None


def _cookie_refusal() -> PlainTextResponse:
    """431: no honest browser brings so much. In the default language, since no cookie was read."""
    return PlainTextResponse(
        i18n.gettext("Trình duyệt gửi kèm quá nhiều cookie. Hãy xóa cookie của trang này rồi tải lại."), 431
    )


def _size_refusal(method: str, path: str, headers: Headers) -> PlainTextResponse | None:
    """A refusal of a form that is too large, or that does not say how large it is."""
    if method in _SAFE_METHODS:
        return None
    length = headers.get("content-length")
    if length is None and "transfer-encoding" in headers:
        return PlainTextResponse(i18n.gettext("Trình duyệt không cho biết độ dài của biểu mẫu."), 411)
    largest = LARGEST_ANSWER if _ANSWER.fullmatch(path) else LARGEST_FORM
    if length is not None and (not length.isdigit() or int(length) > largest):
        return PlainTextResponse(
            i18n.gettext("Nội dung gửi lên quá dài. Hãy quay lại, rút ngắn rồi gửi lại."),
            413,
        )
    return None


class CrossSite(Forbidden):
    """The form was sent by a page of another site."""

    code = "cross_site"
    title = "Sent from another site"


def from_our_own_page(request: Request) -> None:
    """A dependency of the whole application: what changes anything must come from one of our pages.

    ``Sec-Fetch-Site`` decides where the browser sends it (HTTPS or loopback), else ``Origin``.

    Raises:
        CrossSite: it did not, or it does not say.
    """
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise CrossSite
        return
    origin = request.headers.get("origin", "")
    settings: Settings = request.app.state.settings
    ours = urlsplit(settings.public_staff_url).netloc or request.headers.get("host", "")
    if not origin or urlsplit(origin).netloc != ours:
        raise CrossSite
