"""The backend's internal API as the actions use it: topics, search, hotlines (scope ``knowledge``), and the
loan check (scope ``checks``).

Short time limits: a worker waits for the answer. Errors never carry what a worker wrote.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

Language = Literal["vi", "en"]
_Shape = TypeVar("_Shape")
TIMEOUT: Final = httpx.Timeout(2.0, connect=0.5)


class Silent(Exception):
    """The backend did not answer, or not as agreed; the action then says nothing."""


class Named(BaseModel):
    """A topic by its id and title."""

    id: str
    title: str


class Hit(Named):
    """A topic that is near to a text; ``score`` from 0 to 1."""

    score: float


class Section(BaseModel):
    """A part of a topic that follows the first answer."""

    id: str
    title: str
    text: str


class Topic(BaseModel):
    """A published topic in one language."""

    id: str
    title: str
    answer: str
    sections: list[Section]
    related: list[Named]


class Hotline(BaseModel):
    """A number, what it is for, and what to know before calling."""

    name: str
    number: str
    use: str
    note: str


class LoanChoice(BaseModel):
    """An answer to offer: ``text`` is what is sent for it."""

    title: str
    text: str


class LoanQuestion(BaseModel):
    """The one number, or the lender, that is asked for next."""

    field: str
    text: str
    choices: list[LoanChoice]


class LoanStep(BaseModel):
    """One step of the loan dialogue; ``understood`` goes back as what is known. See docs/ARCHITECTURE.md."""

    kind: str
    understood: dict[str, Any]
    reason: str | None
    told: bool
    forgot: bool
    ask: LoanQuestion | None
    text: str
    topic: str
    picture: bool


class Backend:
    """One client for the life of the process."""

    def __init__(self, url: str, token: str) -> None:
        """``token`` is the action server's own."""
        self._client = httpx.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT, trust_env=False
        )

    async def topic(self, topic_id: str, language: Language) -> Topic | None:
        """One topic, or None when it is not published. Raises ``Silent``."""
        found = await self._get(f"/internal/topics/{topic_id}", language)
        return None if found is None else _checked(TypeAdapter(Topic), found)

    async def topics(self, language: Language) -> list[Named]:
        """Every published topic. Raises ``Silent``."""
        return _checked(TypeAdapter(list[Named]), await self._get("/internal/topics", language))

    async def hotlines(self, language: Language) -> list[Hotline]:
        """Every number the assistant may say. Raises ``Silent``."""
        return _checked(TypeAdapter(list[Hotline]), await self._get("/internal/hotlines", language))

    async def search(self, text: str, language: Language, limit: int = 2) -> list[Hit]:
        """The published topics nearest to a text, best first. Raises ``Silent``."""
        found = await self._post("/internal/topics/search", {"text": text, "limit": limit, "lang": language})
        return _checked(TypeAdapter(list[Hit]), found)

    async def loan(
        self, text: str, language: Language, known: Mapping[str, Any], asked: str | None
    ) -> LoanStep:
        """What a message adds to what is ``known`` of a loan when ``asked`` was asked. Raises ``Silent``."""
        body = {"text": text, "lang": language, "known": dict(known), "asked": asked}
        return _checked(TypeAdapter(LoanStep), await self._post("/internal/checks/loan", body))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _post(self, path: str, body: Mapping[str, Any]) -> bytes:
        try:
            answer = await self._client.post(path, json=body)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Silent from error
        return answer.content

    async def _get(self, path: str, language: Language) -> bytes | None:
        try:
            answer = await self._client.get(path, params={"lang": language})
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Silent from error
        return answer.content


def _checked(shape: TypeAdapter[_Shape], content: bytes | None) -> _Shape:
    try:
        return shape.validate_json(content or b"null")
    except ValidationError as error:
        raise Silent from error
