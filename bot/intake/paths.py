"""What a story tells of its teller: pressed for a debt of others, a loan of their own, a child in it. Pure.

It only decides whether one more sentence is said; when in doubt it is said. Whether somebody is in danger is
decided elsewhere (``backend.text.danger``).
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from backend.text.lexicon import lexicon
from backend.text.normalize import fold

Path = Literal["others_debt", "own_loan"]

_OTHERS_LOAN: Final = frozenset({"third_party_debt", "identity_stolen_loan", "reference_person"})
_PRESSED: Final = frozenset(
    {
        "debt_demand",
        "debt_terror",
        "debt_collectors",
        "contact_calls",
        "threat_words",
        "public_shaming",
        "coming_to_door",
    }
)
_CHILD_HURT: Final = frozenset(
    {"beating", "held_captive", "sexual_abuse", "brothel_work", "forced_labour", "sold_person", "groping"}
)
_SOLD: Final = frozenset({"sold_person", "scam_compound", "bride_trade", "brothel_work", "forced_labour"})
_INSTEAD: Final = re.compile(r"(?<!\w)(?:doi|bat|ep|tra)(?: \w+){0,3} no (?:thay|ho|giup|gium|dum)(?!\w)")
_ME: Final = r"(?:em|toi|minh|tui|e|t|chau|con|tao|vo chong em|vo chong toi)"
_NOT: Final = r"(?:khong|ko|k|hong|chua|chang|cho|co ai|ai)"
_BORROWED: Final = r"(?:vay|boc|muon tien|cam xe|cam dien thoai)"
_I_BORROWED: Final = re.compile(rf"(?<!\w){_ME}(?: (?!{_NOT}\b)\w+){{0,3}} {_BORROWED}(?!\w)")


@dataclass(frozen=True)
class Told:
    """What one text tells."""

    path: Path | None = None
    """Whose debt it is, for a notice that fits."""
    child: bool = False
    """It is about a child that is hurt, or about people being sold: the child line is for both."""


def told_in(text: str) -> Told:
    concepts = set(lexicon().concepts(text))
    plain = fold(text)
    path: Path | None = None
    if _INSTEAD.search(plain) or (concepts & _OTHERS_LOAN and concepts & _PRESSED):
        path = "others_debt"
    elif _I_BORROWED.search(plain):
        path = "own_loan"
    hurt = "child_harm" in concepts or ("child" in concepts and bool(concepts & _CHILD_HURT))
    return Told(path, hurt or bool(concepts & _SOLD))
