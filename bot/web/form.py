"""The tip form at ``/bao-tin``: the same steps as in chat, one a page, without JavaScript.

The session is a random token in a cookie of this path, which ends with the browser; it names the draft
as a chat user would. Every post is answered by a redirect, unless what was typed could not be taken:
then the page comes back with the text still in it.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from bot import limits
from bot.backend import BackendSilent
from bot.clean import Fault, clean
from bot.envelope import Language, Media, Person
from bot.intake.draft import Note, Step, TipDraft
from bot.intake.service import Intake
from bot.intake.standing import Message
from bot.intake.steps.review import shown_lines
from bot.intake.terms import Effect, Pick, Stale
from bot.keys import Keyring
from bot.phrases import Phrases
from bot.settings import Settings
from bot.web.form_page import StepView, present_text, show_step, shown_notes, step_number
from bot.web.form_posted import (
    COOKIE,
    cookie_of,
    is_of,
    is_whole_story,
    message_id,
    read_answer,
    session_of,
    shows,
    text_of,
)
from bot.web.origin import is_from_our_page
from bot.web.pages import Pages
from bot.web.problems import TooManyFiles, Unreadable
from bot.web.uploads import FORM_PATH, Uploads, answered
from bot.web.visitors import visitor_of

PATH: Final = "/bao-tin"
CHANNEL: Final = "form"
_ENDED: Final = {Effect.FINISH: "finished.form", Effect.DISCARD: "discarded"}
"""What is said, once, when a tip has ended: the cookie then holds the effect instead of a session."""


class TipForm:
    """Reads a posted step, lets the intake decide, and shows where it stands."""

    def __init__(
        self,
        pages: Pages,
        phrases: Phrases,
        intake: Intake,
        keyring: Keyring,
        settings: Settings,
        *,
        uploads: Uploads,
    ) -> None:
        self._pages = pages
        self._phrases = phrases
        self._intake = intake
        self._keyring = keyring
        self._secure = settings.secure_cookies
        self._uploads = uploads
        self._posts = limits.Line(*limits.OVERALL)

    async def show(self, request: Request, language: Language) -> Response:
        """Where the tip of this session stands, that it has just ended, or the first page of a new one.

        All at one address: the browser's history shows a visit, not that a tip was sent or thrown away.
        """
        ended = next((key for effect, key in _ENDED.items() if effect == cookie_of(request)), None)
        if ended is not None:
            answer: Response = self._pages.show("message.html", language, key=ended)
            answer.delete_cookie(COOKIE, path=PATH)
            return answer
        session = session_of(request)
        try:
            kept = await self._intake.find(Person(CHANNEL, session)) if session else None
        except BackendSilent:
            return self._pages.show("message.html", language, 503, key="try_later")
        if session is None or kept is None:
            return self._page(self._intake.fresh(language), "", language)
        draft = replace(kept.value, language=language)
        resting = self._intake.is_resting(draft) and not draft.paused
        return self._page(draft, session, language, () if resting else draft.notes)

    async def post(self, request: Request) -> Response:
        """One answer. Without a session it can only be the first page's."""
        posted = await request.form()
        language = Language.EN if posted.get("lang") == Language.EN else Language.VI
        if not is_from_our_page(request):
            raise Unreadable
        if not await self._posts.admitted(visitor_of(request)):
            notes = shown_notes((Note("fault.busy"),), self._phrases.spoken(language))
            return self._pages.show("unkept.html", language, 429, notes=notes, text=text_of(posted, "text"))
        session = session_of(request)
        if session is None:
            return await self._start(language)
        if not self._keyring.is_form_token(session, "tip", str(posted.get("token"))):
            # A page of an older session: the present one is shown as it stands.
            return self._redirect(PATH, language)
        return await self._step(posted, session, language)

    async def post_files(self, request: Request) -> Response:
        """Photos and voice notes for the tip of this session, taken one after the other as they come in."""
        if not is_from_our_page(request):
            raise Unreadable
        visitor = visitor_of(request)
        if not self._uploads.takes_form(visitor) or not await self._posts.admitted(visitor):
            raise TooManyFiles
        async with self._uploads.turn(visitor):
            return await answered(request, partial(self._files, request))

    async def _files(
        self, request: Request, fields: Mapping[str, str], media: AsyncIterator[Media]
    ) -> Response:
        language = Language.EN if fields.get("lang") == Language.EN else Language.VI
        session = session_of(request)
        if session is None or not self._keyring.is_form_token(session, "tip", fields.get("token", "")):
            return self._redirect(PATH, language)
        person = Person(CHANNEL, session)
        sent = hashlib.sha256(f"files\0{fields.get('message', '')}".encode()).hexdigest()[:24]
        message = Message(sent, language, lambda *_: Stale(), awake=lambda draft: is_of(fields, draft))
        try:
            kept = await self._intake.find(person)
            if kept is not None and not is_of(fields, kept.value):
                return self._redirect(PATH, language)
            standing = await self._intake.attach(person, message, media)
        except BackendSilent:
            return await self._again(session, language, "", Note("file.unkept"), 503)
        if standing is None or standing.draft is None:
            return self._gone(language, "")
        if not standing.taken:
            return self._page(standing.draft, session, language, standing.notes, status=409)
        if not standing.notes:
            return await self._again(session, language, "", Note("form.files.nothing"), 422)
        return self._redirect(PATH, language)

    def leave(self, exit_url: str) -> Response:
        """Forget the session here and go to the neutral page."""
        answer = RedirectResponse(exit_url, status_code=303)
        answer.delete_cookie(COOKIE, path=PATH)
        return answer

    async def _start(self, language: Language) -> Response:
        session = secrets.token_urlsafe(16)
        person = Person(CHANNEL, session)
        try:
            begun = await self._intake.begin(person, language)
            if begun is not None:
                await self._intake.step(person, Message("start", language, lambda *_: Pick("go")))
        except BackendSilent:
            return self._pages.show("message.html", language, 503, key="try_later")
        if begun is None:
            return self._pages.show("message.html", language, 503, key="nobody_receives")
        answer = self._redirect(PATH, language)
        self._set_cookie(answer, session)
        return answer

    async def _step(self, posted: FormData, session: str, language: Language) -> Response:
        raw = text_of(posted, "text")
        cleaned = clean(raw)
        if cleaned.fault is Fault.TOO_LONG and not text_of(posted, "way"):
            return await self._again(session, language, raw, Note("fault.too_long"), 413)
        person = Person(CHANNEL, session)
        message = Message(
            message_id(posted),
            language,
            lambda draft, prompt: read_answer(posted, cleaned.text, draft, prompt),
            awake=lambda draft: shows(posted, draft, draft.step),
        )
        try:
            standing = await self._intake.step(person, message)
            if standing is not None and is_whole_story(posted, cleaned.text, standing):
                standing = await self._intake.step(
                    person, Message(f"{message.id}.", language, lambda *_: Pick("done"))
                )
        except BackendSilent:
            return await self._again(session, language, raw, Note("unkept"), 503)
        if standing is None:
            return self._gone(language, raw)
        if standing.effect in _ENDED:
            answer = self._redirect(PATH, language)
            self._set_cookie(answer, standing.effect)
            return answer
        if standing.draft is not None and cleaned.text and not standing.taken:
            return self._page(standing.draft, session, language, standing.notes, text=raw, status=422)
        return self._redirect(PATH, language)

    def _gone(self, language: Language, text: str) -> Response:
        """The first page of a new tip, as the present one is no longer kept, with what was typed for it."""
        answer = self._page(
            self._intake.fresh(language), "", language, (Note("gone"),), text=text, status=409
        )
        answer.delete_cookie(COOKIE, path=PATH)
        return answer

    async def _again(self, session: str, language: Language, text: str, note: Note, status: int) -> Response:
        """The present step once more, with the text that could not be taken still in it."""
        try:
            kept = await self._intake.find(Person(CHANNEL, session))
        except BackendSilent:
            kept = None
        if kept is None:
            notes = shown_notes((note,), self._phrases.spoken(language))
            return self._pages.show("unkept.html", language, status, notes=notes, text=text)
        return self._page(kept.value, session, language, (note,), text=text, status=status)

    def _page(
        self,
        draft: TipDraft,
        session: str,
        language: Language,
        notes: tuple[Note, ...] = (),
        *,
        text: str = "",
        status: int = 200,
    ) -> Response:
        prompt = self._intake.prompt(draft, CHANNEL)
        context = self._intake.world.context(language, CHANNEL)
        view = StepView(
            prompt=prompt,
            draft=draft,
            token=self._token(session) if session else "",
            message=secrets.token_urlsafe(12),
            notes=shown_notes(notes, context.say),
            text=text or present_text(draft, prompt),
            number=step_number(prompt),
            provinces=context.places.names if prompt.page == Step.PROVINCE and not draft.candidates else {},
            lines=shown_lines(draft, context) if prompt.page == Step.REVIEW else (),
        )
        return show_step(self._pages, view, language, status)

    def _token(self, session: str) -> str:
        return self._keyring.form_token(session, "tip")

    def _set_cookie(self, answer: Response, value: str) -> None:
        answer.set_cookie(COOKIE, value, path=PATH, httponly=True, samesite="strict", secure=self._secure)

    @staticmethod
    def _redirect(path: str, language: Language) -> Response:
        query = "?lang=en" if language is Language.EN else ""
        return RedirectResponse(path + query, status_code=303)


def routes(
    pages: Pages,
    phrases: Phrases,
    intake: Intake,
    keyring: Keyring,
    settings: Settings,
    *,
    uploads: Uploads,
) -> APIRouter:
    form = TipForm(pages, phrases, intake, keyring, settings, uploads=uploads)
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def show(request: Request, lang: Language = Language.VI) -> Response:
        return await form.show(request, lang)

    @router.post(PATH)
    async def post(request: Request) -> Response:
        return await form.post(request)

    @router.post(FORM_PATH)
    async def post_files(request: Request) -> Response:
        return await form.post_files(request)

    @router.post("/bao-tin/thoat")
    async def leave() -> Response:
        return form.leave(settings.exit_url)

    return router
