"""Taking a tip: guard, triage, sealing and placing, in one transaction.

The text is in memory while this runs and leaves it sealed. Nothing here commits, and nothing logs
what a reporter wrote.
"""

import asyncio
import uuid
from contextlib import nullcontext
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import service as desks
from backend.desks.models import Desk
from backend.kit.crypto import keyed_hash, random_key, same, seal_to
from backend.kit.site_keys import SiteKeys
from backend.tips import opening, receipts, repository, routing, sealing, withdrawal
from backend.tips.clock import this_minute
from backend.tips.files import places
from backend.tips.files import service as files
from backend.tips.guard import guard
from backend.tips.jobs import defer_notify
from backend.tips.linking import floods
from backend.tips.linking import service as linking
from backend.tips.linking.service import Traces
from backend.tips.models import Tip, TipDesk, TipPart, TipSeal
from backend.tips.opening import ContentKey
from backend.tips.problems import NobodyToReceive, OtherSubmission, OutOfPurpose
from backend.tips.schemas import Submission
from backend.tips.triage import TriageInput, TriageResult, due_at, triage


@dataclass(frozen=True)
class Taken:
    """What the reporter is told of a tip just taken."""

    priority: str
    on_duty: bool


async def readers(session: AsyncSession) -> list[str]:
    """The kinds of desk that could receive a tip from anywhere in the country now."""
    found = await desks.receiving(session, desks.KINDS, province=None)
    return [kind for kind in desks.KINDS if any(desk.kind == kind for desk in found)]


async def submit(session: AsyncSession, keys: SiteKeys, submission: Submission) -> Taken:
    """Take a tip; taking the same draft with the same receipt again changes nothing.

    Raises:
        OutOfPurpose: the guard recognised what is never accepted. Nothing is stored.
        NobodyToReceive: no desk that the reporter chose can open it now. Nothing is stored.
        OtherSubmission: the draft id was used with another receipt.
        FileGone: a file of the draft is not there any more. Nothing is stored.
        Busy: too many send files at once. Nothing is stored.
    """
    version, pepper = keys.current("receipt_pepper")
    reporter = await receipts.derive(submission.receipt, version, pepper, row="submissions")
    # A long story takes over a second to read: not on the event loop, and before a connection is held, or
    # twenty who send at once would leave none to those who are still writing.
    reading = await asyncio.to_thread(_read, keys, submission)
    async with places.for_keeping().place() if submission.files else nullcontext():
        return await _submit(session, keys, submission, reporter, reading)


async def _submit(
    session: AsyncSession,
    keys: SiteKeys,
    submission: Submission,
    reporter: receipts.ReporterKeys,
    reading: "_Reading | None",
) -> Taken:
    # Under older keys too: the draft may have been sent once before the key was changed.
    submission_ids = [keyed_hash(key, b"tip submission", submission.draft_id) for key in keys.all("mac")]
    # Two sendings of one draft at the same moment: the second waits here for the first to commit.
    lock = int.from_bytes(submission_ids[-1][:8], signed=True)
    await session.execute(select(func.pg_advisory_xact_lock(lock)))
    earlier = await repository.by_submission(session, submission_ids)
    if earlier is not None:
        if await _is_receipt_of(earlier, keys, submission.receipt, reporter):
            return await _taken(session, earlier)
        raise OtherSubmission
    if await withdrawal.was_withdrawn(session, submission_ids):
        raise OtherSubmission

    if reading is None:
        raise OutOfPurpose
    result = reading.triage
    kinds = routing.kinds_for(result.category, submission.readers, result.reasons)
    found = await desks.receiving(session, kinds, submission.province)
    placements = routing.place(found, result.reasons)
    if not placements:
        raise NobodyToReceive

    tip = _new_tip(submission, submission_ids[0], reporter, result, kinds)
    session.add(tip)
    content = _seal(session, keys, tip, submission, [desk for desk, _ in placements])
    due = due_at(result.priority, tip.received_at)
    for desk, reach in placements:
        session.add(TipDesk(tip_id=tip.id, desk_id=desk.id, reach=reach, status="new", due_at=due))
    await session.flush()
    await files.keep(session, content, submission.files)
    told = await floods.arrive(session, keys, tip, reading.traces)
    for desk, reach in placements:
        if reach == "direct" and desk.id not in told:
            await defer_notify(session, tip.id, desk.id, "received")
    return await _taken(session, tip)


async def _is_receipt_of(tip: Tip, keys: SiteKeys, receipt: str, derived: receipts.ReporterKeys) -> bool:
    """Whether a receipt is the tip's own; it may have been sent under a pepper before the current one."""
    version = tip.receipt_pepper
    if version != derived.pepper_version:
        pepper = keys.get("receipt_pepper", version)
        derived = await receipts.derive(receipt, version, pepper, row="submissions")
    return same(tip.receipt_lookup, derived.lookup)


@dataclass(frozen=True)
class _Reading:
    """What a text that is accepted tells: how urgent it is and whom it concerns, and what it names."""

    triage: TriageResult
    traces: Traces = field(repr=False)


def _read(keys: SiteKeys, submission: Submission) -> _Reading | None:
    """``None`` if the guard refuses the text. Pure."""
    texts = [*submission.story, submission.place or "", submission.when or "", submission.who or ""]
    if guard("\n".join(filter(None, texts))).out_of_purpose:
        return None
    told = TriageInput(
        category=submission.category,
        story="\n".join(submission.story),
        place=submission.place,
        when=submission.when,
        who=submission.who,
        danger=submission.danger,
        readers=tuple(submission.readers),
    )
    return _Reading(triage(told), linking.traces_of(keys, submission))


def _new_tip(
    submission: Submission,
    submission_id: bytes,
    reporter: receipts.ReporterKeys,
    result: TriageResult,
    kinds: list[str],
) -> Tip:
    return Tip(
        id=uuid.uuid4(),
        submission_id=submission_id,
        receipt_lookup=reporter.lookup,
        receipt_pepper=reporter.pepper_version,
        reporter_public_key=reporter.public_key,
        category=result.category,
        priority=result.priority,
        reasons=list(result.reasons),
        province=submission.province,
        readers=kinds,
        language=submission.language,
        received_at=this_minute(),
    )


def _seal(
    session: AsyncSession, keys: SiteKeys, tip: Tip, submission: Submission, receiving: list[Desk]
) -> ContentKey:
    """Seal the report under a fresh content key, and that key to each desk and to the reporter."""
    content_key = random_key()
    report = sealing.Report(
        story=submission.story,
        place=submission.place,
        when=submission.when,
        who=submission.who,
        danger=submission.danger,
        category=submission.category,
        sorted_as=tip.category,
        readers=tip.readers,
        reporter_key=tip.reporter_public_key.hex(),
    )
    row_id = uuid.uuid4()
    sealed = sealing.seal_report(content_key, report, sealing.Slot(tip.id, row_id))
    session.add(
        TipPart(id=row_id, tip_id=tip.id, field=sealing.REPORT, version=sealing.VERSION, sealed=sealed)
    )
    holders = [(desk.id, desk.key_version, desks.checked_public_key(desk, keys)) for desk in receiving]
    for desk_id, version, public_key in [*holders, (None, 0, tip.reporter_public_key)]:
        sealed_key = seal_to(public_key, content_key)
        seal = TipSeal(tip_id=tip.id, desk_id=desk_id, key_version=version, sealed_key=sealed_key)
        opening.authenticate(seal, keys)
        session.add(seal)
    return ContentKey(tip.id, content_key)


async def _taken(session: AsyncSession, tip: Tip) -> Taken:
    direct = [
        placed.desk_id for placed in await repository.placements(session, tip.id) if placed.reach == "direct"
    ]
    return Taken(tip.priority, await desks.on_duty(session, direct))
