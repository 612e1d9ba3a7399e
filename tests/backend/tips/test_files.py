"""Files of a tip through the internal API: cleaned, sealed, sent once, gone with what they belong to."""

import asyncio
import base64
import secrets
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import retention
from backend.tips.attachments.types import MAX_BYTES
from backend.tips.files import places
from backend.tips.files.models import DraftFile, TipFile
from backend.tips.models import Tip, TipMessage
from backend.worker import create_job_app
from tests.backend.clients import service_token
from tests.backend.tips import thief
from tests.backend.tips.attachments.photos import difference, opened, photo, picture
from tests.backend.tips.attachments.voices import RECORDERS, voice
from tests.backend.tips.conftest import Country, a_tip, new_receipt
from tests.backend.tips.file_parts import MARKER, Sent, a_photo, sent, upload
from tests.backend.tips.test_jobs import work_off


def random64(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()


def a_submission(*files: Sent, **changes: Any) -> dict[str, Any]:
    body = {**a_tip().model_dump(mode="json"), "draft_id": random64(16)}
    return {**body, "files": [file.ref for file in files], **changes}


async def count(session: AsyncSession, what: type) -> int:
    await session.rollback()  # what others committed meanwhile
    return await session.scalar(select(func.count()).select_from(what)) or 0


class TestTakingIn:
    async def test_a_photo_waits_for_its_tip(
        self, internal_client: httpx.AsyncClient, db_session: AsyncSession
    ) -> None:
        answer = await upload(internal_client, a_photo())
        assert answer.status_code == 201
        told = answer.json()
        assert (told["kind"], told["media_type"]) == ("photo", "image/jpeg")
        assert 0 < told["size"] < MAX_BYTES
        row = (await db_session.scalars(select(DraftFile))).one()
        assert (str(row.id), row.sealed_original) == (told["id"], None)

    async def test_so_does_a_voice_note(self, internal_client: httpx.AsyncClient) -> None:
        answer = await upload(internal_client, voice(RECORDERS["an iPhone"], {"artist": MARKER.decode()}))
        assert (answer.json()["kind"], answer.json()["media_type"]) == ("voice", "audio/ogg")

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"MZ\x90\x00" + bytes(200), "program"),
            (b"\x7fELF" + bytes(200), "program"),
            (photo("jpeg")[:20] + b"<html><script>" + photo("jpeg")[20:], "two_kinds"),
            (photo("png")[:8] + b"%PDF-1.7" + photo("png")[8:], "two_kinds"),
            (b"%PDF-1.7" + bytes(200), "document"),
            (b"PK\x03\x04" + bytes(200), "archive"),
            (photo("jpeg")[:300], "damaged"),
            (b"", "empty"),
            (b"xin chao", "unknown"),
        ],
    )
    async def test_what_is_no_photo_or_voice_is_refused_with_its_reason(
        self,
        internal_client: httpx.AsyncClient,
        db_session: AsyncSession,
        content: bytes,
        reason: str,
    ) -> None:
        answer = await upload(internal_client, content)
        assert (answer.status_code, answer.json()["code"]) == (422, "file_refused")
        assert answer.json()["reason"] == reason
        assert await count(db_session, DraftFile) == 0

    async def test_more_than_ten_megabytes_are_not_read(self, internal_client: httpx.AsyncClient) -> None:
        async def endless() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 65_536

        for content in (bytes(MAX_BYTES + 1), endless()):
            headers = {"antam-file-key": random64(32)}
            answer = await internal_client.post("/internal/files", content=content, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    @pytest.mark.parametrize(
        "headers",
        [{}, {"antam-file-key": "a2V5"}, {"antam-file-key": "!"}, {"antam-keep-original": "perhaps"}],
    )
    async def test_a_wrong_key_or_wish_is_refused_without_being_echoed(
        self, internal_client: httpx.AsyncClient, headers: dict[str, str]
    ) -> None:
        whole = {"antam-file-key": random64(32), **headers} if "antam-keep-original" in headers else headers
        answer = await internal_client.post("/internal/files", content=photo("jpeg"), headers=whole)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert all(value not in answer.text for value in headers.values())

    async def test_only_the_bot_may_hand_one_over(
        self, internal_client: httpx.AsyncClient, backend_settings: Settings
    ) -> None:
        internal_client.headers["authorization"] = f"Bearer {service_token(backend_settings, 'actions')}"
        assert (await upload(internal_client, photo("jpeg"))).status_code == 403

    async def test_nothing_of_it_is_read_before_there_is_a_place_for_it(
        self, internal_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = places.Places(at_once=1)
        monkeypatch.setattr(places, "for_uploads", lambda: one)
        content, read = photo("jpeg"), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            read.set()
            yield content

        headers = {"antam-file-key": random64(32)}
        async with one.place():
            waiting = asyncio.create_task(
                internal_client.post("/internal/files", content=slowly(), headers=headers)
            )
            done, _ = await asyncio.wait([waiting], timeout=0.3)
            assert not done and not read.is_set()
        assert (await waiting).status_code == 201

    async def test_a_full_house_says_so(
        self, internal_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("backend.tips.files.receiving.MAX_DRAFT_BYTES", 0)
        answer = await upload(internal_client, photo("jpeg"))
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")


class TestWaiting:
    async def test_a_file_lives_as_long_as_its_draft(
        self, internal_client: httpx.AsyncClient, db_session: AsyncSession
    ) -> None:
        files = [await sent(internal_client, photo("jpeg", picture(32, 32))) for _ in range(2)]
        soon = datetime.now(UTC) + timedelta(minutes=5)
        await db_session.execute(update(DraftFile).values(expires_at=soon))
        await db_session.commit()
        draft = {"lookup": random64(32), "sealed": random64(99), "revision": 0, "files": [files[0].id]}
        assert (await internal_client.post("/internal/drafts/put", json=draft)).status_code == 200
        times = {str(row.id): row.expires_at for row in await db_session.scalars(select(DraftFile))}
        assert times[files[0].id] > soon + timedelta(hours=23)
        assert times[files[1].id] == soon

    async def test_one_that_nobody_sends_is_deleted_when_asked_and_asking_again_is_fine(
        self, internal_client: httpx.AsyncClient, db_session: AsyncSession
    ) -> None:
        file = await sent(internal_client, photo("jpeg"))
        for _ in range(2):
            answer = await internal_client.post("/internal/files/delete", json={"ids": [file.id]})
            assert answer.status_code == 204
        assert await count(db_session, DraftFile) == 0

    async def test_one_whose_time_is_over_is_forgotten_by_the_job(
        self,
        internal_client: httpx.AsyncClient,
        db_session: AsyncSession,
        database: DatabaseUrls,
        site_keys: SiteKeys,
    ) -> None:
        old, young = [await sent(internal_client, photo("jpeg", picture(32, 32))) for _ in range(2)]
        past = datetime.now(UTC) - timedelta(minutes=1)
        await db_session.execute(
            update(DraftFile).where(DraftFile.id == uuid.UUID(old.id)).values(expires_at=past)
        )
        await db_session.commit()
        app = create_job_app(database.app)
        async with app.open_async():
            await app.configure_task("tips:forget").defer_async(timestamp=0)
        await work_off(database, site_keys)
        assert [str(row) for row in await db_session.scalars(select(DraftFile.id))] == [young.id]


@pytest.mark.usefixtures("country")
class TestSending:
    async def test_a_tip_takes_its_files_along(
        self, internal_client: httpx.AsyncClient, db_session: AsyncSession
    ) -> None:
        first = await sent(internal_client, a_photo(), keep_original=True)
        second = await sent(internal_client, voice(RECORDERS["Telegram"]))
        answer = await internal_client.post("/internal/tips", json=a_submission(first, second))
        assert answer.status_code == 201
        assert await count(db_session, DraftFile) == 0
        rows = await db_session.execute(
            select(TipFile.number, TipFile.field, TipFile.message_id).order_by(TipFile.number, TipFile.field)
        )
        assert [tuple(row) for row in rows] == [
            (1, "clean", None),
            (1, "original", None),
            (2, "clean", None),
        ]

    async def test_sending_again_answers_the_same_though_the_draft_has_no_files_any_more(
        self, internal_client: httpx.AsyncClient, db_session: AsyncSession
    ) -> None:
        tip = a_submission(await sent(internal_client, photo("jpeg")))
        answers = [await internal_client.post("/internal/tips", json=tip) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert await count(db_session, TipFile) == 1

    @pytest.mark.parametrize("fault", ["gone", "key"])
    async def test_without_one_of_its_files_nothing_is_stored(
        self, internal_client: httpx.AsyncClient, db_session: AsyncSession, fault: str
    ) -> None:
        good, bad = [await sent(internal_client, photo("jpeg", picture(32, 32))) for _ in range(2)]
        if fault == "gone":
            await internal_client.post("/internal/files/delete", json={"ids": [bad.id]})
        else:
            bad.key = random64(32)
        tip = a_submission(good, bad)
        answer = await internal_client.post("/internal/tips", json=tip)
        assert (answer.status_code, answer.json()["code"]) == (409, "file_gone")
        assert await count(db_session, Tip) == 0
        assert await count(db_session, DraftFile) == (1 if fault == "gone" else 2)
        without = {**tip, "files": [good.ref]}
        assert (await internal_client.post("/internal/tips", json=without)).status_code == 201

    async def test_sent_twice_at_the_same_moment_it_stands_once(
        self, internal_client: httpx.AsyncClient, db_session: AsyncSession
    ) -> None:
        tip = a_submission(await sent(internal_client, photo("jpeg")))
        answers = await asyncio.gather(*(internal_client.post("/internal/tips", json=tip) for _ in range(3)))
        assert {answer.status_code for answer in answers} == {201}
        assert (await count(db_session, Tip), await count(db_session, TipFile)) == (1, 1)

    async def test_a_file_goes_into_one_tip_only(
        self, internal_client: httpx.AsyncClient, db_session: AsyncSession
    ) -> None:
        file = await sent(internal_client, photo("jpeg"))
        assert (await internal_client.post("/internal/tips", json=a_submission(file))).status_code == 201
        other = await internal_client.post("/internal/tips", json=a_submission(file))
        assert (other.status_code, other.json()["code"]) == (409, "file_gone")

    async def test_a_tip_that_is_refused_leaves_its_files_with_the_draft(
        self, internal_client: httpx.AsyncClient, db_session: AsyncSession
    ) -> None:
        file = await sent(internal_client, photo("jpeg"))
        strike = a_submission(file, story=["Mai công nhân xưởng 3 đình công đòi tăng lương."])
        assert (await internal_client.post("/internal/tips", json=strike)).status_code == 422
        assert (await count(db_session, DraftFile), await count(db_session, TipFile)) == (1, 0)

    async def test_more_than_eight_are_too_many(self, internal_client: httpx.AsyncClient) -> None:
        refs = [{"id": str(uuid.uuid4()), "key": random64(32)} for _ in range(9)]
        answer = await internal_client.post("/internal/tips", json=a_submission(files=refs))
        assert answer.status_code == 422
        assert refs[0]["key"] not in answer.text


@pytest.mark.usefixtures("country")
class TestMailbox:
    @pytest.fixture
    async def receipt(self, internal_client: httpx.AsyncClient) -> str:
        tip = a_submission()
        assert (await internal_client.post("/internal/tips", json=tip)).status_code == 201
        return str(tip["receipt"])

    async def write(
        self, client: httpx.AsyncClient, receipt: str, *files: Sent, **changes: Any
    ) -> httpx.Response:
        body: dict[str, Any] = {"receipt": receipt, "message_id": random64(16), "text": ""}
        body |= {"files": [file.ref for file in files], **changes}
        return await client.post("/internal/mailbox/write", json=body)

    async def messages(self, client: httpx.AsyncClient, receipt: str) -> list[dict[str, Any]]:
        box = await client.post("/internal/mailbox/open", json={"receipt": receipt})
        found: list[dict[str, Any]] = box.json()["messages"]
        return found

    async def fetch(self, client: httpx.AsyncClient, receipt: str, file_id: str) -> httpx.Response:
        ask = {"receipt": receipt, "file_id": file_id}
        return await client.post("/internal/mailbox/file", json=ask)

    async def test_a_message_may_be_a_photo_alone_and_is_read_back_clean(
        self, internal_client: httpx.AsyncClient, receipt: str
    ) -> None:
        file = await sent(internal_client, a_photo())
        assert (await self.write(internal_client, receipt, file)).status_code == 201
        (message,) = await self.messages(internal_client, receipt)
        (listed,) = message["files"]
        assert (message["text"], listed["kind"], listed["size"]) == ("", "photo", file.answer["size"])
        content = await self.fetch(internal_client, receipt, listed["id"])
        assert content.headers["content-type"] == "image/jpeg"
        assert difference(opened(content.content), picture()) < 2
        assert MARKER not in content.content

    async def test_the_same_message_twice_has_its_files_once(
        self, internal_client: httpx.AsyncClient, receipt: str, db_session: AsyncSession
    ) -> None:
        file = await sent(internal_client, photo("jpeg"))
        message_id = random64(16)
        for _ in range(2):
            answer = await self.write(internal_client, receipt, file, message_id=message_id)
            assert answer.status_code == 201
        assert await count(db_session, TipFile) == 1

    async def test_with_a_file_gone_the_message_is_not_stored(
        self, internal_client: httpx.AsyncClient, receipt: str, db_session: AsyncSession
    ) -> None:
        gone = Sent(str(uuid.uuid4()), random64(32))
        answer = await self.write(internal_client, receipt, gone, text="xem ảnh nhé")
        assert (answer.status_code, answer.json()["code"]) == (409, "file_gone")
        assert await count(db_session, TipMessage) == 0

    async def test_neither_words_nor_files_are_nothing(
        self, internal_client: httpx.AsyncClient, receipt: str
    ) -> None:
        assert (await self.write(internal_client, receipt)).status_code == 422

    async def test_there_is_an_end_of_files(
        self, internal_client: httpx.AsyncClient, receipt: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("backend.tips.mailbox.MAX_REPORTER_FILES", 1)
        for status in (201, 409):
            file = await sent(internal_client, photo("jpeg", picture(32, 32)))
            answer = await self.write(internal_client, receipt, file)
            assert answer.status_code == status
        assert answer.json()["code"] == "mailbox_full"
        assert (await self.write(internal_client, receipt, text="chỉ chữ thôi")).status_code == 201

    async def test_another_receipt_opens_no_file_of_this_one(
        self, internal_client: httpx.AsyncClient, receipt: str
    ) -> None:
        await self.write(internal_client, receipt, await sent(internal_client, photo("jpeg")))
        (message,) = await self.messages(internal_client, receipt)
        other = a_submission()
        await internal_client.post("/internal/tips", json=other)
        for stranger in (other["receipt"], new_receipt()):
            answer = await self.fetch(internal_client, stranger, message["files"][0]["id"])
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    async def test_what_the_mailbox_does_not_show_it_does_not_hand_out(
        self, internal_client: httpx.AsyncClient, receipt: str, db_session: AsyncSession
    ) -> None:
        file = await sent(internal_client, photo("jpeg"), keep_original=True)
        await self.write(internal_client, receipt, file)
        originals = await db_session.scalars(select(TipFile.id).where(TipFile.field == "original"))
        answer = await self.fetch(internal_client, receipt, str(originals.one()))
        assert answer.status_code == 404

    async def test_a_changed_file_is_called_damaged(
        self, internal_client: httpx.AsyncClient, receipt: str, db_session: AsyncSession
    ) -> None:
        await self.write(internal_client, receipt, await sent(internal_client, photo("jpeg")))
        (message,) = await self.messages(internal_client, receipt)
        await db_session.execute(
            text("UPDATE tip_files SET sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1)")
        )
        await db_session.commit()
        answer = await self.fetch(internal_client, receipt, message["files"][0]["id"])
        assert (answer.status_code, answer.json()["code"]) == (409, "file_damaged")


async def test_nothing_of_a_file_stands_in_clear_in_any_column(
    internal_client: httpx.AsyncClient,
    db_session: AsyncSession,
    backend_settings: Settings,
    country: Country,
) -> None:
    content = a_photo()
    waiting = await sent(internal_client, content, keep_original=True)
    tip = a_submission(await sent(internal_client, content, keep_original=True))
    assert (await internal_client.post("/internal/tips", json=tip)).status_code == 201
    loot = await thief.steal(db_session, backend_settings.secrets)
    assert loot.tables["draft_files"] and len(loot.tables["tip_files"]) == 2
    traces = (
        MARKER,
        b"JFIF",
        b"Exif",
        b"image/jpeg",
        content[100:132],
        waiting.key.encode(),
        base64.b64decode(waiting.key),
    )
    for cell in loot.every_cell():
        for trace in traces:
            assert trace not in cell


async def test_destroying_a_tip_destroys_its_files(
    internal_client: httpx.AsyncClient, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    tip = a_submission(await sent(internal_client, photo("jpeg"), keep_original=True))
    await internal_client.post("/internal/tips", json=tip)
    more = await sent(internal_client, photo("png"))
    message: dict[str, Any] = {"receipt": tip["receipt"], "message_id": random64(16), "files": [more.ref]}
    assert (await internal_client.post("/internal/mailbox/write", json=message)).status_code == 201
    assert await count(db_session, TipFile) == 3
    row = (await db_session.scalars(select(Tip))).one()
    await retention.destroy(db_session, site_keys, row, "retention")
    await db_session.commit()
    assert await count(db_session, TipFile) == 0


async def test_sealed_columns_are_stored_as_they_are_and_never_sampled(db_session: AsyncSession) -> None:
    columns = await db_session.execute(
        text(
            "SELECT attname, attstorage::text, attstattarget FROM pg_attribute WHERE attname LIKE 'sealed%' "
            "AND attrelid IN ('draft_files'::regclass, 'tip_files'::regclass)"
        )
    )
    found = [tuple(row) for row in columns]
    assert len(found) == 4
    assert {row[1:] for row in found} == {("e", 0)}


async def test_files_of_drafts_are_in_no_log_of_the_database(db_session: AsyncSession) -> None:
    """What is UNLOGGED is in no write-ahead log and no physical backup, its large values included."""
    kept = await db_session.scalars(
        text(
            "SELECT relpersistence::text FROM pg_class WHERE oid = 'draft_files'::regclass OR oid = "
            "(SELECT reltoastrelid FROM pg_class WHERE oid = 'draft_files'::regclass)"
        )
    )
    assert list(kept) == ["u", "u"]
