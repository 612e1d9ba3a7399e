"""A member who leaves or begins anew, with everything that hangs on their key: account and desks together."""

import uuid
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import repository, service
from backend.accounts.passwords import normal_login
from backend.accounts.schemas import MemberFault, NewAccount
from backend.desks import leaving
from backend.desks import service as desks
from backend.kit.errors import NotFound
from backend.kit.site_keys import SiteKeys


async def shut(
    session: AsyncSession,
    keys: SiteKeys,
    *,
    actor_id: uuid.UUID | None,
    member_id: uuid.UUID,
    typed: str = "",
) -> MemberFault | None:
    """Deactivate an account and take the member off every desk; the desks' keys are due for change.

    Args:
        typed: the member's login name, typed by whoever knows that a desk is lost with its last member.

    Raises:
        NotFound: there is no such member.
    """
    if await _loses_a_desk_unawares(session, keys, member_id, typed):
        return MemberFault.LAST_OF_DESK
    fault = await service.deactivate(session, keys, actor_id=actor_id, member_id=member_id)
    if fault is None:
        await leaving.remove_member(session, keys, member_id=member_id, actor_id=actor_id)
    return fault


async def begin_anew(
    session: AsyncSession,
    keys: SiteKeys,
    *,
    actor_id: uuid.UUID | None,
    member_id: uuid.UUID,
    now: datetime,
    typed: str = "",
) -> NewAccount | MemberFault:
    """Reset an account. The member stays invited to the same desks and holds no key of any.

    Args:
        typed: as of ``shut``.

    Raises:
        NotFound: there is no such member.
    """
    if await _loses_a_desk_unawares(session, keys, member_id, typed):
        return MemberFault.LAST_OF_DESK
    made = await service.reset(session, keys, actor_id=actor_id, member_id=member_id, now=now)
    if isinstance(made, NewAccount):
        places = [desk for desk, _ in await desks.my_desks(session, member_id)]
        await leaving.remove_member(session, keys, member_id=member_id, actor_id=actor_id)
        for desk in places:
            await desks.invite(session, keys, desk=desk, member_id=member_id, actor_id=actor_id)
    return made


async def _loses_a_desk_unawares(
    session: AsyncSession, keys: SiteKeys, member_id: uuid.UUID, typed: str
) -> bool:
    """Whether a desk would be lost and nobody said so by typing the name.

    Asked with the member and the desks held: of two last members that are shut at the same moment, the second
    is seen to be the last.
    """
    member = await repository.member_for_change(session, member_id)
    if member is None:
        raise NotFound
    if not await leaving.alone_at(session, keys, member_id, lock=True):
        return False
    return normal_login(typed) != member.login
