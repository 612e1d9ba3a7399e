"""Puts the tone mark of a syllable in its one place: "hoà" and "hòan" become "hòa" and "hoàn".

Both the old and the new school are typed every day, and telephones mix them. Only words spelt like one
Vietnamese syllable with one tone mark are touched.
"""

import re
import unicodedata
from typing import Final

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_SYLLABLE: Final = re.compile(
    r"(?P<onset>ngh|ng|nh|gh|kh|ph|th|tr|ch|[bcdđghklmnpqrstvx]?)"
    r"(?P<nucleus>[aăâeêioôơuưy]+)"
    r"(?P<coda>ng|nh|ch|[cmnpt]?)",
    re.IGNORECASE,
)


def _with_tones(letters: str) -> str:
    marked = (unicodedata.normalize("NFC", letter + tone) for letter in letters for tone in _TONES)
    return "".join(char for char in marked if len(char) == 1)


_VOWELS: Final = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_ANY_VOWEL: Final = _VOWELS + _with_tones(_VOWELS)
_MARKED_CONSONANT: Final = _with_tones("bcdghklmnpqrstvxBCDGHKLMNPQRSTVX")
_MOVABLE: Final = re.compile(rf"(?<![^\W\d_])[^\W\d_]*(?:[{_ANY_VOWEL}]{{2}}|[{_MARKED_CONSONANT}])[^\W\d_]*")
"""A word in which a tone mark could stand in another place."""
_LONGEST_SYLLABLE: Final = 7  # "nghiêng"
_SHAPED: Final = frozenset("ăâêôơư")


def place_tone_marks(text: str) -> str:
    """The text (NFC) with every syllable's tone mark in the older place ("hòa", "thúy", "khỏe"), in NFC."""
    return _MOVABLE.sub(lambda match: _placed(match.group()), text)


def _placed(word: str) -> str:
    if word.isascii() or len(word) > _LONGEST_SYLLABLE:
        return word
    bare, tone = _split_tone(word)
    if tone is None:
        return word
    syllable = _SYLLABLE.fullmatch(bare)
    if syllable is None:
        return word
    index = syllable.start("nucleus") + _position(
        syllable["onset"].lower(), syllable["nucleus"].lower(), bool(syllable["coda"])
    )
    return unicodedata.normalize("NFC", bare[: index + 1] + tone + bare[index + 1 :])


def _split_tone(word: str) -> "tuple[str, str | None]":
    """The word without its tone mark, and the mark; None when it has none or more than one."""
    parts = unicodedata.normalize("NFD", word)
    marks = [part for part in parts if part in _TONES]
    if len(marks) != 1:
        return word, None
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES)), marks[0]


def _position(onset: str, nucleus: str, closed: bool) -> int:
    """Where in the nucleus the tone mark stands."""
    glide = int(len(nucleus) > 1 and (onset, nucleus[0]) in {("q", "u"), ("g", "i")})
    shaped = [index for index, vowel in enumerate(nucleus) if vowel in _SHAPED]
    if shaped:
        return shaped[-1]
    vowels = len(nucleus) - glide
    if vowels == 1:
        return glide
    if closed:
        return len(nucleus) - 1
    return glide if vowels == 2 else glide + 1
