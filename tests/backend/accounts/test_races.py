"""Two things at the same moment: what an account is given or loses wins over a sign-in that is under way."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import own_account, repository, service, sessions
from backend.accounts.access import Person
from backend.accounts.roles import Role
from backend.accounts.schemas import Arrived, NewAccount
from backend.accounts.sign_in import Entry
from tests.backend.staff import PASSWORD, Browser, first_sign_in, holder, new_account

NewBrowser = Callable[[], Browser]
ANOTHER_PASSWORD = "mùa nước nổi năm ấy cá linh nhiều"


async def done_or_waiting(app: FastAPI, step: asyncio.Task[object]) -> None:
    """Return once the step has ended, or stands before a lock that somebody else holds."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not step.done():
        async with app.state.sessionmaker() as session:
            if await session.scalar(waiting):
                return


async def test_a_one_time_password_typed_while_the_account_is_reset_opens_nothing(
    app: FastAPI, browser: Browser
) -> None:
    account = await new_account(app, "hoa", Role.TRAINER)
    await browser.get("/sign-in")
    async with app.state.sessionmaker.begin() as resetting:
        await reset(app, resetting, account)
        signing_in = asyncio.create_task(
            browser.post("/sign-in", login="hoa", password=account.one_time_password)
        )
        await done_or_waiting(app, signing_in)
    await signing_in
    assert browser.page.status_code == 422


async def test_a_password_chosen_while_the_account_is_reset_is_not_taken(
    app: FastAPI, new_browser: NewBrowser
) -> None:
    account, early, owner = await new_account(app, "hoa", Role.TRAINER), new_browser(), new_browser()
    await early.post_first("/sign-in", login="hoa", password=account.one_time_password)
    async with app.state.sessionmaker.begin() as resetting:
        again = await reset(app, resetting, account)
        choosing = asyncio.create_task(
            early.post("/sign-in/password", password=ANOTHER_PASSWORD, repeated=ANOTHER_PASSWORD)
        )
        await done_or_waiting(app, choosing)
    await choosing
    assert early.path == "/sign-in"
    await owner.post_first("/sign-in", login="hoa", password=again.one_time_password)
    assert owner.path == "/sign-in/password"


async def test_an_old_password_typed_while_it_is_changed_opens_nothing(
    app: FastAPI, new_browser: NewBrowser
) -> None:
    owner, thief = new_browser(), new_browser()
    await first_sign_in(owner, await new_account(app, "hoa", Role.TRAINER))
    await thief.get("/sign-in")
    async with app.state.sessionmaker.begin() as changing:
        me = await person(app, changing, owner)
        # As from the owner's own browser, whose attempts are counted apart, so that the thief's go on.
        mark = owner.client.cookies.get("antam_known") or ""
        entry = Entry(app.state.sessionmaker, changing, app.state.site_keys, datetime.now(UTC), mark)
        changed = await own_account.change_password(entry, me, PASSWORD, ANOTHER_PASSWORD, ANOTHER_PASSWORD)
        assert isinstance(changed, Arrived)
        signing_in = asyncio.create_task(thief.post("/sign-in", login="hoa", password=PASSWORD))
        await done_or_waiting(app, signing_in)
    await signing_in
    assert thief.page.status_code == 422


async def reset(app: FastAPI, session: AsyncSession, account: NewAccount) -> NewAccount:
    """What the administrator does, not yet committed."""
    again = await service.reset(
        session, app.state.site_keys, actor_id=None, member_id=account.member_id, now=datetime.now(UTC)
    )
    assert isinstance(again, NewAccount)
    return again


async def person(app: FastAPI, session: AsyncSession, browser: Browser) -> Person:
    """The member who is signed in in a browser, as a route sees one."""
    keys = app.state.site_keys
    seat = await holder(session, keys, browser)
    token = sessions.token_from_text(browser.client.cookies.get("antam_session") or "")
    held = await sessions.hold(session, keys, token or b"", datetime.now(UTC))
    member = await repository.member(session, seat.member_id)
    assert member is not None and held is not None
    return Person(
        member.id,
        member.login,
        member.display_name,
        Role(member.role),
        held,
        seat.public_key,
        seat.private_key,
    )
