"""Small readers of Vietnamese prose for the linter: sentences, laws, telephone numbers, verdicts.

Pure functions on one part's text. They look for patterns, they do not understand.
"""

import re
from dataclasses import dataclass

from backend.knowledge.content.hotlines import PLACE, Hotlines

_LIST_MARK = re.compile(r"^(?:- |\d+\. )")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”)]*\s+|(?<=:)\s+(?=[\"“A-ZĐÀ-Ỹ])")
_PAREN = re.compile(r"\(([^()]*)\)")

_LAW_KIND = (
    r"Bộ luật|Nghị định|Nghị quyết|Thông tư liên tịch|Thông tư|Pháp lệnh|Hiến pháp"
    r"|Luật(?= [A-ZĐÂÁÀẢÃẠĂÊÔƠƯÍÚÝ\d])"
    r"|(?:Civil|Penal|Labou?r|Criminal Procedure) Code|Decree|Circular|Resolution"
)
_LAW_NAME = re.compile(rf"\b(?:{_LAW_KIND})\b")
_NUMBER = r"(?<![\d/])\d{1,3}/(?:19|20)\d\d(?!\d)"
_LAW_NUMBER = re.compile(rf"(?:{_LAW_KIND}|hợp nhất|Law)\b[^,.;()\n]*?({_NUMBER})|({_NUMBER})(?=/[A-ZĐ])")
"""``91/2015`` after a law's kind or before ``/QH13``; never a day or a month such as 9/2025."""
_LAW_TITLE = re.compile(rf"\b(?:{_LAW_KIND})\b[^,.;()\n]*?{_NUMBER}(?:/[A-ZĐ0-9-]+)?")
_ARTICLE = re.compile(r"\b(?:[Đđ]iều|[Kk]hoản|[Đđ]iểm|Art(?:icle|\.)?)\s+\d+\w*(?:(?:,| và| and)\s+\d+)*")
_CITES_ARTICLE = re.compile(r"\b(?:[Đđ]iều|Article|Art\.)\s+\d+")

_LONG_NUMBER = re.compile(r"(?<![\d.,/])(?:\+84|0|1900|1800)[ .-]?\d(?:[ .-]?\d){3,9}(?![\d.,]*\d|đ)")
_SHORT_NUMBER = re.compile(r"(?<![\d.,/+])\d{3,4}(?!\d)")
_MONEY_OR_LAW = re.compile(r"\s*(?:/|%|đ\b|\.\d|,\d|triệu|tr\b|nghìn|ngàn|ngày|người|k\b|-\d|tháng|giờ)")

_MARKUP = re.compile(
    r"\*\*[^\s*\d][^*\n]*\*\*|__|`|\[[^\]\n]*\]\([^)\n]*\)|</?[a-zA-Z][^>\n]*>|^\s*#+|^\s*[>*+•] |^\|",
    re.MULTILINE,
)

_VERDICTS = (
    r"đây là (?:tội phạm|lừa đảo|kẻ lừa|tín dụng đen)",
    r"là (?:bọn|kẻ|tên) tội phạm",
    r"(?:bạn|anh|chị|em) (?:không cần|khỏi|không phải) trả(?: nợ| tiền gốc| gốc)",
    r"chắc chắn (?:lấy lại|đòi lại|là lừa|an toàn|bị bắt|thắng)",
    r"(?:tuyệt đối|hoàn toàn|100%) an toàn",
    r"(?:bùng|xù|quỵt|trốn) (?:nợ|app|luôn|tiền)",
    r"(?:bạn|ai) (?:mà )?(?:ngu|dại|tham)\b",
    r"do (?:bạn|lòng) tham",
    r"this is (?:a crime|a scam|usury)\b",
    r"you (?:do not|don't|need not) (?:have|need)? ?(?:to )?(?:re)?pay(?: the (?:debt|loan|principal)| back)",
    r"(?:guaranteed|certain) to get (?:your|the) money back",
    r"(?:completely|absolutely|100%) safe",
)
_VERDICT = re.compile("|".join(_VERDICTS), re.IGNORECASE)

_OFFICIALESE = {
    "bên cạnh đó": "và",
    "cá nhân, tổ chức": "ai, nơi nào",
    "căn cứ vào": "theo",
    "chiếm đoạt": "lấy",
    "chứng cứ": "bằng chứng",
    "cơ quan chức năng": "công an, hoặc tên nơi đó",
    "cơ quan có thẩm quyền": "công an, hoặc tên nơi đó",
    "đề nghị bạn": "bạn nên",
    "đối tượng": "họ, người đó",
    "đương sự": "bạn, người đó",
    "kính gửi": "(bỏ đi)",
    "kính mong": "mong",
    "kính thưa": "(bỏ đi)",
    "liên hệ với": "gọi, hỏi",
    "nâng cao cảnh giác": "để ý",
    "nêu trên": "ở trên",
    "nhằm": "để",
    "phối hợp với": "cùng",
    "phương thức": "cách",
    "quý khách": "bạn",
    "quy định của pháp luật": "luật, và tên luật",
    "sự việc": "chuyện",
    "tiến hành": "làm",
    "tiếp nhận": "nhận",
    "thủ đoạn": "trò, cách",
    "thực hiện": "làm",
    "tố giác": "báo",
    "trân trọng": "(bỏ đi)",
    "trình báo": "báo công an",
    "trường hợp": "lúc, khi",
    "tuyên truyền": "nói cho nhau biết",
    "vui lòng": "(bỏ đi)",
    "xác thực": "xác nhận, hoặc nói rõ phải làm gì",
}
"""Words of forms and notices, each with what people say."""
_STIFF = re.compile(rf"\b(?:{'|'.join(sorted(_OFFICIALESE, key=len, reverse=True))})\b", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”")
_SLOW_STEP = re.compile(
    r"^1\. (?:Đến|Ra (?!chỗ|giấy)|Lên (?!app)|Về|Làm đơn|Viết đơn|Nộp|Đi |Thuê|Gom|Thu thập|Báo cáo)"
)
_DENIAL = re.compile(
    r"(?:đừng|không|chưa|chẳng|không ai|ai nói|ai hứa|hứa|cam kết|never|not|promise[sd]?)"
    r"(?:\s+[\w\"“]+){0,2}\s*[\"“]?$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences of a text; every line and list item ends one. A remark in brackets is one of its own."""
    found = []
    for line in text.split("\n"):
        bare = _LIST_MARK.sub("", line)
        remarks = _PAREN.findall(bare)
        for sentence in [*_SENTENCE_END.split(_PAREN.sub("", bare)), *remarks]:
            if sentence and sentence.strip():
                found.append(" ".join(sentence.split()))
    return found


def words(sentence: str) -> int:
    """How many words (syllables) a reader meets; a law with its number, and an article, count as one each."""
    short = _ARTICLE.sub("Điều", _LAW_TITLE.sub("Luật", PLACE.sub("số", sentence)))
    return sum(1 for word in short.split() if any(letter.isalnum() for letter in word))


def laws_in(text: str) -> list[str]:
    """The numbers of the laws a text cites, as ``91/2015``."""
    return [after or before for after, before in _LAW_NUMBER.findall(text)]


def unnumbered_law(text: str) -> list[str]:
    """Laws or articles named in a line that carries no law number at all."""
    found = []
    for line in text.split("\n"):
        if laws_in(line):
            continue
        named = _LAW_NAME.search(line) or _CITES_ARTICLE.search(line)
        if named:
            found.append(" ".join(line[named.start() :].split()[:5]))
    return found


@dataclass(frozen=True)
class BareNumber:
    """A telephone number written as digits, where it stands, and the hotline that has it (if one does)."""

    text: str
    start: int
    end: int
    hotline: str | None


def bare_numbers(text: str, hotlines: Hotlines) -> list[BareNumber]:
    """Telephone numbers written as digits: long ones by their shape, short ones if a hotline has them.

    Articles, laws, days and amounts are none.
    """
    plain = _ARTICLE.sub(_blank, PLACE.sub(_blank, text))
    by_digits = {re.sub(r"\D", "", hotline.number): hotline.id for hotline in hotlines.values()}
    found = [(match.start(), match.end()) for match in _LONG_NUMBER.finditer(plain)]
    for match in _SHORT_NUMBER.finditer(plain):
        if match[0] in by_digits and not _MONEY_OR_LAW.match(plain, match.end()):
            found.append(match.span())
    return [
        BareNumber(text[start:end], start, end, by_digits.get(re.sub(r"\D", "", text[start:end])))
        for start, end in sorted(found)
    ]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def markup_in(text: str) -> list[str]:
    """Marks that would reach the worker as odd characters."""
    return list(dict.fromkeys(match[0].strip() for match in _MARKUP.finditer(text)))


def verdicts_in(text: str) -> list[str]:
    """Words that judge a person, promise too much or advise to dodge a debt, unless they are denied."""
    return [match[0] for match in _VERDICT.finditer(text) if not _DENIAL.search(text[: match.start()])]


def officialese_in(text: str) -> list[tuple[str, str]]:
    """Words of forms and notices with what people say instead; not the names of laws, nor what is quoted."""
    own = _QUOTED.sub(" ", _PAREN.sub(" ", _LAW_TITLE.sub(" ", text)))
    return [
        (word, _OFFICIALESE[word]) for word in dict.fromkeys(found.lower() for found in _STIFF.findall(own))
    ]


def cites_article(text: str) -> bool:
    """Whether a law is cited with its article."""
    return _CITES_ARTICLE.search(text) is not None


def slow_step(line: str) -> bool:
    """Whether a first step begins with what nobody can do within a minute where they stand."""
    return _SLOW_STEP.match(line) is not None
