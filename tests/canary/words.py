"""Invented Vietnamese: names, numbers and sentences that stand nowhere else, the same for the same seed.

Every run of five words of a sentence holds an invented one, so that finding it anywhere means a leak.
"""

import random
from collections.abc import Callable
from typing import Final

_ONSETS: Final = ("ngh", "kh", "tr", "ph", "nh", "gi", "th", "qu", "ch", "l", "r", "x", "đ", "v", "s")
_RIMES: Final = ("uễnh", "oẵm", "iễuc", "uỵnh", "oẹnh", "ưỡup", "oắnp", "iệmc", "uộnh", "ẫunh", "ỗech", "ỹuc")
"""No syllable ends so, with diacritics or without: what is invented means nothing to any rule."""
_PREFIXES: Final = ("032", "056", "070", "079", "083", "088", "091", "098")

TOLD: Final[dict[str, tuple[str, ...]]] = {
    "illegal_lending": (
        "ông {n} cho vay nặng lãi {x} trước cổng {x} vay năm triệu {x} đưa bốn triệu {x} trả trễ là {x} chửi",
        "bà {n} gom hụi {x} rồi cho vay {x} lấy lãi hai {x} phần trăm một ngày {x} gọi số {t}",
    ),
    "debt_violence": (
        "tụi {n} đòi nợ kéo {x} tới phòng trọ {x} tạt sơn đỏ {x} dọa đánh vợ em {x}",
        "nhóm của {n} gọi từ {t} dọa đăng ảnh {x} cho cả chuyền {x} coi nếu không {x} trả",
    ),
    "online_fraud": (
        "người tên {n} nhắn từ {t} lừa làm nhiệm vụ {x} nạp tiền lên app {x} rồi khóa tài khoản {x}",
        "trang bán hàng {x} của {n} lấy tiền cọc {x} rồi chặn số em {x}",
    ),
    "recruitment_fraud": (
        "môi giới {n} thu phí hồ sơ {x} hứa đưa vô {x} làm lương cao {x} xong biệt tăm {x} gọi {t}",
    ),
    "trafficking": (
        "chị {n} rủ bạn em {x} qua bên kia {x} làm việc nhẹ {x} rồi nhốt lại {x} đòi tiền chuộc {x}",
    ),
    "document_retention": (
        "tiệm cầm đồ {n} giữ căn cước {x} với thẻ lương {x} của mấy đứa {x} không cho chuộc {x}",
    ),
    "gambling_ring": ("quán nước {n} ghi số đề {x} cho công nhân {x} tối nào cũng {x} mấy chục người {x}",),
    "drug_dealing": ("thằng {n} bán ma túy {x} ngay sau dãy {x} giao hàng lúc {x} ai mua gọi {t}",),
    "labour_violation": (
        "công ty {n} nợ lương ba {x} tháng không đóng {x} bảo hiểm lại còn {x} dọa đuổi việc {x}",
    ),
    "other_crime": ("tay {n} bẻ khóa trộm xe {x} ở bãi gửi {x} tuần này hai {x} chiếc rồi {x}",),
}
"""The first message of a story, by category."""

MORE: Final = (
    "hắn hay ngồi ở {x} cạnh cái lò {x} đội nón màu {x} nói giọng {x}",
    "hôm qua còn có {x} với một người {x} chở nhau xe {x} chạy về {x}",
    "ai hỏi thì bảo {x} là người nhà {x} nên em không {x} dám ra mặt",
    "số nó đây {t} còn biệt danh {x} thì cả khu {x} đều biết",
)
DANGER: Final = "nó đang đánh người {x} trong phòng trọ {x} mau lên {x}"
REFUSED: Final = (
    "anh {n} rủ nhau đình công {x} bên chuyền may {x} vào thứ hai {x}",
    "ông {n} hay lên mạng {x} nói xấu nhà nước {x} với cả tổ",
)
QUESTIONS: Final = (
    "cho em hỏi {x} bốc bát họ {x} là như nào vậy {x}",
    "vay qua app {x} lãi bao nhiêu {x} thì là phạm luật {x}",
    "bị gọi đòi nợ {x} mà em không {x} vay thì sao {x}",
    "ê {x} cái này {x} sao ta {x} kỳ quá {x}",
)
PLACES: Final = ("quán {x} hẻm {x} sau chợ {x}", "dãy trọ {x} bên hông xưởng {x} cột điện {x}")
WRITTEN_BACK: Final = ("em nhớ thêm {x} nó đổi xe {x} sang màu {x} từ hôm {x}",)
REMARKS: Final = ("máy của {n} chụp ở {x} gần nhà {x} lúc về {x} đường {x}",)
"""What a telephone writes into a file: whose it is, and where it was."""
ANSWERS: Final = ("cảm ơn bạn {x} chúng tôi đã {x} tới xem chỗ {x} rồi báo lại {x}",)
NOTES: Final = ("đã gọi {x} bên phường {x} đang chờ trả lời {x} về người {x}",)
REASONS: Final = ("đổi vì {x} nói lại {x} khác lời đầu {x} của họ",)
ASKED: Final = ("bạn có nhớ {x} đậu xe ở {x} mấy lần rồi {x} không",)
READY: Final = ("chỗ {x} {x}",)
"""A ready answer; it fits a button."""
CONSENT: Final = ("công an {x} đang tìm nhóm {x} hay đứng ở {x} buổi tối {x}",)
THANKS: Final = ("cảm ơn bạn {x} nhờ tin này {x} tới nhận quà {x} ở quầy {x}",)


class Inventor:
    """Makes words up. One a run; no word, name or number comes twice."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._known: set[str] = set()

    def word(self) -> str:
        """Two syllables that mean nothing."""
        return self._new(lambda: f"{self._syllable()}{self._syllable()}")

    def name(self) -> str:
        """A name of three words."""
        return self._new(lambda: " ".join(self._syllable().capitalize() for _ in range(3)))

    def phone(self) -> str:
        """A mobile number as it is dialled: ten digits."""
        return self._new(lambda: self.random.choice(_PREFIXES) + self.digits(7))

    def digits(self, count: int) -> str:
        return "".join(self.random.choices("0123456789", k=count))

    def token(self) -> str:
        """128 bits in base64url, as the chat page makes its user id."""
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return self._new(lambda: "".join(self.random.choices(letters, k=22)))

    def hexadecimal(self) -> str:
        """Twenty signs, as Zalo's ids have them."""
        return self._new(lambda: "".join(self.random.choices("0123456789abcdef", k=20)))

    def sentence(self, templates: tuple[str, ...], *, name: str = "", phone: str = "") -> str:
        """One of ``templates`` with its blanks filled: a name, a phone number, words of its own."""
        template = self.random.choice(templates).replace("{n}", name).replace("{t}", phone)
        parts = template.split("{x}")
        return parts[0] + "".join(self.word() + part for part in parts[1:])

    def typed_phone(self, phone: str) -> str:
        """The number as somebody might type it."""
        rest = phone[1:]
        return self.random.choice(
            (
                phone,
                f"{phone[:4]} {phone[4:7]} {phone[7:]}",
                f"{phone[:3]}.{phone[3:6]}.{phone[6:]}",
                f"+84{rest}",
                f"+84 {rest[:3]} {rest[3:6]} {rest[6:]}",
                f"O{rest[:3]}-{rest[3:6]}-{rest[6:]}",
            )
        )

    def _syllable(self) -> str:
        return self.random.choice(_ONSETS) + self.random.choice(_RIMES)

    def _new(self, make: Callable[[], str]) -> str:
        while (made := make()) in self._known:
            pass
        self._known.add(made)
        return made
