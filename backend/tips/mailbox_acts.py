"""What a reporter may do with a mailbox beyond reading and writing: choose an answer, be told, withdraw."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.kit.errors import Conflict, Invalid
from backend.kit.site_keys import SiteKeys
from backend.tips import notices, opening, repository, sealing
from backend.tips import withdrawal as withdrawals
from backend.tips.mailbox import Closed, begin_writing, derive, open_tip, open_to_write, status_of


class Answered(Conflict):
    """The question has its answer, or never was one; another one is written as a message."""

    code = "answered"
    title = "This question has been answered"


async def answer(
    session: AsyncSession,
    keys: SiteKeys,
    receipt: str,
    *,
    message_id: bytes,
    question: uuid.UUID,
    choice: str,
) -> None:
    """Answer a desk's question with one of its ready answers; the same ``message_id`` again changes nothing.

    What was said to a hand-over is logged.

    Raises:
        NotFound: no such receipt.
        Closed: every desk has closed the tip.
        Answered: see there.
        Invalid: the question has no such answer.
    """
    writing = await begin_writing(session, keys, await derive(keys, receipt), message_id)
    if writing is None:
        return
    messages = await opening.readable(session, writing.content)
    asked = next((each for each in messages if each.id == question and each.letter.choices), None)
    if asked is None or opening.answer_to(question, messages) is not None:
        raise Answered
    chosen = next((each for each in asked.letter.choices if each.id == choice), None)
    if chosen is None:
        raise Invalid
    letter = sealing.Letter(text=chosen.text, answers=question, choice=chosen.id)
    await opening.write(session, writing.content, letter, submission_id=writing.submission_id)
    if asked.letter.kind == "consent":
        await audit.record(
            session,
            keys,
            actor_id=None,
            action="tip.consent_given" if chosen.id == "yes" else "tip.consent_refused",
            subject=audit.tip_subject(keys, writing.content.tip_id),
        )
    await writing.tell_desks(session)


async def withdraw(session: AsyncSession, keys: SiteKeys, receipt: str) -> None:
    """Destroy the tip of a receipt, which opens nothing from then on.

    Raises:
        NotFound: no such receipt (any more).
        withdrawal.HandedOver: another body has it.
    """
    tip, content = await open_tip(session, keys, receipt)
    await withdrawals.withdraw(session, keys, tip, content)


async def notice_place(session: AsyncSession, keys: SiteKeys, receipt: str) -> bytes:
    """What an address must be bound to that is sealed for this tip's notice.

    Raises:
        NotFound: no such receipt.
    """
    tip, _ = await open_tip(session, keys, receipt)
    return notices.lookup_of(keys, tip.id)


async def notify_me(session: AsyncSession, keys: SiteKeys, receipt: str, sealed: bytes, owner: bytes) -> None:
    """Keep a sealed address until there is news.

    Raises:
        NotFound: no such receipt.
        Closed: every desk has closed the tip.
    """
    tip, _ = await open_to_write(session, keys, await derive(keys, receipt))
    if status_of(await repository.placements(session, tip.id), answered=False) == "closed":
        raise Closed
    await notices.put(session, keys, tip, sealed=sealed, owner=owner)


async def notify_me_no_more(session: AsyncSession, keys: SiteKeys, receipt: str) -> None:
    """Forget the address again.

    Raises:
        NotFound: no such receipt.
    """
    tip, _ = await open_tip(session, keys, receipt)
    await notices.drop(session, keys, tip.id)
