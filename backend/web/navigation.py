"""What stands in the bar at the top, by role."""

from dataclasses import dataclass
from typing import Final, Protocol

from backend.web.i18n import N_, gettext


class Signed(Protocol):
    """As much of a visitor as the bar needs."""

    @property
    def role(self) -> str: ...
    @property
    def stage(self) -> str: ...


@dataclass(frozen=True)
class Entry:
    """One link of the bar."""

    path: str
    text: str
    here: bool


_QUEUE: Final = ("/queue", N_("Hàng đợi"))
_SEARCH: Final = ("/search", N_("Tìm tin"))
_DESKS: Final = ("/desks", N_("Tổ của tôi"))
_TOPICS: Final = ("/studio/topics", N_("Kiến thức"))
_ACCOUNTS: Final = ("/accounts", N_("Tài khoản"))
_ALL_DESKS: Final = ("/admin/desks", N_("Các tổ"))

_BY_ROLE: Final = {
    "union_liaison": (_QUEUE, _SEARCH, _DESKS),
    "police_liaison": (_QUEUE, _SEARCH, _DESKS),
    "trainer": (_TOPICS,),
    "administrator": (_ACCOUNTS, _ALL_DESKS, _TOPICS),
}


def home(role: str) -> str:
    """The first page of a role."""
    return _BY_ROLE[role][0][0]


def entries(visitor: Signed | None, path: str) -> list[Entry]:
    """The links for somebody who is signed in; none before."""
    if visitor is None or visitor.stage != "open":
        return []
    return [Entry(start, gettext(text), _is_here(start, path)) for start, text in _BY_ROLE[visitor.role]]


def _is_here(start: str, path: str) -> bool:
    if "/tips/" in path:  # a tip stands under its desk's address, and is reached from the queue
        return start == _QUEUE[0]
    return path == start or path.startswith(start + "/")
