"""A warning tells of a scam and is none: what it quotes is left out of what its sender says. Pure."""

import re
from typing import Final

from backend.checks.message.signals import WARNS, signals_in
from backend.text.words import words

_QUOTED: Final = re.compile(r"[\"“«][^\"“”«»]{12,2000}[\"”»]")


def own_words(text: str, most: int) -> str:
    """``text`` without its quotations where what stands around them warns; else all of it.

    At most ``most`` characters are looked at.
    """
    around, quoted = _QUOTED.subn(" … ", text)
    warns = quoted and any(sign.code == WARNS for sign in signals_in(words(around, most)))
    return around if warns else text
