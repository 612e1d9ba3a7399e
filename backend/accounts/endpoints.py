"""Pages of signing in and out: name and password, code, and what a new account does once."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from backend.accounts import (
    arrival,
    known_browsers,
    own_account,
    recovery,
    repository,
    sessions,
    sign_in,
    totp,
)
from backend.accounts.access import Anybody, Keys, MaybeVisitor, Person, Visitor, at_stage, cookie_name
from backend.accounts.schemas import Arrived, Faulty, Refused
from backend.accounts.sessions import Stage
from backend.accounts.sign_in import Entry
from backend.kit.errors import NotFound
from backend.kit.request_session import Session
from backend.web.navigation import home
from backend.web.pages import go, local_path, page

staff = APIRouter()

_PAGE_OF_STAGE = {
    Stage.CHOOSE_PASSWORD: "/sign-in/password",
    Stage.ENROL_TOTP: "/sign-in/app",
    Stage.CONFIRM_TOTP: "/sign-in/code",
    Stage.SAVE_RECOVERY: "/sign-in/recovery-key",
}

Secret = Annotated[str, Form(max_length=1000)]
Short = Annotated[str, Form(max_length=300)]


def entry(request: Request, session: Session, keys: Keys) -> Entry:
    """What the steps of a sign-in need of this request."""
    maker: async_sessionmaker[AsyncSession] = request.app.state.sessionmaker
    mark = request.cookies.get(known_browsers.COOKIE, "")
    return Entry(maker, session, keys, datetime.now(UTC), mark)


Steps = Annotated[Entry, Depends(entry)]


def _with_cookie(request: Request, answer: Response, token: bytes) -> Response:
    secure: bool = request.app.state.settings.secure_cookies
    answer.set_cookie(
        cookie_name(secure),
        sessions.token_text(token),
        path="/",
        httponly=True,
        samesite="strict",
        secure=secure,
    )
    return answer


def _refused(request: Request, template: str, refused: Refused, **context: object) -> HTMLResponse:
    answer = page(request, template, status=429 if refused.wait else 422, refused=refused, **context)
    if refused.wait:
        answer.headers["retry-after"] = str(max(1, int(refused.wait.total_seconds())))
    return answer


@staff.get("/")
async def first_page(person: Anybody) -> Response:
    """Everybody's own first page."""
    return go(home(person.role))


@staff.get("/sign-in")
async def sign_in_page(request: Request, found: MaybeVisitor, next: str = "") -> Response:
    if isinstance(found, Person):
        return go(local_path(next, home(found.role)))
    if found is not None:
        return go(_PAGE_OF_STAGE[found.stage])
    return page(request, "accounts/sign_in.html", refused=None, login="", next=local_path(next, ""))


@staff.post("/sign-in")
async def give_password(
    request: Request, steps: Steps, login: Short = "", password: Secret = "", next: Short = ""
) -> Response:
    outcome = await sign_in.sign_in(steps, login, password)
    after = local_path(next, "")
    if isinstance(outcome, Refused):
        return _refused(request, "accounts/sign_in.html", outcome, login=login, next=after)
    old = sessions.token_from_text(
        request.cookies.get(cookie_name(request.app.state.settings.secure_cookies), "")
    )
    if old is not None:
        await sessions.end(steps.session, old)
    address = _PAGE_OF_STAGE[outcome.stage]
    if after and outcome.stage is Stage.CONFIRM_TOTP:
        address += f"?next={quote(after, safe='/')}"
    return _with_cookie(request, go(address), outcome.token)


@staff.post("/sign-out")
async def sign_out(request: Request, found: MaybeVisitor, session: Session) -> Response:
    if found is not None:
        await sessions.end(session, found.held.token)
    answer = go("/sign-in?done=signed_out")
    secure: bool = request.app.state.settings.secure_cookies
    answer.delete_cookie(cookie_name(secure), path="/", secure=secure, httponly=True, samesite="strict")
    return answer


Choosing = Annotated[Visitor, at_stage(Stage.CHOOSE_PASSWORD)]
Enrolling = Annotated[Visitor, at_stage(Stage.ENROL_TOTP)]
Confirming = Annotated[Visitor, at_stage(Stage.CONFIRM_TOTP)]
GivingCode = Annotated[Visitor, at_stage(Stage.ENROL_TOTP, Stage.CONFIRM_TOTP)]
Saving = Annotated[Visitor, at_stage(Stage.SAVE_RECOVERY)]


@staff.get("/sign-in/password")
async def first_password_page(request: Request, _: Choosing) -> Response:
    return page(request, "accounts/first_password.html", fault=None)


@staff.post("/sign-in/password")
async def choose_first_password(
    request: Request, visitor: Choosing, steps: Steps, password: Secret = "", repeated: Secret = ""
) -> Response:
    outcome = await sign_in.choose_first_password(steps, visitor.held, password, repeated)
    if isinstance(outcome, Faulty):
        return page(request, "accounts/first_password.html", status=422, fault=outcome.fault)
    return _with_cookie(request, go(_PAGE_OF_STAGE[outcome.stage]), outcome.token)


async def _totp_secret(session: AsyncSession, keys: Keys, visitor: Visitor) -> bytes:
    row = await repository.keys_of(session, visitor.member_id)
    if row is None:
        raise NotFound
    return sign_in.totp_secret(keys, row)


@staff.get("/sign-in/app")
async def enrol_page(request: Request, visitor: Enrolling, session: Session, keys: Keys) -> Response:
    secret = totp.secret_text(await _totp_secret(session, keys, visitor))
    return page(request, "accounts/enrol_app.html", refused=None, secret=secret)


@staff.get("/sign-in/app.svg")
async def enrol_picture(visitor: Enrolling, session: Session, keys: Keys) -> Response:
    """The QR code that an authenticator app scans."""
    secret = await _totp_secret(session, keys, visitor)
    return Response(totp.enrolment_picture(secret, visitor.login), media_type="image/svg+xml")


@staff.get("/sign-in/code")
async def code_page(request: Request, _: Confirming, next: str = "") -> Response:
    return page(request, "accounts/code.html", refused=None, next=local_path(next, ""))


@staff.post("/sign-in/code")
async def give_code(
    request: Request, visitor: GivingCode, steps: Steps, code: Short = "", next: Short = ""
) -> Response:
    outcome = await sign_in.give_code(steps, visitor.held, code)
    if isinstance(outcome, Arrived):
        return await _let_in(request, steps, visitor, outcome, local_path(next, home(visitor.role)))
    if visitor.stage is Stage.CONFIRM_TOTP:
        return _refused(request, "accounts/code.html", outcome, next=local_path(next, ""))
    secret = totp.secret_text(await _totp_secret(steps.session, steps.keys, visitor))
    return _refused(request, "accounts/enrol_app.html", outcome, secret=secret)


async def _let_in(
    request: Request, steps: Entry, visitor: Visitor, arrived: Arrived, address: str
) -> Response:
    if arrived.stage is Stage.OPEN:
        await arrival.take_places(steps, visitor)
    else:
        address = _PAGE_OF_STAGE[arrived.stage]
    answer = _with_cookie(request, go(address), arrived.token)
    if known_browsers.browser_id(steps.keys, visitor.login, steps.mark) is None:
        answer.set_cookie(
            known_browsers.COOKIE,
            known_browsers.new_mark(steps.keys, visitor.login),
            max_age=known_browsers.LIFE_SECONDS,
            path="/",
            httponly=True,
            samesite="strict",
            secure=request.app.state.settings.secure_cookies,
        )
    return answer


@staff.get("/sign-in/lost-phone")
async def lost_phone_page(request: Request, _: Confirming) -> Response:
    return page(request, "accounts/lost_phone.html", refused=None)


@staff.post("/sign-in/lost-phone")
async def replace_phone(
    request: Request, visitor: Confirming, steps: Steps, recovery_key: Short = ""
) -> Response:
    outcome = await recovery.replace_phone(steps, visitor.held, recovery_key)
    if isinstance(outcome, Refused):
        return _refused(request, "accounts/lost_phone.html", outcome)
    return _with_cookie(request, go(_PAGE_OF_STAGE[outcome.stage]), outcome.token)


@staff.get("/sign-in/recovery-key")
async def recovery_key_page(request: Request, _: Saving) -> Response:
    return page(request, "accounts/recovery_key.html", recovery_key=None)


@staff.post("/sign-in/recovery-key")
async def show_recovery_key(request: Request, visitor: Saving, steps: Steps) -> Response:
    """Make and show the recovery key. It is in this answer and nowhere else."""
    shown = await own_account.first_recovery_key(steps, visitor.held)
    return page(request, "accounts/recovery_key.html", recovery_key=shown)


@staff.post("/sign-in/done")
async def recovery_key_saved(request: Request, visitor: Saving, steps: Steps) -> Response:
    arrived = await sign_in.finish_recovery(steps, visitor.held)
    return await _let_in(request, steps, visitor, arrived, home(visitor.role))


@staff.get("/recover")
async def recover_page(request: Request) -> Response:
    return page(request, "accounts/recover.html", refused=None, fault=None, login="")


@staff.post("/recover")
async def recover(
    request: Request,
    *,
    steps: Steps,
    login: Short = "",
    recovery_key: Short = "",
    password: Secret = "",
    repeated: Secret = "",
) -> Response:
    outcome = await recovery.recover(steps, login, recovery_key, password, repeated)
    if isinstance(outcome, Faulty):
        return page(
            request, "accounts/recover.html", status=422, refused=None, fault=outcome.fault, login=login
        )
    if isinstance(outcome, Refused):
        return _refused(request, "accounts/recover.html", outcome, fault=None, login=login)
    return _with_cookie(request, go(_PAGE_OF_STAGE[outcome.stage]), outcome.token)


@staff.get("/still-here", status_code=204)
async def still_here(_: Anybody) -> None:
    """Asked by an open page once a minute: when the session is over, the page shows nothing any more."""


@staff.get("/me")
async def my_account(request: Request, _: Anybody) -> Response:
    return page(request, "accounts/me.html", refused=None, fault=None, about="", recovery_key=None)


@staff.post("/me/password")
async def change_password(
    request: Request,
    *,
    person: Anybody,
    steps: Steps,
    current: Secret = "",
    password: Secret = "",
    repeated: Secret = "",
) -> Response:
    outcome = await own_account.change_password(steps, person, current, password, repeated)
    context = {"about": "password", "recovery_key": None}
    if isinstance(outcome, Faulty):
        return page(request, "accounts/me.html", status=422, refused=None, fault=outcome.fault, **context)
    if isinstance(outcome, Refused):
        return _refused(request, "accounts/me.html", outcome, fault=None, **context)
    return _with_cookie(request, go("/me?done=password_changed"), outcome.token)


@staff.post("/me/recovery-key")
async def renew_recovery_key(
    request: Request, person: Anybody, steps: Steps, current: Secret = ""
) -> Response:
    outcome = await own_account.renew_recovery_key(steps, person, current)
    if isinstance(outcome, Refused):
        return _refused(request, "accounts/me.html", outcome, fault=None, about="recovery", recovery_key=None)
    return page(request, "accounts/me.html", refused=None, fault=None, about="recovery", recovery_key=outcome)
