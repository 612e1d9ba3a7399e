"""The words for codes: categories, statuses, roles and the like, as staff read them.

Codes come from ``data/taxonomy.yml`` and the domains; a test checks that each has its word here.
"""

from typing import Final

from backend.web.i18n import N_, gettext

CATEGORIES: Final = {
    "illegal_lending": N_("Cho vay nặng lãi"),
    "debt_violence": N_("Đe dọa, bạo lực đòi nợ"),
    "online_fraud": N_("Lừa đảo qua mạng, điện thoại"),
    "recruitment_fraud": N_("Lừa tuyển dụng"),
    "trafficking": N_("Mua bán người, cưỡng bức lao động"),
    "document_retention": N_("Giữ thẻ lương, giấy tờ"),
    "gambling_ring": N_("Tổ chức đánh bạc"),
    "drug_dealing": N_("Mua bán ma túy"),
    "labour_violation": N_("Vi phạm quyền lao động"),
    "other_crime": N_("Việc khác có dấu hiệu tội phạm"),
}
PRIORITIES: Final = {
    "P1": N_("Nguy hiểm đang xảy ra hoặc sắp xảy ra"),
    "P2": N_("Đe dọa, nhiều nạn nhân hoặc đường dây đang hoạt động"),
    "P3": N_("Một vụ việc cụ thể"),
    "P4": N_("Thông tin chung"),
}
STATUSES: Final = {
    "new": N_("Mới"),
    "in_review": N_("Đang xem xét"),
    "waiting": N_("Chờ người báo tin"),
    "forwarded": N_("Đã chuyển cơ quan khác"),
    "closed": N_("Đã đóng"),
}
DESK_KINDS: Final = {"union": N_("Công đoàn"), "police": N_("Công an")}
ROLES: Final = {
    "union_liaison": N_("Liên lạc công đoàn"),
    "police_liaison": N_("Liên lạc công an"),
    "trainer": N_("Người biên soạn"),
    "administrator": N_("Quản trị"),
}
DANGER: Final = {
    "now": N_("Có người đang gặp nguy hiểm"),
    "soon": N_("Nguy hiểm có thể đến trong vài giờ"),
    "no": N_("Không ai gặp nguy hiểm"),
    "unknown": N_("Chưa rõ có nguy hiểm không"),
}
NOTES_ABOUT: Final = {
    "note": N_("Ghi chú"),
    "status": N_("Lý do đổi trạng thái"),
    "triage": N_("Lý do đổi phân loại"),
    "handover": N_("Lý do chuyển công an"),
    "hold": N_("Lý do giữ tin"),
}
TOLD: Final = {
    "handed_over_consent": N_("Hệ thống đã báo: tin được chuyển cho công an như người báo tin đồng ý."),
    "handed_over_life": N_("Hệ thống đã báo: tin được chuyển cho công an vì có người nguy hiểm tính mạng."),
    "handed_over_law": N_("Hệ thống đã báo: tin được chuyển cho công an vì luật buộc phải chuyển."),
}
CHOICES: Final = {"yes": N_("Có"), "no": N_("Không"), "unsure": N_("Không nhớ, không rõ")}
READY_SETS: Final = {"yes_no": N_("Có / Không"), "yes_no_unsure": N_("Có / Không / Không nhớ")}
BASES: Final = {
    "life": N_("Có người nguy hiểm tính mạng"),
    "law": N_("Luật buộc phải chuyển"),
}
ACTIONS: Final = {
    "tip.opened": N_("mở tin"),
    "tip.file_opened": N_("mở tệp"),
    "tip.answered": N_("trả lời người báo tin"),
    "tip.noted": N_("ghi chú"),
    "tip.assigned": N_("phân công"),
    "tip.status_changed": N_("đổi trạng thái"),
    "tip.retriaged": N_("đổi phân loại"),
    "tip.escalated": N_("chuyển lên tổ toàn quốc"),
    "tip.merged": N_("gộp tin này vào một tin khác"),
    "tip.merged_here": N_("gộp tin khác vào tin này"),
    "tip.unmerged": N_("tách tin này ra"),
    "tip.released": N_("đưa tin vào hàng đợi"),
    "tip.damaged": N_("gặp phần không mở được"),
    "tip.asked": N_("hỏi người báo tin"),
    "tip.commended": N_("gửi lời cảm ơn"),
    "tip.consent_asked": N_("hỏi ý người báo tin về việc chuyển công an"),
    "tip.consent_given": N_("ghi nhận: người báo tin đồng ý chuyển công an"),
    "tip.consent_refused": N_("ghi nhận: người báo tin không đồng ý chuyển công an"),
    "tip.handed_over": N_("chuyển cho công an"),
    "tip.held": N_("giữ tin lại, chưa hủy"),
    "tip.hold_lifted": N_("thôi giữ tin"),
}
LINKS: Final = {
    "phone": N_("cùng số điện thoại"),
    "bank_account": N_("cùng số tài khoản"),
    "url": N_("cùng liên kết"),
    "zalo": N_("cùng Zalo"),
    "facebook": N_("cùng Facebook"),
    "vehicle_plate": N_("cùng biển số xe"),
    "app": N_("cùng app"),
    "wording": N_("lời kể gần giống"),
}
SEARCHED: Final = {
    "phone": N_("số điện thoại"),
    "bank_account": N_("số tài khoản"),
    "url": N_("liên kết"),
    "zalo": N_("tên Zalo"),
    "facebook": N_("tên Facebook"),
    "vehicle_plate": N_("biển số xe"),
    "app": N_("tên app"),
}
_ALL: Final = {
    "category": CATEGORIES,
    "priority": PRIORITIES,
    "status": STATUSES,
    "desk_kind": DESK_KINDS,
    "role": ROLES,
    "danger": DANGER,
    "note_about": NOTES_ABOUT,
    "action": ACTIONS,
    "told": TOLD,
    "choice": CHOICES,
    "ready": READY_SETS,
    "basis": BASES,
    "link": LINKS,
    "searched": SEARCHED,
}


def label(kind: str, code: str | None) -> str:
    """The word for a code in the language of the request; an unknown code is shown as it is."""
    if code is None:
        return ""
    word = _ALL[kind].get(code)
    return code if word is None else gettext(word)


def triage_words(codes: object) -> str:
    """ "P2, Cho vay nặng lãi" of the history's ``illegal_lending/P2``."""
    category, _, priority = str(codes).partition("/")
    return f"{priority}, {label('category', category)}"


def choices(kind: str) -> list[tuple[str, str]]:
    """Codes and words of a kind, in their order, for a list to choose from."""
    return [(code, gettext(word)) for code, word in _ALL[kind].items()]
