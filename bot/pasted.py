"""What looks like somebody else's words that a worker passes on, which part of it is theirs, how to quote it.

Pure. Workers paste a message whole, put it in quotes or after a colon, or send a bare link or number and ask
whether it is a fraud. The words by which they ask are data (``check.asks``, ``check.leads``).
"""

import re
import unicodedata
from typing import Final

from backend.text.identifiers.links import links
from backend.text.identifiers.phones import phones
from backend.text.identifiers.view import View, view
from backend.text.lookalikes import LETTERS_OF_OTHER_SCRIPTS
from backend.text.normalize import fold, normalise
from bot.envelope import Language
from bot.phrases import Phrases

_MOST: Final = 20_000
"""Characters that are looked at."""
_LONG: Final = 60
"""Characters from which a text with a link is no question of the worker's own."""
_QUOTED_LEAST: Final = 12
"""Characters of a quotation, or of what follows a colon: fewer are a name or a word."""
_MOST_OWN_WORDS: Final = 12
"""Words beside a link or a number that still only ask about it."""
_QUOTED: Final = re.compile(r"[\"“”«]([^\"“”«»]+)[\"“”»]?")
_LINE_END: Final = re.compile(r"\n")
_COLON: Final = re.compile(r":\s+|:(?=[\"“«])")
_NUMBER: Final = re.compile(r"(?<![\w+])\+?\d(?:[ .\-]?\d){7,18}(?!\w)")
_AMOUNT_OR_DAY: Final = re.compile(
    r"[1-9][\d .]*0{5}|[1-9][\d .]*(?:[ .]000){2,}|[0-3]?\d[.-][01]?\d[.-](?:19|20)\d\d"
)

_OTHER_SCRIPTS: Final = str.maketrans(LETTERS_OF_OTHER_SCRIPTS)

_SHOWN: Final = 48
"""Characters of a quotation."""
_SCHEME: Final = re.compile(r"(?i)\bh(?:tt|xx)ps?\s*:\s*/\s*/\s*(?:www\.)?")
_DOT: Final = re.compile(r"(?<=\w)\.(?=\w)")
_LONG_NUMBER: Final = re.compile(r"\d{7,}")
_TAPPED: Final = re.compile(r"([@#/*])(?=\w)")
"""What makes a name, a subject, a command or a dialling code that a chat program lets people tap."""


class Pasted:
    """Reads texts by the words of the phrase files."""

    def __init__(self, phrases: Phrases) -> None:
        asks, end = _any_of(phrases, "check.asks"), _any_of(phrases, "check.asks_end")
        self._asks = re.compile(rf"(?<!\w){asks}(?: {end})?(?!\w)")
        self._reports = re.compile(rf"(?<!\w){_any_of(phrases, 'check.reports')}(?!\w)")
        self._threats = re.compile(rf"(?<!\w){_any_of(phrases, 'check.threats', spelt=True)}(?!\w)")
        self._leads = re.compile(rf"(?<!\w){_any_of(phrases, 'check.leads')}(?!\w)")

    def looks_passed_on(self, text: str) -> bool:
        """Whether ``text`` is, or holds, something to check, so plainly that nobody need be asked."""
        seen, folded = _seen(text), fold(text)
        if self._reports.search(folded):
            return False
        asks = bool(self._asks.search(folded))
        if next(links(seen), None) is not None:
            pasted = len(text) >= _LONG or "\n" in text.strip() or _SCHEME.search(text)
            return bool(pasted) or asks or not _own_words(text, seen)
        if _numbers(seen):
            own = _own_words(text, seen)
            only_a_phone = not own and next(phones(seen), None) is not None
            return only_a_phone or (asks and len(own) <= _MOST_OWN_WORDS)
        return asks and (_quotation(text) is not None or self._is_led_up_to(text))

    def is_a_threat(self, text: str) -> bool:
        """Whether it is spoken to the worker as they would never speak of themselves, letter by letter."""
        return bool(self._threats.search(normalise(text).lower()))

    def message_in(self, text: str) -> str | None:
        """The message that a request to check something holds, without the worker's own words; or None."""
        quoted = _quotation(text)
        if quoted is not None and self._introduces(_QUOTED.sub(" ", text)):
            return quoted
        for first, rest in _borders(text):
            if self._introduces(first):
                return rest
        seen = _seen(text)
        return self._without_question(text, seen) if _spans(seen) else None

    def _without_question(self, text: str, seen: View) -> str:
        """A short ``text`` without the words by which its writer asks: they say nothing of it."""
        if len(_own_words(text, seen)) > _MOST_OWN_WORDS:
            return text
        parts, end = [], 0
        for match in self._asks.finditer(seen.folded):
            start, after = seen.span(*match.span())
            parts.append(text[end:start])
            end = after
        return "".join([*parts, text[end:]]).strip()

    def _is_led_up_to(self, text: str) -> bool:
        """Whether it is asked of a message what it is, and the message follows."""
        return any(
            self._asks.search(first) and self._leads.search(first)
            for first in (fold(own) for own, _ in _borders(text))
        )

    def _introduces(self, own: str) -> bool:
        folded = fold(own)
        return bool(self._asks.search(folded) or self._leads.search(folded))


def plainly(words: str) -> str:
    """``words`` of a message as they may be shown: in one short line in which nothing can be tapped.

    A domain's dots stand in brackets, long numbers in groups, and signs that make links apart.
    """
    line = "".join(
        " " if char.isspace() else char
        for char in words
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    line = " ".join(_SCHEME.sub("", line).split())
    line = _LONG_NUMBER.sub(lambda found: _grouped(found.group()), line)
    line = _TAPPED.sub(r"\1 ", _DOT.sub("[.]", line))
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"


def _seen(text: str) -> View:
    """The text as links and numbers are looked for in it, letters of other scripts read as ours."""
    return view(text.translate(_OTHER_SCRIPTS), _MOST)


def _borders(text: str) -> list[tuple[str, str]]:
    """What stands before a line's end or a colon, and what stands after it if that may be a message."""
    parts = (border.split(text.strip(), maxsplit=1) for border in (_LINE_END, _COLON))
    return [
        (first, rest[0].strip()) for first, *rest in parts if rest and len(rest[0].strip()) >= _QUOTED_LEAST
    ]


def _quotation(text: str) -> str | None:
    """The longest passage in quotation marks, if it is long enough to be a message."""
    found = max(_QUOTED.findall(text), key=len, default="").strip()
    return found if len(found) >= _QUOTED_LEAST else None


def _numbers(seen: View) -> list[tuple[int, int]]:
    """Where numbers stand that may be a telephone's or an account's."""
    long = (match for match in _NUMBER.finditer(seen.folded) if not _AMOUNT_OR_DAY.fullmatch(match.group()))
    found = [match.span() for match in long]
    return [*found, *((one.start, one.end) for one in phones(seen))]


def _spans(seen: View) -> list[tuple[int, int]]:
    """Where links and numbers stand in the text, in its order; none inside another."""
    found = [(one.start, one.end) for one in links(seen)] + _numbers(seen)
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return [seen.span(start, end) for start, end in kept]


def _own_words(text: str, seen: View) -> list[str]:
    """The words beside links and numbers."""
    own, end = [], 0
    for start, after in _spans(seen):
        own.append(text[end:start])
        end = after
    return re.findall(r"\w+", " ".join([*own, text[end:_MOST]]))


def _grouped(digits: str) -> str:
    return "·".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _any_of(phrases: Phrases, key: str, *, spelt: bool = False) -> str:
    """A group of the words of ``key``, the longest first, for folded text (or as they are ``spelt``)."""
    read = normalise if spelt else fold
    words = {read(word) for language in Language for word in phrases.table[key][language].split("|")}
    return "(?:" + "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) + ")"
