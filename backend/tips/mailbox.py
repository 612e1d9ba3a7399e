"""The reporter's side of a tip: read the answers and write back, with the receipt alone."""

import asyncio
import uuid
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import service as desks
from backend.kit.crypto import Unsealable, keyed_hash, same
from backend.kit.errors import NotFound, Problem
from backend.kit.site_keys import SiteKeys
from backend.tips import commendations, damage, even, mailbox_view, notices, opening, receipts, repository
from backend.tips.clock import kept_time, local_day, this_minute
from backend.tips.files import places
from backend.tips.files import repository as file_rows
from backend.tips.files import service as files
from backend.tips.files.problems import FileDamaged
from backend.tips.files.service import MAX_REPORTER_FILES, OpenedFile
from backend.tips.guard import guard
from backend.tips.jobs import defer_notify
from backend.tips.linking import service as linking
from backend.tips.models import Tip, TipDesk
from backend.tips.opening import ContentKey
from backend.tips.problems import MailboxDamaged, OutOfPurpose
from backend.tips.schemas import FileRef, Mailbox, MailboxStatus

MAX_REPORTER_MESSAGES = 200
_REREAD = 60_000
"""Characters of the reporter's messages that are read again with each new one, as the tip is locked then."""


class MailboxFull(Problem):
    """More messages than anybody could need: a guard against a flood, not against a reporter."""

    status = 409
    code = "mailbox_full"
    title = "This mailbox takes no more messages"


class Closed(Problem):
    status = 409
    code = "closed"
    title = "This tip is closed"


@dataclass(frozen=True)
class _Found:
    """What a receipt stands for: a wrong one for a tip that nobody sent, which is looked through alike."""

    right: bool
    tip: Tip
    content: ContentKey
    reporter: receipts.ReporterKeys


Derived = Sequence[receipts.ReporterKeys]
"""What a receipt stands for under every pepper of the key file, in the same order and number for each."""


async def derive(keys: SiteKeys, receipt: str) -> Derived:
    """What a receipt stands for. Before the first query: whoever waits for a turn holds no connection."""
    versions = keys.versions("receipt_pepper")
    return [
        await receipts.derive(receipt, version, keys.get("receipt_pepper", version)) for version in versions
    ]


async def _look(session: AsyncSession, keys: SiteKeys, candidates: Derived) -> _Found:
    """The tip of a receipt and its content key, with the same work for every receipt.

    Every pepper is tried (one retires with its last tip). A wrong receipt gets an empty tip to look through,
    so that it ends no sooner than a right one.
    """
    even.derived()
    found: tuple[Tip, receipts.ReporterKeys] | None = None
    for derived in candidates:
        tip = await repository.by_lookup(session, derived.lookup)
        if tip is not None:
            found = (tip, derived)
    if found is None:
        nothing = await opening.key_to_nothing(session, keys, candidates[-1])
        nobodys = Tip(id=nothing.tip_id, category="other_crime", readers=[], received_at=this_minute())
        return _Found(False, nobodys, nothing, candidates[-1])
    tip, reporter = found
    try:
        if not same(tip.reporter_public_key, reporter.public_key):
            raise Unsealable
        content = await opening.content_key(session, keys, tip.id, None, reporter)
    except Unsealable:
        await damage.log(session, keys, tip.id, {"key"})
        raise MailboxDamaged from None
    return _Found(True, tip, content, reporter)


async def open_tip(session: AsyncSession, keys: SiteKeys, receipt: str) -> tuple[Tip, ContentKey]:
    """The tip of a receipt and its content key.

    Raises:
        NotFound: no such receipt.
        MailboxDamaged: the tip's keys were changed in the database.
    """
    return await _open(session, keys, await derive(keys, receipt))


async def _open(session: AsyncSession, keys: SiteKeys, derived: Derived) -> tuple[Tip, ContentKey]:
    found = await _look(session, keys, derived)
    if not found.right:
        raise NotFound
    return found.tip, found.content


async def open_to_write(session: AsyncSession, keys: SiteKeys, derived: Derived) -> tuple[Tip, ContentKey]:
    """As ``open_tip``, and the tip stays as it is until the transaction ends.

    Raises:
        as ``open_tip``; NotFound: also when it was destroyed just now.
    """
    tip, content = await _open(session, keys, derived)
    await repository.lock(session, tip.id)
    if await session.get(Tip, tip.id, populate_existing=True) is None:
        raise NotFound
    return tip, content


@dataclass(frozen=True)
class Writing:
    """A mailbox that its reporter writes something new into."""

    content: ContentKey
    submission_id: bytes
    """Keyed hash of the message's id, so that a second sending is recognised."""
    placements: list[TipDesk]

    async def tell_desks(self, session: AsyncSession) -> None:
        """Tell those desks that have the tip open."""
        for placed in self.placements:
            if placed.reach == "direct" and placed.status != "closed":
                await defer_notify(session, placed.tip_id, placed.desk_id, "reporter_wrote")


async def begin_writing(
    session: AsyncSession, keys: SiteKeys, derived: Derived, message_id: bytes
) -> Writing | None:
    """As ``open_to_write``, for a message that is not there yet; ``None`` when it is.

    Raises:
        as ``open_to_write``; Closed: every desk has closed the tip.
    """
    tip, content = await open_to_write(session, keys, derived)
    submission_ids = [
        keyed_hash(key, b"mailbox message", tip.id.bytes, message_id) for key in keys.all("mac")
    ]
    if await repository.message_of_submission(session, tip.id, submission_ids) is not None:
        return None
    placements = await repository.placements(session, tip.id)
    if status_of(placements, answered=False) == "closed":
        raise Closed
    return Writing(content, submission_ids[0], placements)


def status_of(placements: list[TipDesk], answered: bool) -> MailboxStatus:
    """One plain status for the reporter, out of each desk's own."""
    statuses = {placed.status for placed in placements if placed.reach == "direct"}
    if statuses == {"closed"}:
        return "closed"
    if answered:
        return "answered"
    if "forwarded" in statuses:
        return "forwarded"
    if statuses - {"new"}:
        return "in_review"
    return "received"


async def read(session: AsyncSession, keys: SiteKeys, receipt: str) -> Mailbox:
    """What the reporter sees; what the desks wrote is marked as read, unless it does not open.

    Raises:
        as ``open_tip``.
    """
    found = await _look(session, keys, await derive(keys, receipt))
    tip, content = found.tip, found.content
    messages = await opening.readable(session, content)
    kept = await files.readable(session, content)
    kinds = await desks.kinds(session, {message.desk_id for message in messages if message.desk_id})
    placements = await repository.placements(session, tip.id)
    told = {message.id for message in messages if message.sender == "desk"}
    # What the house says by itself is no answer.
    answered = any(message.id in told and message.letter.kind != "told" for message in messages)
    status = status_of(placements, answered)
    codes = await commendations.codes(session, found.reporter, told)
    unread = [
        message.id
        for message in messages
        if message.id in told and message.read_at is None and not message.damaged
    ]
    await repository.mark_read(session, unread, kept_time(closed=tip.closed_on is not None))
    parts: dict[damage.Part, bool] = {
        "message": any(message.damaged for message in messages),
        "file": bool(kept.damaged),
        "code": bool(mailbox_view.damaged_codes(codes)),
    }
    await damage.log(session, keys, tip.id, {part for part, found_one in parts.items() if found_one})
    shown = Mailbox(
        status=status,
        category=tip.category,
        received_on=local_day(tip.received_at),
        messages=mailbox_view.shown(messages, kinds, codes, kept, can_answer=status != "closed"),
        can_write=status != "closed",
        can_withdraw=not tip.handed_over,
        notice=await notices.is_on(session, keys, tip.id),
    )
    if not found.right:
        raise NotFound
    return shown


async def write(
    session: AsyncSession,
    keys: SiteKeys,
    receipt: str,
    message_id: bytes,
    text: str,
    *,
    sent: Sequence[FileRef] = (),
) -> None:
    """Add the reporter's message and the files sent with it; the same ``message_id`` again changes nothing.

    Raises:
        NotFound: no such receipt.
        Closed: every desk has closed the tip.
        MailboxFull: see there; also for files.
        FileGone: a file is not there any more. Nothing is stored.
        Busy: too many send files at once. Nothing is stored.
        OutOfPurpose: the text is of a kind that is never accepted. Nothing is stored.
    """
    if (await asyncio.to_thread(guard, text, within_a_tip=True)).out_of_purpose:
        raise OutOfPurpose
    derived = await derive(keys, receipt)
    async with places.for_keeping().place() if sent else nullcontext():
        writing = await begin_writing(session, keys, derived, message_id)
        if writing is not None:
            await _write(session, keys, writing, text, sent)


async def _write(
    session: AsyncSession, keys: SiteKeys, writing: Writing, text: str, sent: Sequence[FileRef]
) -> None:
    tip_id, content = writing.content.tip_id, writing.content
    if await repository.count_messages(session, tip_id, "reporter") >= MAX_REPORTER_MESSAGES:
        raise MailboxFull
    if sent and await file_rows.count_sent(session, tip_id, "reporter") + len(sent) > MAX_REPORTER_FILES:
        raise MailboxFull
    row = await opening.write(session, content, text, submission_id=writing.submission_id)
    await files.keep(session, content, sent, row.id)
    await _link(session, keys, content)
    await writing.tell_desks(session)


async def _link(session: AsyncSession, keys: SiteKeys, content: ContentKey) -> None:
    """Enter what the reporter's messages name into the sealed index; under a damaged report it stays as it
    is.
    """
    with suppress(Unsealable):
        report = await opening.report(session, content)
        messages = await opening.readable(session, content)
        written = [message.text for message in messages if message.sender == "reporter"]
        await linking.enter_again(session, keys, content.tip_id, report, newest(written))


def newest(written: Sequence[str], most: int = _REREAD) -> list[str]:
    """The last of ``written`` that have at most ``most`` characters together; the very last in any case."""
    kept: list[str] = []
    for text in reversed(written):
        most -= len(text)
        if kept and most < 0:
            break
        kept.append(text)
    return kept[::-1]


async def open_file(session: AsyncSession, keys: SiteKeys, receipt: str, file_id: uuid.UUID) -> OpenedFile:
    """A file of a message, for the reporter.

    Raises:
        NotFound: no such receipt, or no such file in its mailbox.
        FileDamaged: it was changed or moved.
        Busy: too many files are in hand.
    """
    derived = await derive(keys, receipt)
    async with places.for_keeping().place():
        _, content = await _open(session, keys, derived)
        try:
            found = await files.open_file(session, content, file_id)
        except Unsealable:
            raise FileDamaged from None
    if found.message_id is None or found.is_original:  # the mailbox does not show it
        raise NotFound
    return found
