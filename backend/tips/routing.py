"""Which desks may receive a tip. Pure: the reporter's choice can be narrowed, never widened."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class _Desk(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def province(self) -> str | None: ...


def kinds_for(category: str, chosen: Sequence[str], reasons: Iterable[str]) -> list[str]:
    """The kinds of desk that may read a tip.

    A labour violation goes to the union alone, whatever was chosen. A tip about an officer of one
    kind leaves that kind out if the reporter chose the other one too.
    """
    if category == "labour_violation":
        return ["union"]
    kinds = [kind for kind in ("union", "police") if kind in chosen]
    about = {reason.removeprefix("about_") for reason in reasons if reason.startswith("about_")}
    others = [kind for kind in kinds if kind not in about]
    return others or kinds


def national_only(reasons: Iterable[str]) -> bool:
    """A tip about a police or union officer passes the local desks."""
    return any(reason in ("about_police", "about_union") for reason in reasons)


D = TypeVar("D", bound=_Desk)


def place(desks: Sequence[D], reasons: Iterable[str]) -> list[tuple[D, str]]:
    """How each receiving desk is reached: ``direct``, or ``escalation`` (it waits).

    A national desk waits while a province's desk of its kind has the tip; province desks are left
    out of a tip about an officer.
    """
    if national_only(reasons):
        return [(desk, "direct") for desk in desks if desk.province is None]
    local = {desk.kind for desk in desks if desk.province is not None}
    return [
        (desk, "escalation" if desk.province is None and desk.kind in local else "direct") for desk in desks
    ]
