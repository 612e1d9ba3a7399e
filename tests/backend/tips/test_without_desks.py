"""Before any desk is staffed, no tip is taken as if somebody would read it."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.site_keys import SiteKeys
from backend.tips import problems
from backend.tips import service as tips
from tests.backend.tips.conftest import a_tip


async def test_a_tip_is_refused(db_session: AsyncSession, site_keys: SiteKeys) -> None:
    with pytest.raises(problems.NobodyToReceive):
        await tips.submit(db_session, site_keys, a_tip())


async def test_nobody_is_offered_as_a_reader(db_session: AsyncSession, site_keys: SiteKeys) -> None:
    assert await tips.readers(db_session) == []
