"""What may be read of a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clean import MAX_CHARACTERS, Fault, clean, for_rasa
from bot.emergency import alarm_in


@pytest.mark.parametrize("raw", ["", "   ", "\u0000\u0007", "\u200b\u202e"])
def test_nothing_to_read_is_empty(raw: str) -> None:
    assert clean(raw).fault is Fault.EMPTY


@pytest.mark.parametrize("raw", ["🍜", "👨‍👩‍👧", "!!! ...", "❤️"])
def test_signs_alone_have_no_words(raw: str) -> None:
    assert clean(raw).fault is Fault.NO_WORDS


def test_ten_thousand_characters_are_too_long() -> None:
    assert clean("á" * 10_000).fault is Fault.TOO_LONG
    assert clean("á" * MAX_CHARACTERS).fault is None


def test_control_characters_go_and_line_breaks_stay() -> None:
    assert clean("một\x00\x1b[31m\r\nhai\u202e").text == "một[31m\nhai"


@given(st.text())
def test_text_for_rasa_is_never_a_command(raw: str) -> None:
    message = for_rasa(clean(raw).text)
    assert not message.startswith("/")
    assert "\n" not in message


@given(st.text())
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    once = clean(raw)
    assert once.fault is Fault.TOO_LONG or clean(once.text).text == once.text


def test_danger_is_looked_for_only_as_far_as_a_message_may_reach() -> None:
    assert alarm_in("cứu em với" + "." * 60_000) is not None
    assert alarm_in("." * MAX_CHARACTERS + " cứu em với") is None
