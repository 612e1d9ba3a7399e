"""Workers telling their stories: in chat by typed words and digits, or on the form's pages.

What a platform needs beyond that (its messages, its ids) is the affair of ``platforms.py``; what follows once
a liaison has been at work, of ``returning.py``.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from backend.kit.settings import ROOT
from bot.envelope import Language
from bot.phrases import Phrases
from bot.web.uploads import FORM_PATH
from tests.bot.channel_contract import RECEIPT, Button, Seen, fresh_id
from tests.bot.form_driver import Browser
from tests.canary.evidence import Evidence
from tests.canary.platforms import Speaker
from tests.canary.stories import SENT, Channel, Ending, Lived
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
        "box.files.unkept",
        "file.busy",
        "file.not_fetched",
        "file.unkept",
        "notice.silent",
    )
)
"""What the bot says when it has not taken a message: the worker sends it again."""


class PatientChat:
    """Says a thing again until it is taken."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def say(self, text: str) -> Seen:
        return self._patiently(lambda: self._speaker.say(text, fresh_id()))

    def tap(self, button: Button) -> Seen:
        return self._patiently(lambda: self._speaker.tap(button))

    def send(self, file: Evidence) -> Seen:
        return self._patiently(lambda: self._speaker.send_file(file.content, file.kind))

    def _patiently(self, act: Callable[[], Seen]) -> Seen:
        seen = eventually(lambda: self._taken(act()), within=60)
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

    def upload(self, path: str, field: str, files: Sequence[Evidence]) -> Browser:
        """Send files by the form that the page shows for them."""
        fields, headers = self.fields(), {"accept": "text/html", "origin": str(self.http.base_url)}
        chosen = [(field, (file.name, file.content, "application/octet-stream")) for file in files]
        answer = eventually(
            lambda: self._taken(self._show(self.http.post(path, data=fields, files=chosen, headers=headers))),
            within=60,
        )
        assert answer is not None
        return answer

    @staticmethod
    def _taken(answer: Browser) -> Browser | None:
        return None if answer.status in (429, 503) else answer


def tell(lived: Lived, speaker: Speaker, url: str) -> None:
    """The story up to its ending; what is done in the mailbox comes later."""
    story, chat = lived.story, PatientChat(speaker)
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
    assert f"ghi {len(story.told)} đoạn" in seen.text, f"{story}: {seen.text}"
    if story.ending is Ending.ABANDONED:
        _send(chat, story.files)
        return
    chat.say("xong")
    chat.say(story.province)
    chat.say(story.place)
    chat.say("1")
    seen = chat.say(story.who)
    if story.files and story.keeps_original:
        chat.tap(seen.button("bản gốc"))
    _send(chat, story.files)
    chat.say("xong" if story.files else "không có")
    chat.say(_DIGIT_OF_DANGER[story.danger])
    seen = _uncovered(chat, chat.say(_DIGIT_OF_READERS[story.readers]))
    if story.corrected_who is not None:
        chat.say(_DIGIT_OF_WHO)
        seen = _uncovered(chat, chat.say(story.corrected_who))
    assert (story.corrected_who or story.who) in seen.text, f"{story}: {seen.text}"
    if story.ending is Ending.THROWN_AWAY:
        chat.say("hủy")
        chat.say("xóa hết")
    if story.ending in SENT:
        lived.receipt = _receipt(chat.say("gửi").text)
    if story.ending in SENT - {Ending.UNCONFIRMED}:
        seen = chat.say("đã lưu")
        if story.wants_notice and "giữ địa chỉ chat của bạn" in seen.text:
            assert "mình nhắn một câu" in chat.say("báo tôi").text


def _send(chat: PatientChat, files: Sequence[Evidence]) -> None:
    for file in files:
        seen = chat.send(file)
        assert "Đã nhận" in seen.text, f"{file.form}: {seen.text}"


def _uncovered(chat: PatientChat, seen: Seen) -> Seen:
    """What comes once all that seems to be the writer's own is left as it is: it must be found nowhere."""
    while "muốn che đi không" in seen.text:
        seen = chat.say("để nguyên")
    return seen


def _left_as_it_is(browser: Browser) -> None:
    while "muốn che đi không" in browser.page:
        browser.post(option="no")


def _on_the_form(lived: Lived, browser: PatientBrowser) -> None:
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
    browser.post(option="today").post(text=story.who)
    if story.files:
        if story.keeps_original:
            browser.post(option="original")
        browser.upload(FORM_PATH, "file", story.files)
        assert browser.page.count("Đã nhận") == len(story.files)
    browser.post(option="done" if story.files else "none")
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
    if story.ending in SENT - {Ending.UNCONFIRMED}:
        browser.post(option="saved")


def _receipt(shown: str) -> str:
    found = RECEIPT.search(shown)
    assert found, "no receipt is shown"
    return re.sub(r"\D", "", found.group())
