"""Whose debt a story tells of, and whether it is about a child: one fitting sentence, at once, said once."""

import pytest

from bot.intake.draft import Step
from bot.intake.paths import told_in
from bot.intake.terms import Findings
from tests.bot.channel_contract import Driver
from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.intake_play import Play, at_step
from tests.bot.test_tip_form import until_story
from tests.bot.web_driver import WebWorker

OTHERS_DEBT = [
    "tôi bị đòi nợ thay cho thằng em họ",
    "em có vay đâu mà tụi nó gọi khủng bố điện thoại đòi tiền",
    "chồng vay rồi bỏ đi, giờ giang hồ bắt em trả nợ thay",
    "bạn tôi vay app, nó gọi hết danh bạ đòi nợ tôi",
    "toi khong vay ma bi doi no, no doa dot nha",
    "nó để lại số của tôi làm người tham chiếu, giờ gọi đòi nợ suốt ngày",
]
OWN_LOAN = [
    "em vay 10 triệu của ông Tư, góp 300k một ngày",
    "tôi lỡ vay app giờ không trả nổi",
    "minh co boc bat ho 20 trieu cua ba Ba",
    "vợ chồng em vay nóng của chị chủ trọ",
]
NEITHER = [
    "có ông Tư cho vay ở cổng công ty, lãi năm ngàn một triệu một ngày",
    "em thấy ổng cho công nhân vay nặng lãi",
    "công ty nợ lương ba tháng",
    "có nhóm đánh bạc ở quán nước sau xưởng",
]
CHILD = [
    "có đứa nhỏ 8 tuổi bị đánh đập, con bé bị bắt đi bán vé số",
    "họ nhốt con em trong phòng, bạo hành trẻ",
    "bạn em bị lừa bán qua campuchia",
]


class TestTelling:
    @pytest.mark.parametrize("text", OTHERS_DEBT)
    def test_who_is_pressed_for_a_debt_of_others(self, text: str) -> None:
        assert told_in(text).path == "others_debt"

    @pytest.mark.parametrize("text", OWN_LOAN)
    def test_who_borrowed(self, text: str) -> None:
        assert told_in(text).path == "own_loan"

    @pytest.mark.parametrize("text", NEITHER)
    def test_who_tells_of_others_alone(self, text: str) -> None:
        assert told_in(text).path is None

    @pytest.mark.parametrize("text", CHILD)
    def test_a_child_that_is_hurt_or_people_who_are_sold(self, text: str) -> None:
        assert told_in(text).child

    @pytest.mark.parametrize("text", [*OTHERS_DEBT, *OWN_LOAN, *NEITHER])
    def test_no_child_where_none_is_told_of(self, text: str) -> None:
        assert not told_in(text).child


class TestSaying:
    def story(self, *texts: str) -> Play:
        play = at_step(Step.STORY)
        for text in texts:
            play.findings = Findings(told=told_in(text))
            play.type(text)
        return play

    def test_the_fitting_notice_is_said_once_and_the_story_is_kept(self) -> None:
        play = self.story(OTHERS_DEBT[0])
        assert play.note_keys == ["path.others_debt"]
        play.findings = Findings(told=told_in(OTHERS_DEBT[1]))
        play.type(OTHERS_DEBT[1])
        assert play.note_keys == []
        assert play.draft.story == tuple(OTHERS_DEBT[:2])

    def test_a_borrower_hears_that_the_law_is_about_the_lender(self) -> None:
        assert self.story(OWN_LOAN[0]).note_keys == ["path.own_loan"]

    def test_the_child_line_is_given_at_once_and_again_where_danger_is_asked(self) -> None:
        play = self.story(CHILD[0])
        (note,) = play.notes
        assert (note.key, note.hotlines) == ("child.line", ("111", "113"))
        play.all("xong", "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua", "không có", "1")
        assert play.notes[0].hotlines == ("113", "111")

    def test_the_category_of_trafficking_gives_the_child_line_at_once(self) -> None:
        play = Play().all("1", "1", "5")
        assert play.draft.category == "trafficking"
        assert play.notes[0].hotlines == ("111", "113")

    def test_danger_now_gives_113_before_the_next_question(self) -> None:
        play = at_step(Step.DANGER).type("1")
        assert play.notes[0].hotlines == ("113",)
        assert play.draft.step is Step.READERS


def tells_of_a_child(worker: Driver) -> list[str]:
    worker.say("báo tin")
    for _ in range(3):
        worker.say("1")
    return worker.say(CHILD[1]).calls


def test_in_the_chat_the_child_line_can_be_tapped(house: House) -> None:
    assert "111" in tells_of_a_child(WebWorker(house.url))


def test_in_the_form_the_child_line_stands_above_the_next_question(house: House) -> None:
    browser = until_story(Browser(house.url)).post(text=CHILD[0], option="done")
    assert 'href="tel:111"' in browser.page
    browser.post(option="done").post(way="skip").post(way="skip").post(way="skip").post(way="skip")
    browser.post(option="none").post(option="now")
    assert 'href="tel:113"' in browser.page and 'href="tel:111"' in browser.page
