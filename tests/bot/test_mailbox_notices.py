"""Being told of an answer on Telegram and Zalo: asked for knowingly, once, and never about what."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from bot.channels.credentials import Mode
from tests.bot.channel_contract import send_a_tip
from tests.bot.house import House
from tests.bot.liaison import Liaison
from tests.bot.telegram_driver import Telegram, TelegramWorker
from tests.bot.zalo_driver import ZaloWorker, on_zalo
from tests.fakes.telegram import Fault
from tests.fakes.zalo import FakeZalo
from tests.waiting import eventually

NEWS = "Mình có tin mới cho bạn"
OFFER = "giữ địa chỉ chat của bạn"


@pytest.fixture(scope="module")
def fast() -> Iterator[None]:
    """Notices are looked for all the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.notices._EVERY_SECONDS", 0.2)
        yield


@pytest.fixture(scope="module")
def backend(house_alone: House) -> Iterator[House]:
    house_alone.start_backend()
    yield house_alone
    house_alone.stop_backend()


@pytest.fixture(scope="module")
def liaison(backend: House) -> Liaison:
    return Liaison.hired(backend)


def kept(house: House) -> list[str]:
    """The table of notices, as it stands."""
    engine = create_engine(house.backend_settings.database_url or "")
    with engine.connect() as connection:
        rows = [str(row) for row in connection.execute(text("SELECT notices::text FROM notices"))]
    engine.dispose()
    return rows


@pytest.fixture(autouse=True)
def none_before(backend: House) -> None:
    engine = create_engine(backend.backend_settings.database_url or "")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM notices"))
    engine.dispose()


@pytest.fixture(scope="class")
def telegram(backend: House, fast: None) -> Iterator[Telegram]:
    with Telegram.account(backend) as account, account.bot():
        yield account


@pytest.fixture(scope="class")
def zalo(backend: House, fast: None) -> Iterator[FakeZalo]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.channels.zalo_bot.PATIENCE", 60.0)
        with on_zalo(backend, Mode.POLLING) as platform:
            yield platform


class TestOnTelegram:
    @pytest.fixture
    def worker(self, telegram: Telegram) -> TelegramWorker:
        return TelegramWorker(telegram.fake)

    def news(self, worker: TelegramWorker) -> list[str]:
        return [sent.text for sent in worker.mine if NEWS in sent.text]

    def test_it_is_offered_once_the_receipt_is_noted_with_what_it_means(
        self, backend: House, liaison: Liaison, worker: TelegramWorker
    ) -> None:
        receipt = send_a_tip(worker)
        liaison.take_up_new()
        asked = worker.say("đã lưu")
        assert OFFER in asked.text
        assert kept(backend) == []
        assert "mình nhắn một câu" in worker.tap(asked.button("Báo tôi")).text
        (row,) = kept(backend)
        assert str(worker.user) not in row and str(liaison.current) not in row
        liaison.answer("Cảm ơn bạn, công đoàn khu đang xem.")
        eventually(lambda: self.news(worker))
        assert receipt not in self.news(worker)[0] and "công đoàn" not in self.news(worker)[0]
        eventually(lambda: not kept(backend))
        assert len(self.news(worker)) == 1

    def test_no_means_that_nothing_is_kept(
        self, backend: House, liaison: Liaison, worker: TelegramWorker
    ) -> None:
        send_a_tip(worker)
        liaison.take_up_new()
        worker.say("đã lưu")
        assert "không giữ địa chỉ nào" in worker.say("không cần").text
        assert kept(backend) == []

    def test_a_digit_agrees_to_nothing(
        self, backend: House, liaison: Liaison, worker: TelegramWorker
    ) -> None:
        send_a_tip(worker)
        liaison.take_up_new()
        worker.say("đã lưu")
        worker.say("1")
        assert kept(backend) == []

    def test_it_is_switched_on_and_off_in_the_mailbox(
        self, backend: House, liaison: Liaison, worker: TelegramWorker
    ) -> None:
        opened = worker.say(liaison.receive())
        asked = worker.tap(opened.button("Báo tôi khi có trả lời"))
        assert OFFER in asked.text and kept(backend) == []
        on = worker.tap(asked.button("Báo tôi"))
        assert len(kept(backend)) == 1
        assert "bỏ địa chỉ" in worker.tap(on.button("Đừng báo tôi nữa")).text
        assert kept(backend) == []

    def test_whoever_says_delete_is_forgotten_whichever_tip_it_was_for(
        self, backend: House, liaison: Liaison, worker: TelegramWorker
    ) -> None:
        other = TelegramWorker(worker.fake)
        for each in (worker, worker, other):
            each.say(liaison.receive())
            each.say("báo tôi")
            each.say("báo tôi")
            each.say("đóng hộp thư")
        assert len(kept(backend)) == 3
        assert "đã quên" in worker.say("xóa").text
        assert len(kept(backend)) == 1

    def test_who_blocked_the_bot_is_forgotten_and_left_in_peace(
        self, backend: House, liaison: Liaison, worker: TelegramWorker
    ) -> None:
        worker.say(liaison.receive())
        worker.say("báo tôi")
        worker.say("báo tôi")
        worker.say("đóng hộp thư")
        worker.fake.fail("sendMessage", Fault(403))
        liaison.answer("Cảm ơn bạn.")
        eventually(lambda: not kept(backend))
        assert self.news(worker) == []

    def test_a_forwarded_digit_or_word_presses_nothing(
        self, liaison: Liaison, worker: TelegramWorker
    ) -> None:
        receipt = liaison.receive()
        liaison.ask("Họ còn đến không?")
        worker.say(receipt)
        assert "Gửi câu này" in worker.forward("1").text
        assert "Gửi câu này" in worker.forward("gửi").text
        worker.say("không gửi")
        assert liaison.read() == ["Họ còn đến không?"]


class TestOnZalo:
    def test_it_works_by_words_alone(self, backend: House, liaison: Liaison, zalo: FakeZalo) -> None:
        worker = ZaloWorker.new(lambda: backend.url, zalo)
        opened = worker.say(liaison.receive())
        assert "Báo tôi khi có trả lời" in opened.text
        assert OFFER in worker.say("báo tôi khi có trả lời").text
        assert "mình nhắn một câu" in worker.say("báo tôi").text
        assert worker.user not in kept(backend)[0]
        worker.say("đóng hộp thư")
        liaison.answer("Cảm ơn bạn.")
        eventually(lambda: [said for said in zalo.to(worker.user) if NEWS in said])
        eventually(lambda: not kept(backend))
