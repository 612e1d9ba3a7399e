"""Photos and recordings in the open mailbox, both ways, in chat and on the page without JavaScript."""

import base64
import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import create_engine, text

from backend.tips.attachments.types import Clean
from bot.channels.credentials import Mode
from bot.limits import Line
from tests.backend.tips.attachments.photos import photo
from tests.backend.tips.attachments.voices import RECORDERS, voice
from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.liaison import Liaison
from tests.bot.telegram_driver import Telegram, TelegramWorker
from tests.bot.web_driver import WebWorker
from tests.bot.zalo_driver import ZaloWorker, on_zalo

VOICE = voice(next(iter(RECORDERS.values())))
FROM_THE_DESK = Clean("image/jpeg", photo("jpeg"))


@pytest.fixture
def browser(house: House) -> Browser:
    return Browser(house.url)


def drafts_left(house: House) -> int:
    """How many files wait for somebody to send them."""
    engine = create_engine(house.backend_settings.database_url or "")
    with engine.connect() as connection:
        count = int(connection.execute(text("SELECT count(*) FROM draft_files")).scalar_one())
    engine.dispose()
    return count


def opens_as_picture(content: bytes) -> bool:
    with Image.open(BytesIO(content)) as image:
        image.load()
        return image.width > 0


def count_of(liaison: Liaison) -> list[int]:
    """How many files each message of the tip has."""
    file = liaison.file()
    return [len(file.files.get(message.id, ())) for message in file.messages]


class TestInChat:
    def test_a_photo_goes_after_it_was_asked_about(
        self, house: House, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        worker.say(receipt)
        asked = worker.send_file(photo("jpeg"))
        assert "làm lại mới" in asked.text and "Gửi 1 ảnh cho cán bộ không?" in asked.text
        assert count_of(liaison) == []
        assert "Đã gửi" in worker.tap(asked.button("Gửi")).text
        assert count_of(liaison) == [1]
        assert drafts_left(house) == 0

    def test_words_and_files_go_together(self, worker: WebWorker, liaison: Liaison, receipt: str) -> None:
        worker.say(receipt)
        worker.send_file(photo("png"))
        worker.send_file(VOICE, "voice")
        assert "Gửi 1 ảnh, 1 ghi âm và câu này" in worker.say("đây là xe của họ").text
        assert "Đã gửi" in worker.say("gửi").text
        assert count_of(liaison) == [2]
        assert liaison.read() == ["đây là xe của họ"]

    def test_a_no_destroys_what_was_taken(
        self, house: House, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        worker.say(receipt)
        worker.send_file(photo("jpeg"))
        assert "Mình không gửi" in worker.say("không gửi").text
        assert (count_of(liaison), drafts_left(house)) == ([], 0)

    def test_closing_destroys_what_was_not_sent(
        self, house: House, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        worker.say(receipt)
        worker.send_file(photo("jpeg"))
        worker.say("đóng hộp thư")
        assert (count_of(liaison), drafts_left(house)) == ([], 0)

    def test_what_is_no_photo_is_refused_in_plain_words(self, worker: WebWorker, receipt: str) -> None:
        worker.say(receipt)
        seen = worker.send_file(b"MZ" + bytes(4000))
        assert "ứng dụng" in seen.text
        assert "Bạn muốn làm gì" in seen.text

    def test_a_liaisons_photo_is_shown_where_the_page_can(
        self, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        liaison.send_file("Có phải người này không?", FROM_THE_DESK)
        opened = worker.say(receipt)
        assert "📎 1 ảnh" in opened.text
        (shown,) = worker.tap(opened.button("Xem ảnh")).pictures
        assert opens_as_picture(shown)

    def test_each_of_a_liaisons_files_waits_in_the_line_of_receipts(
        self, worker: WebWorker, liaison: Liaison, receipt: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each costs the backend a key derivation, as opening the mailbox does."""
        for _ in range(3):
            liaison.send_file("Có phải người này không?", FROM_THE_DESK)
        opened = worker.say(receipt)
        left, leave = list[Line](), Line.leave

        def counted(line: Line) -> None:
            left.append(line)
            leave(line)

        monkeypatch.setattr(Line, "leave", counted)
        assert len(worker.tap(opened.button("Xem ảnh")).pictures) == 3
        assert max(left.count(line) for line in left) == 3

    def test_a_liaisons_file_that_is_gone_is_not_asked_of_the_worker(
        self, house: House, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        liaison.send_file("Có phải người này không?", FROM_THE_DESK)
        opened = worker.say(receipt)
        engine = create_engine(house.backend_settings.database_url or "")
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM tip_files"))
        engine.dispose()
        seen = worker.tap(opened.button("Xem ảnh"))
        assert "không còn xem được nữa" in seen.text and "gửi lại" not in seen.text


class TestOnPlatforms:
    def test_telegram_shows_and_plays_them_and_lets_nobody_pass_them_on(
        self, house: House, liaison: Liaison, receipt: str
    ) -> None:
        liaison.send_file("Có phải người này không?", FROM_THE_DESK)
        liaison.send_file("Giọng này có quen không?", Clean("audio/ogg", VOICE))
        with Telegram.account(house) as account, account.bot():
            worker = TelegramWorker(account.fake)
            opened = worker.say(receipt)
            (shown,) = worker.tap(opened.button("Xem ảnh")).pictures
            assert opens_as_picture(shown)
            assert [sent.voice for sent in worker.mine if sent.voice] == [VOICE]
            assert all(sent.protected for sent in worker.mine if sent.photo or sent.voice)
            assert "Gửi 1 ảnh cho cán bộ" in worker.send_file(photo("jpeg")).text
            assert "Đã gửi" in worker.say("gửi").text
        assert count_of(liaison) == [1, 1, 1]

    @pytest.fixture
    def zalo_worker(self, house: House) -> Iterator[ZaloWorker]:
        house.stop_bot()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bot.channels.zalo_bot.PATIENCE", 60.0)
            with on_zalo(house, Mode.POLLING) as platform:
                yield ZaloWorker.new(lambda: house.url, platform)
        house.start_bot()

    def test_zalo_gets_no_address_of_it_and_names_the_page(
        self, zalo_worker: ZaloWorker, liaison: Liaison, receipt: str
    ) -> None:
        liaison.send_file("Có phải người này không?", FROM_THE_DESK)
        opened = zalo_worker.say(receipt)
        seen = zalo_worker.tap(opened.button("Xem ảnh"))
        assert seen.pictures == [] and "/hop-thu" in seen.text
        assert "Gửi 1 ảnh cho cán bộ" in zalo_worker.send_file(photo("jpeg")).text
        assert "Đã gửi" in zalo_worker.say("gửi").text


class TestOnThePage:
    def test_several_files_are_sent_at_once_and_looked_at(
        self, house: House, browser: Browser, liaison: Liaison, receipt: str
    ) -> None:
        browser.open("/hop-thu").post(receipt=receipt)
        upload(browser, photo("jpeg"), VOICE)
        assert "Đã gửi cho cán bộ" in browser.page
        assert count_of(liaison) == [2]
        assert drafts_left(house) == 0
        browser.path = "/hop-thu"
        browser.post(file=re.findall(r'name="file" value="([^"]+)"', browser.page)[0])
        found = re.search(r'src="data:image/jpeg;base64,([^"]+)"', browser.page)
        assert found and opens_as_picture(base64.b64decode(found.group(1)))
        assert browser.raw.headers["cache-control"] == "no-store"

    def test_what_is_refused_says_why_and_the_rest_goes(
        self, browser: Browser, liaison: Liaison, receipt: str
    ) -> None:
        browser.open("/hop-thu").post(receipt=receipt)
        upload(browser, b"%PDF-1.7\n" * 40, photo("jpeg"))
        assert "văn bản" in browser.page and "Đã gửi cho cán bộ" in browser.page
        assert count_of(liaison) == [1]

    def test_the_same_page_sent_twice_sends_once(
        self, house: House, browser: Browser, liaison: Liaison, receipt: str
    ) -> None:
        browser.open("/hop-thu").post(receipt=receipt)
        fields = browser.fields()
        for _ in range(2):
            upload(browser, photo("jpeg"), fields=fields)
        assert (count_of(liaison), drafts_left(house)) == ([1], 0)

    def test_a_file_of_another_mailbox_does_not_open(
        self, browser: Browser, liaison: Liaison, receipt: str
    ) -> None:
        liaison.send_file("Có phải người này không?", FROM_THE_DESK)
        browser.open("/hop-thu").post(receipt=receipt)
        other = re.findall(r'name="file" value="([^"]+)"', browser.page)[0]
        browser.open("/hop-thu").post(receipt=liaison.receive()).post(file=other)
        assert "Tệp này không còn xem được nữa" in browser.page
        assert "data:image" not in browser.page

    def test_no_file_chosen_says_so(self, browser: Browser, receipt: str) -> None:
        browser.open("/hop-thu").post(receipt=receipt)
        upload(browser, b"")
        assert "chưa chọn tệp nào" in browser.page


def upload(browser: Browser, *contents: bytes, fields: dict[str, str] | None = None) -> None:
    """Send files by the form that the page shows for them."""
    files = [("files", (f"{number}.bin", content)) for number, content in enumerate(contents)]
    headers = {"accept": "text/html", "origin": str(browser.http.base_url)}
    answer = browser.http.post("/hop-thu/tep", data=fields or browser.fields(), files=files, headers=headers)
    browser._show(answer)
