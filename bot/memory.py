"""What this process remembers of conversations: little, for 15 minutes, for a bounded number of them.

Nothing here names a person: a conversation is found by an HMAC under a key that dies with the
process. A lock for each conversation keeps its messages in order, while conversations run side by side.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

from bot import limits
from bot.envelope import Choice, Language, Turn, without_pictures
from bot.files import KeptFile
from bot.intake.draft import OwnWords
from bot.mailbox_client import MailboxMessage, MailFile
from bot.traces import Traces

TTL_SECONDS: Final = 15 * 60
CAPACITY: Final = 5_000
_ANSWERED: Final = 8
_OFFERED: Final = 48


@dataclass
class OpenMailbox:
    """A mailbox that is open. The receipt is forgotten when it closes."""

    receipt: str = field(repr=False)
    writing: bool = False
    """The next message goes to the liaisons."""
    held: str | None = field(default=None, repr=False)
    """A message that the worker was asked about before it is sent."""
    held_id: str = ""
    own: tuple[OwnWords, ...] = field(default=(), repr=False)
    """What in it seems to be its writer's own, while it is asked whether to cover that."""
    own_kept: tuple[OwnWords, ...] = field(default=(), repr=False)
    """What they want left as it is in it."""
    files: tuple[KeptFile, ...] = field(default=(), repr=False)
    """Photos and voice notes that are sent with it, or alone."""
    theirs: tuple[MailFile, ...] = field(default=(), repr=False)
    """Files of the desks."""
    can_write: bool = True
    can_withdraw: bool = False
    notice: bool = False
    """Its reporter is told when there is an answer."""
    questions: tuple[MailboxMessage, ...] = field(default=(), repr=False)
    """Those of the desks that wait for an answer, oldest first."""
    asking: Literal["", "question", "notice", "withdraw", "withdraw_sure"] = ""
    """What the worker has before their eyes: one of them, or an offer of ours."""

    def let_go(self) -> None:
        """Forget what was held: it was sent, or is not to be."""
        self.held, self.files, self.own, self.own_kept = None, (), (), ()

    @property
    def holds(self) -> bool:
        """Something waits for the answer to "send this?"."""
        return self.held is not None or bool(self.files)


@dataclass
class Conversation:
    """One conversation as far as it is remembered."""

    bucket: limits.Bucket
    receipts: limits.Bucket
    files: limits.Bucket
    tips: limits.Bucket
    used_at: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    language: Language | None = None
    choices: tuple[Choice, ...] = ()
    """Numbered choices of the last turn: what a typed digit means."""
    offered: OrderedDict[str, str] = field(default_factory=OrderedDict, repr=False)
    """Choice id to the payload that Rasa gave with it."""
    mailbox: OpenMailbox | None = None
    mailbox_missed_until: float = 0.0
    """Second until which a text may still be meant for a mailbox that its writer thought open."""
    check_until: float = 0.0
    """Second until which the next text is the message that was asked for to be checked."""
    notice_receipt: str | None = field(default=None, repr=False)
    """Of a tip just sent, while it is asked whether to tell of an answer."""
    notice_offered_at: float = 0.0
    """Second of that question; it stands for a few minutes."""
    in_tip: bool = False
    """A tip was being written when the draft was last seen."""
    recalled: bool = False
    """It was looked up what stood open before this process knew the conversation."""
    tip_shown: bool = False
    """The worker has its question before their eyes, not the question whether to go on with it."""
    tip_sent: bool = False
    """What they have before their eyes is the receipt."""
    rasa_sender: str = field(default_factory=lambda: secrets.token_hex(16))
    answered: OrderedDict[str, Turn] = field(default_factory=OrderedDict, repr=False)
    traces: Traces = field(default_factory=Traces, repr=False)
    """What stands of it on its platform."""

    def offer(self, payload: str) -> str:
        """Keep ``payload`` for a choice; returns the choice's id."""
        choice = f"ask.{secrets.token_hex(6)}"
        self.offered[choice] = payload
        while len(self.offered) > _OFFERED:
            self.offered.popitem(last=False)
        return choice

    def remember(self, message_id: str, turn: Turn) -> None:
        """Keep the answer for the case that the same message comes again; its pictures until the next one."""
        for earlier, answer in self.answered.items():
            self.answered[earlier] = without_pictures(answer)
        self.answered[message_id] = turn
        while len(self.answered) > _ANSWERED:
            self.answered.popitem(last=False)

    def drop_sensitive(self) -> None:
        """Forget answers that hold parts of a tip or a mailbox, but not that their messages were answered.

        Delivered late once more, such a message would be taken for a question now. It gets no answer.
        """
        for message_id, turn in self.answered.items():
            if any(reply.sensitive for reply in turn.replies):
                self.answered[message_id] = Turn((), language=turn.language)

    def forget(self) -> None:
        """Everything but the lock, the limits and the traces, which hold nothing that was said.

        The channel takes the traces away and forgets them then.
        """
        self.choices = ()
        self.offered.clear()
        self.mailbox = self.notice_receipt = None
        self.mailbox_missed_until = self.check_until = 0.0
        self.in_tip = self.tip_shown = self.tip_sent = False
        self.rasa_sender = secrets.token_hex(16)
        self.answered.clear()


class Conversations:
    """The conversations in memory, least recently used first."""

    def __init__(self, clock: Callable[[], float] = limits.MONOTONIC, capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._capacity = capacity
        self._known: OrderedDict[bytes, Conversation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def known(self, memory_id: bytes) -> Conversation | None:
        """The conversation of ``memory_id``, if it is still remembered."""
        return self._known.get(memory_id)

    @asynccontextmanager
    async def open(self, memory_id: bytes) -> AsyncIterator[Conversation]:
        """The conversation of ``memory_id``, held by this message alone until it is answered."""
        self.sweep()
        conversation = self._known.get(memory_id) or self._new()
        self._known[memory_id] = conversation
        self._known.move_to_end(memory_id)
        conversation.waiting += 1
        try:
            async with conversation.lock:
                conversation.used_at = self._clock()
                yield conversation
                conversation.used_at = self._clock()
        finally:
            conversation.waiting -= 1

    def sweep(self) -> None:
        """Forget what is older than 15 minutes or too much, never one that is being answered."""
        oldest = self._clock() - TTL_SECONDS
        for key, conversation in list(self._known.items()):
            too_many = len(self._known) > self._capacity
            if not too_many and conversation.used_at >= oldest:
                break
            if conversation.waiting == 0:
                del self._known[key]

    def _new(self) -> Conversation:
        now = self._clock()
        return Conversation(
            bucket=limits.Bucket.full(*limits.CONVERSATION, now),
            receipts=limits.Bucket.full(*limits.RECEIPTS, now),
            files=limits.Bucket.full(*limits.FILES, now),
            tips=limits.Bucket.full(*limits.TIPS, now),
            used_at=now,
        )
