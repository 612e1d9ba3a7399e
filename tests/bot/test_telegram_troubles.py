"""What happens when Telegram is slow, busy, silent or says no; and that no log tells more than a code."""

import logging
from collections.abc import Iterator

import pytest

from bot.channels.credentials import Mode
from bot.channels.telegram_api import Kind, TelegramApi, TelegramTrouble
from tests.bot.house import House
from tests.bot.telegram_driver import SECRET, Telegram, TelegramWorker
from tests.fakes.telegram import TOKEN, FakeTelegram, Fault, telegram_server
from tests.waiting import eventually

CHAT = 880_777
STORY = "khu trọ Hoa Mai phòng mười hai"


@pytest.fixture(scope="module")
def telegram(house: House) -> Iterator[Telegram]:
    with Telegram.account(house) as account, account.bot():
        yield account


@pytest.fixture
def worker(telegram: Telegram) -> TelegramWorker:
    return TelegramWorker(telegram.fake)


class Clock:
    """Stands in for sleeping; remembers how long it was asked to."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class TestSending:
    @pytest.fixture
    def server(self) -> Iterator[tuple[FakeTelegram, str]]:
        fake = FakeTelegram()
        with telegram_server(fake) as url:
            yield fake, url

    async def send(self, server: tuple[FakeTelegram, str], *faults: Fault) -> list[float]:
        """Send one message while these faults happen; how long was waited between the attempts."""
        fake, url = server
        fake.fail("sendMessage", *faults)
        clock = Clock()
        api = TelegramApi(TOKEN, url, clock.sleep)
        try:
            await api.send(CHAT, STORY, None, protect=True)
        finally:
            await api.close()
        return clock.slept

    async def test_what_telegram_asks_for_is_waited(self, server: tuple[FakeTelegram, str]) -> None:
        assert await self.send(server, Fault(429, retry_after=7), Fault(429, retry_after=3)) == [7, 3]
        assert [sent.text for sent in server[0].sent] == [STORY]

    async def test_a_long_wait_is_not_waited(self, server: tuple[FakeTelegram, str]) -> None:
        with pytest.raises(TelegramTrouble) as told:
            await self.send(server, Fault(429, retry_after=3_600))
        assert told.value.kind is Kind.LIMITED

    @pytest.mark.parametrize("fault", [Fault(500), Fault(502), Fault(0), Fault(200, body=b"<html>")])
    async def test_a_passing_fault_is_tried_again_with_growing_pauses(
        self, server: tuple[FakeTelegram, str], fault: Fault
    ) -> None:
        assert await self.send(server, fault, fault, fault) == [0.5, 1, 2]
        assert len(server[0].sent) == 1

    async def test_it_does_not_try_for_ever(self, server: tuple[FakeTelegram, str]) -> None:
        with pytest.raises(TelegramTrouble):
            await self.send(server, *[Fault(500)] * 5)
        assert server[0].count("sendMessage") == 5

    @pytest.mark.parametrize(("status", "kind"), [(403, Kind.GONE), (400, Kind.REFUSED), (401, Kind.TOKEN)])
    async def test_a_refusal_is_final(
        self, server: tuple[FakeTelegram, str], status: int, kind: Kind
    ) -> None:
        with pytest.raises(TelegramTrouble) as told:
            await self.send(server, Fault(status))
        assert told.value.kind is kind
        assert server[0].count("sendMessage") == 1

    @pytest.mark.parametrize("status", [0, 400, 401, 403, 404, 409, 429, 500])
    async def test_no_error_tells_the_token_the_person_or_the_text(
        self, server: tuple[FakeTelegram, str], status: int
    ) -> None:
        with pytest.raises(TelegramTrouble) as told:
            await self.send(server, *[Fault(status, retry_after=99)] * 5)
        causes = (told.value, told.value.__cause__, told.value.__context__)
        for word in (TOKEN, TOKEN.split(":")[1], STORY, str(CHAT)):
            assert word not in "".join(f"{cause} {cause!r}" for cause in causes)

    async def test_a_server_that_is_not_there_is_a_trouble_like_others(self) -> None:
        api = TelegramApi(TOKEN, "http://127.0.0.1:9", Clock().sleep)
        with pytest.raises(TelegramTrouble) as told:
            await api.updates(None, 0)
        await api.close()
        assert told.value.kind is Kind.SILENT


class TestReceiving:
    @pytest.mark.parametrize(
        "fault",
        [
            Fault(500),
            Fault(502),
            Fault(0),
            Fault(429, retry_after=1),
            Fault(409),
            Fault(200, body=b"nonsense"),
        ],
        ids=["500", "502", "dropped", "429", "409", "nonsense"],
    )
    def test_updates_are_asked_for_again(
        self, telegram: Telegram, worker: TelegramWorker, fault: Fault
    ) -> None:
        asked = telegram.fake.count("getUpdates")
        telegram.fake.fail("getUpdates", fault)
        assert "Mình giúp được" in worker.say("menu").text
        telegram.fake.until_called("getUpdates", asked + 2)
        assert "Mình giúp được" in worker.say("menu").text

    def test_somebody_who_blocked_the_bot_is_left_in_peace(
        self, telegram: Telegram, worker: TelegramWorker, caplog: pytest.LogCaptureFixture
    ) -> None:
        telegram.fake.blocked.add(worker.user)
        assert worker.say("menu").texts == []
        assert not caplog.records
        assert "Mình giúp được" in TelegramWorker(telegram.fake).say("menu").text

    def test_a_chat_that_telegram_takes_nothing_for_holds_up_no_other(
        self, telegram: Telegram, worker: TelegramWorker
    ) -> None:
        """Its update counts as answered, or the 64 after it would be all that anybody gets to ask."""
        telegram.fake.fail("sendMessage", Fault(429, retry_after=6))
        worker.hand_in(telegram.fake.message(worker.user, text="menu"))
        assert worker.mine == []
        assert eventually(lambda: worker.mine)

    @pytest.mark.parametrize("mode", list(Mode))
    def test_a_bot_that_starts_before_telegram_can_be_reached_tells_it_of_itself_later(
        self, house: House, mode: Mode
    ) -> None:
        with Telegram.account(house, mode) as account:
            register = "deleteWebhook" if mode is Mode.POLLING else "setWebhook"
            account.fake.fail(register, Fault(500), Fault(0))
            with account.bot():
                assert account.fake.count(register) == 3
                assert "Mình giúp được" in TelegramWorker(account.fake).say("menu").text

    def test_another_process_with_the_same_token_is_named_in_the_log(
        self, telegram: Telegram, worker: TelegramWorker, caplog: pytest.LogCaptureFixture
    ) -> None:
        telegram.fake.fail("getUpdates", Fault(409))
        worker.say("menu")
        assert eventually(lambda: [r for r in caplog.records if "somebody else receives" in r.getMessage()])


class TestSilence:
    def test_no_log_tells_who_wrote_what_or_with_which_token(
        self, telegram: Telegram, worker: TelegramWorker, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.WARNING)
        fake = telegram.fake
        for method in ("sendMessage", "getUpdates", "editMessageText", "answerCallbackQuery"):
            for fault in (Fault(500), Fault(0), Fault(400), Fault(200, body=f"<{STORY}>".encode())):
                fake.fail(method, fault)
        for text in ("báo tin", "1", "1", "1", STORY, "xong"):
            update = fake.message(worker.user, text=text)
            worker.hand_in(update)
        worker.hand_in(fake.update(message={"text": STORY, "chat": {"id": worker.user}}))
        worker.hand_in(fake.press(worker.user, worker.mine[-1], worker.mine[-1].buttons[0]["callback_data"]))
        told = "\n".join(f"{record.getMessage()}\n{record.exc_text or ''}" for record in caplog.records)
        assert "telegram: " in told
        for word in (STORY, "Hoa Mai", str(worker.user), fake.token, fake.token.split(":")[1], SECRET):
            assert word not in told
