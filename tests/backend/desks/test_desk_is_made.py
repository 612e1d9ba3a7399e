"""A new desk is an act in the audit log: whose, and of which kind and province."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.models import AuditEntry
from backend.desks import service as desks
from backend.kit.site_keys import SiteKeys

Made = tuple[uuid.UUID | None, str, dict[str, object]]


async def made(session: AsyncSession) -> list[Made]:
    entries = await session.scalars(select(AuditEntry).where(AuditEntry.action == "desk.created"))
    return [(entry.actor_id, entry.subject, entry.detail) for entry in entries]


@pytest.mark.parametrize("province", ["79", None])
async def test_it_is_logged_with_its_kind_and_province_and_once(
    db_session: AsyncSession, site_keys: SiteKeys, province: str | None
) -> None:
    administrator = uuid.uuid4()
    desk = await desks.create(db_session, site_keys, "union", province, actor_id=administrator)
    again = await desks.create(db_session, site_keys, "union", province, actor_id=uuid.uuid4())
    assert again.id == desk.id
    assert await made(db_session) == [
        (administrator, f"desk:{desk.id}", {"kind": "union", "province": province})
    ]


async def test_one_made_by_command_names_nobody(db_session: AsyncSession, site_keys: SiteKeys) -> None:
    desk = await desks.create(db_session, site_keys, "police", None)
    assert await made(db_session) == [(None, f"desk:{desk.id}", {"kind": "police", "province": None})]
