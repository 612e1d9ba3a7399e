"""What a worker meets on Telegram beside the contract: buttons that go, secrets that stay, kinds unread."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bot.channels.credentials import Mode
from bot.channels.telegram import PATH
from tests.backend.tips.attachments.photos import photo
from tests.backend.tips.attachments.voices import RECORDERS, voice
from tests.bot.channel_contract import Button, send_a_tip
from tests.bot.house import House
from tests.bot.telegram_driver import SECRET, Telegram, TelegramWorker
from tests.fakes.telegram import MAX_TEXT, Fault, Json, units


@pytest.fixture(scope="module")
def telegram(house: House) -> Iterator[Telegram]:
    with Telegram.account(house) as account, account.bot():
        yield account


@pytest.fixture
def worker(telegram: Telegram) -> TelegramWorker:
    return TelegramWorker(telegram.fake)


def to_the_story(worker: TelegramWorker) -> None:
    for text in ("báo tin", "1", "1", "1"):
        worker.say(text)


class TestButtons:
    def test_a_taken_choice_is_shown_in_place_of_its_buttons(self, worker: TelegramWorker) -> None:
        seen = worker.say("báo tin")
        asked = worker.mine[-1]
        worker.tap(seen.button("Viết tin luôn"))
        assert asked.buttons == []
        assert asked.text.endswith("▸ 1. Viết tin luôn")

    def test_every_press_is_answered_also_one_of_an_old_button(self, worker: TelegramWorker) -> None:
        seen = worker.say("menu")
        for button in (seen.buttons[0], Button("do.dance", ""), Button("x" * 64, "")):
            under = worker.mine[-1]
            update = worker.fake.press(worker.user, under, button.id)
            worker.hand_in(update)
            assert update["callback_query"]["id"] in worker.fake.answered

    def test_a_press_that_is_too_old_to_be_answered_counts_all_the_same(self, worker: TelegramWorker) -> None:
        seen = worker.say("báo tin")
        update = worker.fake.press(worker.user, worker.mine[-1], seen.button("Viết tin").id)
        worker.fake.too_old.add(update["callback_query"]["id"])
        assert "Đừng viết tên" in worker.hand_in(update).text

    def test_a_message_that_cannot_be_edited_holds_up_nothing(self, worker: TelegramWorker) -> None:
        seen = worker.say("báo tin")
        worker.fake.fail("editMessageText", Fault(400))
        assert "Đừng viết tên" in worker.tap(seen.button("Viết tin")).text

    def test_two_presses_at_once_lead_on_once(self, worker: TelegramWorker) -> None:
        seen = worker.say("báo tin")
        under = worker.mine[-1]
        presses = [worker.fake.press(worker.user, under, seen.button("Viết tin").id) for _ in range(2)]
        assert "Đừng viết tên" in worker.hand_in(*presses).text
        assert "Bạn muốn báo việc gì" in worker.say("1").text

    def test_a_button_that_leads_away_lets_the_tip_rest(self, worker: TelegramWorker) -> None:
        menu = worker.say("menu")
        to_the_story(worker)
        worker.say("chuyện ở khu trọ Hoa Mai")
        assert "Mình giữ tin này" in worker.tap(menu.button("Số cần gọi")).text
        assert "Bốc bát họ" in worker.say("bốc bát họ là gì").text
        assert "ghi 1 đoạn" in worker.tap(worker.say("báo tin").button("Xem tiếp")).text


class TestCommands:
    def test_start_greets_with_the_menu(self, worker: TelegramWorker) -> None:
        seen = worker.say("/start")
        assert "mình là An Tâm" in seen.text
        assert seen.button("Gửi tin ẩn danh")

    def test_stop_in_a_tip_asks_before_it_destroys(self, worker: TelegramWorker) -> None:
        to_the_story(worker)
        worker.say("một câu chuyện")
        assert "Bỏ tin này" in worker.say("/stop").text
        worker.say("giữ lại")
        assert "ghi 2 đoạn" in worker.say("câu nữa").text

    def test_stop_elsewhere_forgets_and_advises_to_delete_the_chat(self, worker: TelegramWorker) -> None:
        seen = worker.say("/stop")
        assert "đã quên" in seen.text
        assert "xóa cả đoạn chat" in seen.text

    def test_the_commands_are_shown_in_both_languages(self, telegram: Telegram) -> None:
        shown = {
            code: [(each["command"], each["description"]) for each in listed]
            for code, listed in telegram.fake.commands.items()
        }
        assert ("bao_tin", "Gửi tin ẩn danh") in shown[""]
        assert ("tip", "Send an anonymous tip") in shown["en"]


class TestSecrets:
    def test_before_a_tip_it_is_said_what_telegram_sees_and_the_page_is_offered(
        self, telegram: Telegram, worker: TelegramWorker
    ) -> None:
        seen = worker.say("báo tin")
        assert "Telegram biết bạn nhắn cho mình" in seen.text
        assert f"{telegram.settings.public_bot_url}/bao-tin" in seen.text
        assert seen.button("Viết tin luôn")

    def test_tip_receipt_and_mailbox_cannot_be_forwarded(self, worker: TelegramWorker) -> None:
        worker.say("menu")
        assert not worker.mine[-1].protected
        before = len(worker.mine)
        receipt = send_a_tip(worker)
        worker.say("đã lưu")
        worker.say(receipt)
        assert all(sent.protected for sent in worker.mine[before:])

    def test_the_end_of_a_tip_advises_to_delete_the_chat(self, worker: TelegramWorker) -> None:
        send_a_tip(worker)
        assert "xóa đoạn chat này" in worker.say("đã lưu").text

    def test_no_link_shows_a_preview(self, worker: TelegramWorker) -> None:
        send_a_tip(worker)
        assert not any(sent.previews for sent in worker.mine)


class TestKinds:
    def test_of_a_picture_the_largest_size_is_taken_and_the_open_question_asked(
        self, worker: TelegramWorker
    ) -> None:
        to_the_story(worker)
        seen = worker.send_file(photo("jpeg"))
        assert "Đã nhận ảnh 1" in seen.texts[0]
        assert "Chuyện gì đã xảy ra" in seen.texts[-1]

    def test_the_caption_of_a_picture_joins_the_story(self, worker: TelegramWorker) -> None:
        to_the_story(worker)
        seen = worker.send_file(photo("jpeg"), words="chủ nợ nhắn thế này")
        assert "Đã nhận ảnh 1" in seen.texts[0]
        assert "ghi 1 đoạn" in seen.texts[-1]

    def test_a_recording_and_a_picture_sent_as_a_file_are_taken_and_other_papers_are_not(
        self, worker: TelegramWorker
    ) -> None:
        to_the_story(worker)
        about = {"file_unique_id": "u", "file_size": 9}
        audio = {**about, "file_id": worker.fake.keep(voice(RECORDERS["an iPhone"])), "duration": 2}
        paper = {**about, "file_id": worker.fake.keep(photo("png")), "mime_type": "image/png"}
        other = {**about, "file_id": worker.fake.keep(b"%PDF-1.7"), "mime_type": "application/pdf"}

        def sent(**content: Json) -> str:
            return worker.hand_in(worker.fake.message(worker.user, **content)).text

        assert "Đã nhận ghi âm 1" in sent(audio=audio)
        assert "Đã nhận ảnh 1" in sent(document=paper)
        before = len(worker.fake.fetched)
        assert "chỉ đọc được chữ" in sent(document=other)
        assert len(worker.fake.fetched) == before

    @pytest.mark.parametrize("fault", [Fault(404), Fault(500), Fault(0)])
    def test_a_picture_that_telegram_does_not_give_is_asked_for_again(
        self, worker: TelegramWorker, fault: Fault
    ) -> None:
        to_the_story(worker)
        worker.fake.fail("download", fault)
        assert "chưa tải được" in worker.send_file(photo("jpeg")).text
        assert "Đã nhận ảnh 1" in worker.send_file(photo("jpeg")).text

    def test_outside_a_tip_a_picture_is_not_even_asked_for(self, worker: TelegramWorker) -> None:
        before = (worker.fake.count("getFile"), len(worker.fake.fetched))
        assert "chưa xem được ảnh" in worker.send_file(photo("jpeg")).text
        assert (worker.fake.count("getFile"), len(worker.fake.fetched)) == before

    def test_a_voice_is_answered_outside_a_tip_too(self, worker: TelegramWorker) -> None:
        seen = worker.send_file(voice(RECORDERS["Telegram"]), "voice")
        assert "chỉ đọc được chữ" in seen.text
        assert seen.button("Gửi tin ẩn danh")

    def test_in_a_group_the_bot_says_nothing(self, worker: TelegramWorker) -> None:
        before = len(worker.fake.sent)
        update = worker.fake.message(worker.user, text="báo tin")
        update["message"]["chat"] = {"id": -100_5, "type": "supergroup", "title": "Tổ 3"}
        worker.hand_in(update)
        assert len(worker.fake.sent) == before

    @pytest.mark.parametrize(
        "content",
        [
            {"edited_message": {"message_id": 1, "date": 1, "text": "khác"}},
            {"my_chat_member": {}},
            {"poll": {"id": "1"}},
            {"message": "not a message"},
            {"callback_query": {"id": 7}},
        ],
    )
    def test_an_unknown_update_is_passed_over_and_the_next_one_answered(
        self, worker: TelegramWorker, content: Json
    ) -> None:
        strange = worker.fake.update(**content)
        asked = worker.fake.message(worker.user, text="menu")
        assert "Mình giúp được" in worker.hand_in(strange, asked).text


class TestLongMessages:
    def test_a_long_answer_comes_in_pieces_with_its_buttons_on_the_last(self, worker: TelegramWorker) -> None:
        to_the_story(worker)
        for _ in range(4):
            worker.say("👩‍🏭 họ tới nhà trọ. " * 150)
        for text in ("xong", "đồng nai", "bỏ qua", "bỏ qua", "ông Tư", "không có", "3"):
            worker.say(text)
        seen = worker.say("1")
        assert len(seen.texts) > 2
        assert all(units(sent.text) <= MAX_TEXT for sent in worker.mine)
        assert worker.mine[-1].buttons
        assert "".join(seen.texts).count("họ tới nhà trọ.") == 600


class TestOrder:
    def test_a_slow_conversation_holds_up_no_other_and_keeps_its_own_order(self, telegram: Telegram) -> None:
        fake, slow, quick = telegram.fake, TelegramWorker(telegram.fake), TelegramWorker(telegram.fake)
        fake.held.add(("sendMessage", slow.user))
        waiting = [fake.message(slow.user, text=text) for text in ("báo tin", "1", "1")]
        for update in waiting:
            fake.post(update)
        sent = len(fake.sent)
        for text in ("báo tin", "menu"):
            fake.post(fake.message(quick.user, text=text))
        fake.until_sent(sent + 2)
        assert not slow.mine
        # Nothing is confirmed past the oldest message that is not answered.
        assert not fake.confirmed & {update["update_id"] for update in waiting}
        fake.let_go()
        fake.until_confirmed(waiting[-1])
        assert [text[:12] for text in (each.text for each in slow.mine)] == [
            "Trước khi vi",
            "Đừng viết tê",
            "Bạn muốn báo",
        ]

    def test_many_conversations_at_once_are_all_answered(self, telegram: Telegram) -> None:
        workers = [TelegramWorker(telegram.fake) for _ in range(12)]
        with ThreadPoolExecutor(len(workers)) as pool:
            receipts = set(pool.map(send_a_tip, workers))
        assert len(receipts) == len(workers)


class TestWebhook:
    @pytest.fixture
    def delivered(self, house: House) -> Iterator[Telegram]:
        with Telegram.account(house, Mode.WEBHOOK) as account, account.bot():
            yield account

    def test_a_wrong_secret_is_refused_without_a_hint_and_acts_on_nothing(self, delivered: Telegram) -> None:
        worker = TelegramWorker(delivered.fake)
        update = delivered.fake.message(worker.user, text="báo tin")
        for header in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}):
            answer = httpx.post(f"{delivered.url}{PATH}", json=update, headers=header)
            assert (answer.status_code, answer.content) == (403, b"")
        assert not worker.mine

    def test_what_is_no_update_is_done_with(self, delivered: Telegram) -> None:
        for body in (b"", b"[]", b'{"update_id": 1}', b'{"update_id": 2, "message": 3}'):
            header = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            assert httpx.post(f"{delivered.url}{PATH}", content=body, headers=header).status_code == 200

    def test_a_body_without_end_is_refused(self, delivered: Telegram) -> None:
        header = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        answer = httpx.post(f"{delivered.url}{PATH}", content=b"x" * 1_000_000, headers=header)
        assert answer.status_code == 413

    def test_the_address_and_the_secret_are_told_to_telegram(self, delivered: Telegram) -> None:
        told = delivered.fake.webhook
        assert told["url"] == f"{delivered.settings.public_bot_url}{PATH}"
        assert told["secret_token"] == SECRET
        assert told["allowed_updates"] == ["message", "callback_query"]
        assert not told.get("drop_pending_updates", False)

    def test_a_polling_bot_has_no_webhook_path(self, telegram: Telegram) -> None:
        assert httpx.post(f"{telegram.url}{PATH}", json={}).status_code == 404
