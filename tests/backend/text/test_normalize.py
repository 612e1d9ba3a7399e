"""Different spellings of one Vietnamese text become equal, and numbers survive."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.text.normalize import MAX_LENGTH, fold, normalise, tokens

VIETNAMESE = (
    "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
    "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬEÈÉẺẼẸÊỀẾỂỄỆIÌÍỈĨỊOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢUÙÚỦŨỤƯỪỨỬỮỰYỲÝỶỸỴĐ"
)


class TestNormalise:
    @pytest.mark.parametrize("letter", VIETNAMESE)
    def test_every_letter_survives_in_composed_and_decomposed_form(self, letter: str) -> None:
        assert normalise(letter) == letter
        assert normalise(unicodedata.normalize("NFD", letter)) == letter

    def test_marks_in_the_wrong_order_are_put_right(self) -> None:
        assert normalise("ca\u0301\u0302n nơ\u0323 u\u0301\u031b") == "cấn nợ ứ"

    def test_a_struck_d_is_dj(self) -> None:
        assert normalise("d\u0335\u00f2i \u00d0ồng Ɖen") == "đòi Đồng Đen"

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("hoà", "hòa"),
            ("HOÀ", "HÒA"),
            ("thuý khoẻ", "thúy khỏe"),
            ("hòan", "hoàn"),
            ("quý quỷ giá giếng gìn", "quý quỷ giá giếng gìn"),
            ("ngoài thuở của mía khuỷu", "ngoài thuở của mía khuỷu"),
            ("uỷ ban", "ủy ban"),
            ("tiêń", "tiến"),
            ("café résumé", "café résumé"),
        ],
    )
    def test_the_tone_mark_has_one_place(self, typed: str, expected: str) -> None:
        assert normalise(typed) == expected

    @pytest.mark.parametrize(
        "disguised", ["ｖａｙ", "𝐯𝐚𝐲", "ᴠᴀʏ", "vаy", "ⓥⓐⓨ", "v\u200ba\u00ady", "v\x00ay"]
    )
    def test_look_alikes_and_hidden_characters_are_plain_letters(self, disguised: str) -> None:
        assert normalise(disguised) == "vay"

    def test_digits_of_other_scripts_are_plain_digits(self) -> None:
        assert normalise("０９１２ ٣٤٥ 1️⃣ 𝟏𝟎") == "0912 345 1 10"

    def test_a_foreign_word_stays_foreign(self) -> None:
        assert normalise("привет 你好 ខ្មែរ") == "привет 你好 ខ្មែរ"

    def test_spaces_and_line_breaks_become_one_space(self) -> None:
        assert normalise("  vay\u00a0\n\t nóng \u3000") == "vay nóng"

    def test_a_lone_surrogate_is_removed(self) -> None:
        normalise("a\ud800b").encode()

    def test_the_length_is_bounded(self) -> None:
        assert len(normalise("á" * 100_000)) == MAX_LENGTH
        assert normalise("vay nóng", limit=3) == "vay"

    @settings(deadline=None)
    @given(st.text(st.one_of(st.sampled_from(VIETNAMESE + "\u0301\u0302\u031b\u0323 01!."), st.characters())))
    def test_twice_is_as_good_as_once(self, text: str) -> None:
        assert normalise(normalise(text)) == normalise(text)


class TestFold:
    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("Đòi NỢ thuê", "doi no thue"),
            ("tr0 cap C0VID-19", "tro cap covid-19"),
            ("da du d!eu k!en NHAN T1EN h0 tro", "da du dieu kien nhan tien ho tro"),
            ("v@y t!3n nh4nh", "vay tien nhanh"),
            ("v.a.y t-i-ề-n", "vay tien"),
            ("cứuuuuu em vớiiii", "cuu em voi"),
            ("zal0 kh0ng c0", "zalo khong co"),
        ],
    )
    def test_disguised_words_are_repaired(self, typed: str, expected: str) -> None:
        assert fold(typed) == expected

    @pytest.mark.parametrize(
        "text",
        [
            *("10tr", "1tr2", "500k", "1.500.000d", "20%", "12h30", "0dong", "3k/tr/ngay", "0912.345.678"),
            *("t7", "ca1", "to1", "q7", "f88", "f0", "b52", "4g", "iii", "51f1-234.56"),
            *("a@b.com", "www.vay0lai.com", "https://zal0.me/a1b"),
        ],
    )
    def test_numbers_codes_and_addresses_are_not_damaged(self, text: str) -> None:
        assert fold(text) == text

    def test_an_exclamation_mark_after_a_word_is_no_letter(self) -> None:
        assert fold("Cứu!! đi! nợ!") == "cuu!! di! no!"

    @pytest.mark.parametrize("text", ["Ω", "ΌλΑ", "Ǘ", "ỗ\u030a", "a \u0302 b", "r0ÀÁÃ", "p0\u05b6", "ẛ"])
    def test_strange_signs_are_folded_once_and_for_all(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)
        assert normalise(normalise(text)) == normalise(text)

    @settings(deadline=None)
    @given(
        st.text(
            st.one_of(st.sampled_from(VIETNAMESE + "\u0301\u0302\u031b\u0323 01345@!|."), st.characters())
        )
    )
    def test_twice_is_as_good_as_once(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)

    @settings(deadline=None)
    @given(st.text(st.sampled_from(VIETNAMESE + " ")))
    def test_diacritics_make_no_difference(self, text: str) -> None:
        assert fold(unicodedata.normalize("NFD", text)) == fold(text)
        assert not any(unicodedata.combining(char) for char in fold(text))


class TestTokens:
    def test_words_and_numbers_stand_apart_from_punctuation(self) -> None:
        assert tokens(fold("Vay 1.500.000đ, lãi 20%/tháng (10tr)?")) == [
            "vay", "1.500.000d", "lai", "20%", "thang", "10tr",
        ]  # fmt: skip

    def test_no_word_gives_no_token(self) -> None:
        assert tokens(fold("🍜 !!! …")) == []
