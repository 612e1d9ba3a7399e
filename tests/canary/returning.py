"""Reporters who come back with their receipts: they read, see files, answer, write, or take the tip back."""

import base64
import re
from typing import Final

from bot.web.uploads import MAILBOX_PATH
from tests.bot.channel_contract import Seen
from tests.canary.platforms import Speaker
from tests.canary.stories import Channel, Ending, Lived
from tests.canary.tellers import PatientBrowser, PatientChat

COMING_BACK: Final = frozenset({Ending.WRITTEN_BACK, Ending.WITHDRAWN})
_PAGE: Final = "/hop-thu"
_FILE: Final = re.compile(r'name="file" value="([^"]+)"')
_CONTENT: Final = re.compile(r'src="data:[a-z]+/[a-z]+;base64,([^"]+)"')
_LOOKED_AT: Final = 2
_ANSWERED: Final = "Đã gửi câu trả lời"


def come_back(lived: Lived, speaker: Speaker, url: str) -> str:
    """What a story still does once its receipt is noted. Returns all that the mailbox showed at first."""
    assert lived.receipt is not None
    if lived.story.channel is Channel.FORM:
        return _on_the_page(lived, PatientBrowser(url))
    chat = PatientChat(speaker)
    chat.say("menu")
    opened = chat.say(f"mã của em {lived.receipt}")
    if lived.story.ending is Ending.WITHDRAWN:
        chat.say("rút tin")
        chat.say("tôi muốn rút")
        _heard("Đã rút tin", chat.say("rút hẳn"))
        return opened.text
    if "📎" in opened.text:
        lived.shown += chat.tap(opened.button("Xem ảnh")).pictures
    _answer(lived, chat)
    _write(lived, chat)
    chat.say("đóng")
    return opened.text


def _answer(lived: Lived, chat: PatientChat) -> None:
    """What was asked, in the words of a ready answer."""
    match lived.asked:
        case "question":
            _heard(_ANSWERED, chat.say("không nhớ"))
        case "choices":
            _heard(_ANSWERED, chat.say(lived.ready[0]))
        case "consent":
            _heard(_ANSWERED, chat.say("đồng ý"))


def _write(lived: Lived, chat: PatientChat) -> None:
    story = lived.story
    for file in story.letter_files:
        _heard("cho cán bộ không?", chat.send(file))
    _heard("câu này cho cán bộ không?", chat.say(story.written_back))
    _heard("Đã gửi", chat.say("gửi"))


def _heard(words: str, seen: Seen) -> None:
    assert words in seen.text, seen.text


def _on_the_page(lived: Lived, browser: PatientBrowser) -> str:
    story = lived.story
    assert lived.receipt is not None
    shown = browser.open(_PAGE).post(receipt=lived.receipt).page
    if story.ending is Ending.WITHDRAWN:
        browser.post(withdraw="ask").post(withdraw="again").post(withdraw="sure")
        assert "Đã rút tin" in browser.page
        return shown
    if lived.asked:
        answers = re.findall(r'name="pick" value="([^"]+)"', browser.page)
        assert _ANSWERED in browser.post(pick=answers[0]).page
    assert story.written_back in browser.post(text=story.written_back).page
    if story.letter_files:
        assert "Đã gửi cho cán bộ" in browser.upload(MAILBOX_PATH, "files", story.letter_files).page
    # Each costs the house two key derivations.
    for file in _FILE.findall(browser.page)[-_LOOKED_AT:]:
        browser.post(file=file)
        lived.shown += map(base64.b64decode, _CONTENT.findall(browser.page))
    return shown
