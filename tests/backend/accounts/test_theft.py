"""What a thief of the database, or of one cookie, gets."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from backend.accounts import keys as member_keys
from backend.accounts import repository, sessions
from backend.accounts.keys import Wrapped
from backend.accounts.models import Member, MemberKeys, StaffSession
from backend.accounts.passwords import normal_password
from backend.accounts.roles import Role
from backend.kit.argon2_queue import derive
from backend.kit.crypto import KEY_BYTES, Unsealable, new_key_pair
from backend.kit.site_keys import SiteKeys
from tests.backend.accounts.test_keys import site
from tests.backend.staff import PASSWORD, Browser, first_sign_in, new_account

NewBrowser = Callable[[], Browser]


async def test_a_session_row_is_useless_without_its_cookie(app: FastAPI, browser: Browser) -> None:
    await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
    async with app.state.sessionmaker() as session:
        row = await session.scalar(select(StaffSession))
        assert row is not None
    browser.client.cookies.clear()
    for forged in (row.token_hash, row.sealed_private_key[:32]):
        token = base64.urlsafe_b64encode(forged).decode().rstrip("=")
        answer = await browser.client.get("/me", headers={"cookie": f"antam_session={token}"})
        assert answer.status_code == 303
        with pytest.raises(Unsealable):
            member_keys.open_from_session(app.state.site_keys, forged, row.member_id, row.sealed_private_key)


async def test_a_session_row_with_its_cookie_is_useless_without_the_site_key(
    app: FastAPI, browser: Browser, tmp_path: Path
) -> None:
    await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
    token = sessions.token_from_text(browser.client.cookies.get("antam_session") or "")
    assert token is not None
    async with app.state.sessionmaker() as session:
        row = await session.scalar(select(StaffSession))
        assert row is not None
    assert member_keys.open_from_session(app.state.site_keys, token, row.member_id, row.sealed_private_key)
    with pytest.raises(Unsealable):
        member_keys.open_from_session(site(tmp_path), token, row.member_id, row.sealed_private_key)


async def test_a_wrapped_key_is_useless_with_the_password_but_without_the_site_key(
    app: FastAPI, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
    keys: SiteKeys = app.state.site_keys
    async with app.state.sessionmaker() as session:
        row = await session.scalar(select(MemberKeys))
        assert row is not None
    stretched = await derive(normal_password(PASSWORD), row.password_salt, KEY_BYTES)
    wrapped = Wrapped(row.password_wrapped, row.password_wrap_version)
    assert member_keys.unwrap_private_key(keys, row.member_id, wrapped, stretched, "password")
    other = site(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(Unsealable):
        member_keys.unwrap_private_key(other, row.member_id, wrapped, stretched, "password")


async def test_a_public_key_put_in_its_place_shuts_the_account_instead_of_being_used(
    app: FastAPI, browser: Browser
) -> None:
    await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
    swapped, _ = new_key_pair()
    async with app.state.sessionmaker.begin() as session:
        await session.execute(text("UPDATE member_keys SET public_key = :key"), {"key": swapped})
    await browser.get("/me")
    assert browser.path == "/sign-in"


async def test_a_session_of_one_member_cannot_be_given_to_another(
    app: FastAPI, new_browser: NewBrowser
) -> None:
    await first_sign_in(new_browser(), await new_account(app, "quan", Role.ADMINISTRATOR))
    trainer = new_browser()
    await first_sign_in(trainer, await new_account(app, "hoa", Role.TRAINER))
    async with app.state.sessionmaker.begin() as session:
        admin = await session.scalar(select(Member.id).where(Member.login == "quan"))
        await session.execute(
            text(
                "UPDATE staff_sessions SET member_id = :admin"
                " WHERE member_id = (SELECT id FROM members WHERE login = 'hoa')"
            ),
            {"admin": admin},
        )
    await trainer.get("/accounts")
    assert trainer.path == "/sign-in"


async def test_no_secret_stands_in_clear_in_the_tables(app: FastAPI, browser: Browser) -> None:
    account = await new_account(app, "hoa", Role.TRAINER)
    mine = await first_sign_in(browser, account)
    token = sessions.token_from_text(browser.client.cookies.get("antam_session") or "")
    assert token is not None
    secrets = [
        account.one_time_password.encode(),
        PASSWORD.encode(),
        mine.recovery_key.encode(),
        base64.b32decode(mine.recovery_key.replace("-", "")),
        base64.b32decode(mine.totp_secret),
        token,
    ]
    async with app.state.sessionmaker() as session:
        begun = (await repository.members(session))[0].created_at
        held = await sessions.hold(session, app.state.site_keys, token, begun)
        assert held is not None
        assert held.private_key is not None
        secrets.append(held.private_key)
        for table in ("members", "member_keys", "staff_sessions", "audit_entries"):
            for row in (await session.execute(text(f"SELECT * FROM {table}"))).all():
                shown = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
                assert not any(secret in shown for secret in secrets), table
