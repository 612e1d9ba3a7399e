"""Turns as messages of a chat platform: within its limit, nothing lost, digits and words that work."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.rendering import Bubble, Measure, bubbles, split, utf16_units
from bot.envelope import Choice, ChoiceKind, Language, Link, Reply, Turn
from bot.intake.terms import Way
from bot.phrases import Phrases, Spoken
from bot.talk import menu_choices
from bot.words import Words

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("aăâđêôơưạbc \n.!?…\u0301\u200d👩🏽🇻🇳"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=400,
)
MEASURES = st.sampled_from([len, utf16_units])


@pytest.fixture
def say(phrases: Phrases) -> Spoken:
    return phrases.spoken(Language.VI)


def shown(turn: Turn, say: Spoken, *, buttons: bool, origin: str | None = None) -> list[Bubble]:
    return bubbles(turn, limit=2_000, buttons=buttons, origin=origin, say=say)


QUESTION = Reply(
    "Ai được đọc?",
    (
        Choice("a", "Công đoàn"),
        Choice("b", "Công an"),
        Choice("c", "Quay lại", ChoiceKind.WAY),
        Choice("d", "Hủy tin", ChoiceKind.WAY),
    ),
    sensitive=True,
)


class TestSplitting:
    @given(text=TEXTS, limit=st.integers(2, 60), measure=MEASURES)
    def test_no_piece_is_blank_or_longer_than_the_limit(
        self, text: str, limit: int, measure: Measure
    ) -> None:
        pieces = split(text, limit, measure)
        assert all(piece.strip() for piece in pieces)
        assert all(measure(piece) <= limit for piece in pieces)

    @given(text=TEXTS, limit=st.integers(2, 60), measure=MEASURES)
    def test_nothing_but_white_space_is_lost(self, text: str, limit: int, measure: Measure) -> None:
        pieces = split(text, limit, measure)
        assert "".join("".join(pieces).split()) == "".join(text.split())

    @given(text=st.text(alphabet="ab c\n", max_size=200), limit=st.integers(30, 60))
    def test_a_text_that_fits_stays_whole(self, text: str, limit: int) -> None:
        short = text[:limit].strip()
        assert split(short, limit) == ([short] if short else [])

    def test_a_paragraph_is_a_better_place_than_a_line_a_sentence_or_a_word(self) -> None:
        assert split("một hai\n\nba bốn\nnăm. sáu bảy", 22) == ["một hai", "ba bốn\nnăm. sáu bảy"]
        assert split("một hai\nba bốn. năm sáu", 16) == ["một hai", "ba bốn. năm sáu"]
        assert split("một hai. ba bốn năm", 14) == ["một hai.", "ba bốn năm"]
        assert split("mộthai babốn nămsáu", 13) == ["mộthai babốn", "nămsáu"]

    def test_a_better_place_that_leaves_the_message_nearly_empty_is_not_taken(self) -> None:
        assert split("a\n\n" + "b " * 20, 30)[0] == "a\n\n" + "b " * 13 + "b"

    @pytest.mark.parametrize("sign", ["e\u0302\u0301", "👩🏽\u200d🏭", "🇻🇳"])
    def test_a_letter_with_its_marks_and_a_joined_sign_are_not_cut(self, sign: str) -> None:
        pieces = split(sign * 60, 50, utf16_units)
        assert len(pieces) > 1
        assert not any(unicodedata.category(piece[0]).startswith("M") for piece in pieces)
        assert not any(piece[0] == "\u200d" or piece[-1] == "\u200d" for piece in pieces)

    def test_telegram_counts_a_sign_outside_the_basic_plane_twice(self) -> None:
        assert utf16_units("a👩") == 3
        assert [utf16_units(piece) for piece in split("👩" * 10, 7, utf16_units)] == [6, 6, 6, 2]


class TestButtons:
    def test_choices_stand_on_the_last_piece_of_their_reply(self, say: Spoken) -> None:
        long = Reply("một câu dài. " * 300, QUESTION.choices)
        found = shown(Turn((long, QUESTION)), say, buttons=True)
        assert [bool(bubble.choices) for bubble in found] == [False, True, True]

    def test_a_button_shows_its_digit_where_the_digit_works(self, say: Spoken) -> None:
        first, last = shown(Turn((QUESTION, QUESTION)), say, buttons=True)
        assert [choice.label for choice in first.choices] == ["Công đoàn", "Công an", "Quay lại", "Hủy tin"]
        assert [choice.label for choice in last.choices] == [
            "1. Công đoàn",
            "2. Công an",
            "Quay lại",
            "Hủy tin",
        ]
        assert [choice.id for choice in last.choices] == ["a", "b", "c", "d"]

    def test_every_piece_of_a_sensitive_reply_is_sensitive(self, say: Spoken) -> None:
        found = shown(Turn((Reply("x " * 1_500, sensitive=True),)), say, buttons=True)
        assert len(found) == 2
        assert all(bubble.sensitive for bubble in found)


class TestWithoutButtons:
    def test_answers_are_numbered_lines_and_ways_are_words_to_type(self, say: Spoken) -> None:
        (found,) = shown(Turn((QUESTION,)), say, buttons=False)
        assert found.text == "Ai được đọc?\n1. Công đoàn\n2. Công an\nHoặc nhắn “Quay lại”, “Hủy tin”."
        assert found.choices == ()

    def test_choices_below_numbered_steps_are_set_off_from_them(self, say: Spoken) -> None:
        steps = Reply("Làm ngay:\n1. Gọi 113.\n2. Lưu tin nhắn.", (Choice("a", "Luật nói gì"),))
        (found,) = shown(Turn((steps,)), say, buttons=False)
        assert found.text.splitlines()[2:] == [
            "2. Lưu tin nhắn.",
            "",
            "Nhắn số để xem tiếp:",
            "1. Luật nói gì",
        ]

    def test_only_the_choices_that_digits_mean_are_shown(self, say: Spoken) -> None:
        first, last = shown(Turn((QUESTION, QUESTION)), say, buttons=False)
        assert first.text == "Ai được đọc?"
        assert "1. Công đoàn" in last.text


class TestLinks:
    LINKS = (Link("Gọi 113", "tel:113"), Link("Mở trang báo tin", "/bao-tin"))

    @pytest.mark.parametrize("buttons", [True, False])
    def test_a_number_and_a_page_are_lines_of_text(self, say: Spoken, buttons: bool) -> None:
        turn = Turn((Reply("Nghe này", links=self.LINKS),))
        (found,) = shown(turn, say, buttons=buttons, origin="https://antam.example/")
        assert found.text == "Nghe này\n📞 113\nMở trang báo tin: https://antam.example/bao-tin"

    def test_a_page_without_a_public_address_is_left_out(self, say: Spoken) -> None:
        (found,) = shown(Turn((Reply("Nghe này", links=self.LINKS),)), say, buttons=True)
        assert found.text == "Nghe này\n📞 113"


@pytest.mark.parametrize("language", list(Language))
class TestTypedWords:
    """What a platform without buttons tells people to type is understood."""

    def test_the_word_of_every_way_through_a_tip_is_understood(
        self, phrases: Phrases, language: Language
    ) -> None:
        for way in Way:
            assert Words(phrases).means(phrases.spoken(language)(f"way.{way}"), f"words.{way}", careful=True)

    def test_the_words_to_the_start_and_out_of_the_mailbox_are_understood(
        self, phrases: Phrases, language: Language
    ) -> None:
        words, say = Words(phrases), phrases.spoken(language)
        assert words.asked_for(say("menu.menu"), ["words.menu"])
        assert words.means(say("box.close"), "words.close")

    def test_every_line_of_the_menu_has_a_digit(self, phrases: Phrases, language: Language) -> None:
        say = phrases.spoken(language)
        menu = menu_choices(say)
        (found,) = shown(Turn((Reply(say("menu"), menu),)), say, buttons=False)
        digits = [f"{number}. {choice.label}" for number, choice in enumerate(menu, 1)]
        assert found.text.splitlines()[1:] == digits
