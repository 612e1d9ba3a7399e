"""How long the loan check and the message check take a text: at the internal API, and in a process alone.

The texts are made here, each different from the others, always in the same order.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, product
from typing import Final

import httpx

from backend.checks.loan.schemas import LoanAsk
from backend.checks.loan.service import answer
from backend.checks.message.check import check
from backend.ops.bench.house import BenchHouse
from backend.ops.measuring import Act, Measurement, timed

TEXTS: Final = 200
_LOANS: Final = (
    "vay {a}tr cầm về {b}tr, góp {c}k/ngày {n} ngày",
    "boc {a} an {b} moi ngay {c}k trong {n} ngay",
    "em vay app {a} triệu, thực nhận {b} triệu, {n} ngày sau trả {a} triệu rưỡi, vậy lãi bao nhiêu",
    "đứng {a}tr mỗi ngày đóng {c} ngàn tiền lãi, gốc để đó",
    "lãi {b}k/triệu/ngày, vay {a}tr {n} ngày hết mấy đồng",
    "cầm xe {a} củ, mỗi tháng đóng {c}k, {n} tháng chuộc",
    "hôm qua tui mượn ông chủ trọ {a} triệu, ổng trừ trước {c} ngàn tiền công, tuần góp {b} triệu, {n} tuần",
    "vay {a}tr, trả {n} lần",
)
_AMOUNTS: Final = ((5, 4, 150, 40), (10, 8, 200, 50), (10, 9, 300, 40), (15, 13, 450, 41), (20, 17, 600, 45))
_MORE: Final = ("", " tính giúp em", " z lãi nhiêu", ", chưa kể phạt trễ", " có hợp pháp không anh chị ơi")
_MESSAGES: Final = (
    "[{bank}] Tai khoan cua quy khach bi khoa. Xac thuc ngay tai http://{site}/xacthuc trong {n} gio.",
    "Chào chị, em bên {bank}. Chị đọc mã OTP {n}0417 vừa gửi về máy để em hủy giao dịch lạ nhé.",
    "{bank}: TK 0071000xxxx +{n}.000.000d luc 08:15. So du 12.450.000d. Khong cung cap OTP cho bat ky ai.",
    "Tuyển CTV chốt đơn tại nhà, ngày {n}00k, không cần vốn, nhận lương liền. Vào {site} hoặc kết bạn Zalo.",
    "Công an quận đây: anh liên quan đường dây rửa tiền, gọi lại 09{n}1234567 trong hôm nay, giữ bí mật.",
    "Tổ trưởng nhắn: {n} giờ sáng mai họp chuyền, ai nghỉ thì báo trước, nhớ mang thẻ. Cảm ơn cả nhà.",
    "Vay nhanh {n}0 triệu không thế chấp, duyệt 5 phút, chỉ cần CCCD, đóng phí hồ sơ trước. Web {site}.",
    "Bảo hiểm xã hội: hồ sơ thai sản của bà đã được duyệt, tiền về tài khoản {bank} sau {n} ngày làm việc.",
)
_FILLINGS: Final = tuple(
    product(
        ("Vietcombank", "BIDV", "Agribank", "MB", "ACB"),
        ("vcb-hotro.top", "baohiemxahoi.gov.vn", "bit.ly/3xYz", "shopee-ctv.club", "bidv.com.vn"),
    )
)


@dataclass(frozen=True)
class Check:
    """One tool, asked over HTTP and called in this process."""

    what: str
    over_http: Measurement
    in_process: Measurement


def loan_texts() -> list[str]:
    """Descriptions of loans, whole ones and some with a number missing."""
    made = [
        sentence.format(a=a, b=b, c=c, n=n) + more
        for sentence, (a, b, c, n), more in product(_LOANS, _AMOUNTS, _MORE)
    ]
    return _shuffled(made)


def message_texts() -> list[str]:
    """Messages as they are passed on, about half of them with signs of a scam."""
    made = [
        f"{message.format(bank=bank, site=site, n=number)} ({bank[0]}{number})"
        for message in _MESSAGES
        for number, (bank, site) in enumerate(_FILLINGS, 2)
    ]
    return _shuffled(made)


async def measured(house: BenchHouse, client: httpx.AsyncClient, number: int) -> list[Check]:
    """Both tools, ``number`` texts each, one after the other."""
    headers = {"authorization": f"Bearer {house.token('bot', 'backend.token')}"}

    def asked(path: str, texts: list[str]) -> Callable[[], Act]:
        left = cycle(texts)

        async def ask() -> bool:
            url = f"{house.internal}/checks/{path}"
            return (await client.post(url, json={"text": next(left)}, headers=headers)).is_success

        return lambda: ask

    return [
        Check(what, await timed(what, asked(path, texts), number, 1), await timed(what, alone, number, 1))
        for what, path, texts, alone in (
            ("loan check", "loan", loan_texts(), _called(loan_texts(), _loan)),
            ("message check", "message", message_texts(), _called(message_texts(), check)),
        )
    ]


def _loan(text: str) -> object:
    return answer(LoanAsk(text=text))


def _called(texts: list[str], tool: Callable[[str], object]) -> Callable[[], Act]:
    left = cycle(texts)

    async def call() -> bool:
        return tool(next(left)) is not None

    return lambda: call


def _shuffled(texts: list[str]) -> list[str]:
    random.Random(5).shuffle(texts)  # noqa: S311  # an order, not a secret
    return texts
