"""A worker on Zalo: writes texts to the platform, and reads what the bot sends there."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from backend.kit.secrets_store import write_secret
from bot.channels.credentials import Credentials, Mode
from bot.settings import Settings
from tests.bot.channel_contract import RECEIPT, Button, Seen
from tests.bot.house import House
from tests.fakes.zalo import FakeZalo, Json, text_message, update
from tests.waiting import eventually

ORIGIN = "https://antam.example"
_NUMBERED = re.compile(r"(\d+)\. (.+)")
_WAYS = re.compile(r"(?:Hoặc nhắn|Or write) (.+)\.")


def set_up(var: Path, zalo: FakeZalo, mode: Mode) -> None:
    """Give the bot of ``var`` its account on ``zalo``."""
    credentials = Credentials(token=zalo.token, webhook_secret=secrets.token_urlsafe(24), mode=mode)
    write_secret(var / "secrets" / "bot" / "zalo_bot.json", credentials.model_dump_json())


@contextmanager
def on_zalo(house: House, mode: Mode, port: int | None = None) -> Iterator[FakeZalo]:
    """A platform, and the bot of ``house`` running with an account on it."""
    with FakeZalo().running(port) as zalo:
        set_up(house.bot_settings.var, zalo, mode)
        house.bot_settings = Settings.model_validate(
            house.bot_settings.model_dump() | {"zalo_api_url": zalo.url, "public_bot_url": ORIGIN}
        )
        house.start_bot()
        try:
            if mode is Mode.WEBHOOK:
                eventually(lambda: zalo.webhook["url"])
            yield zalo
        finally:
            house.stop_bot()


def seen_in(texts: list[str]) -> Seen:
    """What a worker understands of ``texts``: the digits and words to type, the numbers to call."""
    lines = "\n".join(texts).splitlines()
    words: list[Button] = []
    if lines and (ways := _WAYS.fullmatch(lines[-1])):
        words = [Button(word, word) for word in re.findall("“(.+?)”", ways[1])]
        lines.pop()
    digits: list[Button] = []
    while lines and (line := _NUMBERED.fullmatch(lines[-1])):
        digits.insert(0, Button(line[1], line[2]))
        lines.pop()
        if line[1] == "1":
            # What is numbered above are the steps of an answer.
            break
    calls = [line[2:] for text in texts for line in text.splitlines() if line.startswith("📞 ")]
    return Seen(texts=texts, buttons=[*digits, *words], calls=calls)


@dataclass
class ZaloWorker:
    """One worker. A choice is made by typing its digit or its word; there is nothing to tap."""

    bot: Callable[[], str]
    """Where the bot listens now."""
    zalo: FakeZalo
    user: str

    @classmethod
    def new(cls, bot: Callable[[], str], zalo: FakeZalo) -> "ZaloWorker":
        return cls(bot, zalo, secrets.token_hex(10))

    def say(self, text: str, message_id: str | None = None) -> Seen:
        return self.send(text_message(self.user, text, message_id))

    def tap(self, button: Button) -> Seen:
        return self.say(button.id)

    def forward(self, text: str) -> Seen:
        """Zalo does not tell a bot that a message was forwarded."""
        return self.say(text)

    def ask(self, text: str, expected: str) -> str:
        """Write, and read on until what the bot writes holds ``expected``; returns all of it.

        For a bot in a process of its own, of which nothing tells that its answer is complete.
        """
        before = len(self.zalo.to(self.user))
        what = text_message(self.user, text)
        if self.zalo.webhook["url"]:
            assert self.zalo.deliver(what, self.bot()).status_code == 200
        else:
            self.zalo.post(what)

        def said() -> str:
            return "\n".join(self.zalo.to(self.user)[before:])

        try:
            eventually(lambda: expected in said(), within=60)
        except AssertionError:
            raise AssertionError(f"“{expected}” is not in “{said()}”") from None
        return said()

    def send_a_tip(self, *story: str, place: str = "bỏ qua", who: str = "ông Tư") -> str:
        """A whole tip by digits and words alone; returns the receipt as it was shown."""
        self.ask("báo tin", "1. Viết tin luôn")
        self.ask("1", "1. Tôi hiểu rồi")
        self.ask("1", "1. Cho vay nặng lãi")
        self.ask("1", "Chuyện gì đã xảy ra")
        for number, part in enumerate(story, 1):
            self.ask(part, f"ghi {number} đoạn")
        self.ask("xong", "tỉnh nào")
        self.ask("binh duong", "Cụ thể ở đâu")
        self.ask(place, "khi nào")
        self.ask("1", "Ai làm việc này")
        self.ask(who, "ảnh hay ghi âm")
        self.ask("không có", "3. Không")
        self.ask("3", "1. Công đoàn")
        self.ask("1", "1. Gửi tin")
        found = RECEIPT.search(self.ask("1", "đã lưu"))
        assert found
        return found.group()

    def send_file(self, content: bytes, kind: str = "photo", words: str = "") -> Seen:
        address = self.zalo.keep(content)
        if kind == "voice":
            return self.send_other("message.voice.received", message_type="CHAT_VOICE", voice_url=address)
        words_below = {"caption": words} if words else {}
        return self.send_other("message.image.received", photo_url=address, **words_below)

    def send_other(self, event: str, **content: str) -> Seen:
        """A picture, a sticker or whatever else is no text."""
        return self.send(update(self.user, event, **content))

    def send(self, what: Json) -> Seen:
        before, photos_before = len(self.zalo.to(self.user)), len(self.photos)
        if self.zalo.webhook["url"]:
            assert self.zalo.deliver(what, self.bot()).status_code == 200
        else:
            self.zalo.handed_out.pop(what["message"]["message_id"], None)
            self.zalo.post(what)
            self.zalo.await_asked_again(what["message"]["message_id"])
        pictures = [self.fetched(url) for url in self.photos[photos_before:]]
        return replace(seen_in(self.zalo.to(self.user)[before:]), pictures=pictures)

    @property
    def photos(self) -> list[str]:
        """The addresses of the pictures that the platform was told to send here."""
        return [url for chat, url, _ in list(self.zalo.photos) if chat == self.user]

    def fetched(self, url: str) -> bytes:
        """A picture as the platform fetches it from the bot."""
        assert url.startswith(ORIGIN)
        answer = httpx.get(
            self.bot().rstrip("/") + url.removeprefix(ORIGIN), timeout=60, trust_env=False, verify=False
        )
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        return answer.content
