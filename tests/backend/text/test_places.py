"""Workers name their province in every way: new and old names, towns, short forms, without diacritics."""

import pytest

from backend.text.places import Places

PLACES = Places.load()


def names(text: str) -> list[str]:
    return [province.name for province in PLACES.find(text)]


def test_there_are_thirty_four_provinces_with_codes_of_their_own() -> None:
    assert len(PLACES.provinces) == len({province.code for province in PLACES.provinces}) == 34


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bình Dương", "TP. Hồ Chí Minh"),
        ("binh duong", "TP. Hồ Chí Minh"),
        ("bduong", "TP. Hồ Chí Minh"),
        ("ở tỉnh Bắc Giang", "Bắc Ninh"),
        ("tphcm", "TP. Hồ Chí Minh"),
        ("SG", "TP. Hồ Chí Minh"),
        ("em o bien hoa dong nai", "Đồng Nai"),
        ("Hải Dương ạ", "Hải Phòng"),
        ("vĩnh phúc", "Phú Thọ"),
        ("Hoà Bình", "Phú Thọ"),
        ("TP Huế", "Huế"),
        ("dak lak", "Đắk Lắk"),
        ("hn", "Hà Nội"),
    ],
)
def test_a_name_is_understood(text: str, name: str) -> None:
    assert names(text) == [name]


def test_two_provinces_are_both_given_so_that_one_can_be_asked() -> None:
    assert names("từ Long An lên Đồng Nai") == ["Tây Ninh", "Đồng Nai"]


def test_a_mistyped_name_is_offered() -> None:
    assert "TP. Hồ Chí Minh" in names("binh duogn")


@pytest.mark.parametrize("text", ["", "không nhớ", "gần cổng công ty", "🍜", "9" * 400])
def test_what_names_no_province_gives_none(text: str) -> None:
    assert names(text) == []
