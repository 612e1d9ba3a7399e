"""Handing a tip that the reporter gave to the union alone to the police: with their yes, or by necessity.

The reporter is asked through the mailbox. Without a yes only a life in danger or the law is a basis; its
reason is kept, and the reporter is told either way. A labour violation is never handed over. The wider circle
of readers stands in a part sealed with the tip, and what stands in clear is held against that.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import case_notes, letters
from backend.desks import service as desks
from backend.desks.case import Case, Damaged, NeverForwarded, UnknownValue, record, take_up
from backend.desks.models import Desk
from backend.kit.crypto import Unsealable
from backend.kit.errors import Conflict
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import opening, routing, widening
from backend.tips.opening import Message
from backend.tips.problems import NobodyToReceive
from backend.tips.sealing import Choice, Handover, Letter, Report

Basis = Literal["consent", "life", "law"]
WITHOUT_CONSENT: Final[tuple[Basis, ...]] = ("life", "law")
LABOUR: Final = "labour_violation"


class NotAgreed(Conflict):
    """The reporter gave the tip to the union alone and has not agreed to anything else."""

    code = "not_agreed"
    title = "The reporter has not agreed to hand this tip over"


class NotToPolice(Conflict):
    """The tip is about the police, or stands with them already."""

    code = "not_to_police"
    title = "This tip does not go to the police from here"


@dataclass(frozen=True)
class Consent:
    """What was asked of the reporter about a hand-over, and what they said: ``None`` while nothing."""

    question: uuid.UUID
    said_yes: bool | None


def consent_in(messages: Sequence[Message]) -> Consent | None:
    """The last time the reporter was asked; ``None`` if they never were."""
    asked = [each for each in messages if each.letter.kind == "consent"]
    if not asked:
        return None
    answer = opening.answer_to(asked[-1].id, messages)
    return Consent(asked[-1].id, None if answer is None else answer.letter.choice == "yes")


def categories_of(report: Report, now: str) -> tuple[str, ...]:
    """What the reporter told it as, what it was first sorted to, and last what it is sorted to now."""
    return (report.category, report.sorted_as, now)


def may_go_to_police(
    desk_kind: str, readers: Sequence[str], categories: Sequence[str], reasons: Sequence[str]
) -> bool:
    """Whether a desk holds a tip for the union alone that is not barred from the police.

    Args:
        categories: as ``categories_of`` gives them.
    """
    if desk_kind != "union" or list(readers) != ["union"] or LABOUR in categories:
        return False
    return "police" in routing.kinds_for(categories[-1], ("union", "police"), reasons)


async def ask_consent(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    text: str,
) -> None:
    """Ask the reporter whether the police may have the tip; ``text`` says why it would help.

    Raises:
        as ``take_up`` and ``letters.send``. NeverForwarded, NotToPolice, NobodyToReceive: it could not go
        there. Conflict: the reporter was asked and has not answered yet.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    messages = await _checked(session, case)
    await _police_desks(session, case)
    asked = consent_in(messages)
    if asked is not None and asked.said_yes is not False:
        raise Conflict
    choices = [Choice(id="yes"), Choice(id="no")]
    await letters.send(session, keys, holder, case, Letter(text=text, kind="consent", choices=choices))
    await record(session, keys, holder, case, "tip.consent_asked")


async def hand_over(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    basis: str,
    reason: str,
) -> None:
    """Give the tip to the police desks that would have received it, and tell the reporter.

    Args:
        basis: ``consent`` needs the reporter's yes; ``life`` and ``law`` need a reason.

    Raises:
        as ``take_up`` and ``letters.send``; NeverForwarded, NotToPolice, NobodyToReceive: it cannot go there.
        NotAgreed: see there. UnknownValue: no such basis, or no reason.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    messages = await _checked(session, case)
    asked = consent_in(messages)
    if basis == "consent":
        if asked is None or not asked.said_yes:
            raise NotAgreed
    elif basis not in WITHOUT_CONSENT or not reason.strip():
        raise UnknownValue
    placements = await _police_desks(session, case)
    handover = Handover(
        readers=["union", "police"],
        basis=basis,
        by=f"{desk_id}:{holder.member_id}",
        question=asked.question if asked and basis == "consent" else None,
    )
    receiving = [
        widening.Receiving(desk.id, desk.key_version, desks.checked_public_key(desk, keys), reach)
        for desk, reach in placements
    ]
    await widening.widen(session, keys, case.tip, case.content, handover=handover, receiving=receiving)
    case.placed.status = "forwarded"
    if reason.strip():
        await case_notes.add(session, case, holder.member_id, "handover", reason.strip())
    await letters.send(session, keys, holder, case, Letter(kind="told", about=f"handed_over_{basis}"))
    await record(session, keys, holder, case, "tip.handed_over", basis=basis)


async def check_forwarding(session: AsyncSession, case: Case) -> None:
    """That the tip may be marked as forwarded: one for the union alone goes through ``hand_over``.

    Raises:
        NeverForwarded: a labour violation. NotAgreed: see there. Damaged: its content was changed.
    """
    try:
        report = await opening.report(session, case.content)
        readers = await opening.readers(session, case.content, report)
    except Unsealable as error:
        raise Damaged from error
    if LABOUR in (report.category, report.sorted_as):
        raise NeverForwarded
    if readers == ["union"]:
        raise NotAgreed


async def _checked(session: AsyncSession, case: Case) -> list[Message]:
    """The conversation, once the tip is one that may be handed over."""
    try:
        report = await opening.report(session, case.content)
        readers = await opening.readers(session, case.content, report)
        messages = await opening.conversation(session, case.content)
    except Unsealable as error:
        raise Damaged from error
    if readers != case.tip.readers:
        raise Damaged
    categories = categories_of(report, case.tip.category)
    if LABOUR in categories:
        raise NeverForwarded
    if not may_go_to_police(case.desk.desk.kind, readers, categories, case.tip.reasons):
        raise NotToPolice
    if case.placed.status == "closed":
        raise Conflict
    return messages


async def _police_desks(session: AsyncSession, case: Case) -> list[tuple[Desk, str]]:
    """The police desks as a new tip would reach them. Raises ``NobodyToReceive``."""
    found = await desks.receiving(session, ["police"], case.tip.province)
    placements = routing.place(found, case.tip.reasons)
    if not placements:
        raise NobodyToReceive
    return placements
