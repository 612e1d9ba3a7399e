"""What an incoming text or button means at the question the draft stands at. Pure.

Words that move about ("quay lại", "bỏ qua", "hủy") and words for an option ("xong", "đã lưu") are data
(``data/phrases/intake.yml``, ``words.*``).
"""

from typing import Final

from backend.text.normalize import fold
from bot.intake.draft import TipDraft
from bot.intake.terms import Answer, Field, Go, Page, Pick, Prompt, Stale, Way, Write
from bot.words import Words, bare

_OPTION_WORDS: Final = {
    "done": "words.done",
    "saved": "words.saved",
    "send": "words.send",
    "undo": "words.undo",
    "more": "words.more",
    "no": "words.no",
    "none": "words.no_files",
    "all": "words.mask_all",
    "yes": "words.mask",
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


def parse_text(text: str, prompt: Prompt, words: Words) -> Answer:
    """A typed message: a digit, a word for an option or a way, an option's label, else the text."""
    number = words.number_in(text)
    numbered = [option for option in prompt.options if not option.by_word]
    if number is not None and 1 <= number <= len(numbered):
        return Pick(numbered[number - 1].value)
    if prompt.page == Page.CANCEL:
        return _whether_to_destroy(text, words)
    careful = prompt.takes is Field.LINE
    folded = fold(bare(text))
    for option in prompt.options:
        key = _OPTION_WORDS.get(option.value)
        if folded == fold(option.label) or (key and words.means(text, key, careful=careful)):
            return Pick(option.value)
    if prompt.takes is Field.STORY:
        return _beside_the_story(text, number, words)
    for way in Way:
        meant = way in prompt.ways or way is Way.CANCEL or prompt.takes is Field.NONE
        if meant and words.means(text, f"words.{way}", careful=careful):
            return Go(way)
    return Write(text)


def _beside_the_story(text: str, number: int | None, words: Words) -> Answer:
    """What no story is: a command, even where it leads nowhere now, or a digit. Everything else is one."""
    for value in ("done", "undo"):
        if words.means(text, _OPTION_WORDS[value]):
            return Pick(value)
    for way in Way:
        if words.means(text, f"words.{way}"):
            return Go(way)
    return Write(text) if number is None else Pick(str(number))


def _whether_to_destroy(text: str, words: Words) -> Answer:
    """Yes only as it is spelt; no in any spelling; anything else is asked again."""
    if words.is_spelt(text, "words.throw_away"):
        return Pick("yes")
    if words.means(text, "words.keep"):
        return Pick("no")
    moved = next((way for way in Way if words.means(text, f"words.{way}")), None)
    return Write(text) if moved in (None, Way.CANCEL) else Pick("no")
