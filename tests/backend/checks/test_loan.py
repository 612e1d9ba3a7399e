"""What workers write of a loan is read as they mean it, and the impossible never gets a rate."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.cli.loan import answer
from backend.kit.settings import ROOT

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
