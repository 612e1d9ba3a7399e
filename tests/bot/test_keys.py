"""Day keys: they change every day, are shared by replicas, and are destroyed."""

import json
import os
import re
import threading
import traceback
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from backend.kit.key_file import add_version, remove_version
from backend.kit.secrets_store import make_missing
from bot.envelope import Person
from bot.keys import DayKeys, KeyFileDamaged, Keyring, SiteKeys

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
WORKER = Person("web", "a-random-token")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_missing(tmp_path)
    return tmp_path / "bot"


def ring(folder: Path, clock: Clock) -> Keyring:
    return Keyring(SiteKeys.read(folder / "site_keys.json"), DayKeys(folder / "day_keys.json", clock))


def test_a_conversation_keeps_its_keys_for_the_day(folder: Path, clock: Clock) -> None:
    first, _ = ring(folder, clock).conversation(WORKER)
    clock.now += timedelta(hours=6)
    assert ring(folder, clock).conversation(WORKER)[0] == first


def test_the_day_turns_at_midnight_in_viet_nam(folder: Path, clock: Clock) -> None:
    keys = ring(folder, clock)
    first, _ = keys.conversation(WORKER)
    clock.now = datetime(2026, 11, 21, 16, 59, tzinfo=UTC)
    assert keys.conversation(WORKER)[0] == first
    clock.now = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    assert keys.conversation(WORKER)[0] != first


def test_yesterdays_draft_can_still_be_found_today(folder: Path, clock: Clock) -> None:
    keys = ring(folder, clock)
    first, none_before = keys.conversation(WORKER)
    clock.now += timedelta(days=1)
    today, yesterday = keys.conversation(WORKER)
    assert none_before is None
    assert yesterday == first
    assert today != first


def test_a_key_is_destroyed_a_day_after_its_day(folder: Path, clock: Clock) -> None:
    keys = ring(folder, clock)
    keys.turn()
    first = json.loads((folder / "day_keys.json").read_text())["2026-11-21"]
    clock.now += timedelta(days=2)
    keys.turn()
    left = (folder / "day_keys.json").read_text()
    assert first not in left
    assert list(json.loads(left)) == ["2026-11-23"]
    assert sorted(path.name for path in folder.iterdir() if "day_keys" in path.name) == [
        "day_keys.json",
        "day_keys.lock",
    ]


def test_a_second_replica_uses_the_same_day_key(folder: Path, clock: Clock) -> None:
    found: list[object] = []
    replicas = [
        threading.Thread(target=lambda: found.append(ring(folder, clock).conversation(WORKER)))
        for _ in range(8)
    ]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join()
    assert len(found) == 8
    assert all(keys == found[0] for keys in found)


def test_two_people_and_two_channels_never_share_keys(folder: Path, clock: Clock) -> None:
    keys = ring(folder, clock)
    people = [Person("web", "a"), Person("web", "b"), Person("form", "a"), Person("weba", "")]
    assert len({keys.conversation(person)[0].lookup for person in people}) == len(people)
    assert len({keys.conversation(person)[0].draft_key for person in people}) == len(people)


def test_the_lookup_opens_nothing(folder: Path, clock: Clock) -> None:
    conversation, _ = ring(folder, clock).conversation(WORKER)
    assert conversation.lookup != conversation.draft_key
    assert WORKER.user not in repr(conversation) + repr(WORKER)


def test_only_the_owner_can_read_the_file(folder: Path, clock: Clock) -> None:
    ring(folder, clock).turn()
    assert os.stat(folder / "day_keys.json").st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["cut", "not base64", "other shape"])
@pytest.mark.parametrize("name", ["site_keys.json", "day_keys.json"])
def test_a_damaged_key_file_is_named_and_never_quoted(
    folder: Path, clock: Clock, name: str, damage: str
) -> None:
    ring(folder, clock).turn()
    file = folder / name
    whole = file.read_text()
    secret = max(re.findall(r"[A-Za-z0-9+/=]+", whole), key=len)
    damages = {
        "cut": whole[: whole.index(secret) + len(secret)],
        "not base64": whole.replace(secret, f"{secret}!"),
        "other shape": json.dumps({"conversation": secret, "2026-11-21": [secret]}),
    }
    file.write_text(damages[damage])
    with pytest.raises(KeyFileDamaged) as raised:
        ring(folder, clock).turn()
    said = "".join(traceback.format_exception(raised.value))
    assert name in str(raised.value)
    assert secret not in said
    assert secret[:12] not in said


def rotate(folder: Path, purpose: str, since: str) -> None:
    add_version(folder / "site_keys.json", purpose, date.fromisoformat(since))


@pytest.mark.parametrize("purpose", ["conversation", "draft"])
def test_a_new_site_key_is_used_from_its_day_on_and_yesterdays_draft_is_still_found(
    folder: Path, clock: Clock, purpose: str
) -> None:
    keys = ring(folder, clock)
    before, _ = keys.conversation(WORKER)
    rotate(folder, purpose, "2026-11-22")
    assert keys.conversation(WORKER)[0] == before
    clock.now += timedelta(days=1)
    today, yesterday = keys.conversation(WORKER)
    assert yesterday == before
    started_now, _ = ring(folder, clock).conversation(WORKER)
    assert today == started_now
    remove_version(folder / "site_keys.json", purpose, 1)
    clock.now += timedelta(days=1)
    assert keys.conversation(WORKER)[1] == today


def test_a_form_that_was_open_when_the_key_changed_can_be_sent(folder: Path, clock: Clock) -> None:
    keys = ring(folder, clock)
    token = keys.form_token("session", "tip")
    rotate(folder, "conversation", "2026-11-22")
    clock.now += timedelta(days=1)
    assert keys.form_token("session", "tip") != token
    assert keys.is_form_token("session", "tip", token)
    assert not keys.is_form_token("other", "tip", token)
    clock.now += timedelta(days=1)
    assert not keys.is_form_token("session", "tip", token)


def test_while_the_file_is_being_repaired_the_bot_goes_on_with_its_keys(folder: Path, clock: Clock) -> None:
    keys = ring(folder, clock)
    before, _ = keys.conversation(WORKER)
    path = folder / "site_keys.json"
    whole = path.read_text()
    path.write_text("{")
    assert keys.conversation(WORKER)[0] == before
    path.write_text(whole)
    rotate(folder, "draft", "2026-11-21")
    assert keys.conversation(WORKER)[0] != before
