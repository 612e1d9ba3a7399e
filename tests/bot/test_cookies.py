"""Cookies that are too many or not well formed stop nobody: the bot reads its own one and nothing else."""

import secrets

import httpx
import pytest

from bot.web.form_posted import COOKIE
from bot.web.shield import MAX_COOKIES
from tests.bot.house import House

PATHS = ("/", "/bao-tin", "/hop-thu", "/healthz")


@pytest.fixture
def http(house: House) -> httpx.Client:
    return httpx.Client(base_url=house.url, verify=False)


@pytest.mark.parametrize("path", PATHS)
def test_cookies_over_four_kilobytes_are_refused_unread(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers={"cookie": 'a="' + r"\"" * (MAX_COOKIES // 2) + '"'})
    assert answer.status_code == 431
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "cookies_too_large"
    assert "content-security-policy" in answer.headers


def test_several_cookie_headers_count_together(http: httpx.Client) -> None:
    headers = [("cookie", f"{name}={'x' * 1_500}") for name in "abc"]
    assert http.get("/bao-tin", headers=headers).status_code == 431


def test_as_many_cookies_as_are_allowed_are_taken(http: httpx.Client) -> None:
    assert http.get("/bao-tin", headers={"cookie": "a=" + "x" * (MAX_COOKIES - 2)}).status_code == 200


@pytest.mark.parametrize(
    "cookie",
    ["a@b=1", "=", ";;;", "antam_tip", 'antam_tip="', r'antam_tip="\400\"', "\x80\xff=\xfe", "a=b=c; ="],
)
@pytest.mark.parametrize("path", PATHS)
def test_a_malformed_cookie_is_as_good_as_none(http: httpx.Client, path: str, cookie: str) -> None:
    assert http.get(path, headers=[(b"cookie", cookie.encode("latin-1"))]).status_code == 200


def test_our_cookie_is_found_among_others(house: House) -> None:
    begun = httpx.post(f"{house.url}/bao-tin", data={"option": "go"}, verify=False)
    session = begun.cookies[COOKIE]
    for others in (f"{COOKIE}={session}", f"a@b=1; x; {COOKIE}={session};y", f'q="\\";{COOKIE}={session}'):
        page = httpx.get(f"{house.url}/bao-tin", headers={"cookie": others}, verify=False).text
        assert 'name="token" value=""' not in page
    stranger = {"cookie": f"{COOKIE}={secrets.token_urlsafe(16)}"}
    assert 'name="token" value=""' in httpx.get(f"{house.url}/bao-tin", headers=stranger, verify=False).text
