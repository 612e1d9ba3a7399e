"""Who may open what: every route of the staff application is walked."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from backend.accounts.access import RoleCheck, StageCheck
from backend.accounts.roles import LIAISONS, Role
from tests.backend.staff import Browser, at_work

NewBrowser = Callable[[], Browser]

WITHOUT_SIGN_IN = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/recover"),
    ("POST", "/recover"),
    ("POST", "/language"),
}
EVERYBODY = {
    ("GET", "/"),
    ("GET", "/me"),
    ("POST", "/me/password"),
    ("POST", "/me/recovery-key"),
    ("GET", "/still-here"),
}
BY_PREFIX = {
    "/queue": set(LIAISONS),
    "/desks": set(LIAISONS),
    "/search": set(LIAISONS),
    "/accounts": {Role.ADMINISTRATOR},
    "/admin": {Role.ADMINISTRATOR},
    "/studio": {Role.TRAINER, Role.ADMINISTRATOR},
}
"""Who may open what, written down a second time on purpose."""


def routes_of(app: FastAPI) -> Iterator[tuple[str, str, APIRoute]]:
    """Every (method, path, route) of the application; only files are served besides."""

    def walk(found: list[BaseRoute]) -> Iterator[tuple[str, str, APIRoute]]:
        for route in found:
            if isinstance(route, APIRoute):
                for method in (route.methods or set()) - {"HEAD"}:
                    yield method, route.path, route
            elif isinstance(route, Mount):
                assert route.path == "/static"
            else:
                nested = getattr(route, "routes", None) or getattr(
                    getattr(route, "original_router", None), "routes", None
                )
                assert nested, f"an unknown kind of route: {route!r}"
                yield from walk(list(nested))

    yield from walk(app.routes)


def checks_of(route: APIRoute) -> list[object]:
    """The access checks among a route's dependencies, however deep."""
    found: list[object] = []

    def walk(dependant: object) -> None:
        call = getattr(dependant, "call", None)
        if isinstance(call, RoleCheck | StageCheck):
            found.append(call)
        for below in getattr(dependant, "dependencies", []):
            walk(below)

    walk(route.dependant)
    return found


def expected_roles(path: str) -> set[Role]:
    prefix = "/" + path.split("/")[1]
    return BY_PREFIX[prefix]


def test_every_route_checks_who_is_asking(app: FastAPI) -> None:
    walked = 0
    for method, path, route in routes_of(app):
        walked += 1
        checks = checks_of(route)
        if (method, path) in WITHOUT_SIGN_IN:
            assert not checks, path
        elif path.startswith("/sign-in/"):
            assert [type(check) for check in checks] == [StageCheck], path
        else:
            let_in = set(Role)
            for check in checks:
                assert isinstance(check, RoleCheck), (method, path)
                let_in &= check.roles
            assert checks, (method, path)
            expected = set(Role) if (method, path) in EVERYBODY else expected_roles(path)
            assert let_in == expected, (method, path)
    assert walked > 30


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_is_let_in_where_it_belongs_and_nowhere_else(
    app: FastAPI, browser: Browser, role: Role
) -> None:
    await at_work(app, browser, "hoa", role)
    await browser.get("/me")
    token = browser.form_token
    unknown = "00000000-0000-4000-8000-000000000000"
    for method, path, route in routes_of(app):
        if (method, path) in WITHOUT_SIGN_IN | EVERYBODY or path.startswith("/sign-in/"):
            continue
        address = path
        for name in route.param_convertors:
            address = address.replace("{" + name + "}", unknown)
        answer = await browser.client.request(method, address, headers={"X-Form-Token": token})
        if role in expected_roles(path):
            assert answer.status_code not in (401, 403), (method, path)
        else:
            assert answer.status_code == 403, (method, path)


async def test_nobody_is_let_in_without_signing_in(app: FastAPI, browser: Browser) -> None:
    for method, path, route in routes_of(app):
        if (method, path) in WITHOUT_SIGN_IN:
            continue
        address = path
        for name in route.param_convertors:
            address = address.replace("{" + name + "}", "00000000-0000-4000-8000-000000000000")
        answer = await browser.client.request(method, address)
        assert answer.status_code == 303, (method, path)
        assert answer.headers["location"].startswith("/sign-in"), (method, path)


class TestForms:
    async def test_a_form_without_the_sessions_token_is_refused(self, app: FastAPI, browser: Browser) -> None:
        await at_work(app, browser, "hoa", Role.ADMINISTRATOR)
        fields = {"login": "moi", "display_name": "Mới", "role": "trainer"}
        for token in ({}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": "đ"}):
            answer = await browser.client.post("/accounts", data={**fields, **token})
            assert answer.status_code == 403
            assert "Trang này đã cũ" in answer.text

    async def test_a_token_of_another_session_is_refused(self, app: FastAPI, new_browser: NewBrowser) -> None:
        mine, theirs = new_browser(), new_browser()
        await at_work(app, mine, "hoa", Role.ADMINISTRATOR)
        await at_work(app, theirs, "quan", Role.ADMINISTRATOR)
        await theirs.get("/accounts")
        answer = await mine.client.post(
            "/accounts", data={"form_token": theirs.form_token, "login": "moi", "display_name": "Mới"}
        )
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "http://evil.test"},
            {"origin": "null"},
            {"origin": ""},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "none"},
        ],
    )
    async def test_a_form_sent_by_another_site_is_refused_even_before_signing_in(
        self, browser: Browser, headers: dict[str, str]
    ) -> None:
        answer = await browser.client.post("/sign-in", data={"login": "hoa"}, headers=headers)
        assert answer.status_code == 403
        assert "không đến từ trang của An Tâm" in answer.text

    async def test_a_form_that_is_too_long_is_refused(self, browser: Browser) -> None:
        answer = await browser.client.post("/sign-in", data={"login": "x" * (1024 * 1024 + 1)})
        assert answer.status_code == 413
        assert "quá dài" in answer.text
