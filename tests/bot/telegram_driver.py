"""A worker on Telegram: what they write goes to the bot by polling or webhook; what they see comes back."""

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.app import create_app
from bot.channels.credentials import Mode
from bot.settings import Settings
from tests.bot.channel_contract import Button, Seen
from tests.bot.house import House
from tests.bot.serving import free_port, serve
from tests.fakes.telegram import MAX_TEXT, FakeTelegram, Json, Sent, telegram_server, units

_CALL = re.compile(r"^📞 (\d+)$", re.MULTILINE)
_USERS = itertools.count(880_001)
SECRET = "webhook-secret-that-must-stay-secret"

FORWARDED: Json = {
    "forward_origin": {"type": "hidden_user", "sender_user_name": "Ai Đó", "date": 1_790_000_000}
}
"""What a message holds besides, when somebody else wrote it."""


class TelegramWorker:
    """One person in a private chat with the bot."""

    def __init__(self, fake: FakeTelegram) -> None:
        self.fake = fake
        self.user = next(_USERS)
        self._known: dict[str, list[Json]] = {}

    def say(self, text: str, message_id: str | None = None) -> Seen:
        updates = self._known.get(message_id or "")
        if updates is None:
            # Telegram's programs send a longer text as several messages.
            updates = [self.fake.message(self.user, text=part) for part in _parts(text)]
            if message_id is not None:
                self._known[message_id] = updates
        return self.hand_in(*updates)

    def tap(self, button: Button) -> Seen:
        under = next((sent for sent in reversed(self.mine) if _has(sent, button)), None)
        under = under or Sent(1, self.user, "Một tin đã xóa", [], False, False)
        return self.hand_in(self.fake.press(self.user, under, button.id))

    def forward(self, text: str) -> Seen:
        return self.hand_in(self.fake.message(self.user, text=text, **FORWARDED))

    def send_file(self, content: bytes, kind: str = "photo", words: str = "") -> Seen:
        if kind == "voice":
            return self.hand_in(self.fake.voice(self.user, content))
        return self.hand_in(self.fake.photo(self.user, content, **({"caption": words} if words else {})))

    def hand_in(self, *updates: Json) -> Seen:
        """Bring updates to the bot, and wait until it has dealt with them."""
        before = {sent.id for sent in self.mine}
        for update in updates:
            if self.fake.webhook:
                assert self.fake.deliver(update) == 200
            else:
                self.fake.post(update)
                self.fake.until_confirmed(update)
        return seen([sent for sent in self.mine if sent.id not in before])

    @property
    def written(self) -> list[int]:
        """The numbers of this person's own messages that stand in the chat now."""
        return [number for number, chat in list(self.fake.written.items()) if chat == self.user]

    @property
    def mine(self) -> list[Sent]:
        """What the bot has written to this person, as it stands now."""
        return [sent for sent in list(self.fake.sent) if sent.chat == self.user]


def seen(messages: list[Sent]) -> Seen:
    """What a person sees of these messages."""
    return Seen(
        texts=[sent.text for sent in messages],
        buttons=[
            Button(button["callback_data"], button["text"]) for sent in messages for button in sent.buttons
        ],
        calls=[number for sent in messages for number in _CALL.findall(sent.text)],
        pictures=[sent.photo for sent in messages if sent.photo],
    )


@dataclass
class Telegram:
    """An account at the fake platform, and the bot processes that use it."""

    house: House
    fake: FakeTelegram
    settings: Settings
    url: str = ""

    @classmethod
    @contextmanager
    def account(cls, house: House, mode: Mode = Mode.POLLING) -> Iterator["Telegram"]:
        """The platform runs, its credentials stand where ``antam channel`` puts them; no bot does yet."""
        fake, port = FakeTelegram(), free_port()
        path = house.bot_settings.secrets / "telegram.json"
        with telegram_server(fake) as api:
            content = {"token": fake.token, "webhook_secret": SECRET, "mode": mode.value}
            path.write_text(json.dumps(content), encoding="utf-8")
            changes = {
                "telegram_api_url": api,
                "public_bot_url": f"http://127.0.0.1:{port}",
                "bot_port": port,
            }
            try:
                yield cls(house, fake, house.bot_settings.model_copy(update=changes))
            finally:
                path.unlink(missing_ok=True)

    @contextmanager
    def bot(self) -> Iterator[None]:
        """A bot that has told Telegram of itself."""
        known = self.fake.count("setMyCommands")
        with serve(create_app(self.settings, clock=self.house.now), self.settings.bot_port) as self.url:
            self.fake.until_called("setMyCommands", known + 2)
            yield


def _parts(text: str) -> list[str]:
    parts, rest = [], text
    while units(rest) > MAX_TEXT:
        parts.append(rest[:MAX_TEXT])
        rest = rest[MAX_TEXT:]
    return [*parts, rest]


def _has(sent: Sent, button: Button) -> bool:
    return any(known["callback_data"] == button.id for known in sent.buttons)
