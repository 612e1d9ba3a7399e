"""Vehicle plates: two digits of the province, a series of letters, four or five digits ("59X1-234.56")."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from backend.text.identifiers.names import any_of
from backend.text.identifiers.types import Found
from backend.text.identifiers.view import View

_PLATE: Final = re.compile(
    r"(?<![\w.,])(?P<province>[1-9]\d)(?P<gap>[ \-.]?)(?P<series>[A-HK-NPS-Z]{1,2}\d?)"
    r"(?P<gap2>[ \-.]{0,3})(?P<number>\d{3}[. ]?\d{2}|\d{4})(?![\w%])",
    re.IGNORECASE,
)


@cache
def _announced() -> re.Pattern[str]:
    return re.compile(any_of("plate_words") + r"[\w :.,\-]{0,20}$")


def plates(text: View) -> Iterator[Found]:
    """Plates as capitals and digits. Small letters need a word that says it is one ("biển số")."""
    for match in _PLATE.finditer(text.cased):
        series = match["series"]
        dressed = series.isupper() or "-" in match["gap"] + match["gap2"]
        if dressed or _announced().search(text.folded[: match.start()][-40:]):
            value = re.sub(r"[^A-Z0-9]", "", match.group().upper())
            yield Found("vehicle_plate", value, match.start(), match.end())
