"""The web chat over real HTTP: the channel contract, and what is the web's own."""

import pytest

from tests.bot.channel_contract import Button, ChannelContract, Driver, fresh_id
from tests.bot.house import House
from tests.bot.web_driver import WebWorker


class TestWebChannel(ChannelContract):
    @pytest.fixture
    def worker(self, house: House) -> Driver:
        return WebWorker(house.url)


@pytest.fixture
def worker(house: House) -> WebWorker:
    return WebWorker(house.url)


def test_english_is_answered_in_english(house: House) -> None:
    worker = WebWorker(house.url, lang="en")
    assert "Before you write" in worker.say("report").text
    assert "not right" in WebWorker(house.url, lang="en").say("12345678901234567").text


@pytest.mark.parametrize(
    "body",
    [
        {"id": "short", "text": "chào"},
        {"id": fresh_id()},
        {"id": fresh_id(), "text": "chào", "choice": "do.menu"},
        {"id": fresh_id(), "text": ["chào"]},
        {"id": fresh_id(), "choice": "x" * 500},
        {"id": fresh_id(), "text": "chào", "lang": "xx"},
    ],
)
def test_a_message_of_another_form_is_a_problem_in_words(worker: WebWorker, body: dict[str, object]) -> None:
    answer = worker.post(body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Mình không đọc được yêu cầu này. Bạn tải lại trang nhé."
    assert "chào" not in answer.text


@pytest.mark.parametrize("user", ["", "short", "x" * 23, "y" * 21 + "!"])
def test_a_user_id_must_be_a_random_token(worker: WebWorker, user: str) -> None:
    worker.user = user
    assert worker.post({"id": fresh_id(), "text": "chào"}).status_code == 422


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_oversized_body_is_refused_in_the_persons_language(house: House, lang: str) -> None:
    answer = WebWorker(house.url, lang).post({"id": fresh_id(), "text": "á" * 70_000})
    assert answer.status_code == 413
    problem = answer.json()
    assert problem["code"] == "too_large"
    assert ("lớn quá" if lang == "vi" else "too large") in problem["detail"]


def test_writing_too_fast_is_slowed_kindly_and_an_emergency_is_still_answered(worker: WebWorker) -> None:
    answers = [worker.say("menu").text for _ in range(45)]
    assert "nhanh quá" in answers[-1]
    assert "113" in worker.say("họ đang đánh em trong phòng trọ").texts[0]


@pytest.fixture
def reloaded(worker: WebWorker) -> WebWorker:
    """A worker with one part of a story written, whose page was loaded again."""
    worker.say("báo tin")
    for text in ("1", "1", "1", "ông Tư cho vay ở cổng"):
        worker.say(text)
    worker.forget_room()
    return worker


@pytest.mark.parametrize("text", ["chuyện của tôi", "ok", "1", "tiếp", "xong", "quay lại", "gửi"])
def test_nothing_of_a_draft_is_shown_or_changed_after_the_page_is_loaded_again(
    reloaded: WebWorker, text: str
) -> None:
    for _ in range(2):
        seen = reloaded.say(text)
        assert "đang viết dở" in seen.text
        assert "chưa ghi vào đâu" in seen.text
        assert "ông Tư" not in seen.text
        reloaded.tap(Button("do.menu", ""))
    seen = reloaded.say("em muốn gửi tin ẩn danh")
    assert "ghi 1 đoạn" in reloaded.tap(seen.button("Xem tiếp")).text
    assert "ghi 2 đoạn" in reloaded.say("chuyện của tôi").text


def test_the_question_whether_to_go_on_is_answered_by_typing(reloaded: WebWorker) -> None:
    reloaded.say("có ai không")
    assert "đang viết dở" in reloaded.say("quay lại").text
    assert "Bỏ tin này" in reloaded.say("xóa").text
    assert "ghi 1 đoạn" in reloaded.say("đừng").text
    reloaded.forget_room()
    reloaded.say("có ai không")
    assert "ghi 1 đoạn" in reloaded.say("1").text


def test_commands_danger_and_receipts_work_beside_a_draft_that_is_not_shown(reloaded: WebWorker) -> None:
    assert "Mình giúp được" in reloaded.say("menu").text
    assert "113" in reloaded.say("họ đang đánh em trong phòng trọ").texts[0]
    assert "Mã này chưa đúng" in reloaded.say("12345678901234567").text
    assert "đã quên" in reloaded.say("xóa").text


def test_a_button_of_the_menu_does_not_open_a_draft_that_is_not_shown(reloaded: WebWorker) -> None:
    reloaded.tap(Button("do.hotlines", ""))
    assert "đang viết dở" in reloaded.say("chuyện của tôi").text


def test_a_mailbox_that_closed_by_itself_takes_no_message(worker: WebWorker) -> None:
    worker.room = "mailbox"
    seen = worker.say("hôm qua họ lại đến phòng tôi đòi tiền")
    assert "Hộp thư đã tự đóng" in seen.text


def test_a_tip_that_is_gone_takes_no_message(worker: WebWorker) -> None:
    worker.room = "intake"
    seen = worker.say("và hôm qua họ lại đến phòng tôi")
    assert "hết hạn hoặc đã xóa" in seen.text


def test_what_belongs_to_a_tip_is_marked_sensitive(worker: WebWorker) -> None:
    turn = worker.post({"id": fresh_id(), "text": "báo tin"}).json()
    assert all(reply["sensitive"] for reply in turn["replies"])
    assert turn["room"] == "intake"


@pytest.mark.parametrize("text", ["/start", "start"])
def test_a_start_is_greeted_with_the_menu(worker: WebWorker, text: str) -> None:
    seen = worker.say(text)
    assert "mình là An Tâm" in seen.texts[0]
    assert seen.button("Gửi tin ẩn danh")
    assert worker.room == "chat"


@pytest.mark.parametrize("text", ["🙏🙏", "…", "á" * 5_000])
def test_what_cannot_be_read_inside_a_tip_leaves_its_question_and_choices(
    worker: WebWorker, text: str
) -> None:
    worker.say("báo tin")
    for _ in range(2):
        asked = worker.say("1")
    seen = worker.say(text)
    assert seen.buttons == asked.buttons
    assert seen.button("Hủy tin")
    assert worker.say("1").texts[-1].startswith("Chuyện gì đã xảy ra?")


def test_what_cannot_be_read_shows_nothing_of_a_tip_that_the_page_does_not_show(reloaded: WebWorker) -> None:
    assert "ghi 1 đoạn" not in reloaded.say("🙏").text


def test_a_short_answer_is_judged_with_the_story_it_belongs_to(worker: WebWorker) -> None:
    worker.say("báo tin")
    for text in ("1", "1", "1", "ông Tư cho vay nặng lãi ở cổng", "xong", "đồng nai", "bỏ qua"):
        worker.say(text)
    assert "Ai làm việc này?" in worker.say("hom dinh cong").text


def test_how_the_lender_looks_and_lives_may_be_added_to_his_story(worker: WebWorker) -> None:
    worker.say("báo tin")
    for text in ("1", "1", "1", "ông Tư cho vay nặng lãi ở cổng"):
        worker.say(text)
    assert "ghi 2 đoạn" in worker.say("nó đội nón màu đen nói giọng nghệ an hay ngồi quán cà phê").text
    assert "ghi 3 đoạn" in worker.say("nó ở chung với bồ ở phòng số 3").text
    assert "không nhận tin về đình công" in worker.say("mấy đứa rủ nhau đình công thứ hai này").text


def test_a_short_answer_of_a_story_that_tells_of_no_crime_is_still_refused(worker: WebWorker) -> None:
    worker.say("báo tin")
    for text in ("1", "1", "1", "có mấy người ở cổng", "xong", "đồng nai", "bỏ qua", "bỏ qua"):
        worker.say(text)
    seen = worker.say("mấy đứa rủ nhau đình công thứ hai này")
    assert "không nhận tin về đình công" in seen.text
