"""What a sign of a scam is. Shared by those that find signs and by the check that weighs them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """A sign found in a text, or one that speaks against a scam (negative weight).

    ``words``: what in the text it was found in. ``weight``: log-odds. ``tactics``: topics it points to.
    """

    code: str
    words: str
    weight: float
    tactics: tuple[str, ...] = ()
