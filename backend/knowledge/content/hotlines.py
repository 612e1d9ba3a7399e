"""Telephone numbers from ``data/hotlines.yml``, and their place in texts (``{hotline:<id>}``).

The only way a number reaches a worker: texts carry ids, so a wrong number is corrected once.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from backend.knowledge.content.phrases import phrase
from backend.text.yaml_files import parsed

PLACE = re.compile(r"\{hotline:([^{}\s]*)\}")
"""``{hotline:113}`` in a text."""


@dataclass(frozen=True)
class Hotline:
    """One number. ``checked``: the day of its source; ``called``: the operator's last test call."""

    id: str
    number: str
    names: dict[str, str]
    uses: dict[str, str]
    notes: dict[str, str]
    source: str
    checked: date
    called: date | None
    confirmed: bool


Hotlines = dict[str, Hotline]


def load_hotlines(path: Path) -> Hotlines:
    """Every hotline by id, in the file's order. Read again only when the file changed."""
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _load(path: Path, _changed: int) -> Hotlines:
    raw = parsed(path.read_text(encoding="utf-8"))
    return {
        str(key): Hotline(
            id=str(key),
            number=str(entry["number"]),
            names=entry["name"],
            uses=entry["use"],
            notes=entry["note"],
            source=str(entry["source"]),
            checked=entry["checked"],
            called=entry["called"],
            confirmed=bool(entry["confirmed"]),
        )
        for key, entry in raw.items()
    }


def with_numbers(text: str, hotlines: Hotlines, lang: str) -> str:
    """``text`` with every ``{hotline:<id>}`` replaced; an unconfirmed number says that it is one.

    An unknown id leaves nothing behind: a worker must never read a placeholder.
    """

    def number(match: re.Match[str]) -> str:
        hotline = hotlines.get(match[1])
        if hotline is None:
            return ""
        return hotline.number if hotline.confirmed else f"{hotline.number} ({phrase('unconfirmed', lang)})"

    return PLACE.sub(number, text)


def note_of(hotline: Hotline, hotlines: Hotlines, lang: str) -> str:
    """The note a worker reads beside the number, with its warning if the number is not confirmed."""
    note = with_numbers(hotline.notes[lang], hotlines, lang)
    return note if hotline.confirmed else f"{note} {phrase('unconfirmed_note', lang)}".strip()


def ids_in(text: str) -> list[str]:
    """The hotline ids that a text names, in order, also unknown ones."""
    return PLACE.findall(text)
