"""The two languages of the staff pages.

Templates and labels are written in Vietnamese; ``locale/en/*.po`` holds the English of each sentence, a file
a room. Catalogues are read at start, so there is nothing to compile. The language of a request stands in a
context variable, set by the middleware of ``shell``.
"""

from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final, Literal

from babel.messages.pofile import read_po

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")
COOKIE: Final = "antam_language"
LOCALE_FOLDER: Final = Path(__file__).parent / "locale"

current: ContextVar[Language] = ContextVar("language", default="vi")


def language_of(text: str | None, default: str = "vi") -> Language:
    """``text`` if it is one of ours, else the default."""
    for language in LANGUAGES:
        if language == text:
            return language
    return "en" if default == "en" else "vi"


@cache
def english() -> dict[str, tuple[str, ...]]:
    """English by Vietnamese: one form, or two where a number stands in the sentence."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((LOCALE_FOLDER / "en").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="en"):
                if not message.id:
                    continue
                msgid = message.id if isinstance(message.id, str) else message.id[0]
                words = message.string or ""
                forms = (words,) if isinstance(words, str) else tuple(words)
                if all(forms):
                    found[msgid] = forms
    return found


def gettext(message: str) -> str:
    """``message`` in the language of the request."""
    if current.get() == "vi":
        return message
    return english().get(message, (message,))[0]


def ngettext(one: str, many: str, number: int) -> str:
    """As ``gettext``, with English's form for ``number``; Vietnamese has one form only."""
    if current.get() == "vi":
        return many
    forms = english().get(one, (one, many))
    return forms[0] if number == 1 else forms[-1]


def N_(message: str) -> str:  # gettext's own name for "to be translated, but not here"
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return message
