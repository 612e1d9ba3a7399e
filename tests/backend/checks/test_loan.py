"""What workers write of a loan is read as they mean it, and the impossible never gets a rate."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.cli.loan import answer
from backend.kit.settings import ROOT
from backend.text.normalize import strip_marks

FIELDS = ("received_vnd", "payments", "interval_days", "payment_vnd")
INSTALMENTS = {
    "vay 10tr cầm về 9, góp 300k/ngày 40 ngày": (9_000_000, 40, 1, 300_000),
    "bốc 10 ăn 8 trả 50 ngày mỗi ngày 2 lít": (8_000_000, 50, 1, 200_000),
    "10 vay 12 trả 24 ngày góp ngày 500k": (10_000_000, 24, 1, 500_000),
    "vay 5 trieu moi ngay gop 150k trong 40 ngay": (5_000_000, 40, 1, 150_000),
    "vay 6tr tra gop 6 tuan moi tuan 1tr3": (6_000_000, 6, 7, 1_300_000),
    "HD Saison cho vay 30 triệu, 18 tháng, mỗi tháng 2 triệu 3": (30_000_000, 18, 30, 2_300_000),
    "vay ba chục triệu, mỗi tháng hai triệu mốt trong hai năm": (30_000_000, 24, 30, 2_100_000),
    "trả trong 3 tháng mỗi tháng 4tr, vay 10tr": (10_000_000, 3, 30, 4_000_000),
    "khoản 6tr trả góp 90 ngày x 95k": (6_000_000, 90, 1, 95_000),
    "10tr 45 ngày 280k": (10_000_000, 45, 1, 280_000),
    "bat 15 cam ve 12, dong 300 moi ngay nam chuc ngay": (12_000_000, 50, 1, 300_000),
    "vay công ty 20tr, góp 12 tháng 2tr": (20_000_000, 12, 30, 2_000_000),
    "vay 10tr mỗi tháng trả tối thiểu 1tr trong 12 tháng": (10_000_000, 12, 30, 1_000_000),
    "vay 25 triệu, trả góp 12 tháng, tháng nào cũng 2 triệu 650, phí hồ sơ 500 ngàn trừ ngay lúc ký": (
        24_500_000, 12, 30, 2_650_000,
    ),
    "vay tám triệu, trừ trước tám trăm, còn bảy triệu hai. Cứ năm bữa đưa một triệu, đưa mười lần": (
        7_200_000, 10, 5, 1_000_000,
    ),
    "vay 10tr góp mỗi ngày 300k tổng trả 12tr": (10_000_000, 40, 1, 300_000),
    "vay 10tr góp 40 ngày, tổng 12 triệu": (10_000_000, 40, 1, 300_000),
    "mua điện thoại giá 9tr990, trả trước 3tr, 8 tháng mỗi tháng 1tr050": (6_990_000, 8, 30, 1_050_000),
}  # fmt: skip
BULLETS = {
    "vay 2tr nhận 1tr4 bảy ngày sau trả 2tr1": (1_400_000, 1, 7, 2_100_000),
    "vay nóng 20 trả 26 sau 1 tháng": (20_000_000, 1, 30, 26_000_000),
    "mượn chủ thầu 2 chai, tuần sau trả 2 chai 3": (2_000_000, 1, 7, 2_300_000),
    "vay 10tr từ 1/3 đến 10/4 trả 12tr": (10_000_000, 1, 40, 12_000_000),
    "vay 3 triệu trừ trước 300 nghìn, 30 ngày trả 3": (2_700_000, 1, 30, 3_000_000),
    "app bao vay 4tr nhan 2tr8 han 7 ngay": (2_800_000, 1, 7, 4_000_000),
    "vay 10 triệu bị cắt trước 2 kỳ lãi mỗi kỳ 500k, 30 ngày trả 10 triệu": (9_000_000, 1, 30, 10_000_000),
    "vay 50 trieu 60 ngay tong tra 68 trieu": (50_000_000, 1, 60, 68_000_000),
}
INTEREST_ONLY = {
    "đứng 10tr mỗi ngày đóng 50k tiền lãi": (10_000_000, None, 1, 50_000),
    "cầm xe được 8 triệu, mỗi tháng đóng 800k tiền lời, gốc để nguyên": (8_000_000, None, 30, 800_000),
    "vay lãi đứng 20tr ngày 100k": (20_000_000, None, 1, 100_000),
    "muon hai chuc moi thang dong hai trieu loi": (20_000_000, None, 30, 2_000_000),
}
OTHERS: dict[str, tuple[object, ...]] = {
    "đóng tiền đứng 100k/ngày cho 20 triệu": ("interest_only", 20_000_000, None, 1, 100_000),
    "nhận 4.200.000 trả 6 kỳ mỗi kỳ 1.050.000 cách nhau 15 ngày": (
        "instalment", 4_200_000, 6, 15, 1_050_000,
    ),
    "vay tiền đứng 15 triệu ngày đóng 75 nghìn": ("interest_only", 15_000_000, None, 1, 75_000),
    "vay 5tr, cách ngày đóng 200k, 30 lần": ("instalment", 5_000_000, 30, 2, 200_000),
    "vay thẻ lương 4tr5 cuối tháng trừ 5tr4": ("incomplete", 4_500_000, 1, None, 5_400_000),
    "vay 2tr trừ 300 phí 10 ngày trả 2tr": ("bullet", 1_700_000, 1, 10, 2_000_000),
    "chị ơi em mượn ngta 7tr, họ giữ lại 700k tiền hồ sơ, mỗi ngày em trả 200k, trả 45 ngày": (
        "instalment", 6_300_000, 45, 1, 200_000,
    ),
    "em lấy 12 triệu góp 60 ngày mỗi ngày 250 nghìn": ("instalment", 12_000_000, 60, 1, 250_000),
    "nhận tay 4 triệu rưỡi, mười ngày sau đưa lại 5 triệu": ("bullet", 4_500_000, 1, 10, 5_000_000),
    "vay 3tr5 tra 4tr trong 2 tuan": ("bullet", 3_500_000, 1, 14, 4_000_000),
    "ghi giấy 15 triệu mà thực nhận 13 triệu, mỗi tuần trả 1tr5 trong 12 tuần": (
        "instalment", 13_000_000, 12, 7, 1_500_000,
    ),
    "mượn 20 triệu đóng lãi 1 triệu 1 tháng": ("interest_only", 20_000_000, None, 30, 1_000_000),
    "20 triệu lời mỗi tháng 1 triệu rưỡi": ("interest_only", 20_000_000, None, 30, 1_500_000),
    "vay 8 triệu, 10 tuần, mỗi tuần 1 triệu": ("instalment", 8_000_000, 10, 7, 1_000_000),
    "home credit 15tr 12 thang, thang dong 1tr650": ("instalment", 15_000_000, 12, 30, 1_650_000),
    "lãi 7 nghìn một triệu một ngày": ("rate_only", None, None, None, None),
    "lai suat 3%/thang": ("rate_only", None, None, None, None),
    "lãi suất 0,5% ngày": ("rate_only", None, None, None, None),
    "2k5/tr/ngày": ("rate_only", None, None, None, None),
    "vay 10 triệu trả 300 nghìn mỗi ngày, 40 ngày, phí 500 nghìn trừ luôn": (
        "instalment", 9_500_000, 40, 1, 300_000,
    ),
    "góp 100 nghìn/ngày x 100 ngày, nhận 8 triệu": ("instalment", 8_000_000, 100, 1, 100_000),
    "bốc bát 5 triệu nhận 4tr ngày 100k 50 ngày": ("instalment", 4_000_000, 50, 1, 100_000),
    "app duyệt 3tr chỉ nhận 1tr950 sau 7 ngày trả 3tr": ("bullet", 1_950_000, 1, 7, 3_000_000),
    "vay qua app 1tr5, phí 450k, 5 ngày phải trả 1tr5": ("bullet", 1_050_000, 1, 5, 1_500_000),
    "cầm con sh 25tr, mỗi ngày 75k tiền lãi": ("interest_only", 25_000_000, None, 1, 75_000),
    "cầm cavet 10 triệu lãi 5k/triệu/ngày": ("rate_only", 10_000_000, None, None, None),
    "vay 6 triệu 3 tháng, mỗi tháng trả 2tr3": ("instalment", 6_000_000, 3, 30, 2_300_000),
    "vay 30 triệu, trả góp 24 kỳ, mỗi kỳ 1.750.000đ mỗi tháng": (
        "instalment", 30_000_000, 24, 30, 1_750_000,
    ),
    "mỗi 15 ngày trả 2 triệu, tổng 6 lần, lúc đầu nhận 10 triệu": (
        "instalment", 10_000_000, 6, 15, 2_000_000,
    ),
    "vay 5tr 10 ngày trả 1 lần 600k, trả 10 lần": ("instalment", 5_000_000, 10, 10, 600_000),
    "tôi được nhận 9.500.000, hợp đồng ghi 10.000.000, 6 tháng, tháng 1.900.000": (
        "instalment", 9_500_000, 6, 30, 1_900_000,
    ),
    "ông Tư cho vay 3 triệu, chiều nào cũng đến lấy 100 ngàn, 36 ngày": (
        "instalment", 3_000_000, 36, 1, 100_000,
    ),
    "bà Năm cho mượn hai triệu, cứ chủ nhật trả ba trăm, mười tuần": (
        "instalment", 2_000_000, 10, 7, 300_000,
    ),
    "mượn 10tr tháng sau trả 11tr5": ("bullet", 10_000_000, 1, 30, 11_500_000),
    "vay 40 triệu trả 46 triệu sau nửa năm": ("bullet", 40_000_000, 1, 182, 46_000_000),
    "vay 15tr sau 45 ngay tra 19tr": ("bullet", 15_000_000, 1, 45, 19_000_000),
    "cho vay 100 triệu lấy lãi 10 triệu mỗi tháng": ("interest_only", 100_000_000, None, 30, 10_000_000),
    "vay 2 triệu trả 2tr6 trong vòng 20 ngày": ("bullet", 2_000_000, 1, 20, 2_600_000),
    "nợ 5tr góp ngày 150 được 40 ngày là xong": ("instalment", 5_000_000, 40, 1, 150_000),
    "đáo 5 triệu, bị trừ nợ cũ 1 triệu, cầm 4 triệu, góp 125k x 50 ngày": (
        "instalment", 4_000_000, 50, 1, 125_000,
    ),
    "bốc 6 ăn 5, góp 40 ngày, ngày 150": ("instalment", 5_000_000, 40, 1, 150_000),
    "15 triệu lãi 2 phân": ("rate_only", 15_000_000, None, None, None),
    "lãi 3 phân rưỡi": ("rate_only", None, None, None, None),
    "vay nặng lãi 20% một tháng": ("rate_only", None, None, None, None),
    "vay ngân hàng 200 triệu lãi 9,5%/năm": ("rate_only", 200_000_000, None, None, None),
    "vay 50 triệu lãi suất 12% một năm": ("rate_only", 50_000_000, None, None, None),
    "mượn 500k mai trả 550k": ("bullet", 500_000, 1, 1, 550_000),
    "vay 10 triệu, một năm sau trả 12 triệu": ("bullet", 10_000_000, 1, 365, 12_000_000),
    "borrow 5 million, pay back 6 million after 2 weeks": ("bullet", 5_000_000, 1, 14, 6_000_000),
    "I borrowed 10 million, interest 500k per month": ("interest_only", 10_000_000, None, 30, 500_000),
    "vay 10 triệu góp mỗi ngày 100 nghìn trong 4 tháng": ("instalment", 10_000_000, 120, 1, 100_000),
    "trả góp 2 triệu một tháng trong 1 năm, vay 20 triệu": ("instalment", 20_000_000, 12, 30, 2_000_000),
    "vay 10tr trả góp 6 tháng, 5 tháng đầu 2tr, tháng cuối 1tr5": (
        "instalment", 10_000_000, 6, 30, 2_000_000,
    ),
    "họ cho vay 10 triệu thu trước phí bảo hiểm 5%, mỗi tháng góp 1tr2, 10 tháng": (
        "instalment", 9_500_000, 10, 30, 1_200_000,
    ),
    "hụi 20 triệu kêu 3 triệu còn 17 triệu, đóng lại 10 tháng mỗi tháng 2 triệu": (
        "instalment", 17_000_000, 10, 30, 2_000_000,
    ),
    "vay 5 triệu": ("incomplete", 5_000_000, None, None, None),
    "mỗi ngày đóng 200k": ("incomplete", None, None, 1, 200_000),
    "mình có vay 4 củ bên tín dụng đen, góp 150k 1 ngày trong vòng 40 ngày": (
        "instalment", 4_000_000, 40, 1, 150_000,
    ),
    "vay 10 triệu phí 1 triệu, trả làm 4 lần mỗi lần 2tr8, 10 ngày 1 lần": (
        "instalment", 9_000_000, 4, 10, 2_800_000,
    ),
    "đưa trước 1tr tiền cọc, vay 10tr cầm 9tr, 30 ngày trả 11tr": ("bullet", 9_000_000, 1, 30, 11_000_000),
}  # fmt: skip
RATES = {
    "3k/triệu/ngày": 109.5,
    "8%/tháng": 96.0,
    "lãi 10 phân": 120.0,
    "lãi 5 ngàn 1 ngày 1 triệu": 182.5,
    "lãi ngày 3 nghìn": 109.5,
    "0,83% một ngày": 302.95,
    "15k/10tr/ngày": 54.75,
    "lãi 24%/năm": 24.0,
}


def fields(text: str) -> tuple[object, ...]:
    found = answer(text)
    return tuple(found[name] for name in ("kind", *FIELDS))


@pytest.mark.parametrize(("text", "meant"), INSTALMENTS.items())
def test_instalments_are_read(text: str, meant: tuple[int, ...]) -> None:
    assert fields(text) == ("instalment", *meant)


@pytest.mark.parametrize(("text", "meant"), BULLETS.items())
def test_a_single_repayment_is_read(text: str, meant: tuple[int, ...]) -> None:
    assert fields(text) == ("bullet", *meant)
    assert answer(text)["simple_annual_pct"] == answer(text)["apr_annual_pct"]


@pytest.mark.parametrize(("text", "meant"), INTEREST_ONLY.items())
def test_interest_while_the_principal_stays_is_read(text: str, meant: tuple[int, ...]) -> None:
    assert fields(text) == ("interest_only", *meant)


@pytest.mark.parametrize(("text", "meant"), OTHERS.items())
def test_loans_are_read_however_they_are_told(text: str, meant: tuple[object, ...]) -> None:
    assert fields(text) == meant


@pytest.mark.parametrize("text", [*INSTALMENTS, *BULLETS, *INTEREST_ONLY])
def test_neither_diacritics_nor_case_nor_words_around_change_what_is_read(text: str) -> None:
    for said in (strip_marks(text), text.upper(), f"chị ơi {text}, vậy có nặng quá không ạ"):
        assert fields(said) == fields(text)


@pytest.mark.parametrize(("text", "a_year"), RATES.items())
def test_a_rate_alone_is_read_and_has_no_cash_flow(text: str, a_year: float) -> None:
    found = answer(text)
    assert found["kind"] == "rate_only"
    assert found["simple_annual_pct"] == a_year
    assert found["apr_annual_pct"] is None and found["interval_days"] is None


def test_the_answer_has_both_rates_and_both_thresholds() -> None:
    found = answer("bốc 10 ăn 8 trả 50 ngày mỗi ngày 2 lít")
    assert (found["simple_annual_pct"], found["above_20"], found["above_100"]) == (182.5, True, True)
    assert round(float(str(found["apr_annual_pct"]))) == 333


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("tính lãi giúp em", ["received_vnd", "payment_vnd", "payments", "interval_days"]),
        ("10 triệu góp 400 một ngày", ["payments"]),
        ("vay 10 triệu trả 12 triệu", ["interval_days"]),
        ("lãi 5%", ["interval_days"]),
    ],
)
def test_what_is_not_said_is_missing(text: str, missing: list[str]) -> None:
    found = answer(text)
    assert (found["kind"], found["missing"], found["simple_annual_pct"]) == ("incomplete", missing, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("vay 0đ trả 5tr 10 ngày", "not_positive"),
        ("vay 10tr trả 8tr sau 30 ngày", "repays_less"),
        ("vay 5tr bị trừ 5tr phí, 30 ngày trả 6tr", "nothing_received"),
        ("trả trước 2 triệu phí hồ sơ mới cho vay 50 triệu", "nothing_received"),
        ("họ bắt đóng 1tr5 bảo hiểm rồi mới giải ngân 20 triệu", "nothing_received"),
        ("vay 30tr duyet roi ma bat chuyen 900k phi moi cho rut", "nothing_received"),
        ("vay -5tr trả 6tr 30 ngày", "not_positive"),
        ("vay 10^18 đồng trả 2tr trong 10 ngày", "too_large"),
    ],
)
def test_the_impossible_has_a_reason_and_no_rate(text: str, reason: str) -> None:
    found = answer(text)
    assert (found["kind"], found["reason"], found["simple_annual_pct"]) == ("invalid", reason, None)


@pytest.mark.parametrize(
    ("text", "lender"),
    [
        ("HD Saison cho vay 30 triệu", "licensed_finance"),
        ("ngân hàng chính sách cho vay 50 triệu", "policy_bank"),
        ("app vay 2tr", "app"),
        ("cầm xe được 8 triệu", "pawnshop"),
        ("bốc họ 10tr", "informal"),
        ("vay 5 triệu", "unknown"),
    ],
)
def test_who_lends_is_told_by_its_name(text: str, lender: str) -> None:
    assert answer(text)["lender"] == lender


PIECES = st.sampled_from(
    [*"0123456789.,-/%x", " ", "vay", "tr", "k", "góp", "ngày", "tháng", "mỗi", "trả", "lãi", "năm",
     "một", "lần", "phí", "trừ", "cuối", "rưỡi", "triệu", "cầm", "về", "10tr", "40 ngày", "\u202e"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=25).map(" ".join)))
def test_no_text_raises(text: str) -> None:
    found = answer(text)
    assert (found["simple_annual_pct"] is None) == (found["kind"] in ("incomplete", "invalid"))
    assert (found["reason"] is None) == (found["kind"] != "invalid")


def test_the_command_reads_lines() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "backend.cli", "loan", "--lines"],
        input="8%/tháng\ntính lãi\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert [json.loads(line)["kind"] for line in run.stdout.splitlines()] == ["rate_only", "incomplete"]
