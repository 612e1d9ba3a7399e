"""The door that the bot knocks at: ``POST /webhooks/antam/webhook`` and ``/webhooks/antam/parse``.

Every request carries the shared secret in ``X-Antam-Token``. Bodies are small and of one shape; what a
person wrote is parsed as a person's text even when it begins like a payload, and is never logged.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from nlu.components.doubt import AFTER_TOPIC, DOUBT
from nlu.labels import EMERGENCY, FOLLOW_UP_PREFIX, PERHAPS_EMERGENCY, label_of

logger = logging.getLogger(__name__)

TOKEN_HEADER: Final = "X-Antam-Token"  # noqa: S105  # the header's name, not a secret
MAX_BODY: Final = 64 * 1024
"""Bytes of a request; the bot sends one message of at most 10,000 characters."""
LIKELY: Final = 0.1
"""From this chance on an emergency is told before what is likelier."""
MAX_MESSAGE: Final = 4_000
"""Characters of a message that are kept; what follows is cut before anything sees it."""

_SENDER: Final = re.compile(r"[A-Za-z0-9_-]{8,128}")
_PAYLOAD: Final = re.compile(r"/[a-z][a-z0-9_]{0,63}")


class BadMessage(ValueError):
    """The body is not of the agreed shape; its words say what is wrong and repeat nothing of it."""


@dataclass(frozen=True)
class Knock:
    """One message at the door."""

    sender: str
    message: str
    language: str


def knock(body: bytes) -> Knock:
    """Read ``{"sender", "message", "metadata": {"lang", "human"}}``.

    A message that starts with ``/`` is a button's payload only if it looks like one and ``human`` is not
    true; otherwise its slashes are dropped, so that no text of a person is ever taken for an intent.

    Raises:
        BadMessage: the body has another shape.
    """
    try:
        data = json.loads(body)
    except ValueError as error:
        raise BadMessage("The body is not JSON.") from error
    if not isinstance(data, dict):
        raise BadMessage("The body is not an object.")
    sender, message, metadata = data.get("sender"), data.get("message"), data.get("metadata", {})
    if not isinstance(sender, str) or not _SENDER.fullmatch(sender):
        raise BadMessage("sender is not a conversation id.")
    if not isinstance(message, str) or not isinstance(metadata, dict):
        raise BadMessage("message is not a text, or metadata not an object.")
    language = metadata.get("lang", "vi")
    if language not in OUTPUTS:
        raise BadMessage("lang is not a language of ours.")
    return Knock(sender, safe_message(message, human=metadata.get("human") is True), language)


def safe_message(message: str, *, human: bool) -> str:
    """At most ``MAX_MESSAGE`` characters, starting with ``/`` only as a payload that no person wrote."""
    message = message.strip()[:MAX_MESSAGE].rstrip()
    if message.startswith("/") and (human or not _PAYLOAD.fullmatch(message)):
        return message.lstrip("/ \t\r\n")
    return message


class VietnameseOutput(CollectingOutputChannel):
    """Collects the answers. By its name Rasa picks the responses without a channel, in Vietnamese."""

    @classmethod
    def name(cls) -> str:
        """Also the input channel's name, so that actions see the language."""
        return "antam_vi"


class EnglishOutput(CollectingOutputChannel):
    """Collects the answers. By its name Rasa picks the responses written for it, in English."""

    @classmethod
    def name(cls) -> str:
        """Also the input channel's name, so that actions see the language."""
        return "antam_en"


OUTPUTS: Final = {"vi": VietnameseOutput, "en": EnglishOutput}


class AntamInput(InputChannel):
    """The bot's input channel; see the module."""

    def __init__(self, token: str) -> None:
        """``token`` is the shared secret, at least 32 characters."""
        if len(token) < 32:
            raise RasaException("The token for X-Antam-Token is missing or too short: run 'antam keys init'.")
        self._token = token.encode()

    @classmethod
    def name(cls) -> str:
        """The channel's part of the address."""
        return "antam"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> AntamInput:
        """Read the token from the file that ``token_file`` names (``${VARIABLES}`` are filled in).

        Raises:
            RasaException: there is no such file, or no proper token in it.
        """
        path = Path(os.path.expandvars(str((credentials or {}).get("token_file", ""))))
        try:
            return cls(path.read_text(encoding="utf-8").strip())
        except OSError as error:
            raise RasaException(f"No token in {path}: run 'antam keys init'.") from error

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes: health, a conversation's message, and what a text means without a conversation."""
        routes = Blueprint("antam_channel")

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            """Says whether a model is loaded, and the random id of that model; needs no token."""
            agent = getattr(request.app.ctx, "agent", None)
            ready = bool(agent and agent.is_ready())
            model = agent.model_id if agent and ready else None
            return response.json({"ready": ready, "model": model}, status=200 if ready else 503)

        @routes.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            """Answers one message of a conversation with a list of messages."""
            refusal = self._refusal(request)
            if refusal:
                return refusal
            try:
                one = knock(request.body)
            except BadMessage as error:
                return problem(422, "invalid", str(error))
            output = OUTPUTS[one.language]()
            message = UserMessage(
                one.message,
                output,
                one.sender,
                input_channel=output.name(),
                metadata={
                    "lang": one.language,
                    AFTER_TOPIC: await _has_topic(request.app.ctx.agent.tracker_store, one.sender),
                },
            )
            try:
                if one.message:
                    await on_new_message(message)
            except Exception as error:  # whatever breaks inside Rasa: the bot has answers of its own
                logger.error("A message could not be handled: %s", type(error).__name__)
                return problem(500, "failed", "The message could not be handled.")
            return response.json([shaped(message) for message in output.messages])

        @routes.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            """What does ``{"text"}`` mean by itself? Touches no conversation.

            Answers ``{"label", "confidence", "ranking", "decision"}`` in the project's labels; sections of a
            last topic are no meaning of a text that stands alone.
            """
            refusal = self._refusal(request)
            if refusal:
                return refusal
            try:
                text = json.loads(request.body)["text"]
            except (ValueError, KeyError, TypeError):
                return problem(422, "invalid", "The body is not an object with a text.")
            if not isinstance(text, str):
                return problem(422, "invalid", "text is not a text.")
            message = UserMessage(safe_message(text, human=True))
            parsed = await request.app.ctx.agent.processor.parse_message(message)
            return response.json(meaning(parsed))

        return routes

    def _refusal(self, request: Request) -> HTTPResponse | None:
        token = request.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self._token):
            return problem(401, "unauthenticated", "The token is missing or wrong.")
        if len(request.body) > MAX_BODY:
            return problem(413, "too_large", f"A body has at most {MAX_BODY} bytes.")
        return None


def meaning(parsed: dict[str, Any]) -> dict[str, Any]:
    """Rasa's reading of a text in our labels; ``decision`` is ``answer``, ``close`` or ``unsure``.

    An emergency stands first as soon as it is ``LIKELY``, whatever is likelier.
    """
    ranking = [
        {"label": label_of(each["name"]), "confidence": round(each["confidence"], 6)}
        for each in parsed.get(INTENT_RANKING_KEY, [])
        if not each["name"].startswith(FOLLOW_UP_PREFIX)
    ]
    acted, likely = parsed[INTENT]["name"], parsed[INTENT].get("confidence", 0.0) >= LIKELY
    if acted == EMERGENCY or (acted == PERHAPS_EMERGENCY and likely):
        ranking.sort(key=lambda each: each["label"] != EMERGENCY)
    return {**ranking[0], "ranking": ranking, "decision": parsed.get(DOUBT, "answer")}


async def _has_topic(store: TrackerStore, sender: str) -> bool:
    tracker = await store.retrieve(sender)
    return tracker is not None and bool(tracker.get_slot("last_topic"))


def shaped(message: dict[str, Any]) -> dict[str, Any]:
    """One message as the contract has it: text, buttons and custom, without the conversation id."""
    return {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}


def problem(status: int, code: str, detail: str) -> HTTPResponse:
    """An error as problem+json; ``detail`` never repeats what was sent."""
    return response.json(
        {"type": "about:blank", "status": status, "code": code, "detail": detail},
        status=status,
        content_type="application/problem+json",
    )
