"""One tip between a union desk and its reporter, as the tests of the two-way talk need it."""

import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.models import AuditEntry
from backend.desks import case_file, casework, handover, letters
from backend.desks.models import Desk
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox, mailbox_acts
from backend.tips import service as tips
from backend.tips.models import Tip
from backend.tips.schemas import Mailbox, MailboxMessage
from tests.backend.people import Person
from tests.backend.tips.conftest import Country, a_tip


@dataclass
class Talk:
    """What both sides do."""

    session: AsyncSession
    keys: SiteKeys
    country: Country
    tip_id: uuid.UUID
    receipt: str

    @classmethod
    async def begin(
        cls, session: AsyncSession, keys: SiteKeys, country: Country, **changes: object
    ) -> "Talk":
        tip = a_tip(**changes)
        before = set(await session.scalars(select(Tip.id)))
        await tips.submit(session, keys, tip)
        (tip_id,) = set(await session.scalars(select(Tip.id))) - before
        return cls(session, keys, country, tip_id, tip.receipt)

    @property
    def place(self) -> dict[str, uuid.UUID]:
        return {"tip_id": self.tip_id, "desk_id": self.country.union.id}

    async def answer(self, text: str) -> None:
        await casework.answer(
            self.session,
            self.keys,
            self.country.union_member,
            tip_id=self.tip_id,
            desk_id=self.country.union.id,
            text=text,
        )

    async def ask(self, text: str, ready: str = "", own: tuple[str, ...] = ()) -> MailboxMessage:
        """The union's question, as the reporter sees it."""
        choices = letters.choices_of(ready, own)
        await letters.ask(
            self.session, self.keys, self.country.union_member, text=text, choices=choices, **self.place
        )
        return (await self.box()).messages[-1]

    async def ask_consent(self) -> MailboxMessage:
        await handover.ask_consent(
            self.session, self.keys, self.country.union_member, text="Công an bắt được họ.", **self.place
        )
        return (await self.box()).messages[-1]

    async def hand_over(self, basis: str = "consent", reason: str = "") -> None:
        await handover.hand_over(
            self.session, self.keys, self.country.union_member, basis=basis, reason=reason, **self.place
        )

    async def choose(self, question: MailboxMessage, choice: str, message_id: bytes | None = None) -> None:
        await mailbox_acts.answer(
            self.session,
            self.keys,
            self.receipt,
            message_id=message_id or secrets.token_bytes(16),
            question=uuid.UUID(question.id),
            choice=choice,
        )

    async def write(self, text: str) -> None:
        await mailbox.write(self.session, self.keys, self.receipt, secrets.token_bytes(16), text)

    async def box(self) -> Mailbox:
        return await mailbox.read(self.session, self.keys, self.receipt)

    async def withdraw(self) -> None:
        await mailbox_acts.withdraw(self.session, self.keys, self.receipt)

    async def file(self, person: Person | None = None, desk: Desk | None = None) -> case_file.CaseFile:
        return await case_file.read(
            self.session,
            self.keys,
            person or self.country.union_member,
            tip_id=self.tip_id,
            desk_id=(desk or self.country.union).id,
        )

    async def logged(self) -> list[str]:
        """The acts in the audit log, oldest first."""
        return list(await self.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))
