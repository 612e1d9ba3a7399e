"""``antam desk escrow`` and ``recover`` as an operator types them, and what the desk is shown."""

import asyncio
import html
import re
import uuid

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner, Result

from backend.accounts.access import COOKIE
from backend.accounts.roles import Role
from backend.cli.desk import app
from backend.desks import case_file, repository, rotation
from backend.kit import settings as settings_module
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import service as tips
from backend.tips.models import Tip
from tests.backend.desks.test_leaving import shut
from tests.backend.staff import Seat, seated
from tests.backend.tips.conftest import Country, a_tip


@pytest.fixture(autouse=True)
def here(backend_settings: Settings, database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds this test's deployment by its environment."""
    monkeypatch.setenv("ANTAM_VAR", str(backend_settings.var))
    monkeypatch.setenv("DATABASE_URL", database.owner)
    settings_module.settings.cache_clear()


async def desk(*arguments: str, typed: str = "") -> Result:
    """Run the command beside this test, as another process would."""
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), input=f"{typed}\n")


async def set_up(session: AsyncSession, keys: SiteKeys, country: Country) -> str:
    """Escrow is set up and the desk's member signs in. Returns what was printed."""
    await session.commit()
    made = await desk("escrow")
    found = re.search(r"\n  ([A-Z2-7-]{69})\n", made.output)
    assert found, made.output
    session.expire_all()
    for one in (country.union, country.national_union, country.police, country.national_police):
        await session.refresh(one)
    await rotation.rotate_due(session, keys, country.union_member)
    await session.commit()
    return found.group(1)


@pytest.fixture
async def printed(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> str:
    return await set_up(db_session, site_keys, country)


@pytest.fixture
async def tip_id(db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: str) -> uuid.UUID:
    assert printed
    await tips.submit(db_session, site_keys, a_tip())
    await db_session.commit()
    return (await db_session.scalars(select(Tip.id))).one()


@pytest.fixture
async def mai(db_session: AsyncSession, site_keys: SiteKeys, country: Country, tip_id: uuid.UUID) -> Seat:
    """A liaison who is signed in when the desk has lost its only member."""
    assert tip_id
    await shut(db_session, site_keys, country, country.union_member.login)
    seat = await seated(db_session, site_keys, "mai", Role.UNION_LIAISON)
    await db_session.commit()
    return seat


async def test_a_lost_desk_is_given_to_a_liaison_and_its_people_are_told(
    db_session: AsyncSession,
    site_keys: SiteKeys,
    staff_client: httpx.AsyncClient,
    country: Country,
    printed: str,
    tip_id: uuid.UUID,
    mai: Seat,
) -> None:
    assert re.search(r"union:79 +LOST +0 hold its key, 0 invited +in escrow", (await desk("list")).output)
    done = await desk("recover", "union:79", "--member", "mai", typed=printed.lower())
    assert done.exit_code == 0, done.output
    assert "mai holds the key of the desk union:79" in done.output
    assert printed not in done.output

    staff_client.cookies.set(COOKIE, mai.cookie)
    shown = html.unescape((await staff_client.get("/desks")).text)
    assert "được khôi phục bằng khóa dự phòng" in shown
    db_session.expire_all()
    lost = await repository.find(db_session, "union", "79")
    assert lost is not None
    assert await case_file.read(db_session, site_keys, mai.holder, tip_id=tip_id, desk_id=lost.id)


@pytest.mark.usefixtures("mai")
async def test_another_key_or_another_kind_of_liaison_gets_nothing(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: str
) -> None:
    assert country.police_member.login
    await desk("escrow", "--end", typed="no")
    other = await desk("escrow", "--replace")
    found = re.search(r"\n  ([A-Z2-7-]{69})\n", other.output)
    assert found
    wrong = await desk("recover", "union:79", "--member", "mai", typed=found.group(1))
    assert (wrong.exit_code, "This is not the escrow key" in wrong.output) == (1, True)
    police = await desk("recover", "union:79", "--member", country.police_member.login, typed=printed)
    assert (police.exit_code, "no active union liaison" in police.output) == (1, True)
    # The older print still opens what was sealed to it, until the desk has another key.
    assert (await desk("recover", "union:79", "--member", "mai", typed=printed)).exit_code == 0


async def test_a_desk_that_was_never_in_escrow_is_said_to_be_lost(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: str
) -> None:
    told = await desk("recover", "police:79", "--member", country.police_member.login, typed=printed)
    assert (told.exit_code, "is not in escrow" in told.output) == (1, True)
