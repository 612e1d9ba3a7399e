"""What a desk writes to a reporter beyond plain answers: questions with ready answers, and thanks.

Every act begins with ``take_up``, is logged without a word of what was written, and is news to whoever
asked to be told of it.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import service as desks
from backend.desks.case import Case, Damaged, UnknownValue, record, take_up
from backend.kit.crypto import Unsealable
from backend.kit.errors import Conflict, NotFound, Problem
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import commendations, notices, opening
from backend.tips.sealing import Choice, Letter

READY: Final = {"yes_no": ("yes", "no"), "yes_no_unsure": ("yes", "no", "unsure")}
"""Ready answers that every language has words for, by the name of their set."""
MOST_CHOICES: Final = 4
FEWEST_CHOICES: Final = 2
LONGEST_CHOICE: Final = 40
"""Characters, so that it fits a button."""


WRONG_AN_HOUR: Final = 10
"""Wrong codes of one member: more than a person mistypes, and far too few to guess one of eight digits."""


class WrongCode(NotFound):
    """No commendation of this desk waits under that code; used ones are not told apart."""

    code = "wrong_code"


class TooManyCodes(Problem):
    """This member has brought too many wrong codes within an hour; now a right one does nothing either."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_codes"
    title = "Too many wrong codes; wait an hour"


async def send(
    session: AsyncSession, keys: SiteKeys, holder: KeyHolder, case: Case, letter: Letter
) -> uuid.UUID:
    """Write to the reporter in the hands of ``case``; who asked to be told of news is told.

    Returns:
        The message's id.

    Raises:
        Conflict: this desk has closed the tip.
    """
    if case.placed.status == "closed":
        raise Conflict
    row = await opening.write(session, case.content, letter, desk_id=case.desk.id, author_id=holder.member_id)
    await notices.there_is_news(session, keys, case.tip.id)
    return row.id


def choices_of(ready: str, own: Sequence[str]) -> list[Choice]:
    """The choices of a question: a ready set, or two to four short ones of the liaison's own, or none.

    Raises:
        UnknownValue: no such set, too few, too many, too long, or two alike.
    """
    written = [text.strip() for text in own if text.strip()]
    if ready == "own" or (not ready and written):
        alike = len({text.casefold() for text in written}) < len(written)
        fitting = FEWEST_CHOICES <= len(written) <= MOST_CHOICES
        if alike or not fitting or max(map(len, written)) > LONGEST_CHOICE:
            raise UnknownValue
        return [Choice(id=str(number), text=text) for number, text in enumerate(written, 1)]
    if not ready:
        return []
    if ready not in READY:
        raise UnknownValue
    return [Choice(id=code) for code in READY[ready]]


async def ask(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    text: str,
    choices: Sequence[Choice],
) -> None:
    """Ask the reporter something that can be answered with one tap.

    Raises:
        as ``take_up`` and ``send``.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    await send(session, keys, holder, case, Letter(text=text, kind="question", choices=list(choices)))
    await record(session, keys, holder, case, "tip.asked")


async def commend(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    text: str,
) -> None:
    """Leave thanks that can be collected without a name, with a code that the reporter alone sees.

    Raises:
        as ``take_up`` and ``send``; Damaged: also when another key stands in the place of the reporter's.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    try:
        opening.check_reporter_key(case.tip, await opening.report(session, case.content))
    except Unsealable as error:
        raise Damaged from error
    code = commendations.new_code(keys, desk_id)
    letter = Letter(text=text, kind="commendation", code_hash=code.hash.hex())
    message_id = await send(session, keys, holder, case, letter)
    await commendations.add(session, case.tip, code, message_id=message_id, desk_id=desk_id)
    await record(session, keys, holder, case, "tip.commended")


async def collect(
    session: AsyncSession, keys: SiteKeys, holder: KeyHolder, *, desk_id: uuid.UUID, digits: str
) -> str:
    """Check off what somebody came for with its code. Returns what was promised to them.

    The log says that it happened at this desk, and not about which tip: whoever stands there stays unnamed.

    Raises:
        desks.NotAMember, desks.NotGranted: the member does not hold that desk's key.
        WrongCode: see there. It is logged: commit.
        TooManyCodes: see there. The code is then neither used up nor logged.
        Damaged: the code belongs to other thanks than those it stands beside.
    """
    desk = await desks.open_desk(session, keys, holder, desk_id)
    found = await commendations.collect(session, keys, desk_id, digits)
    # Writers of the log take turns, so of many at once none slips past the limit.
    if found is None:
        await _log_wrong(session, keys, holder, desk_id)
        await _check_pace(session, holder, WRONG_AN_HOUR)
        raise WrongCode
    await audit.record(
        session,
        keys,
        actor_id=holder.member_id,
        action="desk.commendation_collected",
        subject=f"desk:{desk_id}",
    )
    await _check_pace(session, holder, WRONG_AN_HOUR - 1)
    try:
        content = await opening.content_key(session, keys, found.tip_id, desk_id, desk)
        messages = await opening.conversation(session, content)
    except Unsealable:
        # The code was right; what was promised can be read by nobody any more.
        return ""
    promised = next((each.letter for each in messages if each.id == found.message_id), Letter())
    if promised.code_hash and promised.code_hash != found.code_hash.hex():
        raise Damaged
    return promised.text


def _wrong_codes(holder: KeyHolder) -> str:
    return f"wrong codes:{holder.member_id}"


async def _log_wrong(session: AsyncSession, keys: SiteKeys, holder: KeyHolder, desk_id: uuid.UUID) -> None:
    """Log that somebody tried a wrong code, and nothing of the code."""
    await audit.record(
        session,
        keys,
        actor_id=holder.member_id,
        action="desk.commendation_refused",
        subject=_wrong_codes(holder),
        detail={"desk": str(desk_id)},
    )


async def _check_pace(session: AsyncSession, holder: KeyHolder, most: int) -> None:
    """Raises ``TooManyCodes`` after more than ``most`` wrong ones within the hour."""
    latest = await audit.entries_about(session, _wrong_codes(holder), limit=most + 1)
    if len(latest) > most and latest[-1].at > datetime.now(UTC) - timedelta(hours=1):
        raise TooManyCodes
