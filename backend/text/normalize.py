"""Makes different spellings of the same Vietnamese text equal.

Two forms stand side by side everywhere in the project: the *normalised* text, which a person can still read
(case and diacritics kept), and the *folded* text, which rules and features match on. Both are for
understanding: what a worker wrote is kept and shown as it was written, never in these forms.

Pure, standard library only, and no function here keeps or logs what it was given.
"""

import re
import unicodedata
from typing import Final

from backend.text.lookalikes import CODE_POINTS, LETTERS_OF_OTHER_SCRIPTS
from backend.text.obfuscation import repair_words
from backend.text.tone_marks import place_tone_marks

MAX_LENGTH: Final = 10_000
"""How many characters of a text are looked at, unless the caller says otherwise."""

_SHAPED_LETTERS: Final = {"\u031b": "ouOU", "\u0302": "aeoAEO", "\u0306": "aA"}  # horn, circumflex, breve
_TONE_MARKS: Final = "\u0300\u0301\u0303\u0309\u0323"
_STROKES: Final = "\u0335\u0336\u0337\u0338"
_INVISIBLE_LETTERS: Final = "\u115f\u1160\u3164\uffa0\u2800"
_LINE_SPACES: Final = re.compile(r"\s+")
_MARKS: Final = re.compile(r"[\u0300-\u036f]+")
_MARKS_ON_NOTHING: Final = re.compile(r"(?:^|(?<=\s))[\u0300-\u036f]+")
_COMBINING: Final = "".join(char for char in map(chr, range(0x300, 0x20000)) if unicodedata.combining(char))
_LATIN_WITH_MARKS: Final = re.compile(f"([A-Za-zĐđ0-9@!|])([{_COMBINING}]+)")
_BARE: Final = {
    code: plain
    for code in range(0xC0, 0x1EFA)
    if (plain := _MARKS.sub("", unicodedata.normalize("NFD", chr(code)))).isascii() and len(plain) == 1
} | {ord("đ"): "d", ord("Đ"): "D"}
"""Letters with marks and their bare letter: nearly all that is typed, without asking Unicode's tables."""
_WORD: Final = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)+[a-z]*%?|[^\W_]+%?")


def normalise(text: str, limit: int = MAX_LENGTH) -> str:
    """The same text in one spelling: NFC, "hòa" for "hoà", plain letters for look-alikes, single spaces.

    Invisible and control characters are removed; case and diacritics stay. At most ``limit`` characters of
    the text are read, so the cost is bounded whatever was sent. Applying it twice changes nothing.
    """
    text = text[: limit * 2]
    if text.isascii() and text.isprintable():
        return _LINE_SPACES.sub(" ", text).strip()[:limit].rstrip()
    text = unicodedata.normalize("NFD", text)
    text = unicodedata.normalize("NFD", "".join(plain_character(char) for char in text))
    text = _WORD.sub(_without_other_scripts, _MARKS_ON_NOTHING.sub("", text))
    text = _LATIN_WITH_MARKS.sub(_ordered_marks, text)
    text = place_tone_marks(unicodedata.normalize("NFC", text))
    return _LINE_SPACES.sub(" ", text).strip()[:limit].rstrip()


def fold(text: str, limit: int = MAX_LENGTH) -> str:
    """Lower case without diacritics, đ as d, and words freed of disguise ("tr0 cap", "d!eu k!en", "t1en").

    Numbers stay what they are ("10tr", "1tr2", "F88", "ca1"). Folding a folded text changes nothing.
    """
    # Lowered before and after: look-alikes of other scripts are known by their small letters too, and
    # a circled or squared letter becomes a capital.
    return repair_words(strip_marks(normalise(text[: limit * 2].lower(), limit).lower()))


def strip_marks(text: str) -> str:
    """The text without diacritics, đ as d, nothing else changed."""
    if text.isascii():
        return text
    text = text.translate(_BARE)
    return (
        text
        if text.isascii()
        else _MARKS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d").replace("Đ", "D")
    )


def tokens(folded: str) -> list[str]:
    """The words and numbers of a folded text, in order, without punctuation ("1.500.000" and "20%" whole)."""
    return _TOKEN.findall(folded)


def _is_mark(char: str) -> bool:
    return "\u0300" <= char <= "\u036f"


def plain_character(char: str) -> str:
    if char < "\x7f" and char >= " ":
        return char
    if char in CODE_POINTS:
        return CODE_POINTS[char]
    if (_is_mark(char) and char != "\u034f") or char in "đĐ":
        return char
    category = unicodedata.category(char)
    if char.isspace() or category in ("Zs", "Zl", "Zp"):
        return " "
    if category[0] == "C" or char in _INVISIBLE_LETTERS or category == "Me":
        return ""
    if category == "Mn" and ("\ufe00" <= char <= "\ufe0f" or char == "\u034f" or char >= "\U000e0000"):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    compatible = unicodedata.normalize("NFKC", char)
    if compatible != char and compatible.isascii() and compatible.isalnum() and category != "No":
        return compatible
    if "\uff01" <= char <= "\uff5e":
        return compatible
    return char


def _ordered_marks(match: "re.Match[str]") -> str:
    """Marks in the one order that NFC composes, others dropped: a, acute, circumflex → ấ."""
    base, marks = match.group(1), match.group(2)
    if not base.isalpha():
        return base
    if base in "dD" and any(mark in _STROKES for mark in marks):
        base = "đ" if base == "d" else "Đ"
    shapes = [mark for mark, letters in _SHAPED_LETTERS.items() if mark in marks and base in letters]
    others = [mark for mark in marks if mark in "\u0308\u0327\u030a"]
    tones = [mark for mark in marks if mark in _TONE_MARKS]
    return base + "".join((shapes + others)[:1] + tones[:1])


def _without_other_scripts(match: "re.Match[str]") -> str:
    """A decomposed word of Latin letters and look-alikes of other scripts, in Latin; foreign words stay."""
    word = match.group()
    if word.isascii():
        return word
    latin = "".join(LETTERS_OF_OTHER_SCRIPTS.get(char, char) for char in word)
    if latin == word or not all(_is_latin(char) for char in latin):
        return word
    return latin


def _is_latin(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char <= "\u1eff" or _is_mark(char)
