"""Staff members for tests: made as an administrator makes them, signed in page by page as a browser does."""

import html
import re
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pyotp
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from backend.accounts import repository, service, sessions
from backend.accounts.arrival import Arriving
from backend.accounts.keys import wrap_private_key
from backend.accounts.models import Member
from backend.accounts.roles import Role
from backend.accounts.schemas import NewAccount
from backend.accounts.sessions import Stage
from backend.accounts.sign_in import new_keys
from backend.kit.site_keys import SiteKeys

PASSWORD = "bốn con trâu qua cầu khỉ"
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')
_SECRET = re.compile(r'<p class="secret[^"]*">([^<]+)</p>')


@dataclass
class Browser:
    """A browser with cookies and the forms of the page that it shows."""

    client: httpx.AsyncClient
    page: httpx.Response = field(init=False)

    def __post_init__(self) -> None:
        self.client.headers["origin"] = str(self.client.base_url).rstrip("/")

    @property
    def text(self) -> str:
        """The page's text with its entities resolved."""
        return html.unescape(self.page.text)

    @property
    def path(self) -> str:
        return self.page.url.path

    @property
    def form_token(self) -> str:
        """The token of the forms of this page."""
        found = _TOKEN.search(self.page.text)
        assert found, f"no form on {self.page.url.path}"
        return found.group(1)

    @property
    def secret(self) -> str:
        """The TOTP secret or the recovery key that this page shows."""
        found = _SECRET.search(self.page.text)
        assert found, f"no secret on {self.page.url.path}"
        return found.group(1).strip()

    async def get(self, path: str) -> httpx.Response:
        self.page = await self.client.get(path, follow_redirects=True)
        return self.page

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of this page."""
        token = _TOKEN.search(self.page.text)
        data = {**({"form_token": token.group(1)} if token else {}), **fields}
        self.page = await self.client.post(path, data=data, follow_redirects=True)
        return self.page

    async def post_first(self, path: str, **fields: str) -> httpx.Response:
        """Open a page and send its form."""
        await self.get(path)
        return await self.post(path, **fields)


@dataclass
class Credentials:
    """What a member keeps after the first sign-in."""

    login: str
    password: str
    totp_secret: str
    recovery_key: str
    used: set[int] = field(default_factory=set)

    def code(self) -> str:
        """A code that was not used yet: of this step or, second, of the next one.

        Both are accepted still when a step ends before the code arrives; one of the step before would not be.
        """
        now = int(datetime.now(UTC).timestamp()) // 30
        step = next(step for step in (now, now + 1) if step > max(self.used, default=0))
        self.used.add(step)
        return pyotp.TOTP(self.totp_secret).generate_otp(step)


async def new_account(app: FastAPI, login: str, role: Role, name: str | None = None) -> NewAccount:
    """An account as the administrator hands it over."""
    maker: async_sessionmaker[AsyncSession] = app.state.sessionmaker
    keys: SiteKeys = app.state.site_keys
    async with maker.begin() as session:
        made = await service.create(
            session,
            keys,
            actor_id=None,
            login=login,
            display_name=name or login.title(),
            role=role,
            now=datetime.now(UTC),
        )
    assert isinstance(made, NewAccount)
    return made


async def first_sign_in(browser: Browser, account: NewAccount, password: str = PASSWORD) -> Credentials:
    """The whole first sign-in; afterwards the browser shows the member's first page."""
    await browser.get("/sign-in")
    await browser.post("/sign-in", login=account.login, password=account.one_time_password)
    await browser.post("/sign-in/password", password=password, repeated=password)
    mine = Credentials(account.login, password, browser.secret.replace(" ", ""), "")
    await browser.post("/sign-in/code", code=mine.code())
    await browser.post("/sign-in/recovery-key")
    mine.recovery_key = browser.secret
    await browser.post("/sign-in/done")
    return mine


async def at_work(app: FastAPI, browser: Browser, login: str, role: Role) -> uuid.UUID:
    """A browser in which a member is signed in, and the member's id.

    Ends where ``first_sign_in`` ends, but without the pages and the long derivations of passwords: for tests
    about what comes after.
    """
    maker: async_sessionmaker[AsyncSession] = app.state.sessionmaker
    async with maker.begin() as session:
        seat = await seated(session, app.state.site_keys, login, role)
    browser.client.cookies.set("antam_session", seat.cookie, domain="antam.test")
    return seat.holder.member_id


@dataclass(frozen=True)
class Seat:
    """A member with a finished sign-in: the cookie of the browser, and the keys behind it."""

    cookie: str
    holder: Arriving


async def seated(session: AsyncSession, keys: SiteKeys, login: str, role: Role) -> Seat:
    """A new member and a session of theirs, made without a password."""
    member_id = uuid.uuid4()
    session.add(Member(id=member_id, login=login, display_name=login.title(), role=role, active=True))
    await session.flush()
    row, private_key = new_keys(keys, member_id)
    row.recovery_saved = row.totp_confirmed = True
    row.password_salt = secrets.token_bytes(16)
    wrapped = wrap_private_key(keys, member_id, private_key, secrets.token_bytes(32), "password")
    row.password_wrapped, row.password_wrap_version = wrapped.value, wrapped.version
    session.add(row)
    token = await sessions.begin(session, keys, member_id, Stage.OPEN, private_key, now=datetime.now(UTC))
    return Seat(sessions.token_text(token), Arriving(member_id, row.public_key, private_key))


async def holder(session: AsyncSession, keys: SiteKeys, browser: Browser) -> Arriving:
    """The key holder who is signed in in a browser."""
    token = sessions.token_from_text(browser.client.cookies.get("antam_session") or "")
    held = await sessions.hold(session, keys, token or b"", datetime.now(UTC))
    assert held is not None and held.private_key is not None
    row = await repository.keys_of(session, held.member_id)
    assert row is not None
    return Arriving(held.member_id, row.public_key, held.private_key)


async def sign_in_again(browser: Browser, mine: Credentials) -> None:
    """Name, password and a fresh code."""
    await browser.get("/sign-in")
    await browser.post("/sign-in", login=mine.login, password=mine.password)
    await browser.post("/sign-in/code", code=mine.code())
