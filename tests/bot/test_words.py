"""What needs no understanding is understood even when Rasa is silent."""

import pytest

from tests.bot.intake_play import WORDS


@pytest.mark.parametrize(
    "text",
    [
        "báo tin",
        "tôi muốn báo tin",
        "em muon bao tin a",
        "cho em gửi tin ẩn danh với",
        "i want to report",
        "TỐ GIÁC!",
    ],
)
def test_a_wish_to_send_a_tip_is_heard(text: str) -> None:
    assert WORDS.asked_for(text, ["words.tip"])


@pytest.mark.parametrize(
    "text",
    ["báo tin có bị lộ không", "em báo tin rồi giờ sao", "muốn", "bao nhiêu tiền", "tin nhắn này là gì"],
)
def test_a_question_about_tips_is_left_to_understanding(text: str) -> None:
    assert not WORDS.asked_for(text, ["words.tip"])


@pytest.mark.parametrize("text", ["/start", "start", "Bắt đầu", "bat dau"])
def test_a_start_is_a_greeting_and_no_tip(text: str) -> None:
    assert WORDS.asked_for(text, ["words.greet"])
    assert not WORDS.asked_for(text, ["words.tip"])


@pytest.mark.parametrize(
    "text",
    ["2", "2.", "(2)", "số 2", "so 2", "2 ạ", "dạ 2 ạ", "Chọn số 2 nha", "dạ số 2", "2 nhé!", "number 2"],
)
def test_a_digit_is_heard_with_the_words_that_people_put_around_it(text: str) -> None:
    assert WORDS.number_in(text) == 2


@pytest.mark.parametrize(
    "text",
    ["2 triệu", "phòng 2", "ngày 2", "2 3", "200", "số 123", "em vay 2", "2 thằng", "f88", "1tr2", "ạ", "số"],
)
def test_a_number_that_says_something_is_no_choice(text: str) -> None:
    assert WORDS.number_in(text) is None
