"""Liaisons at work over HTTP: they open tips, look at files, write, ask, hold, hand over and close.

Each word of theirs is planted, and so are their passwords and what their telephones write into photos.
"""

import base64
import re
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx

from backend.accounts.roles import Role
from backend.accounts.schemas import NewAccount
from backend.desks.queue import PAGE
from tests.backend.staff import Browser, first_sign_in
from tests.canary import words
from tests.canary.evidence import Evidence
from tests.canary.forms import Planted, PlantedFile
from tests.canary.returning import COMING_BACK
from tests.canary.stories import Ending, Lived
from tests.canary.words import Inventor
from tests.e2e.house import House

_TIP: Final = re.compile(r'href="(/desks/[0-9a-f-]{36}/tips/[0-9a-f-]{36})"')
_FILE: Final = re.compile(r'(?:href|src)="(/desks/[^"]+/files/[0-9a-f-]{36})"( download)?')
_THUMBNAIL: Final = re.compile(r'src="data:image/jpeg;base64,([^"]+)"')


@dataclass
class Desk:
    """What one liaison wrote, sent and was shown."""

    role: str
    login: str
    password: str = field(repr=False)
    totp_secret: str = field(default="", repr=False)
    recovery_key: str = field(default="", repr=False)
    written: list[tuple[str, str]] = field(default_factory=list, repr=False)
    """Each text with its kind."""
    files: list[Evidence] = field(default_factory=list)
    shown: list[bytes] = field(default_factory=list, repr=False)
    """Files as the desk gets them, and their thumbnails."""
    originals: list[bytes] = field(default_factory=list, repr=False)
    """Files as they came, which reporters wanted kept."""
    consented: list[str] = field(default_factory=list, repr=False)
    """Paths of the tips whose reporters were asked whether the police may read them."""

    def planted(self) -> Iterator[Planted | PlantedFile]:
        yield Planted(self.role, "password", self.password)
        yield Planted(self.role, "TOTP secret", self.totp_secret, words=False)
        yield Planted(self.role, "recovery key", self.recovery_key, words=False)
        yield from (Planted(self.role, kind, text) for kind, text in self.written)
        for file in self.files:
            yield from file.planted(self.role)


class Liaison:
    """One member of the demo, signed in; at each tip one act, as long as one is wanted."""

    def __init__(self, house: House, role: str, inventor: Inventor) -> None:
        login, self._one_time = house.accounts()[role]
        self.desk = Desk(role, login, password=f"{inventor.name()} {inventor.name()}".lower())
        self._inventor = inventor
        self._client = httpx.AsyncClient(base_url=house.staff_url, timeout=60, trust_env=False)
        self._browser = Browser(self._client)

    async def sign_in(self) -> None:
        """The first sign-in with the one-time password."""
        account = NewAccount(uuid.uuid4(), self.desk.login, Role(self.desk.role), self._one_time)
        mine = await first_sign_in(self._browser, account, self.desk.password)
        self.desk.totp_secret, self.desk.recovery_key = mine.totp_secret, mine.recovery_key

    async def work(self, told: Mapping[str, Lived], each: int) -> None:
        """Go through the queue until every act of this role was done ``each`` times.

        Args:
            told: the stories that were sent, by the first text of each.
        """
        wanted = Counter({act: each for act in _ACTS[self.desk.role]})
        for path in await self._queue():
            if not any(wanted.values()):
                break
            await self._browser.get(path)
            lived = next(one for first, one in told.items() if first in self._browser.text)
            fitting = [act for act in wanted if wanted[act] and self._fits(act, lived, path)]
            if lived.worked_on or not fitting:
                continue
            lived.worked_on = True
            await self._look_at_files()
            await _ACTING[fitting[0]](self, path, lived)
            wanted[fitting[0]] -= 1
        left = [act for act, times in wanted.items() if times]
        assert not left, f"{self.desk.role} found no tip for: {', '.join(left)}"

    async def _queue(self) -> list[str]:
        """The addresses of the tips of every page of the queue, the most urgent first."""
        found: list[str] = []
        while True:
            page = len(found) // PAGE + 1
            await self._browser.get(f"/queue?page={page}")
            found += dict.fromkeys(_TIP.findall(self._browser.page.text))
            if len(found) < page * PAGE:
                return found

    async def search(self, phone: str) -> None:
        """Look for the tips that name a telephone number."""
        await self._browser.post_first("/search", text=phone)
        assert phone in self._browser.text

    async def come_back(self) -> None:
        """Read what reporters have answered, and hand over what they agreed to."""
        for path in self.desk.consented:
            await self._browser.get(path)
            await self._look_at_files()
            await self._browser.post(f"{path}/hand-over", basis="consent")
            assert "Đã chuyển cho công an" in self._browser.text

    async def leave(self) -> None:
        await self._client.aclose()

    def _fits(self, act: str, lived: Lived, path: str) -> bool:
        """Whether the tip on this page is one for ``act``."""
        if lived.story.ending is Ending.WITHDRAWN:
            return False
        # Which tip comes first in the queue hangs on who was quicker; a closed one takes no more letters.
        if act == "closing" and lived.story.ending is Ending.WRITTEN_BACK:
            return False
        if act in ("consent", "necessity") and f'{path}/consent"' not in self._browser.page.text:
            return False
        return act not in _TO_REPORTERS or lived.story.ending in COMING_BACK

    async def _look_at_files(self) -> None:
        page = self._browser.page.text
        self.desk.shown += map(base64.b64decode, _THUMBNAIL.findall(page))
        for path, is_original in dict.fromkeys(_FILE.findall(page)):
            answer = await self._client.get(path)
            assert answer.status_code == httpx.codes.OK
            (self.desk.originals if is_original else self.desk.shown).append(answer.content)

    async def _write(
        self, path: str, kind: str, templates: tuple[str, ...], *, name: str = "text", **fields: str
    ) -> None:
        """Send the form at ``path`` with a sentence of ours, which is planted as a ``kind``."""
        text = self._sentence(kind, templates)
        await self._browser.post(path, **fields, **{name: text})
        assert self._browser.page.is_success and "done=" in str(self._browser.page.url)

    def _sentence(self, kind: str, templates: tuple[str, ...]) -> str:
        text = self._inventor.sentence(templates)
        self.desk.written.append((kind, text))
        return text

    async def _answer(self, path: str, _: Lived) -> None:
        """With a photo as it came from the liaison's own telephone."""
        file = Evidence.invented(self._inventor, "photo")
        self.desk.files.append(file)
        fields = {"form_token": self._browser.form_token, "text": self._sentence("answer", words.ANSWERS)}
        chosen = [("files", (file.name, file.content, "application/octet-stream"))]
        answer = await self._client.post(f"{path}/answer", data=fields, files=chosen, follow_redirects=True)
        self._browser.page = answer
        assert "done=answered" in str(answer.url)

    async def _question(self, path: str, lived: Lived) -> None:
        await self._write(f"{path}/ask", "asked", words.ASKED, ready="yes_no_unsure")
        lived.asked = "question"

    async def _choices(self, path: str, lived: Lived) -> None:
        lived.ready = tuple(self._sentence("ready answer", words.READY) for _ in range(2))
        fields = {"form_token": self._browser.form_token, "text": self._sentence("asked", words.ASKED)}
        data: dict[str, str | list[str]] = {**fields, "ready": "own", "own": list(lived.ready)}
        answer = await self._client.post(f"{path}/ask", data=data, follow_redirects=True)
        self._browser.page = answer
        assert "done=asked" in str(answer.url)
        lived.asked = "choices"

    async def _consent(self, path: str, lived: Lived) -> None:
        await self._write(f"{path}/consent", "asked for consent", words.CONSENT)
        lived.asked = "consent"
        self.desk.consented.append(path)

    async def _thanks(self, path: str, _: Lived) -> None:
        await self._write(f"{path}/commend", "thanks", words.THANKS)

    async def _note(self, path: str, _: Lived) -> None:
        await self._write(f"{path}/note", "note", words.NOTES)

    async def _hold(self, path: str, _: Lived) -> None:
        until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        await self._write(f"{path}/hold", "reason", words.REASONS, name="reason", until=until)

    async def _retriage(self, path: str, _: Lived) -> None:
        fields = {"category": "other_crime", "priority": "P2"}
        await self._write(f"{path}/triage", "reason", words.REASONS, name="reason", **fields)

    async def _close(self, path: str, _: Lived) -> None:
        await self._write(f"{path}/status", "reason", words.REASONS, name="reason", status="closed")

    async def _necessity(self, path: str, _: Lived) -> None:
        await self._write(f"{path}/hand-over", "reason", words.REASONS, name="reason", basis="life")


_ACTING: Final[dict[str, Callable[[Liaison, str, Lived], Awaitable[None]]]] = {
    "consent": Liaison._consent,
    "question": Liaison._question,
    "choices": Liaison._choices,
    "thanks": Liaison._thanks,
    "closing": Liaison._close,
    "answer": Liaison._answer,
    "necessity": Liaison._necessity,
    "retriage": Liaison._retriage,
    "hold": Liaison._hold,
    "note": Liaison._note,
}
"""What a liaison does at a tip; what few tips are for comes first."""
_TO_REPORTERS: Final = frozenset({"consent", "question", "choices", "thanks", "answer"})
"""Only where somebody comes back to read it."""
_ACTS: Final = {
    "union_liaison": tuple(_ACTING),
    "police_liaison": ("question", "closing", "answer", "hold", "note"),
}
