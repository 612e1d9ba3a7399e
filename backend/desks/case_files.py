"""Files of a tip in the hands of a desk's member: opened one by one and logged, or sent with an answer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks.case import Damaged, record, take_up
from backend.kit.crypto import Unsealable
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips.attachments.types import Clean, Reason
from backend.tips.files import service as files
from backend.tips.files.problems import FileRefused
from backend.tips.files.receiving import made_anew
from backend.tips.files.service import OpenedFile

MOST_FILES: Final = 4
"""Of one answer."""


@dataclass(frozen=True)
class Refusal:
    """Which file of an answer is not taken, and why. Nothing was sent."""

    number: int
    """1, 2, 3 … as they were chosen."""
    reason: Reason | Literal["too_many"]


async def open_file(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    file_id: uuid.UUID,
) -> OpenedFile:
    """One file of the report or of a message, with its content. The opening is logged.

    Raises:
        as ``take_up``; NotFound: not a file of this tip; Damaged: it was changed or moved.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id)
    try:
        file = await files.open_file(session, case.content, file_id)
    except Unsealable:
        raise Damaged from None
    await record(
        session,
        keys,
        holder,
        case,
        "tip.file_opened",
        kind=file.about.kind,
        original=file.is_original,
    )
    return file


async def made_ready(contents: Sequence[bytes]) -> list[Clean] | Refusal:
    """Files of an answer, without what tells of the officer's camera and place; or why one is refused."""
    if len(contents) > MOST_FILES:
        return Refusal(MOST_FILES + 1, "too_many")
    ready = []
    for number, content in enumerate(contents, 1):
        try:
            ready.append(await made_anew(content))
        except FileRefused as refused:
            return Refusal(number, refused.reason)
    return ready
