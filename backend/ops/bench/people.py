"""What workers do at the doors of the house, one act at a time: ask, write a tip, send it, open its mailbox.

Each ``…er`` makes one of those who act at the same time; acts tell whether they got what they should have.
"""

import base64
import html
import io
import random
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from itertools import count, cycle
from pathlib import Path
from typing import Final

import httpx
from PIL import Image

from backend.ops.bench.house import BenchHouse, NotUp
from backend.ops.measuring import Act

TURNS: Final = 5
"""Turns of one conversation, as many as the bare bot's."""
_PATIENCE_SECONDS: Final = 60
_FOLLOW_UP: Final = "followup_"
_HIDDEN: Final = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_RECEIPT: Final = re.compile(r'<p class="code">([\d ]+)</p>')
_ANSWERS: Final = (
    {"option": "go"},
    {"option": "go"},
    {"option": "illegal_lending"},
    {
        "text": "Có nhóm cho vay góp trước cổng khu trọ, vay mười triệu mỗi ngày trả năm trăm ngàn. Chiều "
        "nào họ cũng đứng đó thu tiền, ai chậm một ngày thì bị phạt thêm. Trong xưởng có ba người đang vay.",
        "option": "done",
    },
    {"text": "bình dương"},
    {"text": "cổng số 2, khu trọ phía sau"},
    {"option": "today"},
    {"text": "ông Tư, số 0900000001, xe 61A-123.45"},
    {"option": "none"},
    {"option": "no"},
    {"option": "union"},
)
"""What a tip's form is answered page by page, until only the sending is left."""
FORM_PAGES: Final = len(_ANSWERS)
_TAKEN: Final = "Đã nhận ảnh 1"
_PIXELS: Final = (4000, 3000)
"""Of a telephone's photo, 12 megapixels."""


def telephone_photo() -> bytes:
    """A photo as large as a telephone's, with as much in it: a JPEG of about six megabytes."""
    fine = Image.effect_noise((_PIXELS[0] // 2, _PIXELS[1] // 2), 48)
    slope = Image.linear_gradient("L")
    layers = [layer.resize(_PIXELS) for layer in (fine, fine.rotate(180), slope)]
    out = io.BytesIO()
    Image.merge("RGB", layers).save(out, "JPEG", quality=90)
    return out.getvalue()


class Phrases:
    """What workers write, from the examples that the model was taught, always in the same order."""

    def __init__(self, data: Path) -> None:
        files = {path.stem: _lines(path) for path in sorted((data / "examples").glob("*.txt"))}
        topics = {path.stem for path in (data / "knowledge").glob("*.md")}
        questions = [line for name, lines in files.items() if name in topics for line in lines]
        further = [line for name, lines in files.items() if name.startswith(_FOLLOW_UP) for line in lines]
        order = random.Random(3)  # noqa: S311  # an order, not a secret
        order.shuffle(questions)
        order.shuffle(further)
        self.questions: Iterator[str] = cycle(questions)
        """About a topic: each passes through every room to its answer."""
        self._further: Iterator[str] = cycle(further)

    def conversation(self) -> list[str]:
        """Questions about topics, each but the last with a further question about the same."""
        pairs = [(next(self.questions), next(self._further)) for _ in range(TURNS // 2 + 1)]
        return [line for pair in pairs for line in pair][:TURNS]


def _lines(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@dataclass
class Workers:
    """Everybody who writes to one house in a run. ``receipts`` are those of the tips that they sent."""

    house: BenchHouse
    client: httpx.AsyncClient
    phrases: Phrases
    receipts: list[str] = field(default_factory=list)
    _written: list["_Form"] = field(default_factory=list)
    _at_files: list["_Form"] = field(default_factory=list)
    _with_photo: list["_Form"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._photo = telephone_photo()
        self._addresses = (f"2001:db8:{number:x}::1" for number in count())
        self._internal = {"authorization": f"Bearer {self.house.token('bot', 'backend.token')}"}
        self._rasa = {"X-Antam-Token": self.house.token("nlu", "rasa.token")}

    def visitor(self) -> Act:
        """Opens the worker page."""

        async def page() -> bool:
            return (await self.client.get(f"{self.house.bot}/")).is_success

        return page

    def talker(self) -> Act:
        """One person after the other, each with a conversation in the web chat."""
        left: list[str] = []
        user: dict[str, str] = {}

        async def turn() -> bool:
            nonlocal left, user
            if not left:
                left, user = self.phrases.conversation(), {"X-Antam-User": secrets.token_urlsafe(16)}
            message = {"id": secrets.token_urlsafe(12), "text": left.pop(0)}
            answer = await self.client.post(f"{self.house.bot}/chat/messages", json=message, headers=user)
            replies = answer.json()["replies"] if answer.is_success else []
            # "Too fast" is an answer too, and none to the question.
            return bool(replies) and not any(reply["unkept"] for reply in replies)

        return turn

    def parser(self) -> Act:
        """Asks Rasa alone what a text means."""

        async def parse() -> bool:
            body = {"text": next(self.phrases.questions)}
            answer = await self.client.post(f"{self.house.rasa}/parse", json=body, headers=self._rasa)
            return answer.is_success and bool(answer.json()["label"])

        return parse

    def writer(self) -> Act:
        """Writes tips in the form without scripts, a page an act, and keeps each that only has to be sent."""
        form: _Form | None = None

        async def answer() -> bool:
            nonlocal form
            if form is None:
                form = _Form(self.house.bot, self.client, next(self._addresses))
            done = await form.answer()
            if not done or form.is_written:
                if done:
                    self._written.append(form)
                form = None
            return done

        return answer

    def sender(self, *, with_photo: bool = False) -> Act:
        """Sends a tip that was written before, and sees its receipt."""
        ready = self._with_photo if with_photo else self._written

        async def send() -> bool:
            receipt = await ready.pop().send()
            if receipt:
                self.receipts.append(receipt)
            return receipt is not None

        return send

    @asynccontextmanager
    async def at_files(self, number: int) -> AsyncIterator[None]:
        """Lead ``number`` tips that were written to the page for files, and back again, each with a photo.

        Raises:
            NotUp: not even one photo at a time is taken.
        """
        for _ in range(number):
            form = self._written.pop()
            await form.choose("files")
            self._at_files.append(form)
        yield
        while self._at_files:
            # It was refused among the others, as the measurement says.
            if not await self.photographer()():
                raise NotUp("A photo that is sent alone is not taken.")
        for form in self._with_photo:
            await form.choose("done")

    def photographer(self) -> Act:
        """Sends a photo for a tip that is ``at_files``, and sees that it was taken."""

        async def upload() -> bool:
            form = self._at_files.pop()
            taken = False
            try:
                taken = await form.upload(self._photo)
            finally:
                (self._with_photo if taken else self._at_files).append(form)
            return taken

        return upload

    def reader(self) -> Act:
        """Opens the mailbox of one of the receipts, as the bot asks for it; the bot's limit is not met."""

        async def read() -> bool:
            body = {"receipt": secrets.choice(self.receipts)}
            url = f"{self.house.internal}/mailbox/open"
            return (await self.client.post(url, json=body, headers=self._internal)).is_success

        return read

    async def write_back(self, receipt: str) -> bool:
        """Write a message to the desk of a tip."""
        body = {
            "receipt": receipt,
            "message_id": base64.b64encode(secrets.token_bytes(16)).decode(),
            "text": "Dạ, từ tháng trước, ngày nào họ cũng đến.",
        }
        url = f"{self.house.internal}/mailbox/write"
        return (await self.client.post(url, json=body, headers=self._internal)).is_success


class _Form:
    """One browser's way through the tip form. Its cookie and its network address, as the proxy in front of
    the bot tells it, are its own; the connections are everybody's."""

    def __init__(self, bot: str, client: httpx.AsyncClient, address: str) -> None:
        self._address = f"{bot}/bao-tin"
        self._client = client
        self._headers = {"origin": bot, "accept": "text/html", "x-forwarded-for": address}
        self._page = ""
        self._answered = 0

    @property
    def is_written(self) -> bool:
        return self._answered == FORM_PAGES

    async def answer(self) -> bool:
        """Answer one page and be shown the next."""
        if not self._page:
            await self._show()
        self._answered += 1
        return await self._post(_ANSWERS[self._answered - 1])

    async def choose(self, option: str) -> bool:
        """Press a button of the page and be shown the next."""
        return await self._post({"option": option})

    async def upload(self, photo: bytes) -> bool:
        """Send a photo from the page for files, and be shown it again with the photo taken."""
        file = {"file": ("IMG_0001.jpg", photo, "image/jpeg")}
        return await self._post({}, f"{self._address}/tep", file) and _TAKEN in self._page

    async def send(self) -> str | None:
        """Send the tip; the digits of the receipt that the next page shows."""
        if not await self._post({"option": "send"}):
            return None
        found = _RECEIPT.search(self._page)
        return found[1].replace(" ", "") if found else None

    async def _post(
        self,
        fields: Mapping[str, str],
        address: str | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> bool:
        hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(self._page)}
        answer = await self._client.post(
            address or self._address,
            data={**hidden, **fields},
            files=files,
            headers=self._headers,
            follow_redirects=False,
        )
        if "set-cookie" in answer.headers:
            self._headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        return answer.is_redirect and await self._show()

    async def _show(self) -> bool:
        shown = await self._client.get(self._address, headers=self._headers)
        self._page = shown.text
        return shown.is_success


def client_without_cookies() -> httpx.AsyncClient:
    """Connections that many people share, each with a cookie of their own."""
    client = httpx.AsyncClient(timeout=_PATIENCE_SECONDS, trust_env=False)
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return client
