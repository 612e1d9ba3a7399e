"""The studio with one published topic, and trainers who are signed in.

How people sign in is tested with the accounts; here a session is opened as if they had.
"""

import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from backend.accounts import sessions
from backend.accounts.access import cookie_name
from backend.accounts.keys import sign_public_key
from backend.accounts.models import Member, MemberKeys
from backend.accounts.roles import Role
from backend.accounts.sessions import Stage
from backend.kit.crypto import new_key_pair
from backend.knowledge import service
from tests.backend.accounts.conftest import app, new_browser
from tests.backend.knowledge.topics import SOUND, around
from tests.backend.staff import Browser

__all__ = ["app", "new_browser"]

TOPIC = "payroll_card_pawn"
SignedIn = Callable[[str, Role], Awaitable[Browser]]


@pytest.fixture
async def published(app: FastAPI) -> None:
    """``SOUND`` stands published as ``payroll_card_pawn``, as the seed."""
    async with app.state.sessionmaker.begin() as session:
        release = service.Release(None, "seed", service.NEW)
        await service.publish(session, app.state.site_keys, TOPIC, SOUND, release=release, around=around())


@pytest.fixture
def signed_in(app: FastAPI, new_browser: Callable[[], Browser]) -> SignedIn:
    """Opens a browser in which a new member of this name and role is signed in."""

    async def open_browser(name: str, role: Role) -> Browser:
        public_key, private_key = new_key_pair()
        member = Member(id=uuid.uuid4(), login=name.lower(), display_name=name, role=role, active=True)
        async with app.state.sessionmaker.begin() as session:
            session.add(member)
            await session.flush()
            keys = app.state.site_keys
            signed = sign_public_key(keys, member.id, public_key)
            session.add(
                MemberKeys(
                    member_id=member.id,
                    public_key=public_key,
                    public_key_mac=signed.mac,
                    mac_version=signed.version,
                    password_salt=b"",
                    password_wrapped=b"",
                    password_wrap_version=1,
                )
            )
            token = await sessions.begin(
                session, keys, member.id, Stage.OPEN, private_key, now=datetime.now(UTC)
            )
        browser = new_browser()
        browser.client.cookies.set(cookie_name(secure=False), sessions.token_text(token))
        return browser

    return open_browser


@pytest.fixture
async def trainer(signed_in: SignedIn, published: None) -> Browser:
    """A trainer's browser."""
    return await signed_in("Hoa", Role.TRAINER)
