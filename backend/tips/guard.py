"""The purpose guard: recognises, before anything is stored, what this channel never accepts."""

from dataclasses import dataclass

from backend.text.normalize import fold


@dataclass(frozen=True)
class GuardResult:
    """``why`` is a code when ``out_of_purpose``; ``labour_dispute`` points to the union's help lines."""

    out_of_purpose: bool
    why: str | None = None
    labour_dispute: bool = False


def guard(text: str) -> GuardResult:
    """Judge one text. Crime content wins over what surrounds it."""
    folded = fold(text)
    if "dinh cong" in folded and "cho vay" not in folded:
        return GuardResult(True, "union_organising", labour_dispute=True)
    return GuardResult(False)
