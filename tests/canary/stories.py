"""Mixed stories, each with planted values of its own, the same for the same seed. Pure.

A story says what a worker does, writes and sends; ``tellers.py`` and ``returning.py`` do it on each channel.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import cycle, islice
from typing import Final, TypeVar

from backend.text.normalize import strip_marks
from bot.receipt import is_receipt, shown
from tests.canary import words
from tests.canary.evidence import Evidence
from tests.canary.forms import Planted, PlantedFile
from tests.canary.words import Inventor

T = TypeVar("T")


class Channel(StrEnum):
    WEB = "web"
    FORM = "form"
    TELEGRAM = "telegram"
    ZALO = "zalo"


class Ending(StrEnum):
    """How far a worker goes."""

    ABANDONED = "abandoned half-way"
    AT_REVIEW = "left open at the review"
    THROWN_AWAY = "thrown away"
    UNCONFIRMED = "sent, the receipt never confirmed"
    SAVED = "sent and saved"
    WRITTEN_BACK = "sent, saved, and written to the mailbox"
    WITHDRAWN = "sent, saved, and taken back"


KEPT: Final = frozenset({Ending.UNCONFIRMED, Ending.SAVED, Ending.WRITTEN_BACK})
"""Of these there is a tip in the end."""
SENT: Final = KEPT | {Ending.WITHDRAWN}
_CALLED: Final = {Channel.TELEGRAM: "telegram", Channel.ZALO: "zalo_bot"}
"""The channels that a worker can be told of an answer on, as the house names them."""
_ENDINGS: Final = (
    (Ending.WRITTEN_BACK,) * 3
    + (Ending.SAVED,) * 3
    + (Ending.UNCONFIRMED,) * 3
    + (Ending.ABANDONED, Ending.ABANDONED, Ending.AT_REVIEW, Ending.AT_REVIEW, Ending.THROWN_AWAY)
    + (Ending.WITHDRAWN,)
)
_FILES: Final = (("photo",), (), ("voice",), (), ("photo", "voice"), (), ("photo",), (), (), ())
_LETTER_FILES: Final = (("photo",), ("voice",), (), ())
_PROVINCES: Final = ("bình dương", "dong nai", "Bắc Ninh", "hai phong", "Đà Nẵng", "can tho")
_READERS: Final = ("union", "police", "both")
_DANGER: Final = ("no", "unknown", "soon", "now", "no")


@dataclass(frozen=True, repr=False)
class Story:
    """What one worker does. Its ``repr`` shows nothing that was written."""

    number: int
    channel: Channel
    platform_ids: tuple[tuple[str, str], ...]
    """What the platform knows the worker by: kind and value."""
    name: str
    phone: str
    typed_phone: str
    category: str
    told: tuple[str, ...]
    province: str
    place: str
    who: str
    corrected_who: str | None
    """What is written instead at the review."""
    danger: str
    readers: str
    ending: Ending
    asked_before: str | None
    asked_after: str | None
    refused: str | None
    """A text that is none for this channel, written into the tip."""
    wrong_receipt: str | None
    written_back: str
    files: tuple[Evidence, ...] = ()
    """Sent with the tip."""
    keeps_original: bool = False
    letter_files: tuple[Evidence, ...] = ()
    """Sent with what is written to the mailbox."""
    wants_notice: bool = False
    """Whether to be told of an answer, where the channel can."""

    @property
    def owner(self) -> str:
        return f"story {self.number:02}"

    def __repr__(self) -> str:
        return f"<{self.owner}: {self.category} by {self.channel}, {self.ending}>"

    def planted(self) -> Iterator[Planted | PlantedFile]:
        """Everything of this story that must stand nowhere."""
        for kind, value in self.platform_ids:
            yield Planted(self.owner, kind, value, words=" " in value)
        yield Planted(self.owner, "name", self.name)
        rest = self.phone[1:]
        for spelling in dict.fromkeys((self.typed_phone, self.phone, f"+84{rest}", f"84{rest}")):
            yield Planted(self.owner, "phone", spelling, words=False)
        for kind, text in (
            ("question", self.asked_before),
            ("question", self.asked_after),
            ("refused text", self.refused),
            ("place", self.place),
            ("offender", self.who),
            ("offender", self.corrected_who),
            ("letter", self.written_back),
        ):
            if text is not None:
                yield Planted(self.owner, kind, text)
        if self.wrong_receipt is not None:
            yield Planted(self.owner, "wrong receipt", self.wrong_receipt, words=False)
        yield from (Planted(self.owner, "story", text) for text in self.told)
        if len(self.told) > 1:
            yield Planted(self.owner, "story", "\n".join(self.told))
        for file in (*self.files, *self.letter_files):
            yield from file.planted(self.owner)
        if self.wants_notice and self.channel in _CALLED:
            address = [_CALLED[self.channel], dict(self.platform_ids)["platform id"], "vi"]
            yield Planted(self.owner, "address", json.dumps(address), words=False)


@dataclass
class Lived:
    """What came of a story: values that only its telling brought."""

    story: Story
    receipt: str | None = None
    session: str | None = field(default=None, repr=False)
    """The form's cookie, which is to the form what a user id is to a platform."""
    worked_on: bool = False
    """Whether a liaison has taken it up."""
    asked: str = ""
    """What a liaison wants an answer to: ``question``, ``choices`` or ``consent``."""
    ready: tuple[str, ...] = field(default=(), repr=False)
    """The answers to choose from."""
    shown: list[bytes] = field(default_factory=list, repr=False)
    """Files that the mailbox showed."""

    def planted(self) -> Iterator[Planted | PlantedFile]:
        yield from self.story.planted()
        if self.receipt is not None:
            for spelling in (self.receipt, shown(self.receipt)):
                yield Planted(self.story.owner, "receipt", spelling, words=False)
        if self.session is not None:
            yield Planted(self.story.owner, "session", self.session, words=False)


def stories(count: int, seed: int) -> list[Story]:
    """``count`` stories; from 50 on every category, ending and channel comes several times.

    Of fifteen stories ten end in a tip that is sent.
    """
    inventor = Inventor(seed)

    def mixed(values: tuple[T, ...]) -> Iterator[T]:
        """Each value equally often, in an order of its own."""
        shuffled = list(islice(cycle(values), count))
        inventor.random.shuffle(shuffled)
        return iter(shuffled)

    channels, endings, categories = mixed(tuple(Channel)), mixed(_ENDINGS), mixed(tuple(words.TOLD))
    readers, danger, provinces = mixed(_READERS), mixed(_DANGER), mixed(_PROVINCES)
    bare, lengths = mixed((True, False, False)), mixed((0, 1, 2))
    edited, asking, refusing, noticed = (mixed((True, False)) for _ in range(4))
    # Each costs the house a key derivation, as a tip does.
    mistaken = mixed((True, False, False, False, False))
    files, letter_files, originals = mixed(_FILES), mixed(_LETTER_FILES), mixed((True, False, False))
    return [
        _story(
            inventor,
            number,
            next(channels),
            next(endings),
            next(categories),
            next(readers),
            next(danger),
            next(provinces),
            bare=next(bare),
            more=next(lengths),
            edited=next(edited),
            asks_first=next(asking),
            is_refused=next(refusing),
            mistakes=next(mistaken),
            files=next(files),
            letter_files=next(letter_files),
            keeps_original=next(originals),
            wants_notice=next(noticed),
        )
        for number in range(1, count + 1)
    ]


def _story(
    inventor: Inventor,
    number: int,
    channel: Channel,
    ending: Ending,
    category: str,
    readers: str,
    danger: str,
    province: str,
    *,
    bare: bool,
    more: int,
    edited: bool,
    asks_first: bool,
    is_refused: bool,
    mistakes: bool,
    files: tuple[str, ...],
    letter_files: tuple[str, ...],
    keeps_original: bool,
    wants_notice: bool,
) -> Story:
    name, phone = inventor.name(), inventor.phone()
    typed = inventor.typed_phone(phone)

    def write(templates: tuple[str, ...]) -> str:
        text = inventor.sentence(templates, name=name, phone=typed)
        return strip_marks(text) if bare else text

    told = [write(words.TOLD[category])]
    told += [write((template,)) for template in inventor.random.sample(words.MORE, more)]
    if danger == "now":
        told.append(write((words.DANGER,)))
    who = f"{name}, số {typed}"
    question = write(words.QUESTIONS)
    return Story(
        number=number,
        channel=channel,
        platform_ids=_platform_ids(inventor, channel),
        name=name,
        phone=phone,
        typed_phone=typed,
        category=category,
        told=tuple(told),
        province=province,
        place=write(words.PLACES),
        who=who,
        corrected_who=write(("{n} với thằng em {x} tên ở nhà {x}",)) if edited else None,
        danger=danger,
        readers="union" if category == "labour_violation" else readers,
        ending=ending,
        asked_before=question if asks_first else None,
        asked_after=None if asks_first else question,
        refused=write(words.REFUSED) if is_refused else None,
        wrong_receipt=_wrong_receipt(inventor) if mistakes else None,
        written_back=write(words.WRITTEN_BACK),
        files=tuple(Evidence.invented(inventor, kind) for kind in files),
        keeps_original=keeps_original,
        letter_files=tuple(Evidence.invented(inventor, kind) for kind in letter_files)
        if ending is Ending.WRITTEN_BACK
        else (),
        wants_notice=wants_notice,
    )


def _platform_ids(inventor: Inventor, channel: Channel) -> tuple[tuple[str, str], ...]:
    """What the channel knows of a worker; who uses the form asks in the chat."""
    match channel:
        case Channel.TELEGRAM:
            return (
                # Numbers of users have up to 52 bits.
                ("platform id", str(inventor.random.randrange(2**50, 2**52))),
                ("platform name", inventor.name()),
                ("user name", f"{strip_marks(inventor.word())}_{inventor.digits(4)}"),
            )
        case Channel.ZALO:
            return (("platform id", inventor.hexadecimal()), ("platform name", inventor.name()))
    return (("platform id", inventor.token()),)


def _wrong_receipt(inventor: Inventor) -> str:
    """Seventeen digits that no tip has; the check digit of every other one is right."""
    right = inventor.random.choice((True, False))
    while is_receipt(digits := inventor.digits(17)) is not right:
        pass
    return digits
