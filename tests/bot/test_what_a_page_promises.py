"""A tip on a page of ours is found again only while the page is open, and nothing says more than that."""

import pytest

from bot.envelope import Language
from bot.intake.draft import Note
from bot.intake.render import note_bubble
from tests.bot.intake_play import PHRASES

PROMISES = (
    "paused",
    "no_way.pause",
    "danger.advice.now",
    "danger.advice.now.child",
    "emergency.again",
)


@pytest.mark.parametrize("key", PROMISES)
@pytest.mark.parametrize(
    ("language", "condition"),
    [(Language.VI, "không đóng trang này"), (Language.EN, "do not close this page")],
)
def test_the_web_says_that_the_page_must_stay_open(key: str, language: Language, condition: str) -> None:
    assert condition in note_bubble(Note(key), PHRASES.spoken(language), "web").text


@pytest.mark.parametrize("key", PROMISES)
def test_a_channel_without_a_page_speaks_of_none(key: str) -> None:
    assert "trang này" not in note_bubble(Note(key), PHRASES.spoken(Language.VI), "telegram").text
