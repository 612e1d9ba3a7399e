"""The chat platforms of a canary's house, and workers on them with names, numbers and ids of their own."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from backend.kit.secrets_store import write_secret
from bot.channels.credentials import Credentials, Mode
from tests.bot.channel_contract import Button, Seen
from tests.bot.telegram_driver import TelegramWorker
from tests.bot.web_driver import WebWorker
from tests.bot.zalo_driver import seen_in
from tests.canary.evidence import MADE_ANEW
from tests.canary.findings import Finding, Place
from tests.canary.forms import Planted
from tests.canary.stories import Channel, Story
from tests.fakes.telegram import FakeTelegram, Json, telegram_server
from tests.fakes.zalo import FakeZalo, text_message, update

OPERATOR: Final = "the operator"
PUBLIC_ADDRESS: Final = "https://antam.example"
"""Zalo delivers to nothing else; here it brings its updates to the house all the same."""
_ACCOUNTS: Final = {"telegram": Mode.POLLING, "zalo_bot": Mode.WEBHOOK}


def is_in_its_place(finding: Finding) -> bool:
    """Whether this is the key of an account in the file of that account, or what was made anew of a file in
    that file as it is shown."""
    if finding.place is Place.SHOWN:
        return finding.hit.planted.kind.endswith(MADE_ANEW)
    of_accounts = finding.where in {f"secrets/bot/{channel}.json" for channel in _ACCOUNTS}
    return finding.place is Place.VAR and of_accounts and finding.hit.planted.owner == OPERATOR


class Speaker(Protocol):
    """A worker who writes on some platform, and what comes back."""

    def say(self, text: str, message_id: str | None = None) -> Seen: ...

    def tap(self, button: Button) -> Seen: ...

    def send_file(self, content: bytes, kind: str = "photo", words: str = "") -> Seen: ...


@dataclass
class Platforms:
    """Telegram, whose updates the bot asks for, and Zalo, which delivers them."""

    telegram: FakeTelegram
    telegram_url: str
    zalo: FakeZalo
    bot_url: str = ""
    """Where the house's bot listens, once it does."""
    webhook_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def environment(self) -> Mapping[str, str]:
        """What the house must be told."""
        return {
            "ANTAM_TELEGRAM_API_URL": self.telegram_url,
            "ANTAM_ZALO_API_URL": self.zalo.url,
            "ANTAM_PUBLIC_BOT_URL": PUBLIC_ADDRESS,
        }

    def set_up(self, var: Path) -> None:
        """Put the accounts where ``antam channel`` puts them."""
        tokens = {"telegram": self.telegram.token, "zalo_bot": self.zalo.token}
        for channel, mode in _ACCOUNTS.items():
            path = var / "secrets" / "bot" / f"{channel}.json"
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            account = Credentials(token=tokens[channel], webhook_secret=self.webhook_secret, mode=mode)
            # ``model_dump_json`` shows what ``repr`` hides.
            write_secret(path, account.model_dump_json())

    def speaker(self, story: Story) -> Speaker:
        """A worker where the story takes place; who uses the form asks in the web chat."""
        known = dict(story.platform_ids)
        match story.channel:
            case Channel.TELEGRAM:
                return _OnTelegram(self.telegram, known)
            case Channel.ZALO:
                return _OnZalo(self, known)
        worker = WebWorker(self.bot_url)
        worker.user = known["platform id"]
        return worker

    def planted(self) -> Iterator[Planted]:
        """The keys of the accounts: they stand in the bot's folder of secrets and nowhere else."""
        yield Planted(OPERATOR, "token of Telegram", self.telegram.token, words=False)
        yield Planted(OPERATOR, "token of Zalo", self.zalo.token, words=False)
        yield Planted(OPERATOR, "secret of the webhooks", self.webhook_secret, words=False)


@contextmanager
def platforms() -> Iterator[Platforms]:
    """Both platforms, running."""
    telegram = FakeTelegram()
    with telegram_server(telegram) as url, FakeZalo().running() as zalo:
        yield Platforms(telegram, url, zalo)


class _OnTelegram(TelegramWorker):
    """Telegram tells the bot a user's number, name and user name with every message."""

    def __init__(self, fake: FakeTelegram, known: Mapping[str, str]) -> None:
        super().__init__(fake)
        self.user = int(known["platform id"])
        self._names = {"first_name": known["platform name"], "username": known["user name"]}

    def say(self, text: str, message_id: str | None = None) -> Seen:
        return self.hand_in(self.fake.message(self.user, text=text))

    def hand_in(self, *updates: Json) -> Seen:
        for what in updates:
            message = what.get("message") or what["callback_query"]["message"]
            message["chat"] |= self._names
            (what.get("message") or what["callback_query"])["from"] |= self._names
        return super().hand_in(*updates)


class _OnZalo:
    """Zalo tells the bot an id and the name that is shown."""

    def __init__(self, platforms: Platforms, known: Mapping[str, str]) -> None:
        self._platforms = platforms
        self._user, self._name = known["platform id"], known["platform name"]

    def say(self, text: str, message_id: str | None = None) -> Seen:
        return self._send(text_message(self._user, text, message_id))

    def tap(self, button: Button) -> Seen:
        """There is nothing to tap: a digit or a word is typed."""
        return self.say(button.id)

    def send_file(self, content: bytes, kind: str = "photo", words: str = "") -> Seen:
        assert not words
        address = self._platforms.zalo.keep(content)
        if kind == "voice":
            sent = update(self._user, "message.voice.received", message_type="CHAT_VOICE", voice_url=address)
        else:
            sent = update(self._user, "message.image.received", photo_url=address)
        return self._send(sent)

    def _send(self, what: Json) -> Seen:
        zalo = self._platforms.zalo
        what["message"]["from"]["display_name"] = self._name
        before = len(zalo.to(self._user))
        assert zalo.deliver(what, self._platforms.bot_url).status_code == 200
        return seen_in(zalo.to(self._user)[before:])
