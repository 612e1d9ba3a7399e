"""What happens when a member has just signed in: their desks are served while their key is in memory."""

import uuid
from dataclasses import dataclass, field

from backend.accounts import service
from backend.accounts.access import Visitor
from backend.accounts.roles import desk_kind
from backend.accounts.sign_in import Entry
from backend.desks import rotation
from backend.desks import service as desks
from backend.kit.errors import Forbidden


@dataclass(frozen=True)
class Arriving:
    """The key holder whose sign-in was finished in this request."""

    member_id: uuid.UUID
    public_key: bytes
    private_key: bytes = field(repr=False)


async def take_places(entry: Entry, visitor: Visitor) -> None:
    """Make the key of the member's desks that have none yet; change it where a member has left."""
    if desk_kind(visitor.role) is None:
        return
    if visitor.held.private_key is None:
        raise Forbidden
    public_key = await service.checked_public_key(entry.session, entry.keys, visitor.member_id)
    holder = Arriving(visitor.member_id, public_key, visitor.held.private_key)
    await desks.activate(entry.session, entry.keys, holder)
    await rotation.rotate_due(entry.session, entry.keys, holder)
