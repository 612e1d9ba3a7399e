"""Sealed return addresses, and who is told when something fails between sending and confirming."""

import base64
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from backend.kit.crypto import Unsealable
from backend.kit.secrets_store import make_missing
from bot.backend import BackendSilent
from bot.envelope import Language, Person
from bot.keys import SiteKeys
from bot.mailbox_client import DueNotice, Mailboxes
from bot.notices import Address, Addresses, Postman, Told
from bot.phrases import Phrases

WORKER = Person("telegram", "880123")
PLACE = bytes(range(32))
TODAY = date(2026, 11, 22)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_missing(tmp_path)
    return tmp_path / "bot" / "site_keys.json"


@pytest.fixture
def addresses(folder: Path) -> Addresses:
    return Addresses(SiteKeys.read(folder), lambda: TODAY)


def sealed(addresses: Addresses, place: bytes = PLACE) -> DueNotice:
    return DueNotice(place, addresses.sealed(Address(WORKER, Language.EN), place))


class TestAddresses:
    def test_an_address_comes_back_as_it_was(self, addresses: Addresses) -> None:
        opened = addresses.opened(sealed(addresses))
        assert (opened.person, opened.language) == (WORKER, Language.EN)

    def test_nothing_of_it_shows_outside(self, addresses: Addresses) -> None:
        notice = sealed(addresses)
        assert b"880123" not in notice.sealed and b"telegram" not in notice.sealed
        assert "880123" not in repr(addresses.opened(notice))

    def test_in_another_place_it_does_not_open(self, addresses: Addresses) -> None:
        with pytest.raises(Unsealable):
            addresses.opened(DueNotice(bytes(32), sealed(addresses).sealed))

    @pytest.mark.parametrize("at", [0, 1, 2, 30, -1])
    def test_with_a_flipped_bit_it_does_not_open(self, addresses: Addresses, at: int) -> None:
        damaged = bytearray(sealed(addresses).sealed)
        damaged[at] ^= 1
        with pytest.raises(Unsealable):
            addresses.opened(DueNotice(PLACE, bytes(damaged)))

    def test_an_older_key_still_opens_and_finds_its_owner(self, folder: Path) -> None:
        before = Addresses(SiteKeys.read(folder), lambda: TODAY)
        notice, owner = sealed(before), before.owner(WORKER)
        keys = json.loads(folder.read_text(encoding="utf-8"))
        keys["notice"]["keys"]["2"] = base64.b64encode(bytes(range(32))).decode()
        keys["notice"]["current"] = 2
        folder.write_text(json.dumps(keys), encoding="utf-8")
        after = Addresses(SiteKeys.read(folder), lambda: TODAY)
        assert after.opened(notice).person == WORKER
        assert after.owner(WORKER) != owner
        assert set(after.owners(WORKER)) == {owner, after.owner(WORKER)}


@dataclass
class Line:
    """What the backend hands out and confirms; the platform answers as it is told."""

    notices: list[DueNotice]
    answer: Told = Told.SENT
    silent_at_done: bool = False
    told: list[str] = field(default_factory=list)
    done: list[bytes] = field(default_factory=list)
    name: str = "telegram"

    async def take_notices(self) -> list[DueNotice]:
        return self.notices

    async def notices_done(self, lookups: list[bytes]) -> None:
        if self.silent_at_done:
            raise BackendSilent("killed")
        self.done += lookups

    async def tell(self, user: str, text: str) -> Told:
        self.told.append(f"{user}: {text}")
        return self.answer


def postman(line: Line, addresses: Addresses, phrases: Phrases) -> Postman:
    mailboxes: Mailboxes = line  # type: ignore[assignment]  # stands for its three methods
    return Postman(mailboxes, addresses, {line.name: line}, phrases)


class TestPostman:
    async def test_says_that_there_is_news_in_the_workers_language(
        self, addresses: Addresses, phrases: Phrases
    ) -> None:
        line = Line([sealed(addresses)])
        assert await postman(line, addresses, phrases).round() == 1
        assert line.told == ["880123: " + phrases.spoken(Language.EN)("notice.news")]
        assert line.done == [PLACE]

    async def test_what_was_sent_and_not_confirmed_is_sent_again(
        self, addresses: Addresses, phrases: Phrases
    ) -> None:
        line = Line([sealed(addresses)], silent_at_done=True)
        with pytest.raises(BackendSilent):
            await postman(line, addresses, phrases).round()
        line.silent_at_done = False
        await postman(line, addresses, phrases).round()
        assert (len(line.told), line.done) == (2, [PLACE])

    @pytest.mark.parametrize(("answer", "done"), [(Told.LATER, []), (Told.NEVER, [PLACE])])
    async def test_is_tried_again_only_where_that_may_help(
        self, addresses: Addresses, phrases: Phrases, answer: Told, done: list[bytes]
    ) -> None:
        line = Line([sealed(addresses)], answer)
        await postman(line, addresses, phrases).round()
        assert line.done == done

    async def test_an_address_that_was_moved_or_changed_is_dropped_unsent(
        self, addresses: Addresses, phrases: Phrases
    ) -> None:
        line = Line([DueNotice(bytes(32), sealed(addresses).sealed)])
        await postman(line, addresses, phrases).round()
        assert (line.told, line.done) == ([], [bytes(32)])

    async def test_one_of_a_channel_that_is_switched_off_waits(
        self, addresses: Addresses, phrases: Phrases
    ) -> None:
        line = Line([sealed(addresses)], name="zalo_bot")
        await postman(line, addresses, phrases).round()
        assert (line.told, line.done) == ([], [])
