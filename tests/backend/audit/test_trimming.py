"""Entries of the audit log go after two years, and what remains still proves itself."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.audit.chain import START, Link, digest_of
from backend.audit.models import AuditEntry
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys

NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=800)


@pytest.fixture
def keys(backend_settings: Settings) -> SiteKeys:
    return SiteKeys.read(backend_settings.secrets / "backend" / "site_keys.json")


async def entered(session: AsyncSession, keys: SiteKeys, *moments: datetime) -> list[int]:
    """Entries as they were made at those moments; their numbers."""
    last = await session.scalar(select(AuditEntry.digest).order_by(AuditEntry.number.desc()).limit(1))
    previous = last or START
    numbers = []
    for at in moments:
        link = Link(at, None, "tip.opened", "tip:1", {}, previous)
        previous = digest_of(link, keys.current("audit")[1])
        row = AuditEntry(
            at=at,
            actor_id=None,
            action=link.action,
            subject=link.subject,
            detail={},
            previous=link.previous,
            digest=previous,
        )
        session.add(row)
        await session.flush()
        numbers.append(row.number)
    await session.commit()
    return numbers


async def count(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(AuditEntry)) or 0


async def verified(session: AsyncSession, keys: SiteKeys) -> int | None:
    await session.commit()
    _, broken = await audit.verify(session, keys)
    await session.commit()
    return broken


async def test_old_entries_go_and_the_rest_still_holds(db_session: AsyncSession, keys: SiteKeys) -> None:
    await entered(db_session, keys, OLD, OLD, OLD, NOW, NOW)
    assert await audit.trim(db_session, keys, NOW) == 3
    assert await verified(db_session, keys) is None
    # Two that are young, and the one that says what went.
    assert await count(db_session) == 3


async def test_a_second_trimming_goes_on_from_the_first(db_session: AsyncSession, keys: SiteKeys) -> None:
    await entered(db_session, keys, OLD, NOW - timedelta(days=500), NOW)
    assert await audit.trim(db_session, keys, NOW - timedelta(days=10)) == 1
    assert await audit.trim(db_session, keys, NOW) == 0
    assert await verified(db_session, keys) is None


async def test_a_young_log_is_left_alone(db_session: AsyncSession, keys: SiteKeys) -> None:
    await entered(db_session, keys, NOW, NOW)
    assert await audit.trim(db_session, keys, NOW) == 0
    assert await count(db_session) == 2


async def test_an_old_entry_after_a_younger_one_stays(db_session: AsyncSession, keys: SiteKeys) -> None:
    """Such an order needs a clock that ran wrong; the chain must not get a hole."""
    await entered(db_session, keys, OLD, NOW, OLD, NOW)
    assert await audit.trim(db_session, keys, NOW) == 1
    assert await verified(db_session, keys) is None


async def test_whoever_cuts_off_more_than_was_trimmed_is_noticed(
    db_session: AsyncSession, keys: SiteKeys
) -> None:
    first, second, third, _ = await entered(db_session, keys, OLD, OLD, OLD, NOW)
    await db_session.execute(delete(AuditEntry).where(AuditEntry.number <= first))
    assert await verified(db_session, keys) == second
    await db_session.execute(delete(AuditEntry).where(AuditEntry.number <= second))
    assert await verified(db_session, keys) == third


async def test_the_database_refuses_to_lose_a_younger_entry(db_session: AsyncSession, keys: SiteKeys) -> None:
    (number,) = await entered(db_session, keys, NOW - timedelta(days=729))
    with pytest.raises(DBAPIError, match="append-only"):
        await db_session.execute(text("DELETE FROM audit_entries WHERE number = :n"), {"n": number})
