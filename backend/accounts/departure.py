"""A member who leaves or begins anew, with everything that hangs on their key: account and desks together."""

import uuid
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import service
from backend.accounts.schemas import MemberFault, NewAccount
from backend.desks import service as desks
from backend.kit.site_keys import SiteKeys


async def shut(
    session: AsyncSession, keys: SiteKeys, *, actor_id: uuid.UUID | None, member_id: uuid.UUID
) -> MemberFault | None:
    """Deactivate an account and take the member off every desk; the desks' keys are due for change.

    Raises:
        NotFound: there is no such member.
    """
    fault = await service.deactivate(session, keys, actor_id=actor_id, member_id=member_id)
    if fault is None:
        await desks.remove_member(session, keys, member_id=member_id, actor_id=actor_id)
    return fault


async def begin_anew(
    session: AsyncSession, keys: SiteKeys, *, actor_id: uuid.UUID | None, member_id: uuid.UUID, now: datetime
) -> NewAccount | MemberFault:
    """Reset an account. The member stays invited to the same desks and holds no key of any.

    Raises:
        NotFound: there is no such member.
    """
    made = await service.reset(session, keys, actor_id=actor_id, member_id=member_id, now=now)
    if isinstance(made, NewAccount):
        places = [desk for desk, _ in await desks.my_desks(session, member_id)]
        await desks.remove_member(session, keys, member_id=member_id, actor_id=actor_id)
        for desk in places:
            await desks.invite(session, keys, desk=desk, member_id=member_id, actor_id=actor_id)
    return made
