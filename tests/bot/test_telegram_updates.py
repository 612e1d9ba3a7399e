"""What is read of an update, what is passed over, and choices as Telegram's buttons."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram_updates import ButtonIds, Received, keyboard, parse, readable, received
from bot.envelope import Attachment, Choice, ChoiceKind
from tests.bot.telegram_driver import FORWARDED
from tests.fakes.telegram import FakeTelegram, Json, Sent, private_chat, sender

FAKE = FakeTelegram()
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["chat", "from", "id", "text", "type", "photo", "data", "message"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def read(update: Json, ids: ButtonIds | None = None) -> Received | None:
    found = parse(json.dumps(update).encode())
    assert found is not None
    assert found.update_id == update["update_id"]
    return received(found, ids or ButtonIds())


def said(update: Json) -> Received:
    found = read(update)
    assert found is not None
    return found


class TestMessages:
    def test_a_text_is_read_with_the_number_of_its_update(self) -> None:
        update = FAKE.message(7, text="chào em")
        found = said(update)
        assert (found.chat, found.incoming.text) == (7, "chào em")
        assert found.incoming.message_id == str(update["update_id"])
        assert found.incoming.room is None

    def test_who_writes_stays_out_of_every_repr(self) -> None:
        found = said(FAKE.message(880_123, text="chuyện kín"))
        assert "880123" not in repr(found)
        assert "chuyện kín" not in repr(found)

    @pytest.mark.parametrize(
        ("typed", "choice"),
        [
            ("/start", "do.greet"),
            ("/start campaign_7", "do.greet"),
            ("/HELP", "do.greet"),
            ("/menu@antam_bot", "do.menu"),
            ("/bao_tin", "do.tip"),
            ("/so_can_goi", "do.hotlines"),
        ],
    )
    def test_a_command_is_a_choice(self, typed: str, choice: str) -> None:
        assert said(FAKE.message(7, text=typed)).incoming.choice == choice

    @pytest.mark.parametrize("typed", ["/stop", "/xoa", "/delete now"])
    def test_stop_and_delete_are_the_word_that_asks_before_it_destroys(self, typed: str) -> None:
        incoming = said(FAKE.message(7, text=typed)).incoming
        assert (incoming.text, incoming.choice) == ("xóa", None)

    def test_an_unknown_command_is_a_text(self) -> None:
        assert said(FAKE.message(7, text="/faq_bat_ho")).incoming.text == "/faq_bat_ho"

    @pytest.mark.parametrize(
        ("content", "attachment"),
        [
            (
                {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
                Attachment.PICTURE,
            ),
            ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}}, Attachment.OTHER),
            ({"document": {"file_id": "a", "file_unique_id": "b"}}, Attachment.OTHER),
            ({"contact": {"phone_number": "0900000000", "first_name": "Mận"}}, Attachment.OTHER),
            ({"location": {"longitude": 106.6, "latitude": 10.9}}, Attachment.OTHER),
        ],
    )
    def test_what_is_no_text_is_known_as_such(self, content: Json, attachment: Attachment) -> None:
        incoming = said(FAKE.message(7, **content)).incoming
        assert (incoming.text, incoming.attachment) == ("", attachment)

    @pytest.mark.parametrize("text", ["chuyển tiền gấp", "/start", "/xoa"])
    def test_what_others_wrote_is_a_text_and_known_as_theirs(self, text: str) -> None:
        incoming = said(FAKE.message(7, text=text, **FORWARDED)).incoming
        assert (incoming.text, incoming.choice, incoming.forwarded) == (text, None, True)
        assert not said(FAKE.message(7, text="chuyển tiền gấp")).incoming.forwarded

    def test_a_caption_is_a_text(self) -> None:
        photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
        incoming = said(FAKE.message(7, photo=photo, caption="tin này có lừa không")).incoming
        assert (incoming.text, incoming.attachment) == ("tin này có lừa không", Attachment.PICTURE)


class TestPassedOver:
    @pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
    def test_whatever_is_said_where_others_read(self, kind: str) -> None:
        update = FAKE.message(7, text="báo tin")
        update["message"]["chat"] = {"id": -5, "type": kind, "title": "Tổ 3"}
        assert read(update) is None

    @pytest.mark.parametrize(
        "content",
        [
            {"edited_message": {"message_id": 1, "date": 1, "chat": private_chat(7), "text": "khác"}},
            {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "channel"}}},
            {"inline_query": {"id": "1", "from": sender(7), "query": "vay", "offset": ""}},
            {"my_chat_member": {"chat": private_chat(7)}},
            {"something_of_next_year": {"text": "?"}},
            {},
        ],
    )
    def test_every_kind_that_was_not_asked_for(self, content: Json) -> None:
        assert read(FAKE.update(**content)) is None

    def test_notices_of_telegram_and_messages_of_bots(self) -> None:
        assert read(FAKE.message(7, new_chat_title="Tên mới")) is None
        update = FAKE.message(7, text="chào")
        update["message"]["from"]["is_bot"] = True
        assert read(update) is None

    @pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"update_id": "7"}', b"\xff", b"[" * 100_000])
    def test_what_is_no_update(self, raw: bytes) -> None:
        assert parse(raw) is None

    @given(message=JSON_VALUES, query=JSON_VALUES)
    def test_no_inside_of_an_update_is_an_error(self, message: object, query: object) -> None:
        kept = readable({"update_id": 7, "message": message, "callback_query": query})
        assert kept is not None
        assert received(Update.de_json(kept, None), ButtonIds()) is None or isinstance(message, dict | None)


class TestPresses:
    UNDER = Sent(
        3,
        7,
        "Ai được đọc?",
        [[{"text": "1. Công đoàn", "callback_data": "tip.a.readers.union"}]],
        True,
        False,
    )

    def test_a_press_is_its_choice_and_shows_what_was_pressed(self) -> None:
        found = said(FAKE.press(7, self.UNDER, "tip.a.readers.union"))
        assert found.incoming.choice == "tip.a.readers.union"
        assert found.pressed is not None
        assert found.pressed.shown == "Ai được đọc?\n\n▸ 1. Công đoàn"

    def test_a_text_that_would_grow_too_long_stays_as_it_is(self) -> None:
        long = Sent(3, 7, "a" * 4_090, self.UNDER.keyboard, True, False)
        found = said(FAKE.press(7, long, "tip.a.readers.union"))
        assert found.pressed is not None
        assert found.pressed.shown is None

    def test_a_button_under_a_message_that_telegram_no_longer_has_still_counts(self) -> None:
        update = FAKE.press(7, self.UNDER, "do.menu")
        update["callback_query"]["message"] = {"chat": private_chat(7), "message_id": 3, "date": 0}
        found = said(update)
        assert found.incoming.choice == "do.menu"
        assert found.pressed is not None
        assert found.pressed.shown is None

    def test_a_press_in_a_group_is_passed_over(self) -> None:
        update = FAKE.press(7, self.UNDER, "do.menu")
        update["callback_query"]["message"]["chat"] = {"id": -5, "type": "group"}
        assert read(update) is None


class TestButtons:
    def test_answers_stand_one_a_row_and_the_ways_side_by_side(self) -> None:
        choices = [Choice("a", "Một"), Choice("b", "Hai")]
        choices += [Choice(way, way, ChoiceKind.WAY) for way in ("back", "skip", "cancel", "pause")]
        markup = keyboard(tuple(choices), ButtonIds())
        assert markup is not None
        rows = [[button.text for button in row] for row in markup.inline_keyboard]
        assert rows == [["Một"], ["Hai"], ["back", "skip", "cancel"], ["pause"]]

    def test_without_choices_there_is_no_keyboard(self) -> None:
        assert keyboard((), ButtonIds()) is None

    @given(choice=st.text(alphabet="abc.~_đ", min_size=1, max_size=120))
    def test_every_id_fits_into_a_button_and_comes_back(self, choice: str) -> None:
        ids = ButtonIds()
        data = ids.data(choice)
        assert 1 <= len(data.encode()) <= 64
        assert ids.choice(data) == choice

    def test_the_newest_thousand_long_ids_are_known(self) -> None:
        ids = ButtonIds()
        data = [ids.data(f"topic.{'x' * 60}{number}") for number in range(1_001)]
        assert ids.choice(data[0]) == data[0]
        assert ids.choice(data[1]).endswith("x1")
