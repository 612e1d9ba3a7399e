"""A chat platform has no page that says what its writer sees: what they write goes where it was meant to."""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest

from tests.bot.channel_contract import fresh_id, send_a_tip
from tests.bot.house import House
from tests.bot.rasa_border import RasaBorder
from tests.bot.serving import serve
from tests.bot.telegram_driver import Telegram, TelegramWorker

ANSWER = "Câu trả lời của Rasa"


@pytest.fixture(scope="module")
def telegram(house: House) -> Iterator[Telegram]:
    with Telegram.account(house) as account:
        yield account


@pytest.fixture
def bot(telegram: Telegram) -> Iterator[ExitStack]:
    """The bot's process; another one takes its place where a test lets it crash."""
    with ExitStack() as running:
        running.enter_context(telegram.bot())
        yield running


@pytest.fixture
def rasa(house: House) -> Iterator[RasaBorder]:
    border = RasaBorder((house.bot_settings.secrets / "rasa.token").read_text().strip())
    border.answers = [{"text": ANSWER}]
    with serve(border.app(), house.bot_settings.rasa_port):
        yield border


@pytest.fixture
def worker(telegram: Telegram, bot: ExitStack) -> TelegramWorker:
    return TelegramWorker(telegram.fake)


def empty_drafts(house: House) -> None:
    """What PostgreSQL does with an UNLOGGED table when it recovers from a crash."""
    url = str(house.backend_settings.database_url).replace("+psycopg", "", 1)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM drafts")


def test_a_story_whose_draft_a_crash_of_postgresql_took_goes_nowhere(
    house: House, worker: TelegramWorker, rasa: RasaBorder
) -> None:
    for text in ("báo tin", "1", "1", "1", "ông Tư cho vay ở cổng công ty"):
        worker.say(text)
    empty_drafts(house)
    seen = worker.say("lãi năm ngàn một triệu một ngày, nó dọa tới nhà")
    assert "không còn giữ" in seen.text
    assert rasa.arrived == []
    assert worker.say("lãi bao nhiêu là quá").text == ANSWER


def test_who_notes_a_receipt_whose_draft_a_crash_took_hears_that_all_is_done(
    house: House, worker: TelegramWorker, rasa: RasaBorder
) -> None:
    send_a_tip(worker)
    empty_drafts(house)
    assert worker.say("đã lưu").texts[0].startswith("Xong.")
    assert rasa.arrived == []


def test_a_story_that_comes_again_after_it_was_thrown_away_goes_nowhere(
    worker: TelegramWorker, rasa: RasaBorder
) -> None:
    for text in ("báo tin", "1", "1", "1"):
        worker.say(text)
    message = fresh_id()
    worker.say("ông Tư cho vay ở cổng công ty", message)
    worker.say("hủy")
    assert "Đã xóa" in worker.say("xóa hết").text
    assert worker.say("ông Tư cho vay ở cổng công ty", message).texts == []
    assert rasa.arrived == []


def test_who_left_the_mailbox_by_the_menu_writes_no_longer_to_the_liaisons(
    worker: TelegramWorker, rasa: RasaBorder
) -> None:
    receipt = send_a_tip(worker)
    worker.say("đã lưu")
    opened = worker.say(receipt)
    worker.tap(opened.button("Viết cho cán bộ"))
    left = worker.say("/menu")
    assert "Đã đóng hộp thư" in left.texts[0]
    assert worker.say("vay góp ngày lãi bao nhiêu là quá").text == ANSWER
    assert "vay góp ngày" not in worker.say(receipt).text


def test_a_message_for_the_liaisons_never_reaches_rasa_however_often_the_bot_crashes(
    telegram: Telegram, bot: ExitStack, worker: TelegramWorker, rasa: RasaBorder
) -> None:
    receipt = send_a_tip(worker)
    worker.say("đã lưu")
    opened = worker.say(receipt)
    message = fresh_id()
    rasa.arrived.clear()
    for _ in range(2):
        bot.close()
        bot.enter_context(telegram.bot())
        assert "Hộp thư đã tự đóng" in worker.say("họ lại tới cổng chiều nay", message).text
        assert "Hộp thư đã tự đóng" in worker.say("họ đi xe màu đỏ").text
    assert "Hộp thư đã tự đóng" in worker.tap(opened.button("Viết cho cán bộ")).text
    assert "Hộp thư đã tự đóng" in worker.say("hôm nay họ lại tới").text
    assert rasa.arrived == []
    worker.say("menu")
    assert worker.say("vay góp ngày lãi bao nhiêu là quá").text == ANSWER


def test_a_tip_goes_on_in_its_language_after_the_bot_has_forgotten_who_writes(
    telegram: Telegram, bot: ExitStack, worker: TelegramWorker, rasa: RasaBorder
) -> None:
    rasa.answers = [{"custom": {"do": "language", "lang": "en"}}]
    worker.say("can we speak english")
    assert "Before you write" in worker.say("report").text
    bot.close()
    bot.enter_context(telegram.bot())
    assert "Do not write your own name" in worker.say("1").text
