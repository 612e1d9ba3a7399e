"""The words for a topic's fields and for where a version came from, as trainers read them."""

from typing import Final

from backend.web.i18n import N_, gettext

FIELDS: Final = {
    "id": N_("Mã chủ đề"),
    "title": N_("Tên chủ đề"),
    "title_en": N_("Tên tiếng Anh"),
    "summary": N_("Tóm tắt một dòng"),
    "aliases": N_("Công nhân còn gọi là"),
    "related": N_("Chủ đề liên quan"),
    "hotlines": N_("Số điện thoại kèm theo"),
    "sources": N_("Nguồn"),
    "reviewed": N_("Kiểm tra lần cuối"),
    "review_by": N_("Cần kiểm tra lại trước"),
    "answer": N_("Câu trả lời đầu tiên"),
    "how": N_("Nó hoạt động thế nào"),
    "signs": N_("Dấu hiệu nhận biết"),
    "do_now": N_("Làm gì ngay bây giờ"),
    "law": N_("Luật nói gì"),
    "help": N_("Nơi giúp đỡ"),
    "english": N_("Bản tiếng Anh ngắn"),
    "file": N_("Tệp"),
}
ORIGINS: Final = {
    "seed": N_("Bản có sẵn"),
    "trainer": N_("Người biên soạn"),
    "import": N_("Nhập từ tệp"),
}


def field_label(field: str) -> str:
    """A field's name in the language of the request."""
    return gettext(FIELDS[field])


def origin_label(origin: str) -> str:
    return gettext(ORIGINS[origin])
