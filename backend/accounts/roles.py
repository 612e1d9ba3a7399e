"""The roles of staff. What each may do stands at the routes that ask for it (``access.require``)."""

from enum import StrEnum
from typing import Final, Literal


class Role(StrEnum):
    """One member has one role."""

    UNION_LIAISON = "union_liaison"
    POLICE_LIAISON = "police_liaison"
    TRAINER = "trainer"
    ADMINISTRATOR = "administrator"


LIAISONS: Final = (Role.UNION_LIAISON, Role.POLICE_LIAISON)


def desk_kind(role: Role) -> Literal["union", "police"] | None:
    """The kind of desk that a role may sit at; none for those who never read tips."""
    match role:
        case Role.UNION_LIAISON:
            return "union"
        case Role.POLICE_LIAISON:
            return "police"
        case _:
            return None
