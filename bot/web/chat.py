"""The chat page at ``/``. It works from the first paint: the greeting and the menu are in the page."""

import json
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from bot.envelope import Language
from bot.phrases import Phrases, Spoken
from bot.talk import menu_choices
from bot.web.pages import Pages

_TEXTS: Final = ("sending", "thinking", "unsent", "retry", "offline", "you", "photo", "recording")


def routes(pages: Pages, phrases: Phrases) -> APIRouter:
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    async def chat(lang: Language = Language.VI) -> HTMLResponse:
        say = phrases.spoken(lang)
        return pages.show("chat.html", lang, choices=menu_choices(say), texts=_texts(say))

    return router


def _texts(say: Spoken) -> str:
    """The sentences that the script needs, as JSON for an attribute."""
    texts = {name: say(f"page.{name}") for name in _TEXTS}
    return json.dumps({**texts, "too_large": say("file.refused.too_large")}, ensure_ascii=False)
