"""A deployment with a tip in it, to be backed up and restored."""

import uuid
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import case_file, casework
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.belonging import adopt
from backend.ops.postgres import DatabaseUrls
from backend.tips import retention
from backend.tips import service as tips
from backend.tips.models import Tip
from tests.backend.people import Person, staffed_desk
from tests.backend.tips.conftest import PROVINCE, a_tip, new_receipt

STORY = "Ông Tư cho vay nóng trước cổng số hai của công ty dệt may"


@dataclass
class Deployment:
    """A database with desks and a tip, its ``var/``, and the one who may open the tip."""

    config: Settings
    urls: DatabaseUrls
    keys: SiteKeys
    desk_id: uuid.UUID
    member: Person
    tip_id: uuid.UUID

    def ask(self, question: str) -> object:
        """The first value of an answer, as the database's owner."""
        with psycopg.connect(self.urls.owner.replace("+psycopg", "", 1), autocommit=True) as connection:
            row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None

    def run(self, statement: str) -> None:
        with psycopg.connect(self.urls.owner.replace("+psycopg", "", 1), autocommit=True) as connection:
            connection.execute(statement.encode())

    async def story(self) -> str:
        """What a member of the desk reads of the tip."""
        engine = create_engine(self.urls.app)
        async with create_sessionmaker(engine).begin() as session:
            read = await case_file.read(
                session, self.keys, self.member, tip_id=self.tip_id, desk_id=self.desk_id
            )
        await engine.dispose()
        assert read.report is not None
        return read.report.story[0]

    async def destroy(self) -> None:
        """Destroy the tip, as its reporter would who takes it back."""
        engine = create_engine(self.urls.app)
        async with create_sessionmaker(engine).begin() as session:
            tip = await session.get_one(Tip, self.tip_id)
            await retention.destroy(session, self.keys, tip, "withdrawn")
        await engine.dispose()

    async def another_tip(self) -> None:
        engine = create_engine(self.urls.app)
        async with create_sessionmaker(engine).begin() as session:
            await tips.submit(session, self.keys, a_tip(receipt=new_receipt()))
        await engine.dispose()


async def deployed(database: DatabaseUrls, var: Path) -> Deployment:
    """A deployment with one union desk, one tip with a note, and a draft."""
    keys = SiteKeys.read(var / "secrets" / "backend" / "site_keys.json")
    adopt(database.owner, keys)
    engine = create_engine(database.app)
    async with create_sessionmaker(engine).begin() as session:
        desk, member = await staffed_desk(session, keys, "union", PROVINCE)
        tip_id = await _told(session, keys)
        place = {"tip_id": tip_id, "desk_id": desk.id}
        await casework.note(session, keys, member, text="ghi của tổ", **place)
    await engine.dispose()
    config = Settings(var=var, DATABASE_URL=database.owner)
    return Deployment(config, database, keys, desk.id, member, tip_id)


async def _told(session: AsyncSession, keys: SiteKeys) -> uuid.UUID:
    await tips.submit(session, keys, a_tip(story=[STORY]))
    return (await session.scalars(select(Tip.id))).one()
