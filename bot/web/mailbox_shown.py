"""What the mailbox page shows, from an open mailbox and what was just done with it. Pure."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.mailbox_client import Mailbox, MailFile
from bot.mailbox_view import Line, choice_label, head, lines
from bot.phrases import Spoken
from bot.web.form_page import ShownNote

Asking = Literal["", "ask", "again"]
ID_BYTES: Final = 16


@dataclass(frozen=True)
class ShownLine:
    """A message with the ready answers that may be chosen and its files: id and label of each."""

    line: Line
    choices: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ShownFile:
    """One file, inside the page itself: it has no address, and nothing is kept for it."""

    kind: str
    source: str = field(repr=False)
    label: str


@dataclass(frozen=True)
class MailboxView:
    """What the page shows; without ``head`` it asks for a receipt."""

    notes: tuple[ShownNote, ...] = ()
    typed: str = field(default="", repr=False)
    receipt: str = field(default="", repr=False)
    head: str = ""
    lines: tuple[ShownLine, ...] = ()
    can_write: bool = False
    can_withdraw: bool = False
    withdrawing: Asking = ""
    """Which of the two questions before a withdrawal stands open."""
    shown: ShownFile | None = None
    """A file that is looked at instead of the messages."""
    message: str = ""
    """Id of the message that may be written, so that a double click sends one."""
    text: str = field(default="", repr=False)
    own: bool = False
    """It is asked whether to cover in it what seems to be the writer's own."""


@dataclass(frozen=True)
class Done:
    """What an act led to: what is said of it, and what stays in the field because it was not sent."""

    notes: tuple[ShownNote, ...] = ()
    unsent: str = field(default="", repr=False)
    own: bool = False
    """What was not sent seems to hold something of the writer's own: they are asked about it first."""
    gone: bool = False
    """The tip was withdrawn: there is nothing to show."""
    shown: ShownFile | None = None
    found: Mailbox | None = field(default=None, repr=False)
    """The mailbox as it is now, where it was opened for the act."""


def opened(digits: str, found: Mailbox, done: Done, withdrawing: Asking, say: Spoken) -> MailboxView:
    """The page of an open mailbox."""
    labels = labelled(found, say)
    shown = tuple(
        ShownLine(
            line,
            tuple(
                (f"{line.message.id}.{choice.id}", choice_label(choice, line.message, say))
                for choice in line.message.choices
            ),
            tuple((file.id, labels[file.id][1]) for file in line.message.files),
        )
        for line in lines(found, say)
    )
    return MailboxView(
        notes=done.notes,
        receipt=digits,
        head=head(found, say),
        lines=shown,
        can_write=found.can_write,
        can_withdraw=found.can_withdraw,
        withdrawing=withdrawing,
        shown=done.shown,
        message=base64.urlsafe_b64encode(secrets.token_bytes(ID_BYTES)).decode(),
        text=done.unsent,
        own=done.own,
    )


def labelled(found: Mailbox, say: Spoken) -> dict[str, tuple[MailFile, str]]:
    """Every file of the mailbox by its id, with its name: photos and recordings are counted apart."""
    counts = {"photo": 0, "voice": 0}
    named = {}
    for file in (file for message in found.messages for file in message.files):
        counts[file.kind] += 1
        named[file.id] = (file, say(f"file.{file.kind}", number=str(counts[file.kind])))
    return named
