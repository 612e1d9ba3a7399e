"""When a member leaves, the seals go at once and the desk gets a new key at the next member's sign-in."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import casework, rotation
from backend.desks import service as desks
from backend.desks.models import DeskMember
from backend.kit.crypto import Unsealable, open_with
from backend.kit.site_keys import SiteKeys
from backend.tips import repository
from backend.tips import service as tips
from backend.tips.models import Tip
from tests.backend.people import Person, hire
from tests.backend.tips.conftest import Country, a_tip


async def colleague(session: AsyncSession, keys: SiteKeys, country: Country) -> Person:
    person = await hire(session, keys, "union_liaison")
    await desks.invite(session, keys, desk=country.union, member_id=person.member_id, actor_id=None)
    await desks.grant(
        session,
        keys,
        country.union_member,
        desk_id=country.union.id,
        member_id=person.member_id,
        member_public_key=person.public_key,
    )
    return person


async def test_who_left_opens_nothing_and_who_stays_opens_everything(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    stays = await colleague(db_session, site_keys, country)
    leaves = country.union_member
    await tips.submit(db_session, site_keys, a_tip())
    tip_id = await db_session.scalar(select(Tip.id))
    assert tip_id is not None
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    await casework.note(db_session, site_keys, leaves, text="ghi chú cũ", **place)
    old = await desks.open_desk(db_session, site_keys, leaves, country.union.id)
    old_public, old_private = old.public_key, old.private_key

    assert await desks.remove_member(db_session, site_keys, member_id=leaves.member_id, actor_id=None) == []
    with pytest.raises(desks.NotAMember):
        await casework.read(db_session, site_keys, leaves, **place)

    assert await rotation.rotate_due(db_session, site_keys, stays) == [country.union.id]
    seal = await repository.seal_for(db_session, tip_id, country.union.id)
    assert seal is not None
    with pytest.raises(Unsealable):
        open_with(old_public, old_private, seal.sealed_key)
    file = await casework.read(db_session, site_keys, stays, **place)
    assert [note.text for note in file.notes] == ["ghi chú cũ"]
    assert await rotation.rotate_due(db_session, site_keys, stays) == []


async def test_a_desk_that_loses_its_last_member_is_named(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    alone = country.union_member
    assert await desks.last_active_member_of(db_session, alone.member_id) == [country.union]
    lost = await desks.remove_member(db_session, site_keys, member_id=alone.member_id, actor_id=None)
    assert lost == [country.union]
    assert not list(
        await db_session.scalars(select(DeskMember).where(DeskMember.desk_id == country.union.id))
    )
