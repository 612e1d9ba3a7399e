"""A loan's picture: kept for one repeated message and no longer, never in a log, left out where it fails."""

from collections.abc import Iterator

import pytest

from bot import limits
from bot.channels.credentials import Mode
from bot.envelope import Picture, Reply, Turn
from bot.memory import Conversation
from tests.bot.channel_contract import PNG, fresh_id
from tests.bot.house import House
from tests.bot.rasa_border import LOAN_TOLD, telling_a_loan
from tests.bot.telegram_driver import Telegram, TelegramWorker
from tests.bot.web_driver import WebWorker
from tests.bot.zalo_driver import ZaloWorker, on_zalo
from tests.fakes.telegram import Fault
from tests.fakes.zalo import error


def drawn(png: bytes) -> Turn:
    return Turn((Reply("Lãi khoảng 304,2%/năm.", picture=Picture(png, "Biểu đồ")),))


class TestInMemory:
    @pytest.fixture
    def conversation(self) -> Conversation:
        full = limits.Bucket.full(*limits.CONVERSATION, 0.0)
        return Conversation(bucket=full, receipts=full, files=full, tips=full, used_at=0.0)

    def test_a_conversation_holds_one_picture_at_a_time(self, conversation: Conversation) -> None:
        conversation.remember("first", drawn(b"1"))
        conversation.remember("second", drawn(b"2"))
        kept = {name: turn.replies[0].picture for name, turn in conversation.answered.items()}
        assert kept == {"first": None, "second": Picture(b"2", "Biểu đồ")}

    def test_what_it_shows_is_in_no_repr(self) -> None:
        assert "Biểu đồ" not in repr(drawn(b"secret")) and "secret" not in repr(drawn(b"secret"))


class TestOnTheWeb:
    def test_the_same_message_again_brings_the_same_picture(self, house: House) -> None:
        worker, message = WebWorker(house.url), fresh_id()
        with telling_a_loan(house):
            first = worker.say("vay góp", message)
            assert worker.say("vay góp", message) == first
        assert first.pictures[0].startswith(PNG)

    def test_the_page_may_show_it_and_nothing_from_elsewhere(self, house: House) -> None:
        with telling_a_loan(house):
            answer = WebWorker(house.url).post({"id": fresh_id(), "text": "vay góp"})
        assert "img-src 'self' data:;" in answer.headers["content-security-policy"]
        [reply] = answer.json()["replies"]
        assert reply["picture"]["alt"].startswith("Biểu đồ: cầm về 9.000.000đ")

    def test_the_menu_leads_to_the_loan_and_without_rasa_to_the_law(self, house: House) -> None:
        worker = WebWorker(house.url)
        menu = worker.say("menu")
        assert "20%" in worker.tap(menu.button("Tính khoản vay")).text
        with telling_a_loan(house):
            assert worker.tap(menu.button("Tính khoản vay")).texts == [LOAN_TOLD]


class TestOnTelegram:
    @pytest.fixture
    def telegram(self, house: House) -> Iterator[Telegram]:
        with Telegram.account(house, Mode.WEBHOOK) as account, account.bot():
            yield account

    def test_a_picture_that_telegram_refuses_is_left_out(self, house: House, telegram: Telegram) -> None:
        telegram.fake.fail("sendPhoto", Fault(400))
        with telling_a_loan(house):
            seen = TelegramWorker(telegram.fake).say("vay góp")
        assert seen.pictures == [] and seen.texts == [LOAN_TOLD] and seen.button("Thôi")

    def test_a_press_under_a_picture_is_answered_and_its_buttons_go(
        self, house: House, telegram: Telegram
    ) -> None:
        worker = TelegramWorker(telegram.fake)
        with telling_a_loan(house):
            seen = worker.say("vay góp")
            worker.tap(seen.button("Thôi"))
        assert worker.mine[0].photo and worker.mine[0].keyboard == []


class TestOnZalo:
    def test_a_picture_is_fetched_from_an_address_that_says_nothing(self, house: House) -> None:
        house.stop_bot()
        with on_zalo(house, Mode.WEBHOOK) as zalo, telling_a_loan(house):
            worker = ZaloWorker.new(lambda: house.url, zalo)
            worker.say("vay góp")
            [url] = worker.photos
            assert worker.user not in url and "loan" not in url
            [(_, _, caption)] = zalo.photos
            assert caption.startswith("Biểu đồ: cầm về")

    def test_a_picture_that_zalo_refuses_is_left_out(self, house: House) -> None:
        with on_zalo(house, Mode.WEBHOOK) as zalo, telling_a_loan(house):
            zalo.fail("sendPhoto", error(400))
            worker = ZaloWorker.new(lambda: house.url, zalo)
            assert LOAN_TOLD in worker.say("vay góp").text and worker.photos == []
