"""A message that comes again after a crash acts once, on every channel.

The crash is another process: a second replica, which knows nothing but what the first one stored.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from bot.app import create_app
from bot.channels.credentials import Mode
from tests.bot.channel_contract import Driver, Seen, fresh_id, send_a_tip
from tests.bot.house import House
from tests.bot.rasa_border import RasaBorder
from tests.bot.serving import serve
from tests.bot.telegram_driver import Telegram, TelegramWorker
from tests.bot.web_driver import WebWorker
from tests.bot.zalo_driver import ORIGIN, ZaloWorker, set_up
from tests.fakes.zalo import FakeZalo
from tests.waiting import eventually


@dataclass
class Stage:
    """A worker, and the hands to let the bot crash under them."""

    worker: Driver
    crash: Callable[[], None]

    def twice(self, text: str) -> tuple[Seen, Seen]:
        """Say something, with a crash before it is known to have arrived: what is seen before and after."""
        message = fresh_id()
        first = self.worker.say(text, message)
        self.crash()
        return first, self.worker.say(text, message)


@contextmanager
def on_the_web(house: House) -> Iterator[Stage]:
    worker = WebWorker(house.url)
    with serve(create_app(house.bot_settings, clock=house.now)) as other:
        yield Stage(worker, lambda: worker.move_to(other))


@contextmanager
def on_telegram(house: House) -> Iterator[Stage]:
    with Telegram.account(house) as account, ExitStack() as bots:
        bots.enter_context(account.bot())

        def crash() -> None:
            bots.close()
            bots.enter_context(account.bot())

        yield Stage(TelegramWorker(account.fake), crash)


@contextmanager
def on_zalo(house: House) -> Iterator[Stage]:
    """By webhook: what is polled for on Zalo never comes again."""
    with FakeZalo().running() as zalo, ExitStack() as bots:
        set_up(house.bot_settings.var, zalo, Mode.WEBHOOK)
        changes = {"zalo_api_url": zalo.url, "public_bot_url": ORIGIN}
        settings = house.bot_settings.model_copy(update=changes)
        address = [""]

        def crash() -> None:
            bots.close()
            zalo.webhook["url"] = ""
            address[0] = bots.enter_context(serve(create_app(settings, clock=house.now)))
            eventually(lambda: zalo.webhook["url"])

        try:
            crash()
            yield Stage(ZaloWorker.new(lambda: address[0], zalo), crash)
        finally:
            (settings.secrets / "zalo_bot.json").unlink()


@pytest.fixture(params=[on_the_web, on_telegram, on_zalo])
def stage(house: House, request: pytest.FixtureRequest) -> Iterator[Stage]:
    with request.param(house) as found:
        yield found


@pytest.fixture
def rasa(house: House) -> Iterator[RasaBorder]:
    border = RasaBorder((house.bot_settings.secrets / "rasa.token").read_text().strip())
    with serve(border.app(), house.bot_settings.rasa_port):
        yield border


def to_the_story(worker: Driver) -> None:
    for text in ("báo tin", "1", "1", "1"):
        worker.say(text)


def test_the_words_that_begin_a_tip_lead_to_its_first_question_again(stage: Stage) -> None:
    first, again = stage.twice("báo tin")
    assert "Trước khi viết" in first.text
    assert again == first


def test_a_part_of_the_story_is_kept_once(stage: Stage) -> None:
    to_the_story(stage.worker)
    first, again = stage.twice("ông Tư cho vay ở cổng công ty")
    assert "ghi 1 đoạn" in first.text
    assert again == first
    assert "ghi 2 đoạn" in stage.worker.say("lãi năm ngàn một triệu một ngày").text


def test_advice_in_danger_is_given_again_as_it_was(stage: Stage) -> None:
    to_the_story(stage.worker)
    first, again = stage.twice("họ đang đánh em trong phòng trọ")
    assert "113" in first.texts[0]
    assert again == first


def test_a_digit_still_means_what_it_meant_in_the_tip(stage: Stage) -> None:
    stage.worker.say("báo tin")
    stage.crash()
    assert "Đừng viết tên" in stage.worker.say("1").text


def test_an_older_message_shows_the_question_that_is_open_now(stage: Stage) -> None:
    to_the_story(stage.worker)
    old = fresh_id()
    stage.worker.say("một câu chuyện", old)
    now = stage.worker.say("xong")
    stage.crash()
    assert stage.worker.say("một câu chuyện", old).texts[-1] == now.texts[-1]


def test_a_tip_that_was_put_aside_stays_aside(stage: Stage) -> None:
    to_the_story(stage.worker)
    stage.worker.say("chuyện ở khu trọ Hoa Mai")
    _, again = stage.twice("để sau")
    assert "Hoa Mai" not in again.text
    assert "Gửi tin ẩn danh" in "".join(button.label for button in again.buttons)


def test_a_sent_tip_is_sent_once_and_its_receipt_shown_again(stage: Stage) -> None:
    worker = stage.worker
    for text in ("báo tin", "1", "1", "1", "ông Tư cho vay nặng lãi", "xong", "đồng nai", "bỏ qua", "bỏ qua"):
        worker.say(text)
    for text in ("ông Tư", "không có", "3", "1"):
        worker.say(text)
    first, again = stage.twice("1")
    assert "Mã của bạn" in first.text
    assert again == first


def test_nothing_meant_for_the_liaisons_reaches_rasa_after_a_crash(stage: Stage, rasa: RasaBorder) -> None:
    worker = stage.worker
    receipt = send_a_tip(worker)
    worker.say("đã lưu")
    worker.say(receipt)
    stage.crash()
    rasa.arrived.clear()
    assert "Hộp thư đã tự đóng" in worker.say("họ lại tới cổng chiều nay").text
    assert rasa.arrived == []
    assert "đến nơi" in worker.say(receipt).text


def test_a_closed_mailbox_stays_closed_after_a_crash(stage: Stage, rasa: RasaBorder) -> None:
    worker = stage.worker
    receipt = send_a_tip(worker)
    worker.say("đã lưu")
    worker.say(receipt)
    worker.say("đóng")
    stage.crash()
    rasa.answers = [{"text": "Câu trả lời của Rasa"}]
    assert worker.say("lãi bao nhiêu là quá").text == "Câu trả lời của Rasa"
