"""Zalo over real HTTP, by polling and by webhook: the channel contract, and what is Zalo's own."""

from collections.abc import Iterator

import pytest

from bot.channels.credentials import Mode
from tests.backend.tips.attachments.photos import photo
from tests.bot.channel_contract import RECEIPT, ChannelContract, Driver, fresh_id, send_a_tip
from tests.bot.house import House
from tests.bot.zalo_driver import ORIGIN, ZaloWorker, on_zalo
from tests.fakes.zalo import MAX_TEXT, FakeZalo, text_message, update


@pytest.fixture(scope="module")
def zalo_house(house_alone: House) -> Iterator[House]:
    """A backend, and a bot that each class of tests starts in its own mode."""
    house_alone.start_backend()
    # The next request for updates tells the driver that the answer is complete.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.channels.zalo_bot.PATIENCE", 60.0)
        yield house_alone
    house_alone.stop_backend()


@pytest.fixture(scope="class")
def zalo(zalo_house: House, request: pytest.FixtureRequest) -> Iterator[FakeZalo]:
    """The platform of a class of tests, with the bot in its mode."""
    mode: Mode = request.cls.mode
    with on_zalo(zalo_house, mode) as platform:
        platform.wrapped = mode is Mode.POLLING
        yield platform


def to_story(worker: Driver) -> None:
    worker.say("báo tin")
    for _ in range(3):
        worker.say("1")


class OnZalo(ChannelContract):
    """The contract where choices are typed and nothing can be pressed."""

    mode: Mode

    @pytest.fixture
    def house(self, zalo_house: House) -> House:
        return zalo_house

    @pytest.fixture
    def worker(self, zalo_house: House, zalo: FakeZalo) -> ZaloWorker:
        return ZaloWorker.new(lambda: zalo_house.url, zalo)

    def test_a_typed_digit_does_what_the_button_does(self, worker: Driver) -> None:
        menu = worker.say("menu")
        assert [button.id for button in menu.buttons] == [
            str(digit + 1) for digit in range(len(menu.buttons))
        ]
        assert len(menu.buttons) > 3
        assert "📞 113" in worker.tap(menu.button("Số cần gọi")).text

    def test_an_old_button_is_refused_kindly(self, worker: Driver) -> None:
        """A digit of an older question is one of this question, or none at all."""
        worker.say("báo tin")
        worker.say("1")
        seen = worker.say("2")
        assert "chọn một mục" in seen.text
        assert "Đừng viết tên" in seen.text

    def test_without_buttons_no_message_has_an_empty_text_or_is_too_long(
        self, worker: Driver, zalo: FakeZalo
    ) -> None:
        for text in ("menu", "bốc bát họ là gì", "xem các chủ đề", "á" * 3_000, "🍜"):
            assert worker.say(text).texts
        assert all(0 < len(text) <= MAX_TEXT for _, text in zalo.sent)

    def test_every_word_that_is_offered_is_understood(self, worker: Driver) -> None:
        worker.say("báo tin")
        for text in ("1", "1", "1", "có ông Tư cho vay", "xong"):
            worker.say(text)
        asked = worker.say("đồng nai")
        assert [button.id for button in asked.buttons] == ["Quay lại", "Bỏ qua", "Hủy tin"]
        when = worker.tap(asked.button("Bỏ qua"))
        assert "khi nào" in when.text.lower()
        assert worker.tap(when.button("Quay lại")).texts == asked.texts[-1:]
        assert "Bỏ và xóa" in worker.tap(asked.button("Hủy tin")).text

    def test_what_zalo_sees_is_told_first_and_the_page_is_offered_before_anything_is_written(
        self, worker: Driver
    ) -> None:
        seen = worker.say("báo tin")
        assert "Zalo biết bạn nhắn cho mình" in seen.text
        assert "có thể thấy tên bạn" in seen.text
        assert f"{ORIGIN}/bao-tin" in seen.text
        assert seen.text.index(ORIGIN) < seen.text.index("1. Viết tin luôn")

    def test_the_words_under_a_picture_join_the_story(self, worker: ZaloWorker) -> None:
        to_story(worker)
        seen = worker.send_file(photo("jpeg"), words="đây là xe của họ")
        assert "Đã nhận ảnh 1" in seen.text and "ghi 1 đoạn" in seen.text

    @pytest.mark.parametrize(
        "address", ["https://example.com/anh.jpg", "http://127.0.0.1:1/anh.jpg", "file:///etc/passwd"]
    )
    def test_a_picture_elsewhere_than_on_the_platform_is_not_fetched_and_its_words_are_kept(
        self, worker: ZaloWorker, zalo: FakeZalo, address: str
    ) -> None:
        to_story(worker)
        before = len(zalo.fetched)
        seen = worker.send_other("message.image.received", photo=address, caption="đây là xe của họ")
        assert "chưa tải được" in seen.text and "ghi 1 đoạn" in seen.text
        assert len(zalo.fetched) == before

    def test_a_picture_that_moved_elsewhere_is_not_fetched(self, worker: ZaloWorker, zalo: FakeZalo) -> None:
        to_story(worker)
        address = zalo.keep(b"never given")
        zalo.moved[address.rsplit("/", 1)[1]] = "http://127.0.0.1:1/anh.jpg"
        assert "chưa tải được" in worker.send_other("message.image.received", photo_url=address).text

    def test_outside_a_tip_a_picture_is_not_even_fetched(self, worker: ZaloWorker, zalo: FakeZalo) -> None:
        before = len(zalo.fetched)
        assert "chưa xem được" in worker.send_file(photo("jpeg")).text
        assert len(zalo.fetched) == before

    @pytest.mark.parametrize("event", ["sticker", "voice", "unsupported", "link", "of_tomorrow"])
    def test_what_holds_no_words_gets_a_kind_sentence(self, worker: ZaloWorker, event: str) -> None:
        assert "chữ" in worker.send_other(f"message.{event}.received", sticker="0e07", url="https://x").text

    @pytest.mark.parametrize("text", ["", "   ", "\n"])
    def test_a_blank_message_gets_a_kind_sentence(self, worker: Driver, text: str) -> None:
        assert "không có chữ nào" in worker.say(text).text

    def test_a_group_is_never_answered(self, worker: ZaloWorker, zalo: FakeZalo) -> None:
        group = update("group-1", "message.text.received", chat_type="GROUP", text="báo tin")
        assert worker.send(group).texts == []
        assert worker.say("menu").texts
        assert zalo.to("group-1") == []

    def test_a_kill_in_the_middle_of_a_tip_loses_nothing_and_its_digits_still_work(
        self, worker: ZaloWorker, zalo_house: House
    ) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        message = fresh_id()
        worker.say("chuyện thứ nhất", message)
        zalo_house.stop_bot()
        zalo_house.start_bot()
        assert "ghi 1 đoạn" in worker.say("chuyện thứ nhất", message).text
        assert "tỉnh nào" in worker.say("1").text

    def test_a_receipt_that_was_not_noted_is_shown_again_after_a_kill(
        self, worker: ZaloWorker, zalo_house: House
    ) -> None:
        receipt = send_a_tip(worker)
        zalo_house.stop_bot()
        zalo_house.start_bot()
        found = RECEIPT.search(worker.say("mã đâu rồi").text)
        assert found
        assert found.group() == receipt

    def test_the_last_digit_sent_twice_shows_the_receipt_twice(self, worker: ZaloWorker) -> None:
        receipt = send_a_tip(worker)
        found = RECEIPT.search(worker.say("1").text)
        assert found
        assert found.group() == receipt
        assert "đã quên mã" in worker.say("đã lưu").text

    def test_long_answers_come_whole_and_in_order(self, worker: Driver) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        parts = [f"đoạn {number} " + "họ đòi nợ " * 150 for number in range(4)]
        for part in parts:
            worker.say(part)
        for text in ("xong", "đồng nai", "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua", "3"):
            worker.say(text)
        review = worker.say("1")
        assert len(review.texts) > 1
        places = [review.text.index(f"đoạn {number} ") for number in range(4)]
        assert places == sorted(places)
        assert review.button("Gửi tin")


class TestZaloPolling(OnZalo):
    """Updates come wrapped."""

    mode = Mode.POLLING


class TestZaloWebhook(OnZalo):
    """Updates come bare."""

    mode = Mode.WEBHOOK

    def test_the_platform_is_told_where_to_deliver(self, zalo: FakeZalo) -> None:
        assert zalo.webhook["url"] == f"{ORIGIN}/channels/zalo_bot"
        assert len(zalo.secret) >= 16
        assert zalo.count("getUpdates") == 0

    @pytest.mark.parametrize("secret", ["", "x", "é" * 20])
    def test_a_delivery_without_the_secret_is_refused_without_a_hint(
        self, zalo: FakeZalo, zalo_house: House, secret: str
    ) -> None:
        refused = zalo.deliver(text_message("abc", "menu"), zalo_house.url, secret)
        assert (refused.status_code, refused.content) == (403, b"")
        assert zalo.to("abc") == []

    def test_an_update_that_nobody_can_answer_is_acknowledged_and_does_not_come_again(
        self, zalo: FakeZalo, zalo_house: House
    ) -> None:
        for body in (b"", b"{", b"[]", b'{"ok": true}', b"\xff"):
            assert zalo.deliver_raw(body, zalo_house.url).status_code == 200

    def test_a_body_that_no_honest_update_has_is_not_read(self, zalo: FakeZalo, zalo_house: House) -> None:
        assert zalo.deliver_raw(b" " * 200_000, zalo_house.url).status_code == 413
