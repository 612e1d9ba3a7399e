"""Slowing down who guesses passwords or codes, by account name and never by network address.

An attempt is counted before it is judged, so attempts at the same moment cannot slip past the count; a
finished sign-in forgets them. Names that do not exist are counted alike, so that waiting tells nothing.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import SignInAttempts

FREE_ATTEMPTS: Final = 6
"""Without waiting. A sign-in counts two, the password and the code, until it is finished."""
_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(minutes=15)
_FORGET_AFTER: Final = timedelta(days=1)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after that many attempts in a row: doubling from 5 seconds to 15 minutes."""
    if attempts < FREE_ATTEMPTS:
        return timedelta(0)
    doublings = min(attempts - FREE_ATTEMPTS, 16)
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


async def admit(session: AsyncSession, name_hash: bytes, now: datetime) -> timedelta:
    """Count one attempt; zero if it may go on, else how long to wait (then it is not counted).

    Runs in a short transaction of its own, committed before the attempt is judged.
    """
    await session.execute(delete(SignInAttempts).where(SignInAttempts.last_at < now - _FORGET_AFTER))
    first = insert(SignInAttempts).values(name_hash=name_hash, failures=1, last_at=now, blocked_until=now)
    again = first.on_conflict_do_update(
        index_elements=[SignInAttempts.name_hash],
        set_={
            "failures": case(
                (SignInAttempts.blocked_until <= now, SignInAttempts.failures + 1),
                else_=SignInAttempts.failures,
            ),
        },
    ).returning(SignInAttempts.failures, SignInAttempts.blocked_until)
    attempts, blocked_until = (await session.execute(again)).one()
    if blocked_until > now:
        wait: timedelta = blocked_until - now
        return wait
    await session.execute(
        update(SignInAttempts)
        .where(SignInAttempts.name_hash == name_hash)
        .values(last_at=now, blocked_until=now + wait_after(attempts))
    )
    return timedelta(0)


async def forget(session: AsyncSession, name_hash: bytes) -> None:
    """A sign-in was finished: the count starts anew."""
    await session.execute(delete(SignInAttempts).where(SignInAttempts.name_hash == name_hash))
