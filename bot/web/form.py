"""The tip form at ``/bao-tin``: the same steps as in chat, one a page, without JavaScript.

The session is a random token in a cookie of this path, which ends with the browser; it names the draft
as a chat user would. Every post is answered by a redirect, unless what was typed could not be taken:
then the page comes back with the text still in it.
"""

import hashlib
import re
import secrets
import time
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from bot import limits
from bot.backend import BackendSilent
from bot.clean import Fault, clean
from bot.envelope import Language, Person
from bot.intake.draft import Note, Step, TipDraft
from bot.intake.service import Intake, Message, Standing
from bot.intake.steps.review import shown_lines
from bot.intake.terms import Answer, Effect, Field, Go, Pick, Prompt, Stale, Way, Write
from bot.keys import Keyring
from bot.phrases import Phrases
from bot.settings import Settings
from bot.web.form_page import StepView, present_text, show_step, shown_notes, step_number
from bot.web.origin import is_from_our_page
from bot.web.pages import Pages
from bot.web.problems import Unreadable

PATH: Final = "/bao-tin"
COOKIE: Final = "antam_tip"
CHANNEL: Final = "form"
_ENDED: Final = {Effect.FINISH: "finished.form", Effect.DISCARD: "discarded"}
"""What is said, once, when a tip has ended: the cookie then holds the effect instead of a session."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")


class TipForm:
    """Reads a posted step, lets the intake decide, and shows where it stands."""

    def __init__(
        self, pages: Pages, phrases: Phrases, intake: Intake, keyring: Keyring, settings: Settings
    ) -> None:
        self._pages = pages
        self._phrases = phrases
        self._intake = intake
        self._keyring = keyring
        self._secure = settings.secure_cookies
        self._posts = limits.Bucket.full(*limits.OVERALL, time.monotonic())

    async def show(self, request: Request, language: Language) -> Response:
        """Where the tip of this session stands, that it has just ended, or the first page of a new one.

        All at one address: the browser's history shows a visit, not that a tip was sent or thrown away.
        """
        ended = next((key for effect, key in _ENDED.items() if effect == _cookie(request)), None)
        if ended is not None:
            answer: Response = self._pages.show("message.html", language, key=ended)
            answer.delete_cookie(COOKIE, path=PATH)
            return answer
        session = _session(request)
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
        if not self._posts.take(time.monotonic()):
            notes = shown_notes((Note("fault.busy"),), self._phrases.spoken(language))
            return self._pages.show("unkept.html", language, 429, notes=notes, text=_text(posted, "text"))
        session = _session(request)
        if session is None:
            return await self._start(language)
        if not self._keyring.is_form_token(session, "tip", str(posted.get("token"))):
            # A page of an older session: the present one is shown as it stands.
            return self._redirect(PATH, language)
        return await self._step(posted, session, language)

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
        raw = _text(posted, "text")
        cleaned = clean(raw)
        if cleaned.fault is Fault.TOO_LONG and not _text(posted, "way"):
            return await self._again(session, language, raw, Note("fault.too_long"), 413)
        person = Person(CHANNEL, session)
        message = Message(
            _message_id(posted),
            language,
            lambda draft, prompt: read_answer(posted, cleaned.text, draft, prompt),
            awake=lambda draft: _shows(posted, draft, draft.step),
        )
        try:
            standing = await self._intake.step(person, message)
            if standing is not None and _is_whole_story(posted, cleaned.text, standing):
                standing = await self._intake.step(
                    person, Message(f"{message.id}.", language, lambda *_: Pick("done"))
                )
        except BackendSilent:
            return await self._again(session, language, raw, Note("unkept"), 503)
        if standing is None:
            answer = self._page(
                self._intake.fresh(language), "", language, (Note("gone"),), text=raw, status=409
            )
            answer.delete_cookie(COOKIE, path=PATH)
            return answer
        if standing.effect in _ENDED:
            answer = self._redirect(PATH, language)
            self._set_cookie(answer, standing.effect)
            return answer
        if standing.draft is not None and cleaned.text and not standing.taken:
            return self._page(standing.draft, session, language, standing.notes, text=raw, status=422)
        return self._redirect(PATH, language)

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


def read_answer(posted: FormData, text: str, draft: TipDraft, prompt: Prompt) -> Answer:
    """What a posted page answers: a way, an option or a text; stale when it is another question's. Pure."""
    if not _shows(posted, draft, prompt.page):
        return Stale()
    way = next((way for way in Way if way == posted.get("way")), None)
    if way is not None and text and way is not Way.SKIP and prompt.takes is not Field.NONE:
        return Write(text, leaving=way)
    if way is not None:
        return Go(way)
    option = _text(posted, "option")
    if text and prompt.takes is not Field.NONE and option in ("", "done"):
        return Write(text)
    chosen = option or _text(posted, "pick")
    return Pick(chosen) if chosen else Go(Way.SKIP)


def _is_whole_story(posted: FormData, text: str, standing: Standing) -> bool:
    """Whether the story was typed and ended with one button, and nothing has to be read before going on."""
    told = bool(text) and posted.get("page") == Step.STORY and posted.get("option") == "done"
    return told and standing.taken and not standing.notes


def _shows(posted: FormData, draft: TipDraft, page: str) -> bool:
    """Whether the posted page is ``page`` of this very tip."""
    return posted.get("page") == page and posted.get("tag") == draft.tag


def _message_id(posted: FormData) -> str:
    """The same for a double click, another one when an old page is posted again with other words."""
    parts = (_text(posted, name) for name in ("message", "text", "option", "pick", "way"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _session(request: Request) -> str | None:
    token = _cookie(request)
    return token if _TOKEN.fullmatch(token) else None


def _cookie(request: Request) -> str:
    """The value of our cookie as it was sent, or "". Whatever else stands in the header is not read."""
    for pair in ";".join(request.headers.getlist("cookie")).split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def _text(posted: FormData, name: str) -> str:
    value = posted.get(name)
    return value if isinstance(value, str) else ""


def routes(pages: Pages, phrases: Phrases, intake: Intake, keyring: Keyring, settings: Settings) -> APIRouter:
    form = TipForm(pages, phrases, intake, keyring, settings)
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def show(request: Request, lang: Language = Language.VI) -> Response:
        return await form.show(request, lang)

    @router.post(PATH)
    async def post(request: Request) -> Response:
        return await form.post(request)

    @router.post("/bao-tin/thoat")
    async def leave() -> Response:
        return form.leave(settings.exit_url)

    return router
