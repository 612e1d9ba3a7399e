"""What a conversation has left on its platform, so that one tap takes it away: numbers, addresses, no words.

Remembered with the conversation, in memory alone, and gone with it. What belongs to a tip or a mailbox goes
first, and is what is kept where there is too much.
"""

from collections import OrderedDict
from typing import Final

MOST: Final = 300
"""Of one conversation. A whole tip, read back and forth, is about sixty messages on both sides."""


class Traces:
    """The traces of one conversation, by what its channel calls them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._left: OrderedDict[str, bool] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def add(self, trace: str, *, sensitive: bool) -> None:
        """Remember a trace; one that is known stays sensitive once it was."""
        self._left[trace] = sensitive or self._left.pop(trace, False)
        if len(self._left) > self._most:
            plain = (known for known, secret in self._left.items() if not secret)
            del self._left[next(plain, next(iter(self._left)))]

    def take(self) -> tuple[str, ...]:
        """All of them, the sensitive ones first; they are forgotten here."""
        secret = [trace for trace, sensitive in self._left.items() if sensitive]
        plain = [trace for trace, sensitive in self._left.items() if not sensitive]
        self._left.clear()
        return (*secret, *plain)
