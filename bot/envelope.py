"""What every channel hands to the engine and gets back: one incoming turn, a list of replies.

A channel adapter translates its platform's updates into ``Incoming`` and renders ``Reply``. Nothing
here knows a platform. Fields that hold what a person wrote or who they are stay out of ``repr``,
so that no traceback or log line can show them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal


class Language(StrEnum):
    VI = "vi"
    EN = "en"


class Room(StrEnum):
    """What the worker has before their eyes. A channel with a page of its own sends the last one back."""

    CHAT = "chat"
    INTAKE = "intake"
    MAILBOX = "mailbox"


class ChoiceKind(StrEnum):
    ANSWER = "answer"
    """Numbered: a typed digit stands for it."""
    WORD = "word"
    """Pressed, or typed as the word that the text names; never a digit, which may be an earlier answer's."""
    WAY = "way"
    """Moves about (back, skip, cancel): typed as a word, never as a digit."""


@dataclass(frozen=True)
class Choice:
    """Something to tap. ``id`` is what comes back; it holds no text of a person."""

    id: str
    label: str
    kind: ChoiceKind = ChoiceKind.ANSWER


@dataclass(frozen=True)
class Link:
    """A place to go to: a telephone number (``tel:113``) or a page of ours (``/bao-tin``)."""

    label: str
    href: str


@dataclass(frozen=True)
class Picture:
    """A picture, and the same in words for who does not see it. It is kept in memory only."""

    png: bytes = field(repr=False)
    alt: str = field(repr=False)
    media_type: str = "image/png"
    protected: bool = False
    """Part of a mailbox: not to be passed on, nor to be fetched by an address."""


@dataclass(frozen=True)
class Sound:
    """A voice note of a mailbox: not to be passed on. It is kept in memory only."""

    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True)
class Reply:
    """One bubble of the assistant.

    ``sensitive``: part of a tip or a mailbox; a channel must not keep it anywhere.
    ``unkept``: what the person just wrote was not stored; a channel that can should offer to send it again.
    ``forget``: the person asked to be forgotten; a channel drops what it kept of the conversation.
    """

    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    picture: Picture | None = field(default=None, repr=False)
    """Shown beside the text, which says enough without it."""
    sound: Sound | None = field(default=None, repr=False)
    """Played beside the text, where the channel can; without a picture."""
    sensitive: bool = False
    unkept: bool = False
    forget: bool = False
    language: Language | None = None
    """Set when the person switched: a channel with a page of its own follows."""


@dataclass(frozen=True)
class Turn:
    """All that one incoming message led to."""

    replies: tuple[Reply, ...]
    room: Room = Room.CHAT
    language: Language = Language.VI
    """The language it is said in, for what a channel adds of its own."""

    @property
    def forgets(self) -> bool:
        """Whether the person asked to be forgotten."""
        return any(reply.forget for reply in self.replies)

    @property
    def sensitive(self) -> bool:
        """Whether what led to it is part of a tip or a mailbox."""
        return self.room is not Room.CHAT or any(reply.sensitive for reply in self.replies)


@dataclass(frozen=True)
class Person:
    """Who writes, as the channel knows them. Lives while one update is handled, and nowhere else."""

    channel: str
    user: str = field(repr=False)


class Attachment(StrEnum):
    """What was sent beside or instead of words, by the phrase that says so (``fault.<value>``)."""

    PICTURE = "picture"
    OTHER = "not_text"


class MediaTooLarge(Exception):
    """The file is larger than a tip takes. Carries nothing of it, and no address."""


class MediaGone(Exception):
    """The platform no longer gives the file, or not all of it. Carries nothing of it, and no address."""


@dataclass(frozen=True)
class Media:
    """A photo or a voice note that came along. It is asked of the platform only when ``fetch`` is awaited."""

    kind: Literal["photo", "voice"]
    fetch: Callable[[], Awaitable[bytes]] = field(repr=False, compare=False)
    """Gives at most 10 MiB; raises ``MediaTooLarge`` or ``MediaGone``."""


@dataclass(frozen=True)
class Incoming:
    """One message: a text, or the id of a choice that was offered. ``message_id`` is the channel's own,
    the same when the channel delivers the same message again."""

    person: Person = field(repr=False)
    message_id: str
    text: str | None = field(default=None, repr=False)
    choice: str | None = None
    language: Language | None = None
    attachment: Attachment | None = None
    """What came along and cannot be read yet; ``text`` holds its caption, or nothing."""
    media: tuple[Media, ...] = ()
    """What came along and a tip or a mailbox can take. Elsewhere ``attachment`` says what to answer."""
    forwarded: bool = False
    """Somebody else wrote it, and the platform says so."""
    room: Room | None = None
    """What the page shows. None where the channel has no page and cannot tell."""
    address: str = field(default="", repr=False)
    """Where it came from, on a channel without accounts."""

    @property
    def visitor(self) -> str:
        """Who stands in a line as one (``bot.limits.Line``): an account, or all of one address."""
        return f"{self.person.channel} {self.address or self.person.user}"


def numbered(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices that typed digits stand for, in order: the first is 1."""
    return tuple(choice for choice in choices if choice.kind is ChoiceKind.ANSWER)


def without_pictures(turn: Turn) -> Turn:
    """The same turn in words alone."""
    return replace(turn, replies=tuple(replace(reply, picture=None, sound=None) for reply in turn.replies))


def all_sensitive(replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """The same replies, each marked as part of a tip or a mailbox."""
    return tuple(replace(reply, sensitive=True) for reply in replies)
