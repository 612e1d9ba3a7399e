"""The demo of ``make run``: a tip can be sent at once, and the liaison who signs in first reads it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import repository, sessions, sign_in
from backend.accounts.roles import Role
from backend.accounts.schemas import Arrived, Refused
from backend.accounts.seed import seed_demo
from backend.accounts.sign_in import Entry
from backend.desks import case_file
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import service as tips
from backend.tips.models import Tip, TipDesk
from tests.backend.people import PASSWORD, Person
from tests.backend.tips.conftest import a_tip


@pytest.fixture
async def liaison(db_session: AsyncSession, site_keys: SiteKeys) -> tuple[str, str]:
    made = await seed_demo(db_session, site_keys)
    await db_session.commit()
    return next((login, password) for login, role, password in made if role == Role.UNION_LIAISON)


async def test_seeding_again_does_nothing(
    db_session: AsyncSession, site_keys: SiteKeys, liaison: tuple[str, str]
) -> None:
    assert await seed_demo(db_session, site_keys) == []


async def test_the_desks_receive_before_anybody_has_signed_in(
    db_session: AsyncSession, site_keys: SiteKeys, liaison: tuple[str, str]
) -> None:
    assert await tips.readers(db_session) == ["union", "police"]


async def test_the_key_survives_the_choice_of_a_password(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, liaison: tuple[str, str]
) -> None:
    login, one_time = liaison
    await tips.submit(db_session, site_keys, a_tip())
    await db_session.commit()
    engine = create_engine(database.app)
    entry = Entry(create_sessionmaker(engine), db_session, site_keys, datetime.now(UTC))

    arrived = await sign_in.sign_in(entry, login, one_time)
    assert isinstance(arrived, Arrived)
    assert arrived.stage == sessions.Stage.CHOOSE_PASSWORD
    held = await sessions.hold(db_session, site_keys, arrived.token, entry.now)
    assert held is not None
    assert isinstance(await sign_in.choose_first_password(entry, held, PASSWORD, PASSWORD), Arrived)
    await db_session.commit()

    assert isinstance(await sign_in.sign_in(entry, login, one_time), Refused)
    again = await sign_in.sign_in(entry, login, PASSWORD)
    assert isinstance(again, Arrived)
    held = await sessions.hold(db_session, site_keys, again.token, entry.now)
    assert held is not None and held.private_key is not None
    row = await repository.keys_of(db_session, held.member_id)
    assert row is not None
    person = Person(held.member_id, login, row.public_key, held.private_key)
    placed = await db_session.scalar(select(TipDesk).where(TipDesk.reach == "direct"))
    tip_id = await db_session.scalar(select(Tip.id))
    assert placed is not None and tip_id is not None
    file = await case_file.read(db_session, site_keys, person, tip_id=tip_id, desk_id=placed.desk_id)
    assert file.report is not None and file.report.story
    await engine.dispose()
