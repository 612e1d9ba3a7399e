"""Which texts are somebody else's words, which part of them, and how words of theirs are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pasted import Pasted, plainly
from bot.phrases import Phrases
from bot.settings import ROOT

READER = Pasted(Phrases.load(ROOT / "data"))
QUOTED = "Bạn được chọn làm đại lý, nạp 1 triệu nhận 3 triệu"


@pytest.mark.parametrize(
    "text",
    [
        "[MB] Tai khoan cua quy khach bi khoa, xac minh ngay tai mb-xacminh.top de tiep tuc su dung",
        "TK bi khoa, vao mb-xacminh.top\nHan chot 17h",
        "http://bhxh-hotro.top",
        "bit.ly/nhanqua8",
        "app moneycat.vn có lừa đảo không",
        "0900000012",
        "+84 900 000 012",
        "số 0900000012 lừa đảo ko",
        "stk 0071000123456 mb tên Lê A tin được không ạ",
        f'"{QUOTED}" xem giúp lừa không',
        f"tin này có phải lừa đảo không: {QUOTED}",
        f"xem giúp em tin nhắn này\n{QUOTED}",
        f"“{QUOTED}” is this a scam",
    ],
)
def test_what_is_plainly_passed_on_is_checked_unasked(text: str) -> None:
    assert READER.looks_passed_on(text)


@pytest.mark.parametrize(
    "text",
    [
        "bốc bát họ là gì",
        "em vay 10tr cầm về 9, góp 300k/ngày 40 ngày",
        "vay 10.000.000đ trong 30 ngày thì lãi thế nào",
        "em bị số 0900000012 gọi đòi nợ hoài, em không vay gì hết giờ phải làm sao đây ạ",
        "em ở tp.hcm q.tân phú vay tiền bị đòi nợ, họ gọi hoài lên công ty của em luôn giờ làm sao",
        "có người gọi xưng công an, có phải lừa đảo không",
        'họ nói "trả đi" rồi cúp máy',
        "em muốn tố cáo tổ trưởng cho vay nặng lãi, facebook nó đây https://facebook.com/vay-nong-long-hau",
        "kiểm tra giúp em vay 10000000 trả 12000000 sau 30 ngày",
        "kiểm tra giúp em khoản này: vay 10tr cầm về 9tr góp 300k mỗi ngày 40 ngày",
        "lãi vay 10.000.000 12.000.000 có thật không",
        "ngày 12-05-2026 họ gọi em có phải lừa không",
        "9tr",
        "40",
    ],
)
def test_a_workers_own_words_are_no_message_to_check(text: str) -> None:
    assert not READER.looks_passed_on(text)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (f'xem giúp tin này có phải lừa đảo không: "{QUOTED}"', QUOTED),
        (f"có người nhắn vầy: {QUOTED}", QUOTED),
        (f"tin này thật không ạ\n{QUOTED}", QUOTED),
        ("link http://bhxh-hotro.top lừa đảo không", "link http://bhxh-hotro.top"),
        ("số 0900000012 có lừa đảo ko", "số 0900000012"),
        ("xem giúp tin nhắn này có lừa đảo không", None),
        ("kiểm tra giúp em cuộc gọi em mới nhận", None),
    ],
)
def test_a_request_is_searched_for_the_message_it_holds(text: str, held: str | None) -> None:
    assert READER.message_in(text) == held


def test_a_warning_is_not_torn_from_its_quotation() -> None:
    warning = f'Mọi người cẩn thận trò "{QUOTED}", mất tiền đó, xem ở vcb.com.vn'
    assert READER.message_in(warning) == warning


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("https://www.vcb-xacminh.top/a", "vcb-xacminh[.]top/ a"),
        ("gọi 0900000012 ngay", "gọi 0900·0000·12 ngay"),
        ("*21*0900000015#", "* 21* 0900·0000·15#"),
        ("@chilan_hr #vay /start", "@ chilan_hr # vay / start"),
        ("một\ndòng\u202e", "một dòng"),
        ("lãi 3% một ngày", "lãi 3% một ngày"),
    ],
)
def test_words_are_shown_so_that_nothing_can_be_tapped(words: str, shown: str) -> None:
    assert plainly(words) == shown


@given(st.text(max_size=300))
def test_any_words_come_out_short_in_one_line_without_an_address(words: str) -> None:
    shown = plainly(words)
    assert len(shown) <= 48
    assert "\n" not in shown
    assert "://" not in shown


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    held = READER.message_in(text)
    assert held is None or len(held) <= len(text)
    READER.looks_passed_on(text)
