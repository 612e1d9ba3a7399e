"""Who is asking, and may they: the dependencies of every staff route.

A route without ``require`` does not exist: a test walks all of them. What a role may see beyond its routes
(which desk, which tip) is decided by the services of those domains.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData

from backend.accounts import sessions
from backend.accounts.keys import (
    SignedPublicKey,
    SwappedKey,
    form_token,
    verify_public_key,
)
from backend.accounts.repository import Arrived
from backend.accounts.roles import LIAISONS, Role
from backend.accounts.sessions import Held, Stage
from backend.kit.crypto import same
from backend.kit.errors import Forbidden, Unauthenticated
from backend.kit.request_session import Session
from backend.kit.site_keys import SiteKeys

COOKIE: Final = "antam_session"
FORM_FIELD: Final = "form_token"
FORM_HEADER: Final = "x-form-token"
POLL_HEADER: Final = "x-page-poll"
"""Sent by requests that a page makes by itself; they do not keep a session alive."""
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class StaleForm(Forbidden):
    """The form's token is not this session's: an old page, or a page that is not ours."""

    code = "stale_form"
    title = "The form is out of date"


@dataclass(frozen=True)
class Visitor:
    """Somebody on the way in: the first secret was right, more is to be done."""

    member_id: uuid.UUID
    login: str
    display_name: str
    role: Role
    held: Held = field(repr=False)

    @property
    def stage(self) -> Stage:
        return self.held.stage

    @property
    def form_token(self) -> str:
        return form_token(self.held.token)


@dataclass(frozen=True)
class Person(Visitor):
    """A signed-in member with the private key in memory, for this request alone."""

    public_key: bytes = b""
    private_key: bytes = field(default=b"", repr=False)


def cookie_name(secure: bool) -> str:
    """With ``__Host-`` a browser takes the cookie only over HTTPS, for this host and the whole of it."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def site_keys(request: Request) -> SiteKeys:
    keys: SiteKeys = request.app.state.site_keys
    return keys


Keys = Annotated[SiteKeys, Depends(site_keys)]


async def visitor_or_none(request: Request, session: Session, keys: Keys) -> Visitor | None:
    """Whoever holds a living session, of any stage. What changes things must bring the form token."""
    secure: bool = request.app.state.settings.secure_cookies
    token = sessions.token_from_text(request.cookies.get(cookie_name(secure), ""))
    if token is None:
        return None
    now = datetime.now(UTC)
    held = await sessions.hold(session, keys, token, now, quiet=POLL_HEADER in request.headers)
    if held is None:
        return None
    stored = held.arrived
    if not stored.active:
        return None
    if request.method not in _SAFE_METHODS:
        await _check_form(request, token)
    who = (held.member_id, stored.login, stored.display_name, Role(stored.role), held)
    found = Visitor(*who)
    if held.stage is Stage.OPEN:
        public_key = _public_key(stored, keys)
        if public_key is None or held.private_key is None:
            return None
        found = Person(*who, public_key, held.private_key)
    request.state.visitor = found
    return found


def _public_key(stored: Arrived, keys: SiteKeys) -> bytes | None:
    """The member's public key, if it is their own."""
    if stored.public_key is None or stored.public_key_mac is None or stored.mac_version is None:
        return None
    signed = SignedPublicKey(stored.public_key, stored.public_key_mac, stored.mac_version)
    try:
        return verify_public_key(keys, stored.member_id, signed)
    except SwappedKey:
        return None


async def _check_form(request: Request, token: bytes) -> None:
    sent = request.headers.get(FORM_HEADER)
    if sent is None:
        form: FormData = await request.form()
        value = form.get(FORM_FIELD)
        sent = value if isinstance(value, str) else ""
    if not same(sent.encode(), form_token(token).encode()):
        raise StaleForm


MaybeVisitor = Annotated[Visitor | None, Depends(visitor_or_none)]


async def signed_in(found: MaybeVisitor) -> Person:
    """The signed-in member.

    Raises:
        Unauthenticated: nobody is, or the sign-in is not finished.
    """
    if not isinstance(found, Person):
        raise Unauthenticated
    return found


SignedIn = Annotated[Person, Depends(signed_in)]


class RoleCheck:
    """Lets in signed-in members of some roles, and nobody else."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, person: SignedIn) -> Person:
        if person.role not in self.roles:
            raise Forbidden
        return person


def require(*roles: Role) -> Any:  # what FastAPI's own Depends() is typed as
    """``Annotated[Person, require(Role.TRAINER)]``, or in a router's ``dependencies``."""
    return Depends(RoleCheck(*roles))


Anybody = Annotated[Person, require(*Role)]
"""Every signed-in member, whatever the role."""
Liaison = Annotated[Person, require(*LIAISONS)]
Trainer = Annotated[Person, require(Role.TRAINER, Role.ADMINISTRATOR)]
Administrator = Annotated[Person, require(Role.ADMINISTRATOR)]


class StageCheck:
    """Lets in whoever is at one of these stages of signing in."""

    def __init__(self, *stages: Stage) -> None:
        self.stages = frozenset(stages)

    async def __call__(self, found: MaybeVisitor) -> Visitor:
        if found is None or found.stage not in self.stages:
            raise Unauthenticated
        return found


def at_stage(*stages: Stage) -> Any:  # as require()
    """``Annotated[Visitor, at_stage(Stage.ENROL_TOTP)]``."""
    return Depends(StageCheck(*stages))
