"""What surrounds every staff page: headers, errors, languages, files of others."""

import hashlib
import re

import httpx
import pytest

from backend.app import create_staff_app
from backend.kit.settings import ROOT, Settings
from backend.web.pages import local_path
from tests.backend.clients import client_of

VENDOR = ROOT / "backend" / "web" / "static" / "vendor"


class TestHeaders:
    @pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/static/staff.css"])
    async def test_stand_on_every_answer(self, staff_client: httpx.AsyncClient, path: str) -> None:
        headers = (await staff_client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"

    async def test_pages_are_never_kept_by_a_cache(self, staff_client: httpx.AsyncClient) -> None:
        assert (await staff_client.get("/sign-in")).headers["cache-control"] == "no-store"

    async def test_pages_hold_no_inline_script_or_style(self, staff_client: httpx.AsyncClient) -> None:
        for path in ("/sign-in", "/recover", "/nowhere"):
            text = (await staff_client.get(path)).text
            assert not re.search(r"<script(?![^>]*\ssrc=)", text)
            assert "<style" not in text
            assert not re.search(r'\s(style|on\w+)="', text)

    def test_no_template_holds_inline_script_or_style(self) -> None:
        for path in (ROOT / "backend" / "web" / "templates").rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\s(style|on[a-z]+)=\"|hx-on", text), (
                path.name
            )

    async def test_nothing_is_loaded_from_another_host(self, staff_client: httpx.AsyncClient) -> None:
        text = (await staff_client.get("/sign-in")).text
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)


class TestErrors:
    async def test_an_unknown_page_is_a_sentence_in_the_readers_language(
        self, staff_client: httpx.AsyncClient
    ) -> None:
        answer = await staff_client.get("/nowhere")
        assert answer.status_code == 404
        assert "Không có trang này" in answer.text
        staff_client.cookies.set("antam_language", "en")
        assert "There is no such page" in (await staff_client.get("/nowhere")).text

    async def test_an_error_for_a_part_of_a_page_leaves_what_was_typed(
        self, staff_client: httpx.AsyncClient
    ) -> None:
        headers = {"hx-request": "true", "origin": "http://antam.test"}
        answer = await staff_client.post("/me/password", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["hx-retarget"] == "#problem"
        assert "Phiên làm việc đã hết" in answer.text

    async def test_an_odd_address_is_not_echoed(self, staff_client: httpx.AsyncClient) -> None:
        answer = await staff_client.get("/%3Cscript%3Ealert(1)%3C/script%3E")
        assert answer.status_code == 404
        assert "alert(1)" not in answer.text.replace("%3C", "<").split('name="back"')[0]
        assert "<script>alert" not in answer.text


class TestCookies:
    @pytest.mark.parametrize("cookies", ['a="' + '\\"' * 15_000 + '"', "a=" + "b" * 4096])
    async def test_more_than_any_honest_browser_brings_are_refused_before_they_are_read(
        self, staff_client: httpx.AsyncClient, cookies: str
    ) -> None:
        for path in ("/sign-in", "/nowhere", "/static/staff.css"):
            answer = await staff_client.get(path, headers={"cookie": cookies})
            assert answer.status_code == 431
            assert "Hãy xóa cookie" in answer.text
            assert "default-src 'none'" in answer.headers["content-security-policy"]

    async def test_many_small_headers_of_them_count_together(self, staff_client: httpx.AsyncClient) -> None:
        headers = [("cookie", f"a{number}=" + "b" * 500) for number in range(10)]
        assert (await staff_client.get("/sign-in", headers=headers)).status_code == 431

    @pytest.mark.parametrize(
        "odd",
        [
            "a@b=1",
            "=",
            ";;;",
            "a",
            '"',
            'a="\\777"',
            "antam_session=\xff; antam_known=..",
            "antam_language=%00",
        ],
    )
    async def test_malformed_ones_are_passed_over(self, staff_client: httpx.AsyncClient, odd: str) -> None:
        headers = {b"cookie": f"{odd}; antam_language=en".encode("latin-1")}
        answer = await staff_client.get("/sign-in", headers=headers)
        assert answer.status_code == 200
        if not odd.startswith("antam_language"):
            assert '<html lang="en"' in answer.text


class TestLanguage:
    async def test_is_switched_and_kept(self, staff_client: httpx.AsyncClient) -> None:
        staff_client.headers["origin"] = "http://antam.test"
        assert '<html lang="vi"' in (await staff_client.get("/sign-in")).text
        answer = await staff_client.post("/language", data={"language": "en", "back": "/recover"})
        assert answer.headers["location"] == "/recover"
        assert '<html lang="en"' in (await staff_client.get("/sign-in")).text

    @pytest.mark.parametrize("chosen", ["", "fr", "../../etc", "EN"])
    async def test_another_language_is_vietnamese(self, staff_client: httpx.AsyncClient, chosen: str) -> None:
        staff_client.headers["origin"] = "http://antam.test"
        await staff_client.post("/language", data={"language": chosen})
        assert '<html lang="vi"' in (await staff_client.get("/sign-in")).text


class TestLocalPath:
    @pytest.mark.parametrize("path", ["/", "/queue", "/queue?show=mine&page=2"])
    def test_keeps_our_own_addresses(self, path: str) -> None:
        assert local_path(path) == path

    @pytest.mark.parametrize(
        "path",
        [
            None,
            "",
            "queue",
            "//evil.test",
            "/\\evil.test",
            "https://evil.test",
            "/\nSet-Cookie: x",
            "/\t/evil",
        ],
    )
    def test_leads_nowhere_else(self, path: str | None) -> None:
        assert local_path(path, "/home") == "/home"


def test_files_of_others_are_the_ones_that_were_checked() -> None:
    notes = (VENDOR / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", notes, re.MULTILINE)
    assert {name for name, _ in listed} == {
        path.name for path in VENDOR.iterdir() if path.suffix in (".js", ".css")
    }
    for name, digest in listed:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
        assert (VENDOR / (name.split(".")[0] + ".LICENSE")).exists()


async def test_over_https_the_cookie_is_bound_to_the_host(backend_settings: Settings) -> None:
    secure = backend_settings.model_copy(update={"secure_cookies": True})
    async with client_of(create_staff_app(secure)) as client:
        client.headers["origin"] = "http://antam.test"
        answer = await client.post("/sign-out")
        assert answer.headers["set-cookie"].startswith("__Host-antam_session=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]
