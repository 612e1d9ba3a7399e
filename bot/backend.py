"""The backend's internal API, as far as the bot uses it (``docs/ARCHITECTURE.md``, "The internal API").

Every answer is parsed at this border. Whatever goes wrong with the connection or the answer is one
error, ``BackendSilent``: the caller decides what to say instead. No error of this module carries
what a person wrote.
"""

import base64
import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Final, Literal, TypeVar

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from bot.certificates import certificates
from bot.envelope import Language, Picture

_QUICK: Final = httpx.Timeout(4.0, connect=1.0)
_READING: Final = httpx.Timeout(8.0, connect=1.0)
"""The first search after a publication builds its index."""
_PATIENT: Final = httpx.Timeout(25.0, connect=2.0)
"""Sending a tip waits its turn in the backend's key derivation."""

Json = Mapping[str, object]
_T = TypeVar("_T")
_MOST_OF_A_PICTURE: Final = 200_000
"""Characters in base64; one has about 13,000."""
_TOPIC_ID: Final = re.compile(r"[a-z0-9_]{1,64}")


class BackendSilent(Exception):
    """The backend did not answer, or not in the agreed form."""


class DraftConflict(Exception):
    """Another replica stored a newer draft."""


class Refusal(StrEnum):
    """Why a tip was not taken."""

    OUT_OF_PURPOSE = "out_of_purpose"
    INVALID = "invalid"
    NOBODY_TO_RECEIVE = "nobody_to_receive"
    OTHER_SUBMISSION = "other_submission"
    """The draft's id was sent before, with another receipt."""
    FILE_GONE = "file_gone"
    """A photo or a voice note of it is no longer kept."""


_REFUSALS: Final = {refusal.value: refusal for refusal in Refusal}


class TipRefused(Exception):
    """The backend read the tip and did not take it."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class TopicTitle(BaseModel):
    id: str
    title: str


class TopicHit(TopicTitle):
    score: float


class Section(BaseModel):
    id: str
    title: str
    text: str


class Topic(TopicTitle):
    answer: str
    sections: list[Section]
    related: list[TopicTitle]


class Guard(BaseModel):
    """What the purpose guard says of one text."""

    out_of_purpose: bool
    why: str | None
    labour_dispute: bool


class Sent(BaseModel):
    """A tip that is stored: how urgent it is, and whether somebody is on duty to read it."""

    priority: Literal["P1", "P2", "P3", "P4"]
    on_duty: bool


class CheckedSign(BaseModel):
    """A sign that the message check found. ``weight``: log-odds, negative where it speaks against a scam."""

    code: str
    label: str
    words: str = Field(repr=False)
    weight: float


class ListedAddress(BaseModel):
    """What an imported list names."""

    written: str = Field(repr=False)
    source: str
    listed_on: datetime.date


class CheckedMessage(BaseModel):
    """What the message check says. ``tactic``: the topic that explains it, None without a sign."""

    verdict: Literal["scam", "unclear", "no_sign"]
    title: str
    tactic: str | None
    signals: list[CheckedSign]
    """The strongest first."""
    listed: list[ListedAddress]
    next_step: str


@dataclass(frozen=True)
class StoredDraft:
    sealed: bytes = field(repr=False)
    revision: int


class _Draft(BaseModel):
    sealed: str
    revision: int


class _Revision(BaseModel):
    revision: int


class _Readers(BaseModel):
    readers: list[str]


class _Drawn(BaseModel):
    png: str = Field(max_length=_MOST_OF_A_PICTURE)
    alt: str


class _Problem(BaseModel):
    code: str = ""


_Titles = TypeAdapter(list[TopicTitle])
_Hits = TypeAdapter(list[TopicHit])


class Backend:
    """One client for the life of the process."""

    def __init__(self, base_url: str, token: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_QUICK,
            transport=transport,
            trust_env=False,
            verify=certificates(False),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def topics(self, language: Language) -> list[TopicTitle]:
        """Every published topic, by title."""
        answer = await self._call("GET", f"/internal/topics?lang={language}")
        return _parsed(_Titles, answer)

    async def topic(self, topic: str, language: Language) -> Topic | None:
        """One published topic, or None when there is none of that name."""
        if not _TOPIC_ID.fullmatch(topic):
            return None
        answer = await self._call("GET", f"/internal/topics/{topic}?lang={language}", also=(404,))
        return None if answer.status_code == HTTPStatus.NOT_FOUND else _parsed(TypeAdapter(Topic), answer)

    async def search_topics(self, text: str, language: Language) -> list[TopicHit]:
        """The topics nearest to ``text``, best first; empty when nothing is near."""
        body = {"text": text, "limit": 3, "lang": language}
        return _parsed(_Hits, await self._call("POST", "/internal/topics/search", body, timeout=_READING))

    async def draw_loan(self, known: Json, language: Language) -> Picture:
        """A loan as a picture; ``known`` is as the loan check gave it."""
        answer = await self._call("POST", "/internal/checks/loan/picture", {"known": known, "lang": language})
        drawn = _parsed(TypeAdapter(_Drawn), answer)
        try:
            return Picture(base64.b64decode(drawn.png, validate=True), drawn.alt)
        except ValueError:
            raise BackendSilent("picture") from None

    async def check_message(self, text: str, language: Language) -> CheckedMessage:
        """Whether ``text`` has the signs of a scam. Nothing is stored."""
        body = {"text": text, "lang": language}
        answer = await self._call("POST", "/internal/checks/message", body, timeout=_READING)
        return _parsed(TypeAdapter(CheckedMessage), answer)

    async def get_draft(self, lookup: bytes) -> StoredDraft | None:
        answer = await self._call("POST", "/internal/drafts/get", {"lookup": _b64(lookup)}, also=(404,))
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        draft = _parsed(TypeAdapter(_Draft), answer)
        try:
            return StoredDraft(base64.b64decode(draft.sealed, validate=True), draft.revision)
        except ValueError:
            raise BackendSilent("draft") from None

    async def put_draft(self, lookup: bytes, sealed: bytes, revision: int, files: Sequence[str] = ()) -> int:
        """Store a draft over ``revision`` (0 creates); returns the new revision.

        The ``files`` that belong to it live as long as it does.

        Raises:
            DraftConflict: the stored revision is another one.
        """
        body: dict[str, object] = {"lookup": _b64(lookup), "sealed": _b64(sealed), "revision": revision}
        if files:
            body["files"] = list(files)
        answer = await self._call("POST", "/internal/drafts/put", body, also=(409,))
        if answer.status_code == HTTPStatus.CONFLICT:
            raise DraftConflict
        return _parsed(TypeAdapter(_Revision), answer).revision

    async def delete_draft(self, lookup: bytes) -> None:
        await self._call("POST", "/internal/drafts/delete", {"lookup": _b64(lookup)})

    async def receivers(self) -> list[str]:
        """The kinds of desk that could receive a tip now."""
        return _parsed(TypeAdapter(_Readers), await self._call("GET", "/internal/tips/readers")).readers

    async def guard(self, text: str, *, within_a_tip: bool = False) -> Guard:
        """Whether ``text`` is something this channel may take. Nothing is stored.

        Args:
            within_a_tip: it adds to a tip that was accepted, so only what is plainly named is refused.
        """
        asked = {"text": text, "within_a_tip": within_a_tip}
        return _parsed(TypeAdapter(Guard), await self._call("POST", "/internal/tips/guard", asked))

    async def send_tip(self, tip: Json) -> Sent:
        """Hand a tip in. Sending the same draft again is harmless.

        Raises:
            TipRefused: it was read and not taken.
        """
        answer = await self._call("POST", "/internal/tips", tip, also=(409, 422), timeout=_PATIENT)
        if answer.is_success:
            return _parsed(TypeAdapter(Sent), answer)
        code = _parsed(TypeAdapter(_Problem), answer).code
        raise TipRefused(_REFUSALS.get(code, Refusal.INVALID))

    async def _call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        also: tuple[int, ...] = (),
        timeout: httpx.Timeout = _QUICK,
    ) -> httpx.Response:
        """One request. Statuses other than success and ``also`` count as silence."""
        try:
            answer = await self._client.request(method, path, json=body, timeout=timeout)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BackendSilent(type(error).__name__) from None
        if answer.is_success or answer.status_code in also:
            return answer
        raise BackendSilent(str(answer.status_code))


def _parsed(shape: TypeAdapter[_T], answer: httpx.Response) -> _T:
    try:
        return shape.validate_json(answer.content)
    except ValidationError:
        # pydantic's own error quotes what it read.
        raise BackendSilent("shape") from None


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
