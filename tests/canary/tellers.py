"""Workers telling their stories: in chat by typed words and digits alone, or on the form's pages.

What a platform needs beyond that (its messages, its ids) is the affair of ``platforms.py``.
"""

import re
from typing import Final

from backend.kit.settings import ROOT
from bot.envelope import Language
from bot.phrases import Phrases
from tests.bot.channel_contract import RECEIPT, Seen, fresh_id
from tests.bot.form_driver import Browser
from tests.canary.platforms import Speaker
from tests.canary.stories import SENT, Channel, Ending, Lived, Story
from tests.canary.words import TOLD
from tests.waiting import eventually

_DIGIT_OF_READERS: Final = {"union": "1", "police": "2", "both": "3"}
_DIGIT_OF_DANGER: Final = {"now": "1", "soon": "2", "no": "3", "unknown": "4"}
_DIGIT_OF_WHO: Final = "7"
"""At the review: "send", then the lines from the category on."""
_ASK_AGAIN: Final = tuple(
    Phrases.load(ROOT / "data").spoken(Language.VI)(key)
    for key in (
        "fault.too_fast",
        "fault.busy",
        "try_later",
        "unkept",
        "unsent",
        "box.wait",
        "box.silent",
        "box.unsent",
    )
)
"""What the bot says when it has not taken a message: the worker sends it again."""


class PatientChat:
    """Says a thing again until it is taken."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def say(self, text: str) -> Seen:
        seen = eventually(lambda: self._taken(self._speaker.say(text, fresh_id())), within=60)
        assert seen is not None
        return seen

    @staticmethod
    def _taken(seen: Seen) -> Seen | None:
        return None if any(asking in seen.text for asking in _ASK_AGAIN) else seen


class PatientBrowser(Browser):
    """Posts a page again until it is taken."""

    def send(self, fields: dict[str, str], **headers: str) -> Browser:
        answer = eventually(
            lambda: self._taken(super(PatientBrowser, self).send(fields, **headers)), within=60
        )
        assert answer is not None
        return answer

    @staticmethod
    def _taken(answer: Browser) -> Browser | None:
        return None if answer.status in (429, 503) else answer


def tell(story: Story, speaker: Speaker, url: str) -> Lived:
    """The story up to its ending; what is written to the mailbox comes later (``write_back``)."""
    lived = Lived(story)
    chat = PatientChat(speaker)
    if story.asked_before is not None:
        assert chat.say(story.asked_before).text
    if story.wrong_receipt is not None:
        assert RECEIPT.search(chat.say(f"mã của em {story.wrong_receipt}").text) is None
    match story.channel:
        case Channel.FORM:
            _on_the_form(lived, PatientBrowser(url))
        case _:
            _in_chat(lived, chat)
    if story.asked_after is not None and story.ending is not Ending.AT_REVIEW:
        assert chat.say(story.asked_after).text
    return lived


def write_back(lived: Lived, speaker: Speaker, url: str) -> str:
    """Open the mailbox again, read what is there, write into it. Returns all that was shown."""
    assert lived.receipt is not None
    if lived.story.channel is Channel.FORM:
        browser = PatientBrowser(url)
        browser.open("/hop-thu")
        browser.post(receipt=lived.receipt)
        shown = browser.page
        assert lived.story.written_back in browser.post(text=lived.story.written_back).page
        return shown
    chat = PatientChat(speaker)
    chat.say("menu")
    shown = chat.say(f"mã của em {lived.receipt}").text
    chat.say("1")
    assert "Đã gửi" in chat.say(lived.story.written_back).text
    chat.say("đóng")
    return shown


def _in_chat(lived: Lived, chat: PatientChat) -> None:
    story = lived.story
    chat.say("báo tin")
    for _ in ("what the platform sees", "the notice"):
        chat.say("1")
    chat.say(str(list(TOLD).index(story.category) + 1))
    if story.refused is not None:
        chat.say(story.refused)
    for text in story.told:
        seen = chat.say(text)
    assert f"ghi {len(story.told)} đoạn" in seen.text
    if story.ending is Ending.ABANDONED:
        return
    chat.say("xong")
    chat.say(story.province)
    chat.say(story.place)
    chat.say("1")
    chat.say(story.who)
    chat.say("không có")
    chat.say(_DIGIT_OF_DANGER[story.danger])
    seen = _uncovered(chat, chat.say(_DIGIT_OF_READERS[story.readers]))
    if story.corrected_who is not None:
        chat.say(_DIGIT_OF_WHO)
        seen = _uncovered(chat, chat.say(story.corrected_who))
    assert (story.corrected_who or story.who) in seen.text
    if story.ending is Ending.THROWN_AWAY:
        chat.say("hủy")
        chat.say("xóa hết")
    if story.ending in SENT:
        lived.receipt = _receipt(chat.say("gửi").text)
    if story.ending in (Ending.SAVED, Ending.WRITTEN_BACK):
        chat.say("đã lưu")


def _uncovered(chat: PatientChat, seen: Seen) -> Seen:
    """What comes once all that seems to be the writer's own is left as it is: it must be found nowhere."""
    while "muốn che đi không" in seen.text:
        seen = chat.say("để nguyên")
    return seen


def _left_as_it_is(browser: Browser) -> None:
    while "muốn che đi không" in browser.page:
        browser.post(option="no")


def _on_the_form(lived: Lived, browser: Browser) -> None:
    story = lived.story
    browser.open("/bao-tin").post(option="go").post(option="go").post(option=story.category)
    lived.session = browser.http.cookies["antam_tip"]
    if story.refused is not None:
        assert browser.post(text=story.refused, option="").status == 422
        browser.open("/bao-tin")
    for text in story.told:
        browser.post(text=text, option="")
    assert all(f"<blockquote>{text}</blockquote>" in browser.page for text in story.told)
    if story.ending is Ending.ABANDONED:
        return
    browser.post(text="", option="done").post(text=story.province).post(text=story.place)
    browser.post(option="today").post(text=story.who).post(option="none")
    browser.post(option=story.danger).post(option=story.readers)
    _left_as_it_is(browser)
    if story.corrected_who is not None:
        browser.post(option="who").post(text=story.corrected_who)
        _left_as_it_is(browser)
    assert (story.corrected_who or story.who) in browser.page
    if story.ending is Ending.THROWN_AWAY:
        browser.post(way="cancel").post(option="yes")
    if story.ending in SENT:
        lived.receipt = _receipt(browser.post(option="send").page)
    if story.ending in (Ending.SAVED, Ending.WRITTEN_BACK):
        browser.post(option="saved")


def _receipt(shown: str) -> str:
    found = RECEIPT.search(shown)
    assert found, "no receipt is shown"
    return re.sub(r"\D", "", found.group())
