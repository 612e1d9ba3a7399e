"""What every page and answer carries: headers, weight, no other host, no inline script."""

import re

import httpx
import pytest

from tests.bot.house import House

PAGES = ("/", "/?lang=en", "/bao-tin", "/hop-thu")


def assets(html: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/static/[^"]+)"', html)


@pytest.fixture
def http(house: House) -> httpx.Client:
    return httpx.Client(base_url=house.url, verify=False)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_and_all_its_parts_weigh_less_than_60_kb(http: httpx.Client, path: str) -> None:
    page = http.get(path)
    styles = [http.get(asset) for asset in assets(page.text)]
    inside = [
        http.get(f"/static/{name}")
        for style in styles
        for name in re.findall(r"url\((\w+\.svg)\)", style.text)
    ]
    total = sum(
        len(answer.content) + sum(len(k) + len(v) + 4 for k, v in answer.headers.items())
        for answer in [page, *styles, *inside]
    )
    assert all(answer.status_code == 200 for answer in [page, *styles, *inside])
    assert total < 60_000


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_no_other_host(http: httpx.Client, path: str) -> None:
    html = http.get(path).text
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"', html)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_inline_script_or_style(http: httpx.Client, path: str) -> None:
    html = http.get(path).text
    assert not re.search(r"<script(?![^>]*src=)", html)
    assert "<style" not in html
    assert not re.search(r"\s(style|on\w+)=", html)


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/static/nowhere.js", "/healthz"])
def test_every_answer_carries_the_security_headers(http: httpx.Client, path: str) -> None:
    headers = http.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_only_unchanging_files_may_be_kept_by_a_browser(http: httpx.Client) -> None:
    asset = assets(http.get("/").text)[0]
    assert "?v=" in asset
    assert "max-age" in http.get(asset).headers["cache-control"]


def test_a_page_that_is_not_there_says_so_in_words(http: httpx.Client) -> None:
    page = http.get("/nowhere", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "Không có trang này" in page.text
    problem = http.get("/nowhere")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["code"] == "not_found"


def test_the_process_says_that_it_is_alive(http: httpx.Client) -> None:
    assert http.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/", "/bao-tin", "/hop-thu"])
def test_a_page_speaks_the_language_that_was_chosen(http: httpx.Client, path: str) -> None:
    assert '<html lang="vi">' in http.get(path).text
    assert '<html lang="en">' in http.get(path, params={"lang": "en"}).text
