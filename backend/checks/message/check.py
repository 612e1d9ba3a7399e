"""Is this message a scam? One of three answers, the tactic, and the signs with the words that showed them.

Pure: the text goes in with what our own lists know of it, and nothing of it is kept or looked up. The
log-odds of a scam are the model's bias, the signs' weights and the weight of the wording (a sign of its own,
``wording``); they add up to the score, so whoever reads the answer can do the sum. ``no_sign`` is not "safe".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from backend.checks.blocklist.entries import Listed
from backend.checks.message.classifier import LINK_WORDS, Model, Reading, model, probability
from backend.checks.message.domains_judged import judged
from backend.checks.message.signals import WARNING, disguise_in, signals_in, weight_of
from backend.checks.message.signals_types import Signal

Verdict = Literal["scam", "unclear", "no_sign"]

SCAM_FROM: Final = 0.65
"""Score from which signs of a scam are told: where fewer than three honest messages in a hundred reach it.

Measured on messages that the weights had not seen (five folds of ``data/messages``, and a labelled set by
other hands); a bar of 0.5 finds one or two scams in a hundred more and accuses more honest senders than that.
"""
UNCLEAR_FROM: Final = 0.5
"""Score from which it is not clear: as much speaks for a scam as against it."""
WORDING: Final = "wording"
_LINK_READ: Final = re.compile(rf"\b(?:{'|'.join(LINK_WORDS)})\b")
_STRONGEST: Final = 4.0
"""Log-odds that the wording alone can give: words of no rule never outweigh plain signs."""


@dataclass(frozen=True)
class MessageCheck:
    """``score`` from 0 to 1; ``tactic``: a topic, where there is a sign; ``signals``: the strongest first."""

    verdict: Verdict
    score: float
    tactic: str | None
    signals: tuple[Signal, ...]
    listed: tuple[Listed, ...] = ()


def check(text: str, listed: Iterable[Listed] = ()) -> MessageCheck:
    """Judge one text; ``listed``: what of it our lists of reported addresses name."""
    reading, learned = Reading.of(text), model()
    known = tuple(listed)
    signs = [_scaled(sign, learned) for sign in signs_of(reading)]
    reported = [_reported(one) for one in known]
    worded = None if reading.has_little_to_read else _wording(reading, learned)
    if worded is not None and worded.weight > 0 and _warns(signs) and not _is_baited(reading):
        worded = _halved(worded)
    signals = [*reported, *signs, *([worded] if worded else [])]
    score = probability(learned.bias + sum(signal.weight for signal in signals))
    verdict = _verdict(score)
    if verdict == "no_sign" and _says_nothing(reading, signs):
        verdict, score = "unclear", UNCLEAR_FROM
    accused = any(signal.weight > 0 for signal in signals)
    tactic = None if verdict == "no_sign" or not accused else _tactic(signals, reading, learned)
    ordered = sorted(signals, key=lambda signal: (-abs(signal.weight), signal.code))
    return MessageCheck(verdict, round(score, 4), tactic, tuple(ordered), known)


def signs_of(reading: Reading) -> list[Signal]:
    """All signs that rules find, each code once, the strongest of each: the links' and the words'."""
    disguised = disguise_in(reading.text)
    linked = [sign for link in reading.links for sign in judged(link)]
    worded = [*signals_in(reading.words), *([disguised] if disguised else [])]
    baited = any(sign.weight > 0 for sign in linked)
    if baited:
        # "Beware of fraud, log in here": such a link takes the trust that a warning has.
        worded = [_halved(sign) if sign.code in WARNING else sign for sign in worded]
    elif _warns(worded):
        worded = [_halved(sign) if sign.weight > 0 else sign for sign in worded]
    found: dict[str, Signal] = {}
    for sign in [*linked, *worded]:
        found.setdefault(sign.code, sign)
    if baited:
        found.pop("official_link", None)
    return list(found.values())


def weight_of_signs(reading: Reading) -> float:
    """The sum that training scales."""
    return sum(sign.weight for sign in signs_of(reading))


def _verdict(score: float) -> Verdict:
    if score >= SCAM_FROM:
        return "scam"
    return "unclear" if score >= UNCLEAR_FROM else "no_sign"


def _says_nothing(reading: Reading, signs: list[Signal]) -> bool:
    """True for a bare link, telephone or account of somebody unknown: there is nothing to judge it by."""
    if not reading.has_little_to_read or any(sign.code == "official_link" for sign in signs):
        return False
    return bool(reading.links) or sum(char.isdigit() for char in reading.text) >= 6


def _warns(signs: Iterable[Signal]) -> bool:
    """Whether a message warns of scams: the signs in it are more likely what others do."""
    return any(sign.code in WARNING for sign in signs)


def _is_baited(reading: Reading) -> bool:
    return any(sign.weight > 0 for link in reading.links for sign in judged(link))


def _halved(sign: Signal) -> Signal:
    return replace(sign, weight=sign.weight / 2)


def _scaled(sign: Signal, learned: Model) -> Signal:
    """The sign as it counts, and as it is shown."""
    words = _LINK_READ.sub("link", sign.words)
    return replace(sign, words=words, weight=round(sign.weight * learned.signals, 2))


def _reported(one: Listed) -> Signal:
    weight, tactics = weight_of("listed")
    return Signal("listed", one.written, weight, tactics)


def _wording(reading: Reading, learned: Model) -> Signal:
    total, shown = learned.reads(reading.words)
    weight = max(-_STRONGEST, min(_STRONGEST, round(total, 2)))
    return Signal(WORDING, ", ".join(shown), weight)


def _tactic(signals: list[Signal], reading: Reading, learned: Model) -> str | None:
    """The topic that the wording and the signs point to together; None when nothing points anywhere."""
    votes = {topic: score for topic, score in learned.tactic_scores(reading.words).items() if score > 0}
    for signal in signals:
        for place, topic in enumerate(signal.tactics):
            if signal.weight > 0:
                votes[topic] = votes.get(topic, 0.0) + signal.weight / (2 + 2 * place)
    return max(sorted(votes), key=lambda topic: votes[topic]) if votes else None


def as_object(found: MessageCheck) -> dict[str, object]:
    """The fields of the text tool's contract, as of ``antam message``."""
    return {
        "verdict": found.verdict,
        "score": found.score,
        "tactic": found.tactic,
        "signals": [{"code": one.code, "words": one.words, "weight": one.weight} for one in found.signals],
    }
