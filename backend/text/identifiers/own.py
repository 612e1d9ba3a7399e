"""What in a text is the reporter's own: a number said to be theirs, their name, their card.

These spans are never indexed, and the liaison's page may hide them. In doubt a span is taken for the
reporter's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from backend.text.identifiers.names import listed
from backend.text.identifiers.view import View
from backend.text.normalize import normalise, strip_marks

OwnKind = Literal["name", "id_card", "employee_code", "birth", "phone", "bank_account", "zalo", "facebook"]

_ME: Final = r"(?:em|toi|minh|tui|e|t|chau|con|me|tao)"
_THING: Final = (
    r"(?:so dien thoai|so dt|sdt|dt|so zalo|zalo|so may|may|so|stk|so tai khoan|tai khoan|tk|facebook|fb"
    r"|di dong)"
)
_CALL: Final = r"(?:goi lai|goi|lien he|lien lac|alo|nhan tin|nhan|nt|bao|phone)"
_LINKS: Final = r"(?:\s+(?:qua|so|theo|o|zalo|sdt|dt|nha|nhe|voi))*"
_SAID_OWN: Final = re.compile(
    rf"(?<!\w)(?:{_THING}\s+(?:cua\s+|rieng\s+)?{_ME}(?:\s+(?:la|day|ne|nha))?"
    rf"|{_ME}\s+(?:dung|xai|co|de lai)\s+{_THING}(?:\s+(?:la|nay))?"
    rf"|{_CALL}\s+(?:lai\s+)?(?:cho\s+)?{_ME}{_LINKS}"
    rf"|{_ME}\s+(?:la\s+)?{_THING}(?:\s+la)?)[\s:.,\-]*$"
)
_THEY: Final = re.compile(
    r"(?<!\w)(?:no|ho|han|(?:tui|bon|dam|tui) no|chu no|ong ta|ba ta|ke lua dao|thang \w+|so la|nguoi la|app)"
    r"(?:\s+(?:hay|cu|toan|lai|dang|se|da|con|moi|lien tuc|ben app|kia|do))*\s*$"
)
"""Who calls, right before "gọi em": then the number is theirs."""
_WORDS: Final = r"(?P<name>[^\W\d_]+(?: [^\W\d_]+){0,4})"
_NAME: Final = re.compile(
    rf"(?<!\w)(?:(?:ho ten|ten)\s+(?:cua\s+)?{_ME}(?:\s+la\b|\s*:)"
    rf"|{_ME}\s+ten(?:\s+(?:la|that la|day du la)\b)?\s*:?"
    rf"|(?:ho va ten|ho ten)\s*:)\s*{_WORDS}"
)
_I_AM: Final = re.compile(rf"(?<!\w){_ME}\s+la\s+{_WORDS}")
_ID_CARD: Final = re.compile(
    r"(?<!\w)(?:cccd|cmnd|cmt|so can cuoc|can cuoc(?: cong dan)?|chung minh(?: thu| nhan dan)?)"
    r"(?:\s+(?:cua|so|la|em|toi|minh|tui|e|gan chip))*[\s:.,\-]*(?P<number>\d(?:[ .]?\d){8,11})(?!\d)"
)
_HIS: Final = re.compile(r"cua (?:no|han|ong|ba|anh ta|co ta|thang|bon|tui no|ho)\b[^.]{0,15}$")
_CODE: Final = re.compile(
    r"(?<!\w)(?:ma|so) (?:nhan vien|cong nhan|the|nv|cn)(?:\s+(?:cua|la|em|toi|minh|so))*[\s:.,\-]*"
    r"(?P<number>[a-z]{0,4}-?\d{3,10})(?!\w)"
)
_BIRTH: Final = re.compile(
    rf"(?<!\w){_ME}\s+(?:sinh|sn)\s*(?:nam|ngay)?\s*"
    r"(?P<number>\d{1,2}[/\-.]\d{1,2}[/\-.]\d{4}|(?:19|20)\d\d)(?!\d)"
)


@dataclass(frozen=True)
class OwnSpan:
    """A span of the text that may tell who the reporter is."""

    kind: OwnKind
    start: int
    end: int


def is_own(text: View, start: int) -> bool:
    """True when what starts there was just said to be the writer's own ("sđt của em là …")."""
    first = max(0, start - 60)
    before = text.folded[first:start]
    said = _SAID_OWN.search(before)
    if said is None or _THEY.search(before[: said.start()]):
        return False
    return "tới" not in normalise(text.slice(first + said.start(), start)).lower()


def own_details(text: View) -> Iterator[tuple[OwnKind, int, int]]:
    """Names, ID cards, employee codes and birth dates of the writer, as spans of the folded text."""
    for match in _NAME.finditer(text.folded):
        yield from _name(text, match, capitals=False)
    for match in _I_AM.finditer(text.folded):
        yield from _name(text, match, capitals=True)
    for match in _ID_CARD.finditer(text.folded):
        if not _HIS.search(text.folded[max(0, match.start() - 30) : match.start("number")]):
            yield "id_card", *match.span("number")
    for match in _CODE.finditer(text.folded):
        yield "employee_code", *match.span("number")
    for match in _BIRTH.finditer(text.folded):
        yield "birth", *match.span("number")


def _name(text: View, match: re.Match[str], capitals: bool) -> Iterator[tuple[OwnKind, int, int]]:
    """The words of a name; with ``capitals`` at least two ("tôi là Nguyễn An", not "tôi là công nhân")."""
    start = match.start("name")
    taken: list[str] = []
    for word in text.cased[start : match.end("name")].split(" "):
        if not word[:1].isupper() and (capitals or strip_marks(word.lower()) in listed("after_a_name")):
            break
        taken.append(word)
    if len(taken) >= (2 if capitals else 1):
        yield "name", start, start + len(" ".join(taken))
