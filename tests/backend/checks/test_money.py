"""Amounts are read in all the ways workers write them; what is open is asked, what is none says why."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.checks.money.amounts import MOST_VND
from backend.checks.money.reading import money, written
from backend.cli.money import answer
from backend.kit.settings import ROOT

READ = {
    "1.500.000": 1_500_000, "1,5tr": 1_500_000, "1tr2": 1_200_000, "12tr5": 12_500_000,
    "1 triệu rưỡi": 1_500_000,
    "500k": 500_000, "2 lít": 200_000, "3 củ rưỡi": 3_500_000, "1 tỏi": 10**9, "một triệu hai": 1_200_000,
    "hai chục triệu": 20_000_000, "triệu mốt": 1_100_000, "trăm rưỡi": 150_000, "mot trieu ruoi": 1_500_000,
    "hai trieu mot": 2_100_000, "2tr05": 2_050_000, "1tr250": 1_250_000, "15.000.000đ": 15_000_000,
    "1 500 000": 1_500_000, "1 triệu 200 nghìn": 1_200_000, "2 triệu 3 trăm": 2_300_000, 
    "2 triệu 650": 2_650_000,
    "ba trăm năm mươi nghìn": 350_000, "hai trăm rưỡi": 250_000, "5 vạn": 50_000, "tầm 5 triệu": 5_000_000,
    "1 củ 2": 1_200_000, "2m5": 2_500_000, "50n": 50_000, "một tỷ hai": 1_200_000_000, "500.000 vnd": 500_000,
    "2 lít rưỡi": 250_000, "nửa triệu": 500_000, "mười lăm triệu": 15_000_000, "hai lăm triệu": 25_000_000,
    "hai trăm linh năm nghìn": 205_000, "1.234.567đ": 1_234_567, "hai nghìn rưỡi": 2_500, "3k5": 3_500,
    "một triệu hai trăm năm mươi ngàn": 1_250_000, "2 tờ 500": 1_000_000, "triệu rưỡi": 1_500_000,
    "10 triệu năm ngoái": 10_000_000, "vay 10tr 40 ngày": 10_000_000, "1tr5 đồng": 1_500_000,
    "５００ｋ": 500_000, "5\u200b00k": 500_000, "\u202e500k": 500_000, "1O tr": 10_000_000,
}  # fmt: skip
MORE = {
    "ba triệu tám": 3_800_000, "3tr800": 3_800_000, "3 triệu 8 trăm ngàn": 3_800_000,
    "7 triệu rưởi": 7_500_000, "bảy trăm ngàn": 700_000, "bảy trăm": 700_000,
    "hai mươi mốt triệu": 21_000_000, "hai mươi tư triệu": 24_000_000,
    "mười một triệu rưỡi": 11_500_000, "1 trăm triệu": 100_000_000, "trăm triệu": 100_000_000,
    "trăm mốt": 110_000, "trăm hai": 120_000, "năm chục ngàn": 50_000, "5 chục k": 50_000,
    "một chục triệu": 10_000_000, "1.2 tỷ": 1_200_000_000, "1,2 tỉ": 1_200_000_000,
    "tỷ rưỡi": 1_500_000_000, "tỷ mốt": 1_100_000_000, "2 tỷ 350 triệu": 2_350_000_000,
    "2ty3": 2_300_000_000, "150 nghìn": 150_000, "150.000": 150_000, "150000": 150_000, "150k": 150_000,
    "150 K": 150_000, "150K/ngày": 150_000, "2tr/tháng": 2_000_000, "gần 2 triệu": 2_000_000,
    "hơn 3 triệu": 3_000_000, "khoảng chừng 4tr5": 4_500_000, "cỡ 5 củ": 5_000_000,
    "12 củ 7": 12_700_000, "3 chai rưỡi": 3_500_000, "4 lít": 400_000, "4 lít 2": 420_000,
    "hai trăm rưỡi ngàn": 250_000, "hai ngàn": 2_000, "2 ngàn rưỡi": 2_500, "ba ngàn đồng": 3_000,
    "5.5tr": 5_500_000, "5,55tr": 5_550_000, "0,5 triệu": 500_000, "1,234,567": 1_234_567,
    "một trăm linh năm ngàn": 105_000, "một trăm lẻ năm triệu": 105_000_000,
    "chín trăm chín mươi chín nghìn": 999_000, "một triệu không trăm năm mươi nghìn": 1_050_000,
    "1tr050": 1_050_000, "1tr05": 1_050_000, "hai triệu lẻ năm chục": 2_050_000, "1 củ mốt": 1_100_000,
    "năm triệu tư": 5_400_000, "5tr tư": 5_400_000, "năm tr": 5_000_000, "mười lăm củ": 15_000_000,
    "hai chục củ": 20_000_000, "ba lít": 300_000, "nửa củ": 500_000, "nửa tỷ": 500_000_000,
    "1tr500k": 1_500_000, "1tr 500k": 1_500_000, "1 triệu 500": 1_500_000,
    "10 triệu 500 ngàn": 10_500_000, "١٢٣ triệu": 123_000_000, "20tr5": 20_500_000,
    "hai mươi triệu năm trăm": 20_500_000, "năm mươi lăm triệu": 55_000_000,
    "một triệu rưỡi đồng": 1_500_000, "3 triệu đồng chẵn": 3_000_000, "mỗi tháng 2 triệu 3": 2_300_000,
    "6 chục ngàn": 60_000, "2000k": 2_000_000, "1000 nghìn": 1_000_000,
    "mười nghìn tỷ": 10_000_000_000_000,
}  # fmt: skip
NOT_CERTAIN = [
    "năm chục", "hết 3 triệu mấy", "vài trăm nghìn", "mấy chục triệu", "một ít tiền", "lít hai",
    "20 lít xăng", "500 đô", "100 usd", "1tr2 - 1tr5", "từ 2 đến 3 triệu", ".5tr", "1..5tr", "1.5.5tr",
    "-500k", "âm 2 triệu", "không đồng", "0 đồng", "1e9", "tám chín triệu", "đôi ba triệu", "5-7 triệu",
    "5 – 7 triệu", "1tr2 đến 1tr5", "999999999999999999",
]  # fmt: skip
ASKED = {
    "2 xị": (20_000, 200_000),
    "3-4tr": (3_000_000, 4_000_000),
    "hai ba triệu": (2_000_000, 3_000_000),
    "1,250tr": (1_250_000, 1_250_000_000),
    "15": (15_000, 15_000_000),
}
NONE = {
    "-5tr": "not_positive",
    "0đ": "not_positive",
    "10^18 đồng": "too_large",
    "9" * 30: "too_large",
    "vài triệu": "vague",
    "1 vé": "foreign",
    "": "none",
    "trời đẹp quá": "none",
}


@pytest.mark.parametrize(("text", "vnd"), (READ | MORE).items())
def test_an_amount_is_read(text: str, vnd: int) -> None:
    assert answer(text) == {"vnd": vnd, "ambiguous": [], "reason": None}


@pytest.mark.parametrize(("text", "readings"), ASKED.items())
def test_what_has_several_readings_is_asked(text: str, readings: tuple[int, ...]) -> None:
    assert answer(text) == {"vnd": None, "ambiguous": list(readings), "reason": "ambiguous"}


@pytest.mark.parametrize(("text", "reason"), NONE.items())
def test_what_is_no_amount_says_why(text: str, reason: str) -> None:
    assert answer(text) == {"vnd": None, "ambiguous": [], "reason": reason}


@pytest.mark.parametrize("text", NOT_CERTAIN)
def test_what_is_not_certain_is_never_guessed(text: str) -> None:
    assert answer(text)["vnd"] is None


@given(st.integers(min_value=1, max_value=MOST_VND))
def test_what_is_written_is_read_again(vnd: int) -> None:
    assert money(written(vnd)).vnd == vnd


PIECES = st.sampled_from(
    [
        *"0123456789.,-+/%^x",
        "tr",
        "k",
        "triệu",
        "rưỡi",
        "một",
        "năm",
        "trăm",
        "mốt",
        "xị",
        " ",
        "\u202e",
        "\u200b",
        "đ",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
def test_no_text_raises(text: str) -> None:
    read = money(text)
    assert read.vnd is None or 0 < read.vnd <= MOST_VND
    assert (read.vnd is None) == (read.reason is not None)


def test_the_command_reads_lines() -> None:
    texts = "1tr2\n2 xị\n"
    run = subprocess.run(
        [sys.executable, "-m", "backend.cli", "money", "--lines"],
        input=texts,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert [json.loads(line)["vnd"] for line in run.stdout.splitlines()] == [1_200_000, None]
