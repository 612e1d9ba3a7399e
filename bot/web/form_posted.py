"""What a posted page of the tip form says: which tip, which question, which answer. Pure."""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from fastapi import Request
from starlette.datastructures import FormData

from bot.intake.draft import Step, TipDraft
from bot.intake.standing import Standing
from bot.intake.terms import Answer, Field, Go, Pick, Prompt, Stale, Way, Write

COOKIE: Final = "antam_tip"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def read_answer(posted: FormData, text: str, draft: TipDraft, prompt: Prompt) -> Answer:
    """What a posted page answers: a way, an option or a text; stale when it is another question's. Pure."""
    if not shows(posted, draft, prompt.page):
        return Stale()
    way = next((way for way in Way if way == posted.get("way")), None)
    if way is not None and text and way is not Way.SKIP and prompt.takes is not Field.NONE:
        return Write(text, leaving=way)
    if way is not None:
        return Go(way)
    option = text_of(posted, "option")
    if text and prompt.takes is not Field.NONE and option in ("", "done"):
        return Write(text)
    chosen = option or text_of(posted, "pick")
    return Pick(chosen) if chosen else Go(Way.SKIP)


def is_whole_story(posted: FormData, text: str, standing: Standing) -> bool:
    """Whether the story was typed and ended with one button, and nothing has to be read before going on."""
    told = bool(text) and posted.get("page") == Step.STORY and posted.get("option") == "done"
    return told and standing.taken and not standing.notes


def shows(posted: FormData, draft: TipDraft, page: str) -> bool:
    """Whether the posted page is ``page`` of this very tip."""
    return posted.get("page") == page and posted.get("tag") == draft.tag


def is_of(fields: Mapping[str, str], draft: TipDraft) -> bool:
    """Whether a page with files is one of this very tip."""
    return fields.get("tag") == draft.tag


def message_id(posted: FormData) -> str:
    """The same for a double click, another one when an old page is posted again with other words."""
    parts = (text_of(posted, name) for name in ("message", "text", "option", "pick", "way"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def session_of(request: Request) -> str | None:
    token = cookie_of(request)
    return token if _TOKEN.fullmatch(token) else None


def cookie_of(request: Request) -> str:
    """The value of our cookie as it was sent, or "". Whatever else stands in the header is not read."""
    for pair in ";".join(request.headers.getlist("cookie")).split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def text_of(posted: FormData, name: str) -> str:
    value = posted.get(name)
    return value if isinstance(value, str) else ""
