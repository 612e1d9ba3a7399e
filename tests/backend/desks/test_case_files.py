"""Files on a tip's page: seen by the desks that hold it and nobody else, sent along with an answer."""

import base64
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.roles import Role
from backend.app import create_internal_app
from backend.audit.models import AuditEntry
from backend.desks import service as desks
from backend.kit.settings import Settings
from backend.tips import mailbox
from backend.tips.files import places
from backend.tips.files.models import TipFile
from backend.tips.models import TipMessage
from tests.backend.accounts.conftest import app, new_browser
from tests.backend.clients import client_of, service_token
from tests.backend.staff import Browser, at_work, holder
from tests.backend.tips.attachments.photos import photo, picture
from tests.backend.tips.attachments.voices import RECORDERS, voice
from tests.backend.tips.conftest import a_tip, new_receipt
from tests.backend.tips.file_parts import MARKER, Sent, a_photo, sent

__all__ = ["app", "new_browser"]

Parts = list[tuple[str, tuple[str, bytes, str]]]


@dataclass
class Office:
    """A union and a police desk with a liaison each, and a tip to the union with a photo and a voice note."""

    app: FastAPI
    bot: httpx.AsyncClient
    union: Browser
    police: Browser
    receipt: str
    path: str = ""
    sent: list[Sent] = field(default_factory=list)

    async def tell(self, *contents: bytes, keep_original: bool = False) -> None:
        """A tip arrives with files, and the union opens it."""
        self.sent = [await sent(self.bot, each, keep_original=keep_original) for each in contents]
        body = a_tip(receipt=self.receipt).model_dump(mode="json")
        body |= {"draft_id": "AAECAwQFBgcICQoLDA0ODw==", "files": [each.ref for each in self.sent]}
        answer = await self.bot.post("/internal/tips", json=body)
        assert answer.status_code == 201, answer.text
        await self.union.get("/queue")
        found = re.search(r'href="(/desks/[0-9a-f-]+/tips/[0-9a-f-]+)"', self.union.page.text)
        assert found
        self.path = found.group(1)
        await self.union.get(self.path)

    def links(self) -> list[str]:
        """The files that the union's page leads to."""
        return re.findall(rf'(?:href|src)="({self.path}/files/[0-9a-f-]+)"', self.union.page.text)

    async def answer(self, written: str, *contents: bytes) -> httpx.Response:
        """The union answers with files, as a browser without scripts does."""
        parts: Parts = [
            ("files", (f"IMG_{number}.jpg", each, "image/jpeg")) for number, each in enumerate(contents)
        ]
        parts = parts or [("files", ("", b"", "application/octet-stream"))]
        data = {"form_token": self.union.form_token, "text": written}
        self.union.page = await self.union.client.post(
            f"{self.path}/answer", data=data, files=parts, follow_redirects=True
        )
        return self.union.page

    async def rows(self, query: Any) -> list[Any]:
        async with self.app.state.sessionmaker() as session:
            return list(await session.scalars(query))


@pytest.fixture
async def office(
    app: FastAPI, new_browser: Callable[[], Browser], backend_settings: Settings
) -> AsyncIterator[Office]:
    made: list[Browser] = []
    for login, role, kind in (
        ("lan", Role.UNION_LIAISON, "union"),
        ("minh", Role.POLICE_LIAISON, "police"),
    ):
        browser = new_browser()
        member_id = await at_work(app, browser, login, role)
        keys = app.state.site_keys
        async with app.state.sessionmaker.begin() as session:
            desk = await desks.create(session, keys, kind, "79")
            await desks.invite(session, keys, desk=desk, member_id=member_id, actor_id=None)
            await desks.activate(session, keys, await holder(session, keys, browser))
        made.append(browser)
    async with client_of(create_internal_app(backend_settings)) as bot:
        bot.headers["authorization"] = f"Bearer {service_token(backend_settings, 'bot')}"
        yield Office(app, bot, union=made[0], police=made[1], receipt=new_receipt())


class TestReading:
    async def test_a_photo_stands_small_on_the_page_and_whole_behind_it(self, office: Office) -> None:
        await office.tell(a_photo())
        small = re.search(r'src="data:image/jpeg;base64,([^"]+)"', office.union.page.text)
        assert small
        (link,) = office.links()
        whole = await office.union.client.get(link)
        assert whole.headers["content-type"] == "image/jpeg"
        for content in (base64.b64decode(small.group(1)), whole.content):
            assert content.startswith(b"\xff\xd8") and MARKER not in content

    async def test_one_that_finds_no_place_is_to_be_opened_again_in_a_while(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await office.tell(a_photo())
        (link,) = office.links()
        with monkeypatch.context() as full:
            full.setattr(places, "for_keeping", lambda: places.Places(at_once=0, waiting=0))
            answer = await office.union.client.get(link)
        assert (answer.status_code, "quá nhiều tệp" in answer.text) == (503, True)
        assert (await office.union.client.get(link)).status_code == 200

    async def test_nothing_of_where_it_was_taken_is_on_the_page(self, office: Office) -> None:
        await office.tell(a_photo())
        assert MARKER not in office.union.page.content
        assert "bản gốc" not in office.union.text.lower()  # none was to be kept

    async def test_a_voice_is_heard_with_a_word_of_warning(self, office: Office) -> None:
        await office.tell(voice(RECORDERS["Telegram"]))
        assert '<audio controls preload="none"' in office.union.page.text
        assert "Giọng nói có thể làm lộ người nói" in office.union.text
        assert (await office.union.client.get(office.links()[0])).headers["content-type"] == "audio/ogg"
        policy = office.union.page.headers["content-security-policy"]
        assert "media-src 'self'" in policy and "default-src 'none'" in policy

    async def test_a_file_leaves_as_nothing_but_itself(self, office: Office) -> None:
        await office.tell(a_photo())
        headers = (await office.union.client.get(office.links()[0])).headers
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["content-disposition"] == 'inline; filename="anh-1.jpg"'
        assert headers["cross-origin-resource-policy"] == "same-origin"

    async def test_an_original_is_there_only_if_it_was_to_be_kept_and_is_only_saved(
        self, office: Office
    ) -> None:
        content = a_photo()
        await office.tell(content, keep_original=True)
        assert "Bản gốc có thể cho biết nơi chụp" in office.union.text
        original = await office.union.client.get(office.links()[1])
        assert original.content == content
        assert original.headers["content-type"] == "application/octet-stream"
        assert original.headers["content-disposition"] == 'attachment; filename="anh-1-goc.jpg"'

    async def test_each_opening_is_logged_without_a_word_of_the_file(self, office: Office) -> None:
        await office.tell(a_photo(), keep_original=True)
        for link in office.links():
            await office.union.client.get(link)
        entries = await office.rows(select(AuditEntry).where(AuditEntry.action == "tip.file_opened"))
        assert [(entry.detail["kind"], entry.detail["original"]) for entry in entries] == [
            ("photo", False),
            ("photo", True),
        ]
        await office.union.get(office.path)
        assert "Lan mở tệp: bản gốc" in office.union.text

    async def test_looking_through_the_photos_is_one_line_of_the_history(self, office: Office) -> None:
        await office.tell(photo("jpeg", picture(32, 32)), photo("png", picture(32, 32)))
        for link in office.links():
            await office.union.client.get(link)
        await office.union.get(office.path)
        assert office.union.text.count("Lan mở tệp") == 1

    async def test_a_member_of_another_desk_finds_no_file(self, office: Office) -> None:
        await office.tell(a_photo())
        (link,) = office.links()
        theirs = await office.rows(text("SELECT id FROM desks WHERE kind = 'police'"))
        tip_and_file = link.split("/tips/")[1]
        for address in (link, f"/desks/{theirs[0]}/tips/{tip_and_file}"):
            answer = await office.police.client.get(address)
            assert answer.status_code == 404
            assert b"\xff\xd8" not in answer.content

    async def test_who_is_not_signed_in_gets_nothing(
        self, office: Office, new_browser: Callable[[], Browser]
    ) -> None:
        await office.tell(a_photo())
        answer = await new_browser().client.get(office.links()[0])
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")

    async def test_a_file_of_another_tip_is_not_found_under_this_one(self, office: Office) -> None:
        await office.tell(a_photo())
        (link,) = office.links()
        first, office.receipt = office.path, new_receipt()
        async with office.app.state.sessionmaker.begin() as session:
            await session.execute(text("UPDATE tips SET submission_id = NULL, priority = 'P4'"))
        await office.tell(photo("png"))
        assert office.path != first
        moved = f"{office.path}/files/{link.rsplit('/', 1)[1]}"
        assert (await office.union.client.get(moved)).status_code == 404

    @pytest.mark.parametrize("column", ["sealed", "sealed_about"])
    async def test_a_changed_file_is_called_damaged(self, office: Office, column: str) -> None:
        await office.tell(a_photo())
        (link,) = office.links()
        async with office.app.state.sessionmaker.begin() as session:
            flip = f"set_byte({column}, 40, get_byte({column}, 40) # 1)"
            await session.execute(text(f"UPDATE tip_files SET {column} = {flip}"))
        answer = await office.union.client.get(link)
        assert (answer.status_code, "Không mở được tin này" in answer.text) == (409, True)


class TestAnswering:
    async def mailbox_files(self, office: Office) -> list[dict[str, Any]]:
        box = await office.bot.post("/internal/mailbox/open", json={"receipt": office.receipt})
        return [file for message in box.json()["messages"] for file in message["files"]]

    async def test_a_photo_reaches_the_reporter_without_the_officers_place(self, office: Office) -> None:
        await office.tell()
        await office.answer("Bạn xem có phải xe này không?", a_photo(), photo("png"))
        assert "Đã gửi trả lời" in office.union.text
        files = await self.mailbox_files(office)
        assert [(file["kind"], file["media_type"]) for file in files] == [
            ("photo", "image/jpeg"),
            ("photo", "image/png"),
        ]
        ask = {"receipt": office.receipt, "file_id": files[0]["id"]}
        got = await office.bot.post("/internal/mailbox/file", json=ask)
        assert got.headers["content-type"] == "image/jpeg"
        assert len(got.content) == files[0]["size"]
        assert MARKER not in got.content

    async def test_files_alone_are_an_answer(self, office: Office) -> None:
        await office.tell()
        await office.answer("", photo("jpeg"))
        assert "Đã gửi trả lời" in office.union.text
        assert len(await self.mailbox_files(office)) == 1

    async def test_words_alone_are_one_too(self, office: Office) -> None:
        await office.tell()
        await office.answer("Bạn tránh đi một mình nhé.")
        assert "Đã gửi trả lời" in office.union.text
        assert await office.rows(select(TipFile)) == []

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"MZ\x90\x00" + bytes(100), "đây là phần mềm"),
            (b"%PDF-1.7 " + bytes(100), "đây là tài liệu"),
            (photo("jpeg")[:200], "tệp bị hỏng"),
            (b"PK\x03\x04" + bytes(100), "đây là tệp nén"),
        ],
        ids=["a renamed program", "a document", "half a photo", "an archive"],
    )
    async def test_a_refused_file_says_why_and_loses_no_word(
        self, office: Office, content: bytes, why: str
    ) -> None:
        await office.tell()
        await office.answer("Câu trả lời rất dài tôi vừa viết.", photo("jpeg"), content)
        assert office.union.page.status_code == 422
        assert f"Tệp thứ 2 không gửi được: {why}" in office.union.text
        assert ">Câu trả lời rất dài tôi vừa viết.</textarea>" in office.union.text
        assert await office.rows(select(TipMessage)) == []
        assert await office.rows(select(TipFile)) == []

    async def test_more_than_four_are_refused(self, office: Office) -> None:
        await office.tell()
        await office.answer("xem nhé", *[photo("jpeg")] * 5)
        assert "mỗi lần gửi tối đa 4 tệp" in office.union.text
        assert await office.rows(select(TipMessage)) == []

    async def test_what_is_sent_never_touches_the_disk(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def onto_disk(_: object) -> None:
            raise AssertionError("an upload was about to be written to a temporary file")

        monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", onto_disk)
        large = photo("png", picture(1600, 1200), compress_level=0)
        assert len(large) > 2 * 1024 * 1024
        await office.tell()
        await office.answer("ảnh lớn", large)
        assert "Đã gửi trả lời" in office.union.text

    async def test_a_form_this_large_is_taken_nowhere_else_and_not_without_signing_in(
        self, office: Office, new_browser: Callable[[], Browser]
    ) -> None:
        await office.tell()
        body = {"files": ("a.jpg", bytes(2 * 1024 * 1024), "image/jpeg")}
        note = await office.union.client.post(f"{office.path}/note", files=body)
        assert note.status_code == 413
        stranger = await new_browser().client.post(f"{office.path}/answer", files=body)
        assert (stranger.status_code, stranger.headers["location"]) == (303, "/sign-in")


async def test_the_files_of_a_mailbox_come_to_the_page_with_their_message(office: Office) -> None:
    await office.tell()
    more = await sent(office.bot, a_photo())
    message = {"receipt": office.receipt, "message_id": "AAECAwQFBgcICQoLDA0ODw==", "files": [more.ref]}
    assert (await office.bot.post("/internal/mailbox/write", json=message)).status_code == 201
    await office.union.get(office.path)
    assert len(office.links()) == 1
    whole = await office.union.client.get(office.links()[0])
    assert whole.content.startswith(b"\xff\xd8") and MARKER not in whole.content


async def test_opening_the_page_marks_a_message_of_files_alone_as_read(office: Office) -> None:
    await office.tell()
    more = await sent(office.bot, a_photo())
    message = {"receipt": office.receipt, "message_id": "AAECAwQFBgcICQoLDA0ODw==", "files": [more.ref]}
    await office.bot.post("/internal/mailbox/write", json=message)
    await office.union.get(office.path)
    session: AsyncSession
    async with office.app.state.sessionmaker.begin() as session:
        box = await mailbox.read(session, office.app.state.site_keys, office.receipt)
    assert [(each.text, each.read, len(each.files)) for each in box.messages] == [("", True, 1)]
