"""A small sound topic for tests, and ways to change it."""

from datetime import date
from pathlib import Path

from backend.knowledge.content.document import Source, Topic
from backend.knowledge.content.hotlines import load_hotlines
from backend.knowledge.content.linter import Surroundings

DATA = Path(__file__).parents[3] / "data"
TODAY = date(2026, 11, 21)

SOUND = Topic(
    title="Cầm thẻ lương",
    title_en="Pawning a payroll card",
    summary="Đưa thẻ lương và mã PIN cho chủ nợ giữ.",
    aliases=("cầm thẻ", "cầm thẻ ATM", "đưa mã PIN"),
    related=("bat_ho",),
    hotlines=("113",),
    sources=(Source("Nghị định 282/2025/NĐ-CP, Điều 11", date(2025, 12, 15)),),
    reviewed=date(2026, 11, 1),
    review_by=date(2027, 5, 1),
    answer="Đưa thẻ là mất cả tháng lương.\nGọi ngân hàng khóa thẻ.\nBị dọa thì gọi {hotline:113}.",
    how="Chủ nợ giữ thẻ và mã PIN.\nNgày có lương, họ rút trước.",
    signs="- Đòi mã PIN.\n- Đòi giữ thẻ.\n- Đòi giữ căn cước.",
    do_now="1. Gọi ngân hàng khóa thẻ.\n2. Xin phòng nhân sự đổi tài khoản.\n3. Kể cho công đoàn.",
    law="- Nhận cầm căn cước bị phạt 8-10 triệu đồng. (Nghị định 282/2025/NĐ-CP, Điều 11)",
    help="- Bị dọa: gọi {hotline:113}.",
    english="Never hand over your payroll card. Call your bank. In danger call {hotline:113}.",
)


def around(*topic_ids: str) -> Surroundings:
    """The project's hotlines, the day ``TODAY``, and these topics."""
    known = topic_ids or ("bat_ho", "payroll_card_pawn")
    return Surroundings(frozenset(known), load_hotlines(DATA / "hotlines.yml"), TODAY)
