"""Frees words of a folded text from disguise: digits and signs for letters, dots between letters, long cries.

Numbers, codes and addresses stay as they are: a repair is kept only where the result is spelt like a
Vietnamese syllable or is a brand name we know.
"""

import re
from itertools import product
from typing import Final

from backend.text.syllables import is_syllable

_MEANT: Final[dict[str, str]] = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "@": "a",
    "!": "il",
    "|": "li",
}
_DISGUISED: Final = re.compile(r"(?<![a-z])[a-z]+(?:[01345@!|][a-z]*)+")
_NON_SPACE: Final = re.compile(r"\S+")
_SPELT_OUT: Final = re.compile(r"(?<![a-z0-9])[a-z](?:[.\-_*][a-z]){2,}(?![a-z0-9])")
_WORD: Final = re.compile(r"[a-z]+")
_DRAWN_OUT: Final = re.compile(r"([a-z])\1{2,}")
_ADDRESS: Final = re.compile(r"://|www\.|@[^@]+\.|\.[a-z]{2,}/")
_BRANDS: Final = re.compile("zalo|facebook|telegram|covid|otp|cod|shopee|tiktok|viettel|vneid|link")
_CONSONANTS_AND_SIGN: Final = re.compile(r"(?:ch|gh|kh|ng|nh|ph|tr)[134@]|[bcdghklmnpqrstvx]@")
_MAX_SIGNS: Final = 4


def repair_words(folded: str) -> str:
    """The text with disguised words repaired: "d!eu k!en" → "dieu kien", "v.a.y" → "vay", "cuuuu" → "cuu"."""
    return _NON_SPACE.sub(lambda match: _repaired(match.group()), folded)


def _repaired(chunk: str) -> str:
    if _ADDRESS.search(chunk):
        return chunk
    chunk = _SPELT_OUT.sub(lambda match: re.sub(r"[^a-z]", "", match.group()), chunk)
    chunk = _WORD.sub(lambda match: _shortened(match.group()), chunk)
    chunk = _DISGUISED.sub(lambda match: _undisguised(match.group()), chunk)
    return _WORD.sub(lambda match: _shortened(match.group()), chunk)


def _undisguised(word: str) -> str:
    """The word meant, or the same word.

    A sign at the end is punctuation or a number ("ca1"), except 0 ("tr0") and after bare consonants ("ch3").
    """
    core = word if _CONSONANTS_AND_SIGN.fullmatch(word) else word.rstrip("1345@!|")
    tail = word[len(core) :]
    signs = [char for char in core if char in _MEANT]
    if not signs or len(signs) > _MAX_SIGNS or (tail and tail[0].isdigit()) or re.search(r"\d{2}", core):
        return word
    for letters in product(*(_MEANT[char] for char in signs)):
        remaining = iter(letters)
        meant = "".join(next(remaining) if char in _MEANT else char for char in core)
        if is_syllable(meant) or _BRANDS.fullmatch(meant):
            return meant + tail
    return word


def _shortened(word: str) -> str:
    """A drawn-out word at its usual length; "www", "iii" and "hhh" are no words and stay."""
    if not _DRAWN_OUT.search(word) or len(set(word)) == 1:
        return word
    once, twice = _DRAWN_OUT.sub(r"\1", word), _DRAWN_OUT.sub(r"\1\1", word)
    return twice if (is_syllable(twice) and not is_syllable(once)) or twice in {"cuu", "huu", "luu"} else once
