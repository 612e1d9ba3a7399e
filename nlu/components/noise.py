"""Spellings that a phrase may also arrive in: made at training time only, never shown.

Workers type without diacritics, in teencode, in a hurry, in their region's words. Each function changes one
of these; :func:`variants` mixes them. Pure.
"""

from __future__ import annotations

import random
import unicodedata
from typing import Final

TEENCODE: Final[dict[str, tuple[str, ...]]] = {
    "không": ("k", "ko", "hok", "kg", "kh", "khum"),
    "được": ("dc", "đc", "đk", "dx"),
    "gì": ("j", "gj", "z"),
    "vậy": ("v", "z", "zậy", "dị"),
    "bây giờ": ("bh", "bjo", "bi giờ", "giờ"),
    "giờ": ("h", "g"),
    "người": ("ng", "ngừi", "nguoi"),
    "người ta": ("ngta", "nta"),
    "biết": ("bik", "bít", "bt"),
    "rồi": ("r", "rùi", "gòi"),
    "với": ("vs", "zới", "dới"),
    "tiền": ("tìn", "xìn", "tền"),
    "điện thoại": ("đt", "dt", "đthoại"),
    "số điện thoại": ("sđt", "sdt"),
    "tài khoản": ("tk", "stk"),
    "công ty": ("cty", "cti"),
    "công an": ("ca", "công ang"),
    "công nhân": ("cn", "công nhơn"),
    "nhắn tin": ("nt", "ib", "inbox"),
    "tin nhắn": ("tn", "ib"),
    "facebook": ("fb", "face", "phây"),
    "zalo": ("zl", "da lô"),
    "trước": ("trc", "trk"),
    "mình": ("mik", "mk", "m"),
    "em": ("e",),
    "anh": ("a",),
    "chị": ("c",),
    "bạn": ("b", "pạn"),
    "nhiêu": ("nhiu", "nhju"),
    "bao nhiêu": ("bn", "bnhiu", "nhiu"),
    "thế": ("thía", "thé"),
    "như thế nào": ("ntn",),
    "làm sao": ("lsao", "lm sao"),
    "làm": ("lm", "làm"),
    "triệu": ("tr", "củ", "chẹo"),
    "nghìn": ("k", "ngàn", "cành"),
    "nữa": ("nx", "nửa"),
    "bị": ("bj", "bị"),
    "vợ": ("vk",),
    "chồng": ("ck",),
    "cho": ("cko", "cho"),
    "phải": ("fai", "phãi", "pải"),
    "những": ("nhữg", "nhg"),
    "thì": ("thj", "thì"),
    "ơi": ("oi", "ưi"),
    "quá": ("wá", "qá", "quớ"),
    "đang": ("đg", "dg"),
    "nhà": ("nhà", "nhak"),
    "hôm nay": ("hnay", "bữa nay"),
    "hôm qua": ("hqua", "bữa qua"),
    "chuyển khoản": ("ck", "chuyển khoảng"),
    "căn cước": ("cccd", "cmnd", "cmt"),
    "chứng minh": ("cmnd", "cmt"),
}
"""How young people shorten words. What stands for two words in different mouths ("ck") stands for both."""

DIALECT: Final[dict[str, tuple[str, ...]]] = {
    "sao": ("răng",),
    "làm sao": ("mần răng", "làm răng", "nàm thao"),
    "thế nào": ("ra răng", "sao", "như răng"),
    "đâu": ("mô", "đâu"),
    "này": ("ni", "nì", "nầy"),
    "kia": ("tê",),
    "thế": ("rứa", "vậy", "dzậy"),
    "vậy": ("rứa", "dậy", "dzậy"),
    "không": ("hông", "hổng", "hem", "khôn", "chẳng"),
    "gì": ("chi", "dì", "rì"),
    "nó": ("hắn", "nớ"),
    "tôi": ("tui", "tớ", "choa"),
    "bố": ("ba", "tía", "cha", "bọ"),
    "mẹ": ("má", "mạ", "u", "bầm"),
    "ông ấy": ("ổng",),
    "bà ấy": ("bả",),
    "anh ấy": ("ảnh",),
    "chị ấy": ("chỉ", "bả"),
    "vay": ("mượn", "vai"),
    "nhiều": ("nhìu", "dữ", "bộn"),
    "vâng": ("dạ", "ừ"),
    "về": ("dìa", "dề"),
    "vào": ("vô", "dô"),
    "lừa": ("lường", "gạt"),
    "đòi": ("đồi", "đòi"),
    "sợ": ("ngán", "hãi", "sợ"),
    "hỏi": ("hổi", "hõi"),
    "bảo": ("biểu", "kêu"),
    "giật": ("dựt", "giựt"),
    "nhà trọ": ("phòng trọ", "xóm trọ"),
    "lương": ("lươn", "nương"),
    "rất": ("rứt", "quá"),
}
"""Words of the regions, and spellings that follow how a region speaks."""

_KEYS_BESIDE: Final = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "g": "fh", "h": "gj", "i": "uo", "k": "jl",
    "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "x": "zc", "y": "tu",
}  # fmt: skip
_SOUNDS: Final = (("tr", "ch"), ("ch", "tr"), ("s", "x"), ("x", "s"), ("gi", "d"), ("d", "gi"), ("r", "g"),
                  ("v", "d"), ("l", "n"), ("n", "l"), ("qu", "w"), ("ph", "f"), ("ng", "n"))  # fmt: skip
_ENDINGS: Final = (("c", "t"), ("t", "c"), ("n", "ng"), ("ng", "n"), ("nh", "n"), ("ch", "t"))


def without_diacritics(text: str) -> str:
    """Every mark dropped, đ as d; case and spacing stay."""
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn")
    return bare.replace("đ", "d").replace("Đ", "D")


def some_without_diacritics(text: str, chance: random.Random) -> str:
    """About half of the words lose their marks, as when a phone's keyboard corrects only some."""
    return " ".join(without_diacritics(word) if chance.random() < 0.5 else word for word in text.split())


def replaced(text: str, table: dict[str, tuple[str, ...]], chance: random.Random, rate: float) -> str:
    """Words of ``table`` become one of their other spellings, each with probability ``rate``."""
    words = text.split()
    written: list[str] = []
    position = 0
    while position < len(words):
        for size in (3, 2, 1):
            others = table.get(" ".join(words[position : position + size]).lower())
            if others and position + size <= len(words) and chance.random() < rate:
                written.append(chance.choice(others))
                position += size
                break
        else:
            written.append(words[position])
            position += 1
    return " ".join(written)


def mistyped(text: str, chance: random.Random, rate: float) -> str:
    """Slips of the thumb: a key beside, a letter lost, doubled or swapped, a sound as it is spoken."""
    return " ".join(_mistyped_word(word, chance) if chance.random() < rate else word for word in text.split())


def variants(text: str, count: int, seed: int) -> list[str]:
    """``count`` other spellings, about half of them without diacritics; the same for the same ``seed``."""
    chance = random.Random(f"{seed}:{text}")  # noqa: S311  # repeatable, not secret
    return [_mixed(text, chance) for _ in range(count)]


def _mixed(text: str, chance: random.Random) -> str:
    if chance.random() < 0.35:
        text = replaced(text, DIALECT, chance, 0.5)
    if chance.random() < 0.7:
        text = replaced(text, TEENCODE, chance, 0.6)
    text = mistyped(text, chance, chance.choice((0.0, 0.08, 0.2)))
    draw = chance.random()
    if draw < 0.5:
        text = without_diacritics(text)
    elif draw < 0.65:
        text = some_without_diacritics(text, chance)
    return text.lower() if chance.random() < 0.7 else text


def _mistyped_word(word: str, chance: random.Random) -> str:
    if len(word) < 3 or not word.isalpha():
        return word
    kind = chance.randrange(6)
    place = chance.randrange(1, len(word))
    if kind == 0:
        beside = _KEYS_BESIDE.get(word[place].lower())
        return word[:place] + chance.choice(beside) + word[place + 1 :] if beside else word
    if kind == 1:
        return word[:place] + word[place + 1 :]
    if kind == 2:
        return word[:place] + word[place] + word[place:]
    if kind == 3 and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    pairs, at_end = (_SOUNDS, False) if kind == 4 else (_ENDINGS, True)
    for spoken, written in pairs:
        if not at_end and word.lower().startswith(spoken):
            return written + word[len(spoken) :]
        if at_end and word.lower().endswith(spoken):
            return word[: -len(spoken)] + written
    return word
