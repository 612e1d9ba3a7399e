"""Whether a text tells of something that the reporter themselves may be fined for.

Pawning an ID card, a payroll card or an insurance book, and lending a bank account, are such acts
(Decree 282/2025 art. 11, Decree 283/2026 art. 48, Decree 340/2025 art. 30). It only decides whether one more
sentence is said before the readers are chosen; when in doubt it is said.
"""

from typing import Final

from backend.text.lexicon import lexicon

_CONCEPTS: Final = frozenset(
    {"own_offence", "id_card_pawned", "insurance_book", "payday_withdrawal", "account_rented"}
)


def tells_of_own_fault(text: str) -> bool:
    """True when the words of such an act appear, whoever did it."""
    return any(concept in _CONCEPTS for concept in lexicon().concepts(text))
