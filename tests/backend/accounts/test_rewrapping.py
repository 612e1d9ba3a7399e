"""After the site key ``wrap`` was changed, members follow at their next sign-in; nobody is locked out."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from backend.accounts.models import MemberKeys
from backend.accounts.roles import Role
from backend.desks import service as desks
from backend.kit.settings import Settings
from backend.ops.belonging import adopt
from backend.ops.keys import census
from backend.ops.keys.carrying import Carried
from backend.ops.keys.rotating import NotYet, renew, retire, rotate
from backend.ops.postgres import DatabaseUrls
from tests.backend.staff import Browser, Credentials, first_sign_in, holder, new_account, sign_in_again

NewBrowser = Callable[[], Browser]
ANOTHER_PASSWORD = "mùa nước nổi năm ấy cá linh nhiều"


class Keys:
    """An operator who changes the key while the pages are being served."""

    def __init__(self, app: FastAPI, config: Settings, urls: DatabaseUrls) -> None:
        self._app, self._config, self._urls = app, config, urls

    async def rotate(self) -> Carried:
        await rotate(self._config, self._urls.owner, self._app.state.sessionmaker, "wrap", datetime.now(UTC))
        return await renew(self._config, self._app.state.sessionmaker, "wrap")

    async def retire(self) -> list[int]:
        """A deployment without backups: nothing waits for them."""
        maker, now = self._app.state.sessionmaker, datetime.now(UTC)
        return await retire(self._config, self._urls.owner, maker, "wrap", now, at_once=True)

    async def count(self) -> dict[int, int]:
        async with self._app.state.sessionmaker() as session:
            return await census.count(session, "wrap")


@pytest.fixture
def keys(app: FastAPI, backend_settings: Settings, database: DatabaseUrls) -> Keys:
    adopt(database.owner, app.state.site_keys)
    return Keys(app, backend_settings, database)


async def member(app: FastAPI, browser: Browser, role: Role = Role.TRAINER) -> Credentials:
    return await first_sign_in(browser, await new_account(app, "hoa.tran", role))


async def versions(app: FastAPI) -> tuple[int | None, ...]:
    async with app.state.sessionmaker() as session:
        row = (await session.scalars(select(MemberKeys))).one()
    return row.password_wrap_version, row.recovery_wrap_version, row.totp_wrap_version


async def test_who_is_signed_in_stays_signed_in(app: FastAPI, browser: Browser, keys: Keys) -> None:
    await member(app, browser)
    await keys.rotate()
    await browser.get("/me")
    assert browser.path == "/me"


async def test_the_next_sign_in_brings_everything_along_and_ends_with_a_new_recovery_key(
    app: FastAPI, new_browser: NewBrowser, keys: Keys
) -> None:
    mine = await member(app, new_browser())
    assert await keys.rotate() == Carried(done=1)
    assert await versions(app) == (1, 1, 2)
    again = new_browser()
    await sign_in_again(again, mine)
    assert again.path == "/sign-in/recovery-key"
    await again.post("/sign-in/recovery-key")
    assert again.secret != mine.recovery_key
    await again.post("/sign-in/done")
    assert await versions(app) == (2, 2, 2)


async def test_before_that_the_old_recovery_key_still_helps_and_afterwards_it_does_not(
    app: FastAPI, new_browser: NewBrowser, keys: Keys
) -> None:
    mine = await member(app, new_browser())
    await keys.rotate()
    back = new_browser()
    await back.post_first(
        "/recover",
        login=mine.login,
        recovery_key=mine.recovery_key,
        password=ANOTHER_PASSWORD,
        repeated=ANOTHER_PASSWORD,
    )
    await back.post("/sign-in/code", code=mine.code())
    await back.post("/sign-in/recovery-key")
    await back.post("/sign-in/done")
    assert await versions(app) == (2, 2, 2)


async def test_the_old_key_is_destroyed_only_when_nobody_needs_it(
    app: FastAPI, new_browser: NewBrowser, keys: Keys
) -> None:
    first = new_browser()
    mine = await member(app, first)
    await keys.rotate()
    with pytest.raises(NotYet, match="3 values still need it"):  # password, recovery key, session
        await keys.retire()
    again = new_browser()
    await sign_in_again(again, mine)
    await again.post("/sign-in/recovery-key")
    await again.post("/sign-in/done")
    assert await keys.count() == {1: 1, 2: 4}
    with pytest.raises(NotYet, match="1 values still need it"):
        await keys.retire()
    await first.get("/me")
    await first.post("/sign-out")
    assert await keys.retire() == [1]
    await again.get("/me")
    assert again.path == "/me"


async def test_a_liaison_who_comes_back_with_the_recovery_key_still_holds_the_desks_key(
    app: FastAPI, new_browser: NewBrowser
) -> None:
    first = new_browser()
    mine = await member(app, first, Role.UNION_LIAISON)
    site_keys = app.state.site_keys
    async with app.state.sessionmaker.begin() as session:
        person = await holder(session, site_keys, first)
        desk = await desks.create(session, site_keys, "union", "79")
        await desks.invite(session, site_keys, desk=desk, member_id=person.member_id, actor_id=None)
        await desks.activate(session, site_keys, person)
    back = new_browser()
    await back.post_first(
        "/recover",
        login=mine.login,
        recovery_key=mine.recovery_key,
        password=ANOTHER_PASSWORD,
        repeated=ANOTHER_PASSWORD,
    )
    await back.post("/sign-in/code", code=mine.code())
    await back.post("/sign-in/recovery-key")
    await back.post("/sign-in/done")
    async with app.state.sessionmaker() as session:
        again = await holder(session, site_keys, back)
        assert (await desks.open_desk(session, site_keys, again, desk.id)).private_key
