"""Why a file of an answer is not taken, in words that a liaison can act on."""

from typing import Final

from backend.web.i18n import N_, gettext

REASONS: Final = {
    "empty": N_("tệp trống."),
    "too_large": N_("tệp lớn hơn 10 MB."),
    "program": N_("đây là phần mềm, không phải ảnh hay ghi âm."),
    "document": N_("đây là tài liệu. Hãy chụp lại thành ảnh."),
    "archive": N_("đây là tệp nén. Hãy giải nén và gửi từng ảnh."),
    "web_page": N_("đây là trang web. Hãy chụp màn hình thành ảnh."),
    "video": N_("chưa nhận video. Hãy chụp lại thành ảnh."),
    "other_picture": N_("chưa nhận loại ảnh này. Hãy lưu lại thành JPEG hoặc PNG."),
    "other_sound": N_("chưa nhận loại ghi âm này. Hãy lưu lại thành MP3 hoặc M4A."),
    "unknown": N_("đây không phải ảnh hay ghi âm."),
    "two_kinds": N_("tệp này chứa thêm thứ khác ngoài ảnh hay ghi âm."),
    "too_many_pixels": N_("ảnh quá lớn. Hãy thu nhỏ rồi gửi lại."),
    "too_long": N_("ghi âm dài hơn 20 phút. Hãy cắt ngắn rồi gửi lại."),
    "damaged": N_("tệp bị hỏng, không mở được."),
    "too_heavy": N_("tệp quá nặng để xử lý. Hãy thu nhỏ rồi gửi lại."),
    "crashed": N_("tệp này không xử lý được."),
    "too_many": N_("mỗi lần gửi tối đa 4 tệp."),
}
_SENTENCE: Final = N_(
    "Tệp thứ %(number)s không gửi được: %(why)s Chưa gửi gì cả; chữ đã viết còn nguyên, hãy chọn lại tệp."
)


def refusal_sentence(number: int, reason: str) -> str:
    """The whole sentence for the file that was chosen as the ``number``-th."""
    return gettext(_SENTENCE) % {"number": number, "why": gettext(REASONS[reason])}
