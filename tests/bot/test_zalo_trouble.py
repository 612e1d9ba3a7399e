"""Whatever the Zalo platform does, the bot goes on receiving, and answers what it can."""

from collections.abc import Iterator

import pytest

from bot.channels.credentials import Mode
from bot.channels.zalo_bot import pause
from tests.bot.house import House
from tests.bot.serving import free_port
from tests.bot.zalo_driver import ZaloWorker, on_zalo, set_up
from tests.fakes.zalo import Failure, FakeZalo, error, text_message
from tests.waiting import eventually


@pytest.fixture(scope="module")
def bare_house(house_alone: House) -> Iterator[House]:
    """A backend; the bot is started by each test or for all of them."""
    house_alone.start_backend()
    yield house_alone
    house_alone.stop_backend()


@pytest.fixture(scope="module")
def zalo(bare_house: House) -> Iterator[FakeZalo]:
    with on_zalo(bare_house, Mode.POLLING) as platform:
        yield platform


def answers(zalo: FakeZalo, user: str, word: str) -> bool:
    """Whether ``word`` stands in what the bot has written to ``user``."""
    return any(word in text for text in zalo.to(user))


def ask(zalo: FakeZalo, user: str, text: str = "menu", word: str = "Gửi tin ẩn danh") -> None:
    """Write to the bot, and wait for the answer that holds ``word``."""
    zalo.post(text_message(user, text))
    eventually(lambda: answers(zalo, user, word), within=60)


class TestPolling:
    @pytest.mark.parametrize(
        "failure",
        [
            error(408, "Request timeout"),
            error(429, "Quota exceeded"),
            error(429, "Quota exceeded", 429, retry_after=1),
            error(403, "Internal server error"),
            error(500, "oops", 500),
            error(401, "Unauthorized"),
            error(999_999),
            Failure(502, b"<html>bad gateway</html>"),
            Failure(503, b""),
            Failure(301, b"", {"location": "https://example.com/"}),
            Failure(200, b""),
            Failure(200, b"null"),
            Failure(200, b"[]"),
            Failure(200, b'"chao"'),
            Failure(200, b"{}"),
            Failure(200, b'{"ok": true}'),
            Failure(200, b'{"ok": true, "result": null}'),
            Failure(200, b'{"ok": true, "result": []}'),
            Failure(200, b'{"ok": true, "result": {"message": null}}'),
            Failure(200, b'{"ok": true, "result": {"message": {"text": null}}}'),
            Failure(200, b'{"ok": true, "result": {"event_name": 7, "message": []}}'),
            Failure(200, b"{" * 50_000),
            Failure(200, b'{"a": "' + b"x" * 300_000 + b'"}'),
            Failure(200, b"\xff\xfe\x00"),
            Failure(200, b'{"ok": tr', dropped=True),
        ],
        ids=lambda failure: f"{failure.status}-{failure.body[:24]!r}",
    )
    def test_goes_on_after(self, zalo: FakeZalo, failure: Failure, request: pytest.FixtureRequest) -> None:
        zalo.fail("getUpdates", failure)
        ask(zalo, request.node.name)

    @pytest.mark.parametrize(
        "raw", [b"", b"{", b'{"ok": true, "result": {"message": {"text": " "}}}', b"\xff"]
    )
    def test_goes_on_after_an_update_that_is_none(self, zalo: FakeZalo, raw: bytes) -> None:
        zalo.post(raw)
        ask(zalo, f"after-{raw!r}")

    def test_an_outage_is_survived_from_the_start_to_its_end(self, bare_house: House) -> None:
        port = free_port()
        gone = FakeZalo()
        gone.url = f"http://127.0.0.1:{port}"
        set_up(bare_house.bot_settings.var, gone, Mode.POLLING)
        settings = bare_house.bot_settings
        bare_house.bot_settings = settings.model_copy(update={"zalo_api_url": gone.url})
        other = House(bare_house.backend_settings, bare_house.bot_settings)
        other.start_bot()
        try:
            with gone.running(port):
                ask(gone, "one")
            with gone.running(port):
                ask(gone, "two")
        finally:
            other.stop_bot()
            bare_house.bot_settings = settings

    def test_pauses_grow_are_bounded_and_never_shorter_than_asked_for(self) -> None:
        assert [pause(failures) for failures in range(1, 6)] == [0.5, 1, 2, 4, 8]
        assert pause(1_000) == 60
        assert pause(1, asked=7) == 7
        assert pause(1, asked=100_000) == 60


class TestAnswering:
    @pytest.mark.parametrize(
        "failures",
        [
            [error(429, "Quota exceeded", retry_after=1)],
            [error(500, status=500), Failure(503, b"")],
            [Failure(200, b"{", dropped=True)],
            [Failure(200, b"", after=True)],
        ],
        ids=["quota", "down", "dropped", "sent, but the answer is lost"],
    )
    def test_a_message_that_did_not_get_through_is_sent_again_before_the_next(
        self, zalo: FakeZalo, failures: list[Failure]
    ) -> None:
        user = f"again-{len(failures)}-{failures[0].after}-{failures[0].dropped}"
        ask(zalo, user, "báo tin", "Trước khi viết")
        zalo.fail("sendMessage", *failures)
        ask(zalo, user, "1", "Đừng viết tên")
        ask(zalo, user, "1", "Bạn muốn báo việc gì")
        firsts = [text.split("\n")[0][:12] for text in zalo.to(user)]
        assert firsts == sorted(firsts, key=["Trước khi vi", "Đừng viết tê", "Bạn muốn báo"].index)

    def test_a_message_that_is_refused_is_given_up_and_the_tip_goes_on(self, zalo: FakeZalo) -> None:
        ask(zalo, "refused", "báo tin", "Trước khi viết")
        zalo.fail("sendMessage", error(400))
        zalo.post(text_message("refused", "1"))
        eventually(lambda: zalo.count("sendMessage") > len(zalo.sent))
        ask(zalo, "refused", "1", "Bạn muốn báo việc gì")

    def test_a_conversation_that_cannot_be_answered_holds_up_no_other(self, zalo: FakeZalo) -> None:
        with zalo.holding("slow"):
            zalo.post(text_message("slow", "menu"))
            ask(zalo, "quick")
            assert zalo.to("slow") == []
        eventually(lambda: answers(zalo, "slow", "Gửi tin ẩn danh"))

    def test_many_at_once_are_each_answered_in_order(self, zalo: FakeZalo) -> None:
        users = [f"many-{number}" for number in range(12)]
        for text in ("báo tin", "1", "1"):
            for user in users:
                zalo.post(text_message(user, text))
        eventually(lambda: all(answers(zalo, user, "Bạn muốn báo việc gì") for user in users), within=120)
        for user in users:
            assert [text.split(" ")[0] for text in zalo.to(user)] == ["Trước", "Đừng", "Bạn"]


class TestWebhook:
    def test_the_address_is_told_until_the_platform_takes_it(self, bare_house: House) -> None:
        before = bare_house.bot_settings
        with FakeZalo().running() as down:
            down.fail("setWebhook", error(500, status=500), Failure(200, b"{", dropped=True))
            settings = before.model_copy(
                update={"zalo_api_url": down.url, "public_bot_url": "https://antam.example/"}
            )
            set_up(before.var, down, Mode.WEBHOOK)
            other = House(bare_house.backend_settings, settings)
            other.start_bot()
            try:
                eventually(lambda: down.webhook["url"])
                assert down.webhook["url"] == "https://antam.example/channels/zalo_bot"
                self.is_acknowledged_when_the_platform_takes_no_messages(down, other)
            finally:
                other.stop_bot()

    def is_acknowledged_when_the_platform_takes_no_messages(self, zalo: FakeZalo, house: House) -> None:
        """It is committed then, and a platform in trouble is not kept waiting."""
        zalo.fail("sendMessage", *[error(500, status=500)] * 2)
        assert zalo.deliver(text_message("abc", "báo tin"), house.url).status_code == 200
        assert zalo.to("abc") == []
        eventually(lambda: answers(zalo, "abc", "Trước khi viết"))
        again = ZaloWorker(lambda: house.url, zalo, "abc").say("1")
        assert "Đừng viết tên" in again.text
