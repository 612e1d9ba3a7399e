"""Who lends, by the words of a text (``data/checks/lenders.yml``). Names tell which rules hold, no more."""

from functools import cache
from typing import Final, Literal, get_args

from backend.checks.money.tokens import Text, tokenise
from backend.text.datafiles import data_folder, read_mapping
from backend.text.normalize import strip_marks

Lender = Literal[
    "bank", "policy_bank", "microfinance", "licensed_finance", "pawnshop", "app", "informal", "acquaintance",
    "employer", "hui", "unknown",
]  # fmt: skip
LENDERS: Final[tuple[Lender, ...]] = get_args(Lender)
LICENSED: Final = frozenset({"bank", "policy_bank", "microfinance", "licensed_finance"})
"""Not bound by the cap of the Civil Code (Resolution 01/2019/NQ-HĐTP, art. 7)."""


@cache
def _names() -> dict[str, list[tuple[tuple[str, ...], int, str]]]:
    index: dict[str, list[tuple[tuple[str, ...], int, str]]] = {}
    for rank, (lender, names) in enumerate(read_mapping(data_folder() / "checks" / "lenders.yml").items()):
        for name in names:
            parts = tuple(token.typed for token in tokenise(str(name)).tokens)
            index.setdefault(strip_marks(parts[0]), []).append((parts, rank, lender))
    return index


def lender_in(text: Text) -> str:
    """The lender that a text names, or ``unknown``."""
    found = []
    for at, token in enumerate(text.tokens):
        for parts, rank, lender in _names().get(token.plain, ()):
            if len(parts) == 1 and token.typed != parts[0] and len(parts[0]) < 4:
                continue  # "co", "chu", "ban" are other words too
            if all(text.means(at + step, part) for step, part in enumerate(parts)):
                found.append((rank, lender))
    return min(found)[1] if found else "unknown"
