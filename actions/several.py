"""The questions in a message that asks several things at once. Pure."""

import re
from typing import Final

_BETWEEN: Final = re.compile(
    r"[?;\n]+|\b(?:với lại|voi lai|vs lai|vs lại|thêm nữa|them nua)\b", re.IGNORECASE
)
_FEWEST_WORDS: Final = 3


def questions(text: str) -> list[str]:
    """What is asked, piece by piece; nothing when the message asks one thing only."""
    pieces = [piece.strip(" ,.!") for piece in _BETWEEN.split(text)]
    asked = [piece for piece in pieces if len(piece.split()) >= _FEWEST_WORDS]
    return asked if len(asked) > 1 else []
