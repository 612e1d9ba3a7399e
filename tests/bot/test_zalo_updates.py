"""What is read of an update of the Zalo Bot Platform: what is needed, in every form in which it comes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_updates import Received, parse, read
from bot.envelope import Attachment
from tests.fakes.zalo import Json, text_message, update

FIELDS = ("message", "result", "event_name", "chat", "id", "chat_type", "text", "message_id", "from")
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)


def without(what: Json, *path: str) -> Json:
    """A copy of ``what`` without the field at ``path``."""
    copy: Json = json.loads(json.dumps(what))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return copy


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_text_is_read_wrapped_or_bare(wrapped: bool) -> None:
    sent = text_message("abc", "chào", "m1")
    body = {"ok": True, "result": sent} if wrapped else sent
    assert parse(json.dumps(body).encode()) == Received("abc", "m1", "chào")


def test_a_text_is_read_without_the_name_of_its_event() -> None:
    # The documentation's own example of getUpdates has none.
    assert read(without(text_message("abc", "chào", "m1"), "event_name")) == Received("abc", "m1", "chào")


def test_numbers_serve_as_ids() -> None:
    sent = text_message("abc", "chào")
    sent["message"] |= {"message_id": 7, "chat": {"id": 12, "chat_type": "PRIVATE"}}
    assert read(sent) == Received("12", "7", "chào")


def test_a_blank_message_is_one() -> None:
    assert read(without(text_message("abc", ""), "message", "text")) is not None
    blank = read(text_message("abc", "   "))
    assert blank is not None
    assert blank.attachment is None


def test_the_words_below_a_picture_are_its_text() -> None:
    sent = update("abc", "message.image.received", photo="https://example.com/a.jpg", caption="số xe của họ")
    found = read(sent)
    assert found is not None
    assert (found.text, found.attachment) == ("số xe của họ", Attachment.PICTURE)


@pytest.mark.parametrize("event", ["sticker", "voice", "unsupported", "link", "something_new"])
def test_what_holds_no_words_is_known_as_such(event: str) -> None:
    found = read(update("abc", f"message.{event}.received"))
    assert found is not None
    assert (found.text, found.attachment) == ("", Attachment.OTHER)


@pytest.mark.parametrize("kind", ["GROUP", "group", "CHANNEL", ""])
def test_what_is_written_in_a_group_is_none_of_our_business(kind: str) -> None:
    assert read(update("abc", "message.text.received", chat_type=kind, text="chào")) is None


def test_another_bot_is_not_answered() -> None:
    sent = text_message("abc", "chào")
    sent["message"]["from"]["is_bot"] = True
    assert read(sent) is None


@pytest.mark.parametrize(
    "path", [("message",), ("message", "chat"), ("message", "chat", "id"), ("message", "message_id")]
)
def test_without_what_is_needed_to_answer_it_is_ignored(path: tuple[str, ...]) -> None:
    assert read(without(text_message("abc", "chào"), *path)) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"result": ' * 50_000,
        b'{"ok": true, "result": []}',
        b'{"message": null}',
        b'{"message": {"text": "\\ud800"}}',
        b"9" * 10_000,
        b"<html></html>",
    ],
)
def test_a_body_of_another_form_is_ignored(raw: bytes) -> None:
    assert parse(raw) is None


@given(SHAPES)
def test_nothing_that_comes_is_an_error(body: object) -> None:
    found = read(body)
    assert found is None or found.chat


def test_nothing_of_a_person_shows_in_a_repr() -> None:
    found = read(text_message("abc-123", "khu trọ Hoa Mai", "m-123"))
    for secret in ("abc-123", "Hoa Mai", "m-123"):
        assert secret not in repr(found)
