"""A union liaison of the house that the bot talks to, at the desk of the province of the test tips."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession

from backend import tables  # noqa: F401  # foreign keys reach across domains
from backend.desks import case_file, casework, handover, letters
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.site_keys import SiteKeys
from backend.tips import service as tips
from backend.tips.attachments.types import Clean
from backend.tips.models import TipDesk
from tests.backend.people import Person, staffed_desk
from tests.backend.tips.conftest import a_tip
from tests.bot.house import House

DONG_NAI = "75"
_T = TypeVar("_T")


@dataclass
class Liaison:
    """Works in the database that the backend of ``house`` is on; the tip taken up last is meant."""

    house: House
    keys: SiteKeys
    person: Person
    desk_id: uuid.UUID
    current: uuid.UUID | None = None
    """The tip that is worked on."""
    seen: set[uuid.UUID] = field(default_factory=set)

    @classmethod
    def hired(cls, house: House) -> "Liaison":
        keys = SiteKeys.read(house.backend_settings.secrets / "backend" / "site_keys.json")

        async def hire(session: AsyncSession) -> tuple[uuid.UUID, Person]:
            desk, person = await staffed_desk(session, keys, "union", DONG_NAI)
            return desk.id, person

        desk_id, person = _in(house, hire)
        return cls(house, keys, person, desk_id)

    def answer(self, text: str) -> None:
        place = self._place()
        self._do(
            lambda session: casework.answer(
                session, self.keys, self.person, tip_id=place, desk_id=self.desk_id, text=text
            )
        )

    def send_file(self, text: str, file: Clean) -> None:
        """Answer with a photo or a recording."""
        place = self._place()
        self._do(
            lambda session: casework.answer(
                session, self.keys, self.person, [file], tip_id=place, desk_id=self.desk_id, text=text
            )
        )

    def ask(self, text: str, ready: str = "yes_no_unsure", own: tuple[str, ...] = ()) -> None:
        place, choices = self._place(), letters.choices_of(ready, own)
        self._do(
            lambda session: letters.ask(
                session,
                self.keys,
                self.person,
                tip_id=place,
                desk_id=self.desk_id,
                text=text,
                choices=choices,
            )
        )

    def ask_consent(self, text: str) -> None:
        place = self._place()
        self._do(
            lambda session: handover.ask_consent(
                session, self.keys, self.person, tip_id=place, desk_id=self.desk_id, text=text
            )
        )

    def hand_over(self, basis: str, reason: str = "") -> None:
        place = self._place()
        self._do(
            lambda session: handover.hand_over(
                session,
                self.keys,
                self.person,
                tip_id=place,
                desk_id=self.desk_id,
                basis=basis,
                reason=reason,
            )
        )

    def commend(self, text: str) -> None:
        place = self._place()
        self._do(
            lambda session: letters.commend(
                session, self.keys, self.person, tip_id=place, desk_id=self.desk_id, text=text
            )
        )

    def read(self) -> list[str]:
        """Open the tip; what stands in its conversation."""
        return [message.text or message.letter.choice for message in self.file().messages]

    def file(self) -> case_file.CaseFile:
        """Open the tip."""
        place = self._place()
        return self._do(
            lambda session: case_file.read(
                session, self.keys, self.person, tip_id=place, desk_id=self.desk_id
            )
        )

    def receive(self, **changes: object) -> str:
        """A tip for the union alone comes to the desk, as if somebody had told it; its receipt."""
        tip = a_tip(province=DONG_NAI, **changes)
        self._do(lambda session: tips.submit(session, self.keys, tip))
        self.take_up_new()
        return tip.receipt

    def take_up_new(self) -> None:
        """Work on the tip that came since the last time, from now on."""

        async def listed(session: AsyncSession) -> set[uuid.UUID]:
            query = select(TipDesk.tip_id).where(TipDesk.desk_id == self.desk_id)
            return set(await session.scalars(query))

        found = _in(self.house, listed)
        (self.current,) = found - self.seen
        self.seen = found

    def damage(self, statement: str) -> None:
        """Change something of the tip in the database; ``:tip`` stands for its id."""
        place = self._place()
        self._do(lambda session: session.execute(sql(statement), {"tip": place}))

    def _place(self) -> uuid.UUID:
        assert self.current is not None
        return self.current

    def _do(self, work: Callable[[AsyncSession], Awaitable[_T]]) -> _T:
        async def run(session: AsyncSession) -> _T:
            return await work(session)

        return _in(self.house, run)


def _in(house: House, work: Callable[[AsyncSession], Awaitable[_T]]) -> _T:
    """Do ``work`` in a transaction on the house's database, beside whatever loop runs in this thread."""

    async def run() -> _T:
        engine = create_engine(house.backend_settings.database_url or "")
        try:
            async with create_sessionmaker(engine).begin() as session:
                return await work(session)
        finally:
            await engine.dispose()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(run())).result()
