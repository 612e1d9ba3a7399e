"""Says how long each part of a training took: one line a part, ``features: 12.3 s``.

For ``python -m nlu.train`` and the report that reads its lines. Knows no texts.
"""

from __future__ import annotations

import logging
import re
import time
from typing import Final

logger = logging.getLogger("nlu.stopwatch")

_LINE: Final = re.compile(r"nlu\.stopwatch:\d+ (.+): (\d+\.\d) s$", re.MULTILINE)


class Stopwatch:
    """The time of the last lap; one runs for the whole process."""

    def __init__(self) -> None:
        """Start now."""
        self._since = time.monotonic()

    def lap(self, part: str) -> None:
        """Say how long ``part``, which ends now, took since the part before it ended."""
        now = time.monotonic()
        logger.info("%s: %.1f s", part, now - self._since)
        self._since = now


_watch: Final = Stopwatch()
lap: Final = _watch.lap


def laps(printed: str) -> dict[str, float]:
    """Seconds by part, read back from what a process printed with :mod:`nlu.quiet`; repeated parts add up."""
    found: dict[str, float] = {}
    for part, seconds in _LINE.findall(printed):
        found[part] = found.get(part, 0.0) + float(seconds)
    return found
