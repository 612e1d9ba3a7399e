"""The mailbox at ``/hop-thu``, without JavaScript: the receipt is posted, never in an address or a cookie.

Between reading and writing the receipt stays in the page itself; the process keeps nothing.
"""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from bot import receipt
from bot.backend import Backend, BackendSilent, Written
from bot.clean import Fault, clean
from bot.emergency import advice, alarm_in
from bot.envelope import Language
from bot.intake.draft import Note
from bot.limits import Line as WaitingLine
from bot.mailbox import Line, head, lines, refusal
from bot.phrases import Phrases, Spoken
from bot.web.form_page import ShownNote, shown_notes
from bot.web.origin import is_from_our_page
from bot.web.pages import Pages
from bot.web.problems import Unreadable

PATH: Final = "/hop-thu"
_ID_BYTES: Final = 16


@dataclass(frozen=True)
class MailboxView:
    """What the page shows; without ``head`` it asks for a receipt."""

    notes: tuple[ShownNote, ...] = ()
    typed: str = field(default="", repr=False)
    receipt: str = field(default="", repr=False)
    head: str = ""
    lines: tuple[Line, ...] = ()
    can_write: bool = False
    message: str = ""
    """Id of the message that may be written, so that a double click sends one."""
    text: str = field(default="", repr=False)


class MailboxPage:
    """Opens, shows and writes; each post carries the receipt."""

    def __init__(self, pages: Pages, phrases: Phrases, backend: Backend, line: WaitingLine) -> None:
        self._pages = pages
        self._phrases = phrases
        self._backend = backend
        self._line = line

    def ask(self, language: Language) -> Response:
        return self._show(MailboxView(), language)

    async def post(self, request: Request) -> Response:
        if not is_from_our_page(request):
            raise Unreadable
        posted = await request.form()
        language = Language.EN if posted.get("lang") == Language.EN else Language.VI
        say = self._phrases.spoken(language)
        typed = _text(posted, "receipt")[:100]
        digits = receipt.find(typed)
        if digits is None or not receipt.is_receipt(digits):
            return self._show(MailboxView(_note("box.wrong_digits", say), typed), language, 422)
        if not await self._line.admitted():
            key = "box.unsent" if _text(posted, "text") else "box.wait"
            return self._show(MailboxView(_note(key, say), typed, text=_text(posted, "text")), language, 429)
        notes: tuple[ShownNote, ...] = ()
        unsent = ""
        try:
            if "text" in posted:
                notes, unsent = await self._write(digits, posted, say)
            found = await self._backend.open_mailbox(digits)
        except BackendSilent:
            key = "box.unsent" if _text(posted, "text") else "box.silent"
            return self._show(MailboxView(_note(key, say), typed, text=_text(posted, "text")), language, 503)
        if found is None:
            return self._show(MailboxView(_note("box.unknown", say), typed), language, 404)
        view = MailboxView(
            notes=notes,
            receipt=digits,
            head=head(found, say),
            lines=tuple(lines(found, say)),
            can_write=found.can_write,
            message=base64.urlsafe_b64encode(secrets.token_bytes(_ID_BYTES)).decode(),
            text=unsent,
        )
        return self._show(view, language)

    async def _write(self, digits: str, posted: FormData, say: Spoken) -> tuple[tuple[ShownNote, ...], str]:
        """Send the message; what is said about it, and what stays in the field because it was not sent."""
        raw = _text(posted, "text")
        cleaned = clean(raw)
        if cleaned.fault in (Fault.EMPTY, Fault.TOO_LONG):
            return _note(f"fault.{cleaned.fault}", say), raw
        alarm = alarm_in(cleaned.text)
        first = () if alarm is None else shown_notes((advice(alarm),), say)
        message_id = _message_id(_text(posted, "message"))
        match await self._backend.tell_desks(digits, message_id, cleaned.text):
            case Written.TAKEN:
                return first + _note("box.written", say), ""
            case Written.OUT_OF_PURPOSE:
                why = (await self._backend.guard(cleaned.text)).why
                return (*first, ShownNote(refusal(why, say))), raw
            case Written.FULL:
                return first + _note("box.full", say), raw

    def _show(self, view: MailboxView, language: Language, status: int = 200) -> Response:
        return self._pages.show("mailbox.html", language, status, view=view)


def _message_id(posted: str) -> bytes:
    """The id that our page carried; another one when it was changed."""
    try:
        raw = base64.urlsafe_b64decode(posted.encode())
    except ValueError:
        raw = b""
    return raw if len(raw) == _ID_BYTES else secrets.token_bytes(_ID_BYTES)


def _note(key: str, say: Spoken) -> tuple[ShownNote, ...]:
    return shown_notes((Note(key),), say)


def _text(posted: FormData, name: str) -> str:
    value = posted.get(name)
    return value if isinstance(value, str) else ""


def routes(pages: Pages, phrases: Phrases, backend: Backend, line: WaitingLine) -> APIRouter:
    page = MailboxPage(pages, phrases, backend, line)
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def ask(lang: Language = Language.VI) -> Response:
        return page.ask(lang)

    @router.post(PATH)
    async def post(request: Request) -> Response:
        return await page.post(request)

    return router
