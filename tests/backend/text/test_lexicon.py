"""The lexicon finds the field's concepts in every style of writing, whole words only."""

import pytest

from backend.text.datafiles import DataFileError
from backend.text.lexicon import Lexicon
from backend.text.normalize import fold
from backend.text.words import plain_words


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


class TestTheProjectsLexicon:
    def test_holds_the_concepts_of_the_field(self, lexicon: Lexicon) -> None:
        assert len(lexicon.concept_ids) >= 300

    @pytest.mark.parametrize(
        ("text", "concept"),
        [
            ("bọn nó tạt sơn vô cửa phòng trọ", "filth_thrown"),
            ("tui no tat mam tom dem qua", "filth_thrown"),
            ("nó gọi lên cty em hoài", "contact_calls"),
            ("cam the atm lg, dua ma pin", "pin_code"),
            ("đòi giữ cccd của e", "id_card_pawned"),
            ("bán sổ bhxh đc bao nhiêu", "insurance_book"),
            ("nó xin mã 0TP", "otp"),
            ("kêu cài app vneid giả", "fake_gov_app"),
            ("giả danh cog an gọi đt", "fake_police"),
            ("lam nhiem vu chot don nap them tien", "task_scam"),
            ("bị bán qua cam", "sold_person"),
            ("chủ hụi ôm tiền bỏ trốn", "hui_collapse"),
            ("công ty nợ lương 2 tháng", "wages_owed"),
            ("bốc 10 ăn 8 góp ngày", "take_and_receive"),
            ("choi tai xiu thua sach", "online_betting"),
            ("rủ nhau đình công", "strike"),
            ("C@m c4n cuoc c0ng dan", "id_card_pawned"),
        ],
    )
    def test_finds_a_concept_in_workers_words(self, lexicon: Lexicon, text: str, concept: str) -> None:
        assert concept in lexicon.concepts(fold(text))

    @pytest.mark.parametrize(
        ("text", "concept"),
        [
            ("bạn đã ăn chưa", "drug_dealing"),
            ("cứ từ từ đã", "suicide"),
            ("nhờ tư vấn giúp", "suicide"),
            ("bạn thân của tôi", "sold_person"),
            ("xin chào bạn có khỏe không", "drug_dealing"),
            ("mọi chuyện ổn cả", "money_sent"),
        ],
    )
    def test_everyday_words_that_fold_alike_are_no_concept(
        self, lexicon: Lexicon, text: str, concept: str
    ) -> None:
        assert concept not in lexicon.concepts(fold(text))

    def test_words_inside_longer_words_do_not_match(self, lexicon: Lexicon) -> None:
        assert lexicon.concepts("simple huipharma") == []

    def test_nothing_is_found_in_nothing(self, lexicon: Lexicon) -> None:
        assert lexicon.concepts("") == []


class TestMatching:
    def test_the_longest_phrase_wins(self) -> None:
        lexicon = Lexicon({"loan": ["vay"], "app_loan": ["app vay tiền"]})
        assert lexicon.concepts("app vay tien") == ["app_loan"]
        assert lexicon.concepts("app vay nong") == ["loan"]

    def test_each_concept_is_named_once_in_order(self) -> None:
        lexicon = Lexicon({"a": ["vay"], "b": ["no"]})
        assert lexicon.concepts("no vay no") == ["b", "a"]

    def test_two_concepts_cannot_share_a_phrase(self) -> None:
        with pytest.raises(DataFileError, match="doi no"):
            Lexicon({"a": ["đòi nợ"], "b": ["doi no"]})


class TestTeencode:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("nó k cho e về", "no khong cho em ve"),
            ("dag o cog ty bjt j dau", "dang o cong ty biet gi dau"),
            ("vay 10 k", "vay 10 k"),
            ("FE Credit zalo", "fe credit zalo"),
        ],
    )
    def test_short_forms_are_expanded_but_units_and_names_are_not(self, text: str, words: str) -> None:
        assert " ".join(plain_words(text)) == words
