"""The backend's internal API for mailboxes and notices (``docs/ARCHITECTURE.md``), as far as the bot uses it.

As in ``bot.backend``, every answer is parsed here, whatever goes wrong is ``BackendSilent``, and no error
carries what a person wrote, nor a receipt.
"""

import base64
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Final, Literal, TypeVar

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from bot.backend import BackendSilent
from bot.certificates import certificates
from bot.files import KeptFile

_QUICK: Final = httpx.Timeout(4.0, connect=1.0)
_PATIENT: Final = httpx.Timeout(25.0, connect=2.0)
"""Whatever a receipt opens waits its turn in the backend's key derivation."""
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL)
_NOT_DONE: Final = frozenset(error.__name__ for error in _NOT_SENT) | {"401", "403", "429", "503"}
"""What goes wrong before anything is done, as ``BackendSilent`` names it."""
_T = TypeVar("_T")


class PerhapsDone(BackendSilent):
    """The answer to an act was lost: it may have been done, or not."""


class MailboxDamaged(BackendSilent):
    """The receipt is right, and what it opens was changed in the database: it will not open later either."""


class Written(StrEnum):
    """What became of a message to the desks, by the code of the refusal."""

    TAKEN = "taken"
    FULL = "mailbox_full"
    """The mailbox takes no more: it is closed, full or gone."""
    OUT_OF_PURPOSE = "out_of_purpose"
    ANSWERED = "answered"
    """The question that was to be answered has its answer."""
    FILE_GONE = "file_gone"
    """A photo or a voice note is no longer kept."""
    DAMAGED = "mailbox_damaged"
    """What the receipt opens was changed in the database."""


class Withdrawn(StrEnum):
    """What became of the wish to take a tip back."""

    DONE = "done"
    HANDED_OVER = "handed_over"
    DAMAGED = "mailbox_damaged"
    UNKNOWN = "not_found"


class Choice(BaseModel):
    id: str
    text: str = Field(default="", repr=False)


class MailFile(BaseModel):
    id: str
    kind: Literal["photo", "voice"]
    media_type: str = ""


class MailboxMessage(BaseModel):
    id: str
    sender: Literal["desk", "reporter"] = Field(alias="from")
    desk: Literal["union", "police"] | None = None
    text: str = Field(repr=False)
    on: datetime.date
    read: bool = False
    kind: Literal["text", "question", "consent", "told", "commendation"] = "text"
    about: str = ""
    choices: list[Choice] = []
    """Ready answers, while there is none."""
    choice: str = ""
    code: str | None = Field(default=None, repr=False)
    collected: bool = False
    files: list[MailFile] = []
    damaged: bool = False
    """Nothing of it can be shown any more."""
    files_damaged: int = 0


class Mailbox(BaseModel):
    status: str
    category: str
    received_on: datetime.date
    messages: list[MailboxMessage]
    can_write: bool
    can_withdraw: bool = False
    notice: bool = False


@dataclass(frozen=True)
class DueNotice:
    """Somebody to be told that there is news."""

    lookup: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


class _Problem(BaseModel):
    code: str = ""


class _Place(BaseModel):
    lookup: str


class _Due(BaseModel):
    lookup: str
    sealed: str


class _DueList(BaseModel):
    notices: list[_Due]


class Mailboxes:
    """One client for the life of the process. Raises ``BackendSilent`` wherever nothing is known.

    Of an act of the reporter's that the backend may have done, that is ``PerhapsDone``.
    """

    def __init__(self, base_url: str, token: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_QUICK,
            trust_env=False,
            verify=certificates(False),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def open(self, receipt: str) -> Mailbox | None:
        """The mailbox of a receipt, or None for a wrong or unknown one.

        Raises:
            MailboxDamaged: see there.
        """
        answer = await self._call("mailbox/open", {"receipt": receipt}, also=(404, 409, 422))
        if answer.status_code == HTTPStatus.CONFLICT:
            raise MailboxDamaged("409")
        return _parsed(TypeAdapter(Mailbox), answer) if answer.is_success else None

    async def write(
        self, receipt: str, message_id: bytes, text: str, files: Sequence[KeptFile] = ()
    ) -> Written:
        """Write to the desks, and learn whether it is taken. The same ``message_id`` stores nothing twice."""
        body: dict[str, object] = {"receipt": receipt, "message_id": _b64(message_id), "text": text}
        if files:
            body["files"] = [{"id": file.id, "key": file.key} for file in files]
        return _written(await self._act("mailbox/write", body, also=(404, 409, 422)))

    async def answer(self, receipt: str, message_id: bytes, question: str, choice: str) -> Written:
        """Answer a question by one of its choices. The same ``message_id`` answers once."""
        body = {"receipt": receipt, "message_id": _b64(message_id), "question": question, "choice": choice}
        return _written(await self._act("mailbox/answer", body, also=(404, 409, 422)))

    async def withdraw(self, receipt: str) -> Withdrawn:
        """Have the tip destroyed."""
        answer = await self._act("mailbox/withdraw", {"receipt": receipt}, also=(404, 409))
        if answer.is_success:
            return Withdrawn.DONE
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return Withdrawn.UNKNOWN
        damaged = _parsed(TypeAdapter(_Problem), answer).code == Withdrawn.DAMAGED
        return Withdrawn.DAMAGED if damaged else Withdrawn.HANDED_OVER

    async def file(self, receipt: str, file_id: str) -> bytes | None:
        """A file of one of the messages; None when there is none."""
        answer = await self._call("mailbox/file", {"receipt": receipt, "file_id": file_id}, also=(404, 422))
        return answer.content if answer.is_success else None

    async def notice_place(self, receipt: str) -> bytes | None:
        """What the address of this tip's notice must be bound to; None for a wrong receipt."""
        answer = await self._call("mailbox/notice/place", {"receipt": receipt}, also=(404,))
        return _raw(_parsed(TypeAdapter(_Place), answer).lookup) if answer.is_success else None

    async def put_notice(self, receipt: str, sealed: bytes, owner: bytes) -> bool:
        """Keep a sealed address until there is news. False when the tip is closed or gone."""
        body = {"receipt": receipt, "sealed": _b64(sealed), "owner": _b64(owner)}
        return (await self._call("mailbox/notice/put", body, also=(404, 409))).is_success

    async def drop_notice(self, receipt: str) -> None:
        """Forget the address of this tip's notice."""
        await self._call("mailbox/notice/off", {"receipt": receipt}, also=(404,))

    async def forget_notices(self, owners: Sequence[bytes]) -> None:
        """Forget all of one person's addresses, by their hashes."""
        await self._call("notices/forget", {"owners": [_b64(owner) for owner in owners]}, timeout=_QUICK)

    async def take_notices(self) -> list[DueNotice]:
        """Whom to tell now. They are this process's for some minutes."""
        answer = await self._call("notices/take", {}, timeout=_QUICK)
        found = _parsed(TypeAdapter(_DueList), answer).notices
        return [DueNotice(_raw(each.lookup), _raw(each.sealed)) for each in found]

    async def notices_done(self, lookups: Sequence[bytes]) -> None:
        """These were told or never can be: forget their addresses."""
        await self._call("notices/done", {"lookups": [_b64(each) for each in lookups]}, timeout=_QUICK)

    async def _act(self, path: str, body: Mapping[str, object], also: tuple[int, ...]) -> httpx.Response:
        """``_call``, where it matters whether the request got there."""
        try:
            return await self._call(path, body, also=also)
        except BackendSilent as silence:
            if silence.args[0] in _NOT_DONE:
                raise
            raise PerhapsDone(*silence.args) from None

    async def _call(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        also: tuple[int, ...] = (),
        timeout: httpx.Timeout = _PATIENT,
    ) -> httpx.Response:
        """One request. Statuses other than success and ``also`` count as silence."""
        try:
            answer = await self._client.post(f"/internal/{path}", json=body, timeout=timeout)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BackendSilent(type(error).__name__) from None
        if answer.is_success or answer.status_code in also:
            return answer
        raise BackendSilent(str(answer.status_code))


def _written(answer: httpx.Response) -> Written:
    if answer.is_success:
        return Written.TAKEN
    code = _parsed(TypeAdapter(_Problem), answer).code
    return Written(code) if code in set(Written) else Written.FULL


def _parsed(shape: TypeAdapter[_T], answer: httpx.Response) -> _T:
    try:
        return shape.validate_json(answer.content)
    except ValidationError:
        # pydantic's own error quotes what it read.
        raise BackendSilent("shape") from None


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise BackendSilent("base64") from None


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
