"""One tap takes away what stands in the chat, as far as Telegram allows, and says honestly what is left."""

import logging
from collections.abc import Iterator

import pytest

from tests.bot.channel_contract import send_a_tip
from tests.bot.house import House
from tests.bot.telegram_driver import Telegram, TelegramWorker
from tests.bot.web_driver import WebWorker
from tests.fakes.telegram import MAX_DELETED, Fault
from tests.waiting import eventually

ERASE = "Xóa tin nhắn ở đây"


@pytest.fixture(scope="module")
def telegram(house: House) -> Iterator[Telegram]:
    with Telegram.account(house) as account, account.bot():
        yield account


@pytest.fixture
def worker(telegram: Telegram) -> TelegramWorker:
    return TelegramWorker(telegram.fake)


class TestOnTelegram:
    def test_after_a_tip_nothing_of_it_stands_on_either_side(
        self, telegram: Telegram, worker: TelegramWorker
    ) -> None:
        other = TelegramWorker(telegram.fake)
        other.say("menu")
        theirs = [sent.id for sent in other.mine], other.written
        receipt = send_a_tip(worker)
        done = worker.say("đã lưu")
        assert len(worker.mine) > 10 and len(worker.written) > 10
        left = worker.tap(done.button(ERASE))
        assert worker.written == []
        assert [sent.text for sent in worker.mine] == left.texts
        assert "mình đã xóa" in left.text
        assert "Telegram vẫn biết" in left.text
        assert receipt not in left.text
        assert ([sent.id for sent in other.mine], other.written) == theirs

    def test_the_tip_s_own_messages_are_deleted_first(
        self, telegram: Telegram, worker: TelegramWorker
    ) -> None:
        for _ in range(3):
            worker.say("menu")
        before = set(worker.written) | {sent.id for sent in worker.mine}
        worker.say("báo tin")
        secret = (set(worker.written) | {sent.id for sent in worker.mine}) - before
        worker.say("hủy")
        ended = worker.say("có")
        worker.tap(ended.button(ERASE))
        [*_, (_, given)] = [call for call in telegram.fake.calls if call[0] == "deleteMessages"]
        assert set(given["message_ids"][: len(secret)]).isdisjoint(before)
        assert secret <= set(given["message_ids"])

    def test_after_a_mailbox_too(self, worker: TelegramWorker) -> None:
        receipt = send_a_tip(worker)
        worker.say("đã lưu")
        opened = worker.say(receipt)
        closed = worker.tap(opened.button("Đóng hộp thư"))
        worker.tap(closed.button(ERASE))
        assert worker.written == []
        assert len(worker.mine) == 1

    @pytest.mark.parametrize("word", ["xóa", "/xoa", "/stop", "xóa tin nhắn ở đây", "em muốn xóa tin nhắn ạ"])
    def test_a_word_does_the_same(self, worker: TelegramWorker, word: str) -> None:
        worker.say("menu")
        worker.say(word)
        assert worker.written == []
        assert len(worker.mine) == 1

    def test_in_a_tip_it_is_asked_first(self, worker: TelegramWorker) -> None:
        worker.say("báo tin")
        standing = len(worker.written)
        assert "Bỏ tin này" in worker.say("/xoa").text
        assert len(worker.written) == standing + 1

    def test_what_says_so_is_taken_away_by_the_next_tap(self, worker: TelegramWorker) -> None:
        worker.say("menu")
        worker.say("xóa")
        first = [sent.id for sent in worker.mine]
        worker.say("xóa")
        assert not set(first) & {sent.id for sent in worker.mine}

    def test_many_messages_go_a_hundred_at_a_time(self, telegram: Telegram, worker: TelegramWorker) -> None:
        known = telegram.fake.count("deleteMessages")
        # As many as a conversation may send at once, each with an answer of more than one message.
        for _ in range(36):
            worker.say("bắt đầu")
        worker.say("xóa")
        assert worker.written == []
        calls = [given for method, given in telegram.fake.calls if method == "deleteMessages"][known:]
        assert len(calls[0]["message_ids"]) == MAX_DELETED
        assert len(calls) == 2

    def test_what_telegram_keeps_is_told(self, telegram: Telegram, worker: TelegramWorker) -> None:
        worker.say("menu")
        telegram.fake.undeletable.add(worker.mine[0].id)
        left = worker.say("xóa")
        assert "chưa cho mình xóa hết" in left.text
        assert "xóa cả đoạn chat" in left.text

    def test_a_busy_platform_is_asked_again(self, telegram: Telegram, worker: TelegramWorker) -> None:
        worker.say("menu")
        telegram.fake.fail("deleteMessages", Fault(500))
        worker.say("xóa")
        # The update is confirmed as soon as Telegram is in trouble; what was asked is done all the same.
        eventually(lambda: any("mình đã xóa" in sent.text for sent in worker.mine))
        assert worker.written == []
        assert len(worker.mine) == 1

    def test_no_number_of_a_message_reaches_a_log(
        self, telegram: Telegram, worker: TelegramWorker, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG, logger="antam"):
            worker.say("menu")
            telegram.fake.undeletable.add(worker.mine[0].id)
            numbers = [*worker.written, *(sent.id for sent in worker.mine)]
            worker.say("xóa")
        assert "deleteMessages" in caplog.text
        assert not [number for number in numbers if str(number) in caplog.text]


def test_after_a_new_start_telegram_says_that_older_messages_are_the_worker_s_to_delete(house: House) -> None:
    with Telegram.account(house) as account:
        with account.bot():
            worker = TelegramWorker(account.fake)
            worker.say("menu")
            older = worker.written
        with account.bot():
            left = worker.say("xóa")
            assert worker.written == older
            assert "Còn sót tin cũ thì bạn xóa cả đoạn chat" in left.text


def test_on_the_page_the_button_makes_the_page_forget(house: House) -> None:
    worker = WebWorker(house.url)
    send_a_tip(worker)
    done = worker.say("đã lưu")
    button = done.button(ERASE)
    answer = worker.post({"id": "erase-it-now", "choice": button.id}).json()
    assert [reply["forget"] for reply in answer["replies"]] == [True]
