"""The mailbox at ``/hop-thu``, without JavaScript: the receipt is posted, never in an address or a cookie.

Between reading and writing the receipt stays in the page itself; the process keeps nothing. Each act carries
an id of its own in the form, so that sending a page once more does nothing twice.
"""

import base64
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from bot import receipt
from bot.backend import Backend, BackendSilent
from bot.clean import Fault, clean
from bot.emergency import advice, alarm_in
from bot.envelope import Language, Media
from bot.files import MAX_FILES, Files, KeptFile, NotKept
from bot.intake.draft import Note
from bot.intake.masking import asked_in, cover_in, own_words
from bot.limits import Line as WaitingLine
from bot.limits import visit
from bot.mailbox_acts import PICKED
from bot.mailbox_client import MailboxDamaged, Mailboxes, PerhapsDone, Withdrawn, Written
from bot.mailbox_view import choice_label, refusal
from bot.phrases import Phrases, Spoken
from bot.web.form_page import ShownNote, shown_notes
from bot.web.mailbox_shown import ID_BYTES, Asking, Done, MailboxView, ShownFile, labelled, opened
from bot.web.origin import is_from_our_page
from bot.web.pages import Pages
from bot.web.problems import Unreadable
from bot.web.uploads import MAILBOX_PATH, Uploads, answered
from bot.web.visitors import visitor_of

PATH: Final = "/hop-thu"
_QUESTIONS: Final[Mapping[str, Asking]] = {"ask": "ask", "again": "again"}
"""Before a withdrawal, by what the page posts."""


@dataclass(frozen=True)
class Sending:
    """What files go through."""

    files: Files
    uploads: Uploads


class MailboxPage:
    """Opens, shows, writes, answers and withdraws; each post carries the receipt."""

    def __init__(
        self,
        pages: Pages,
        phrases: Phrases,
        backend: Backend,
        mailboxes: Mailboxes,
        line: WaitingLine,
        *,
        sending: Sending,
    ) -> None:
        self._sending = sending
        self._pages = pages
        self._phrases = phrases
        self._backend = backend
        self._mailboxes = mailboxes
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
        if not await self._line.admitted(visitor_of(request)):
            return self._show(self._unsent(posted, typed, "box.wait", say), language, 429)
        try:
            done = await self._act(digits, posted, say)
        except MailboxDamaged:
            return self._show(MailboxView(_note("box.damaged", say), typed), language)
        except PerhapsDone:
            return self._show(self._unsure(posted, typed, say), language, 503)
        except BackendSilent:
            return self._show(self._unsent(posted, typed, "box.silent", say), language, 503)
        try:
            found = None if done.gone else done.found or await self._mailboxes.open(digits)
        except MailboxDamaged:
            return self._show(MailboxView(_note("box.damaged", say), typed, text=done.unsent), language)
        except BackendSilent:
            if done.notes:
                return self._show(MailboxView(done.notes, typed, text=done.unsent), language, 503)
            return self._show(self._unsent(posted, typed, "box.silent", say), language, 503)
        if done.gone:
            return self._show(MailboxView(done.notes), language)
        if found is None:
            return self._show(MailboxView(_note("box.unknown", say), typed), language, 404)
        asked = _text(posted, "withdraw") if found.can_withdraw else ""
        withdrawing: Asking = _QUESTIONS.get(asked, "")
        return self._show(opened(digits, found, done, withdrawing, say), language)

    async def _act(self, digits: str, posted: FormData, say: Spoken) -> Done:
        if _text(posted, "withdraw") == "sure":
            return await self._withdraw(digits, say)
        if _text(posted, "pick"):
            return await self._answer(digits, posted, say)
        if _text(posted, "file"):
            return await self._look_at(digits, _text(posted, "file"), say)
        return await self._write(digits, posted, say) if "text" in posted else Done()

    async def _write(self, digits: str, posted: FormData, say: Spoken) -> Done:
        raw = _text(posted, "text")
        cleaned = clean(raw)
        if cleaned.fault in (Fault.EMPTY, Fault.TOO_LONG):
            return Done(_note(f"fault.{cleaned.fault}", say), raw)
        alarm = alarm_in(cleaned.text)
        first = () if alarm is None else shown_notes((advice(alarm),), say)
        text, own = cleaned.text, own_words(cleaned.text)
        match _text(posted, "own"):
            case "cover":
                text = cover_in(text, own, say("mask.mark"))
            case "" if own:
                return Done((*first, ShownNote(asked_in(own, say))), raw, own=True)
        match await self._mailboxes.write(digits, _message_id(_text(posted, "message")), text):
            case Written.DAMAGED:
                return Done(first + _note("box.damaged", say), raw)
            case Written.TAKEN:
                return Done(first + _note("box.written", say))
            case Written.OUT_OF_PURPOSE:
                why = (await self._backend.guard(cleaned.text, within_a_tip=True)).why
                return Done((*first, ShownNote(refusal(why, say))), raw)
        return Done(first + _note("box.full", say), raw)

    async def _answer(self, digits: str, posted: FormData, say: Spoken) -> Done:
        """Send a ready answer, once it is one of a question that stands open."""
        question_id, _, choice_id = _text(posted, "pick").partition(".")
        found = await self._mailboxes.open(digits)
        questions = [each for each in found.messages if each.id == question_id] if found else []
        chosen = next(
            (each for question in questions for each in question.choices if each.id == choice_id), None
        )
        if chosen is None:
            return Done(_note("box.picked_already", say))
        label = choice_label(chosen, questions[0], say)
        message_id = _message_id(_text(posted, "message"))
        written = await self._mailboxes.answer(digits, message_id, question_id, chosen.id)
        return Done(_note(PICKED.get(written, "box.full"), say, answer=label))

    async def _look_at(self, digits: str, file_id: str, say: Spoken) -> Done:
        """One of the files of the messages, to be shown inside the page."""
        found = await self._mailboxes.open(digits)
        listed = labelled(found, say) if found else {}
        file, label = listed.get(file_id, (None, ""))
        content = await self._mailboxes.file(digits, file.id) if file else None
        if file is None or content is None:
            return Done(_note("box.files.not_shown", say))
        source = f"data:{file.media_type};base64,{base64.b64encode(content).decode()}"
        return Done(shown=ShownFile(file.kind, source, label), found=found)

    async def post_files(self, request: Request) -> Response:
        """Photos and voice notes for the liaisons, taken one after the other as they come in."""
        if not is_from_our_page(request):
            raise Unreadable
        async with self._sending.uploads.turn(visitor_of(request)):
            return await answered(request, partial(self._with_files, request))

    async def _with_files(
        self, request: Request, fields: Mapping[str, str], media: AsyncIterator[Media]
    ) -> Response:
        language = Language.EN if fields.get("lang") == Language.EN else Language.VI
        say = self._phrases.spoken(language)
        digits = receipt.find(fields.get("receipt", "")[:100])
        if digits is None or not receipt.is_receipt(digits):
            return self._show(MailboxView(_note("box.wrong_digits", say)), language, 422)
        if not await self._line.admitted(visitor_of(request)):
            return self._show(MailboxView(_note("box.wait", say)), language, 429)
        try:
            found = await self._mailboxes.open(digits)
            if found is None:
                return self._show(MailboxView(_note("box.unknown", say)), language, 404)
            done = await self._send_files(digits, _message_id(fields.get("message", "")), media, say)
        except MailboxDamaged:
            return self._show(MailboxView(_note("box.damaged", say)), language)
        except PerhapsDone:
            return self._show(MailboxView(_note("box.page.unsure", say)), language, 503)
        except BackendSilent:
            return self._show(MailboxView(_note("box.files.unkept", say)), language, 503)
        with suppress(BackendSilent):  # what was done is said, also beside the mailbox as it was
            found = await self._mailboxes.open(digits) or found
        return self._show(opened(digits, found, done, "", say), language)

    async def _send_files(
        self, digits: str, message_id: bytes, media: AsyncIterator[Media], say: Spoken
    ) -> Done:
        """Have the files kept one by one, and sent together as one message."""
        kept: list[KeptFile] = []
        notes: tuple[ShownNote, ...] = ()
        count = 0
        async for one in media:
            count += 1
            taken = await self._sending.files.take(one) if count <= MAX_FILES else NotKept("file.full")
            if isinstance(taken, KeptFile):
                kept.append(taken)
            else:
                notes += _note(taken.key, say)
        if not count:
            return Done(_note("form.files.nothing", say))
        if not kept:
            return Done(notes)
        written = await self._mailboxes.write(digits, message_id, "", kept)
        # What the message took is gone from there; what a page sent twice brought again must not wait.
        await self._sending.files.drop([file.id for file in kept])
        key = {Written.TAKEN: "box.written", Written.FILE_GONE: "box.files.gone"}.get(written, "box.full")
        return Done(notes + _note(key, say))

    async def _withdraw(self, digits: str, say: Spoken) -> Done:
        withdrawn = await self._mailboxes.withdraw(digits)
        if withdrawn is Withdrawn.DAMAGED:
            return Done(_note("box.damaged", say))
        if withdrawn is Withdrawn.HANDED_OVER:
            return Done(_note("box.withdraw.too_late", say))
        # Unknown by now: withdrawn just before, by the same page sent twice.
        return Done(_note("box.withdrawn", say), gone=True)

    def _unsent(self, posted: FormData, typed: str, otherwise: str, say: Spoken) -> MailboxView:
        """What is shown when nothing was done: what was typed stays."""
        text = _text(posted, "text")
        return MailboxView(_note("box.unsent" if text else otherwise, say), typed, text=text)

    def _unsure(self, posted: FormData, typed: str, say: Spoken) -> MailboxView:
        """What is shown when nobody knows whether it was done: what was typed stays here too."""
        return MailboxView(_note("box.page.unsure", say), typed, text=_text(posted, "text"))

    def _show(self, view: MailboxView, language: Language, status: int = 200) -> Response:
        return self._pages.show("mailbox.html", language, status, view=view)


def _message_id(posted: str) -> bytes:
    """The id that our page carried; another one when it was changed."""
    try:
        raw = base64.urlsafe_b64decode(posted.encode())
    except ValueError:
        raw = b""
    return raw if len(raw) == ID_BYTES else secrets.token_bytes(ID_BYTES)


def _note(key: str, say: Spoken, **values: str) -> tuple[ShownNote, ...]:
    return shown_notes((Note(key, tuple(values.items())),), say)


def _text(posted: FormData, name: str) -> str:
    value = posted.get(name)
    return value if isinstance(value, str) else ""


def routes(
    pages: Pages,
    phrases: Phrases,
    backend: Backend,
    mailboxes: Mailboxes,
    line: WaitingLine,
    *,
    sending: Sending,
) -> APIRouter:
    page = MailboxPage(pages, phrases, backend, mailboxes, line, sending=sending)
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    @router.get(MAILBOX_PATH)
    async def ask(lang: Language = Language.VI) -> Response:
        return page.ask(lang)

    @router.post(PATH)
    async def post(request: Request) -> Response:
        with visit():
            return await page.post(request)

    @router.post(MAILBOX_PATH)
    async def post_files(request: Request) -> Response:
        return await page.post_files(request)

    return router
