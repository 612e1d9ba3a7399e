"""A message gets one of three answers with its signs; honest messages pass, and nothing breaks it."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from backend.checks.blocklist import service as blocklist_service
from backend.checks.blocklist.entries import Listed
from backend.checks.message.check import SCAM_FROM, UNCLEAR_FROM, check
from backend.checks.message.classifier import model, probability
from backend.checks.message.classifier_training import HARMLESS, fingerprint, read_messages
from backend.cli.message import Asker
from backend.kit.settings import ROOT
from backend.ops.postgres import DatabaseUrls
from tests.backend.checks.test_blocklist import LISTED

DATA = ROOT / "data"

SCAMS = {
    "Viện kiểm sát có lệnh bắt, chuyển tiền vào tài khoản tạm giữ, không được nói với ai": "fake_authority",
    "Tai khoan VCB cua ban bi khoa, xac thuc tai vietcombank-xacthuc.top trong 24h": "fake_bank",
    "Ban chua nhan tr0 cap, du d!eu k!en NHAN T1EN, dang ky tai bhxh-hotro.online": "fake_benefit",
    "Tuyển CTV Shopee làm tại nhà, chốt đơn hoa hồng 10%, ngày 500k, nạp tiền trước hoàn cả gốc": "task_scam",
    "TK còn tiền không cho mượn 10 triệu, 1h chiều trả": "account_hijack",
    "shipper kêu nhầm tài khoản hội viên, bấm link hủy không thì mỗi tháng trừ 3 triệu": "delivery_scam",
    "hồ sơ vay bị treo vì sai số tài khoản, nộp 3 triệu mới giải ngân": "upfront_fee_loan",
    "Tuyển người qua Campuchia, việc nhẹ lương 25 triệu, bao ăn ở, xe đón tận nhà": "cambodia_job",
    "Cần thuê tài khoản ngân hàng chính chủ 500k/tháng": "account_renting",
    "Chúc mừng bạn trúng xe SH, nộp 2 triệu phí hồ sơ để nhận thưởng": "romance_prize",
}
HONEST = (
    "Công an cảnh báo thủ đoạn giả danh ngân hàng gửi link, người dân tuyệt đối không cung cấp mã OTP cho ai",
    "123456 la ma OTP giao dich 500,000 VND. Tuyet doi khong chia se ma nay cho bat ky ai",
    "Phòng nhân sự: công ty không thu phí tuyển dụng, mời anh chị nộp hồ sơ tại cổng bảo vệ",
    "BHXH thông báo: hồ sơ trợ cấp có kết quả, mời đến nhận tại trung tâm, tra tại baohiemxahoi.gov.vn",
    "mẹ ơi tháng này con gửi mẹ 2 triệu, mai con ra ngân hàng chuyển nha",
    "shipper giao hàng đang đứng ở cổng, chị xuống lấy đơn 120k nha",
    "tao chuyển khoản tiền lẩu hôm qua cho mày rồi đó",
)


@pytest.mark.parametrize(("text", "tactic"), SCAMS.items())
def test_a_scam_is_told_with_its_tactic(text: str, tactic: str) -> None:
    found = check(text)
    assert (found.verdict, found.tactic) == ("scam", tactic)
    assert found.score >= SCAM_FROM


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_message_with_the_same_words_passes(text: str) -> None:
    found = check(text)
    assert (found.verdict, found.tactic) == ("no_sign", None)


def test_the_weights_of_the_signs_add_up_to_the_score() -> None:
    for text in (*SCAMS, *HONEST):
        found = check(text)
        total = model().bias + sum(signal.weight for signal in found.signals)
        assert found.score == pytest.approx(probability(total), abs=0.001)


def test_a_sign_shows_the_words_it_was_found_in() -> None:
    signals = {one.code: one for one in check("Nó kêu đọc mã OTP cho nó liền, đừng nói với ai hết").signals}
    assert "mã" in signals["ask_secret"].words
    assert signals["ask_secret"].weight > 0
    assert "wording" in signals


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("vietcombank-xacthuc.com", "lookalike"),
        ("vietc0mbank.com", "lookalike"),
        ("vietcornbank.com", "lookalike"),
        ("vletcombamk.com", "lookalike"),
        ("vietcombank.com.vn.dang-nhap.xyz", "lookalike"),
        ("vcb-online.com", "lookalike"),
        ("dichvucong-govvn.com", "lookalike"),
        ("viеtcombank.com", "imitated_script"),  # a Cyrillic letter
        ("http://xn--vitcombank-9u3c.com", "imitated_script"),
        ("http://103.12.4.5/login", "ip_address"),
        ("bit.ly/3abcXYZ", "shortener"),
        ("qua-tang-abc.top", "cheap_domain"),
        ("nhan-thuong-ngay.net", "bait_domain"),
        ("https://abc.example.net/app.apk", "app_file"),
        ("https://t.me/nhomkiemtien", "group_link"),
    ],
)
def test_what_a_link_hides_is_told(link: str, code: str) -> None:
    assert code in {one.code for one in check(f"xem {link} nha").signals}


@pytest.mark.parametrize(
    "link",
    [
        "https://www.vietcombank.com.vn/ho-tro",
        "dichvucong.gov.vn",
        "https://vnexpress.net/tin",
        "cskh.evnhcmc.vn",
    ],
)
def test_an_official_link_is_no_sign_of_a_scam(link: str) -> None:
    found = check(link)
    assert found.verdict == "no_sign"
    assert [one.code for one in found.signals if one.weight > 0] == []


@pytest.mark.parametrize(
    "text", ["https://cong-ty-abc.com", "0900000001", "STK 19001234567890", "+84 900 000 001"]
)
def test_a_bare_link_or_number_of_somebody_unknown_is_unclear(text: str) -> None:
    found = check(text)
    assert found.verdict == "unclear"
    assert UNCLEAR_FROM <= found.score < SCAM_FROM


@pytest.mark.parametrize(
    "text", ["0900000001", "chị ơi mai gặp ở căn tin nha, gọi 0900000001", "cong-ty-abc.com"]
)
def test_what_a_list_names_is_told_whatever_stands_around_it(text: str) -> None:
    found = check(text, [Listed("phone", "0900000001", "a list", LISTED)])
    assert found.verdict == "scam"
    assert found.signals[0].code == "listed"


LONG = {
    "a long story": "chuyển tiền gấp cho tôi nhé " * 400,
    "ten links": " ".join(f"https://qua-tang-{number}.top/x" for number in range(10)),
    "thousands of dots": "a." * 5_000,
    "thousands of links": "a.vn " * 2_000,
    "digits": "9" * 10_000,
    "thirty digits": "chuyển vào " + "1" * 30,
    "right-to-left marks": "\u202e\u200fchuyển\u202c tiền\u200b" * 500,
    "look-alikes": "ｃｈｕｙển ᴛɪềɴ ѵàо tài khoản" * 100,
    "signs": "!@#$%^&*()_+{}|:<>?" * 500,
    "combining marks": "a\u0301\u0302\u0303" * 2_500,
    "one long word": "x" * 10_000,
    "brackets": "[.](.)[.]" * 1_000,
    "spaces": " \n\t" * 3_000,
    "nothing": "",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
@pytest.mark.timeout(20)
def test_long_and_twisted_texts_are_answered(text: str) -> None:
    found = check(text)
    assert 0 <= found.score <= 1


PIECES = st.sampled_from(
    ["chuyển", "tiền", "otp", "link", "a.vn", "http://", "://", "..", "1", "0900000001", "%", "tr0", "cap",
     "\u202e", "\u200b", "xn--", "công an", "không", "ai", ".", "\n", "/", "@", "gov.vn", "(.)", "é", "Ω"]
)  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join), st.lists(PIECES).map(" ".join)
    )
)
def test_no_text_raises(text: str) -> None:
    found = check(text)
    assert 0 <= found.score <= 1
    assert (found.tactic is None) or found.verdict != "no_sign"
    assert found.verdict == ("scam" if found.score >= SCAM_FROM else found.verdict)


def test_the_model_in_use_was_learned_from_the_messages_signs_and_ideas_that_stand_there() -> None:
    assert model().made_from == fingerprint(DATA), "antam message --train"


def test_there_are_messages_of_each_kind_and_none_stands_twice() -> None:
    messages = read_messages(DATA / "messages")
    topics = yaml.safe_load((DATA / "taxonomy.yml").read_text(encoding="utf-8"))["topics"]
    assert len(messages) >= 600
    assert {message.label for message in messages} - {HARMLESS} <= set(topics)
    assert sum(message.label == HARMLESS for message in messages) >= 0.45 * len(messages)
    texts = [message.text for message in messages]
    assert len(texts) == len(set(texts))


def test_every_sign_has_its_words_in_both_languages() -> None:
    signs = yaml.safe_load((DATA / "checks" / "signals.yml").read_text(encoding="utf-8"))
    phrases = yaml.safe_load((DATA / "phrases" / "message.yml").read_text(encoding="utf-8"))
    for code in (*signs["signals"], *signs["links"], "wording", "wording_harmless"):
        assert set(phrases[f"signal.{code}"]) == {"vi", "en"}
    topics = yaml.safe_load((DATA / "taxonomy.yml").read_text(encoding="utf-8"))["topics"]
    told = {
        topic
        for one in (*signs["signals"].values(), *signs["links"].values())
        for topic in one.get("tactic", ())
    }
    assert told <= set(topics)


def test_the_command_reads_lines_without_a_database(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "backend.cli", "message", "--lines"],
        input="\n".join(SCAMS) + "\nchào bạn\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        env={"ANTAM_VAR": str(tmp_path), "PATH": ""},
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [one["verdict"] for one in answers] == ["scam"] * len(SCAMS) + ["no_sign"]
    assert set(answers[0]) == {"verdict", "score", "tactic", "signals"}
    assert set(answers[0]["signals"][0]) == {"code", "words", "weight"}


def test_the_command_answers_from_the_text_alone_where_the_database_is_gone() -> None:
    asker = Asker("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert asker.answer("nó kêu đọc mã OTP cho nó liền")["verdict"] == "scam"
    assert asker.answer("chào bạn")["verdict"] == "no_sign"


async def test_the_command_asks_the_lists(database: DatabaseUrls, db_session: AsyncSession) -> None:
    await blocklist_service.import_list(db_session, ["cong-ty-abc.com"], source="a list", listed_on=LISTED)
    await db_session.commit()

    def ask() -> object:
        asker = Asker(database.app)
        verdict = asker.answer("chị coi trang cong-ty-abc.com nha")["verdict"]
        asker.close()
        return verdict

    assert await asyncio.to_thread(ask) == "scam"


QUOTED = '"Tài khoản của bạn bị khóa, bấm vào vcb-xacminh.top nhập OTP để mở"'


class TestWarnings:
    """A warning holds every word of the scam that it warns of."""

    @pytest.mark.parametrize(
        "text",
        [
            f"Cảnh giác nha mọi người, tin {QUOTED} là lừa đảo đó, đừng bấm",
            f"Mấy bạn ơi {QUOTED}: tin này giả nha",
            "Công an xã khuyến cáo: đối tượng giả danh điện lực dọa cắt điện, bắt cài app qua link. Đừng làm",
            "Không có đơn vị nào yêu cầu chuyển tiền vào tài khoản để phục vụ điều tra đâu bà con",
        ],
    )
    def test_passes(self, text: str) -> None:
        assert check(text).verdict == "no_sign"

    @pytest.mark.parametrize(
        "text",
        [
            QUOTED,
            f"nó nhắn em {QUOTED}",
            "Canh bao lua dao: de bao ve TK hay xac thuc tai vcb-baove24h.top, khong chia se OTP cho ai",
            "Cảnh báo: tài khoản của bạn bị khóa, vào vcb-xacminh.top ngay. Không cung cấp OTP cho ai",
            "Ngân hàng khuyến cáo: cập nhật ngay tại http://vietcombank-xacthuc.top để không bị khóa",
        ],
    )
    def test_a_scam_in_the_dress_of_a_warning_does_not(self, text: str) -> None:
        assert check(text).verdict == "scam"
