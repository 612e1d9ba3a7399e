"""The sentences of the message check (``data/phrases/message.yml``), in the worker's language."""

from functools import lru_cache
from typing import Final

from backend.checks.message.check import MessageCheck
from backend.checks.message.schemas import MessageAnswer, MessageListed, MessageSignal
from backend.knowledge.content.hotlines import load_hotlines, with_numbers
from backend.text.datafiles import data_folder, read_mapping

_MOST_SIGNS: Final = 8
"""Signs that an answer tells; more would not be read."""


def told(found: MessageCheck, lang: str) -> MessageAnswer:
    """A check as the internal API gives it."""
    return MessageAnswer(
        verdict=found.verdict,
        title=phrase(f"verdict.{found.verdict}", lang),
        score=found.score,
        tactic=found.tactic,
        signals=[
            MessageSignal(
                code=one.code,
                label=phrase(_key(one.code, one.weight), lang),
                words=one.words,
                weight=one.weight,
            )
            for one in found.signals[:_MOST_SIGNS]
        ],
        listed=[
            MessageListed(kind=one.kind, written=one.written, source=one.source, listed_on=one.listed_on)
            for one in found.listed
        ],
        next_step=next_step(found, lang),
    )


def next_step(found: MessageCheck, lang: str) -> str:
    """What to do now: of the tactic where it has a step of its own, else of the verdict."""
    of_tactic = f"next.{found.tactic}"
    if found.verdict == "scam" and of_tactic in _phrases():
        return phrase(of_tactic, lang)
    return phrase(f"next.{found.verdict}", lang)


def phrase(key: str, lang: str) -> str:
    """The sentence ``key`` in ``lang``. An unknown key is our own fault."""
    hotlines = load_hotlines(data_folder() / "hotlines.yml")
    return with_numbers(_phrases()[key][lang], hotlines, lang)


def _key(code: str, weight: float) -> str:
    if code == "wording":
        return "signal.wording" if weight > 0 else "signal.wording_harmless"
    return f"signal.{code}"


@lru_cache
def _phrases() -> dict[str, dict[str, str]]:
    return read_mapping(data_folder() / "phrases" / "message.yml")
