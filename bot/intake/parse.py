"""What an incoming text or button means at the question the draft stands at. Pure.

Words that move about ("quay lại", "bỏ qua", "hủy") and words that stand for an option ("xong", "đã
lưu") are data (``data/phrases/intake.yml``, ``words.*``, separated by ``|``) and work in both languages.
"""

import re
from typing import Final

from backend.text.normalize import fold, normalise
from bot.envelope import Language
from bot.intake.draft import TipDraft
from bot.intake.terms import Answer, Field, Go, Pick, Prompt, Stale, Way, Write
from bot.phrases import Phrases

_DIGIT: Final = re.compile(r"\(?(\d{1,2})[.)]?")
_EDGES: Final = re.compile(r"^[\s\"'.,!?…*_\-]+|[\s\"'.,!?…*_\-]+$")
_WAY_WORDS: Final = {way: f"words.{way}" for way in Way}
_OPTION_WORDS: Final = {
    "done": "words.done",
    "saved": "words.saved",
    "send": "words.send",
    "undo": "words.undo",
    "more": "words.more",
    "yes": "words.yes",
    "no": "words.no",
    "go": "words.go",
}


def parse_choice(choice: str, draft: TipDraft, prompt: Prompt) -> Answer:
    """A button's id (``tip.<tag>.<page>.<value>``); stale when it is not one of this very question."""
    parts = choice.split(".", 3)
    if len(parts) != 4 or parts[0] != "tip" or parts[1] != draft.tag or parts[2] != prompt.page:
        return Stale()
    value = parts[3]
    if value.startswith("~"):
        way = next((way for way in prompt.ways if value[1:] == way), None)
        return Stale() if way is None else Go(way)
    return Pick(value) if any(option.value == value for option in prompt.options) else Stale()


def parse_text(text: str, prompt: Prompt, phrases: Phrases) -> Answer:
    """A typed message: a digit, a word for an option or a way, an option's own label, else the text itself."""
    plain = _EDGES.sub("", normalise(text))
    digit = _DIGIT.fullmatch(plain)
    if digit and 1 <= int(digit.group(1)) <= len(prompt.options):
        return Pick(prompt.options[int(digit.group(1)) - 1].value)
    # A name of one syllable ("Huy") must not be taken for a command, where a name may be the answer.
    careful = prompt.takes is Field.LINE
    for option in prompt.options:
        words = _OPTION_WORDS.get(option.value)
        if words and _is_word(plain, words, phrases, careful):
            return Pick(option.value)
        if fold(plain) == fold(option.label):
            return Pick(option.value)
    for way, key in _WAY_WORDS.items():
        meant = way in prompt.ways or way is Way.CANCEL or prompt.takes is Field.NONE
        if meant and _is_word(plain, key, phrases, careful):
            return Go(way)
    return Write(text)


def _is_word(plain: str, key: str, phrases: Phrases, careful: bool) -> bool:
    lowered, folded = plain.lower(), fold(plain)
    for language in Language:
        for word in phrases.table[key][language].split("|"):
            if lowered == normalise(word).lower():
                return True
            if folded == fold(word) and not (careful and " " not in folded):
                return True
    return False
