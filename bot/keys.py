"""The bot's keys: who a conversation is in the store, and what opens its draft.

A lookup is an HMAC of channel and user under a key that changes every day; the key of the draft is
another output of the same input. Today's and yesterday's day keys stand in one file that all
replicas share; older ones are destroyed, and with them every way back from a lookup to a person.
"""

import base64
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from pydantic import BaseModel, TypeAdapter

from backend.kit.crypto import KEY_BYTES, derive_key, keyed_hash, random_key, same
from bot.envelope import Person

VIET_NAM: Final = timezone(timedelta(hours=7))
Clock = Callable[[], datetime]
_PURPOSES: Final = ("conversation", "draft", "notice", "subscriber")


def utc_now() -> datetime:
    return datetime.now(UTC)


class KeyFileDamaged(Exception):
    """A key file is not as it was written. Names the file; never holds anything of its content."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} is damaged or incomplete: restore it, or remove it to have it made anew"
        )


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Errors of reading a key file quote what they read; this one names the file alone."""
    try:
        yield
    except (ValueError, KeyError):
        raise KeyFileDamaged(path) from None


class _Versioned(BaseModel):
    keys: dict[int, str]
    since: dict[int, date] = {}
    """From which day on a version is used; the first one has none."""


_SiteFile = TypeAdapter(dict[str, _Versioned])
_DayFile = TypeAdapter(dict[date, str])


@dataclass(frozen=True)
class _Ring:
    keys: Mapping[int, bytes] = field(repr=False)
    since: Mapping[int, date]

    def version_on(self, day: date) -> int:
        begun = (version for version in self.keys if self.since.get(version, date.min) <= day)
        return max(begun, default=min(self.keys))


class SiteKeys:
    """The keys of this site that the bot alone holds, as their file has them now. They open no tip.

    A new version is used from the beginning of a day (``antam keys rotate`` makes it for the next one), so
    every replica changes at the same moment, and a draft of the day before is still found under its own.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: object = None
        self._rings: Mapping[str, _Ring] = {}

    @classmethod
    def read(cls, path: Path) -> "SiteKeys":
        """Read ``site_keys.json`` as ``antam keys init`` wrote it.

        Raises:
            FileNotFoundError: there is none.
            KeyFileDamaged: it cannot be read as keys.
        """
        keys = cls(path)
        keys._load()
        return keys

    def on(self, purpose: str, day: date) -> tuple[int, bytes]:
        """The version and the key of ``purpose`` (``conversation``, ``draft``, …) that is used on a day."""
        self._follow()
        ring = self._rings[purpose]
        version = ring.version_on(day)
        return version, ring.keys[version]

    def get(self, purpose: str, version: int) -> bytes | None:
        """The key of that version; ``None`` if it was retired."""
        if version not in self._rings[purpose].keys:
            self._follow()
        return self._rings[purpose].keys.get(version)

    def _follow(self) -> None:
        """Take over what was written into the file since; while it cannot be read, what we have stays."""
        with suppress(OSError, KeyFileDamaged):
            if _state(self._path) != self._stamp:
                self._load()

    def _load(self) -> None:
        stamp = _state(self._path)
        raw = self._path.read_bytes()
        with _whole(self._path):
            rings = {
                purpose: _Ring(
                    {number: base64.b64decode(key, validate=True) for number, key in entry.keys.items()},
                    entry.since,
                )
                for purpose, entry in _SiteFile.validate_json(raw).items()
            }
            if not all(_is_whole(rings[purpose]) for purpose in _PURPOSES):
                raise ValueError
        self._rings, self._stamp = rings, stamp


def _is_whole(ring: _Ring) -> bool:
    return bool(ring.keys) and all(len(key) == KEY_BYTES for key in ring.keys.values())


def _state(path: Path) -> object:
    """What differs between two states of a file: it is always replaced whole."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


@dataclass(frozen=True)
class ConversationKeys:
    """One person's conversation on one day: where its draft stands, and what opens it."""

    lookup: bytes = field(repr=False)
    draft_key: bytes = field(repr=False)


class DayKeys:
    """The ring of day keys in ``day_keys.json``: ``{"2026-11-21": "<base64>"}``. A day is Viet Nam's."""

    def __init__(self, path: Path, clock: Clock = utc_now) -> None:
        self._path = path
        self._clock = clock
        self._ring: dict[date, bytes] = {}

    def today(self) -> date:
        return self._clock().astimezone(VIET_NAM).date()

    def ring(self) -> dict[date, bytes]:
        """Today's key and yesterday's, if there was one, youngest first. Turns the ring on a new day."""
        today = self.today()
        if today not in self._ring or min(self._ring) < today - timedelta(days=1):
            self._ring = self._turn(today)
        return dict(sorted(self._ring.items(), reverse=True))

    def _turn(self, today: date) -> dict[date, bytes]:
        with self._locked():
            known = self._read()
            kept = {day: key for day, key in known.items() if day >= today - timedelta(days=1)}
            kept.setdefault(today, random_key())
            if kept != known:
                self._write(kept)
            return kept

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self._path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _read(self) -> dict[date, bytes]:
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        with _whole(self._path):
            entries = _DayFile.validate_json(raw or b"{}")
            return {day: base64.b64decode(key, validate=True) for day, key in entries.items()}

    def _write(self, keys: dict[date, bytes]) -> None:
        """Replace the file in one step, then overwrite the old bytes where the disk lets us."""
        body = json.dumps(
            {day.isoformat(): base64.b64encode(key).decode() for day, key in sorted(keys.items())}
        )
        fresh = self._path.with_suffix(".new")
        with open(fresh, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            out.write(body.encode())
            out.flush()
            os.fsync(out.fileno())
        try:
            old = open(self._path, "r+b")  # noqa: SIM115  # held open across the replacement
        except FileNotFoundError:
            old = None
        os.replace(fresh, self._path)
        if old is not None:
            with old:
                size = os.fstat(old.fileno()).st_size
                old.write(b"\0" * size)
                old.flush()
                os.fsync(old.fileno())


class Keyring:
    """Names the conversation of a person without keeping the person."""

    def __init__(self, site: SiteKeys, days: DayKeys) -> None:
        self._site = site
        self._days = days
        # Memory never outlives the process, so its key need not either.
        self._memory_key = random_key()

    def memory_id(self, person: Person) -> bytes:
        """The id under which this process remembers a conversation for a few minutes."""
        return keyed_hash(self._memory_key, person.channel.encode(), person.user.encode())

    def conversation(self, person: Person) -> tuple[ConversationKeys, ConversationKeys | None]:
        """Today's keys of a conversation, and yesterday's while that day's key lives."""
        today, *before = (self._of_day(person, day, key) for day, key in self._days.ring().items())
        return today, before[0] if before else None

    def form_token(self, session: str, purpose: str) -> str:
        """The token that a form of ``session`` must carry, so that no other site can post it."""
        return self._form_token(session, purpose, self._days.today())

    def is_form_token(self, session: str, purpose: str, token: str) -> bool:
        """Whether ``token`` is one that a page of today or yesterday carries."""
        today = self._days.today()
        right = [self._form_token(session, purpose, day) for day in (today, today - timedelta(days=1))]
        return any([same(token.encode(), one.encode()) for one in right])

    def turn(self) -> None:
        """Make today's key and destroy what is older than yesterday's, if that is due."""
        self._days.ring()

    def _form_token(self, session: str, purpose: str, day: date) -> str:
        _, site_key = self._site.on("conversation", day)
        return keyed_hash(derive_key(site_key, f"form token {purpose}"), session.encode()).hex()[:32]

    def _of_day(self, person: Person, day: date, day_key: bytes) -> ConversationKeys:
        who = (person.channel.encode(), person.user.encode())
        lookup_key = derive_key(day_key, "conversation lookup", salt=self._site.on("conversation", day)[1])
        draft_root = derive_key(day_key, "draft root", salt=self._site.on("draft", day)[1])
        draft_key = derive_key(keyed_hash(draft_root, *who), "draft")
        return ConversationKeys(keyed_hash(lookup_key, *who), draft_key)
