"""What the workers of a test know of the tips that they told, to be held against what is stored."""

import threading
from dataclasses import dataclass, field
from functools import cache

from tests.e2e.evidence import Kind, made, pattern


@cache
def _pattern_of(kind: Kind, seed: str) -> str:
    return pattern(kind, made(kind, seed))


@dataclass(frozen=True)
class File:
    """A photo or a voice note of a tip."""

    kind: Kind
    seed: str

    @property
    def content(self) -> bytes:
        return made(self.kind, self.seed)

    @property
    def pattern(self) -> str:
        return _pattern_of(self.kind, self.seed)


@dataclass
class Told:
    """One tip as its worker knows it. ``marker`` opens each message of the story and stands in no other."""

    marker: str
    tag: str = ""
    """The bot's mark of the tip, once it is begun."""
    parts: list[str] = field(default_factory=list)
    """The messages of the story as they were written, in order."""
    noted: int = 0
    """How many of them the bot has acknowledged."""
    files: list[File] = field(default_factory=list)
    """The photos and voice notes as they were sent, in order."""
    kept: int = 0
    """How many of them the bot has acknowledged."""
    files_again: int = 0
    """How often the bot asked for the files once more, because they were gone when the tip was sent."""
    receipt: str | None = None
    saved: bool = False
    """The worker said that the receipt is noted, and was answered."""
    gone: bool = False
    """The bot said that it no longer has this tip."""
    resumed: int = 0
    """How often the worker was asked whether to go on, and went on."""
    shown_again: int = 0
    """How often the receipt was shown once more, to a page loaded anew."""
    contradictions: list[str] = field(default_factory=list)
    """Where the bot's word was not what it had acknowledged before."""

    @property
    def confirmed(self) -> bool:
        """Whether the worker has seen the receipt: from then on the tip must not be lost."""
        return self.receipt is not None

    @property
    def patterns(self) -> list[str]:
        """Of its files."""
        return [file.pattern for file in self.files]


class Steps:
    """Counts the answers that all tellers together have had, and lets others wait for more."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def one_more(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait_for(self, more: int, seconds: float) -> None:
        """Return after ``more`` further answers.

        Raises:
            AssertionError: they did not come within ``seconds``.
        """
        with self._changed:
            wanted = self._count + more
            assert self._changed.wait_for(lambda: self._count >= wanted, seconds), (
                "nobody is answered any more"
            )
