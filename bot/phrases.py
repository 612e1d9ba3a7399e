"""What the assistant says: the sentences of ``data/phrases/*.yml``, by key and language.

``{name}`` places are filled by the caller, ``{hotline:<id>}`` from ``data/hotlines.yml``, so a
telephone number stands in one file only. Read once at start, so that the sentences of an emergency
need nothing else to be alive.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, TypeAdapter

from backend.text.yaml_files import parsed
from bot.envelope import Language

FILES: Final = ("bot", "check", "files", "intake", "mailbox")
_HOTLINE: Final = re.compile(r"\{hotline:([\w-]+)\}")

_Table = TypeAdapter(dict[str, dict[Language, str]])


class Hotline(BaseModel):
    """One entry of ``data/hotlines.yml``. ``confirmed`` false: said only with "check it first"."""

    number: str
    name: dict[Language, str]
    use: dict[Language, str]
    note: dict[Language, str]
    confirmed: bool


_Hotlines = TypeAdapter(dict[str, Hotline])


@dataclass(frozen=True)
class Phrases:
    """Every sentence and every telephone number that the bot may say."""

    table: Mapping[str, Mapping[Language, str]]
    hotlines: Mapping[str, Hotline]

    @classmethod
    def load(cls, data: Path) -> "Phrases":
        """Read the bot's phrase files and the hotlines under ``data``."""
        table: dict[str, dict[Language, str]] = {}
        for name in FILES:
            raw = parsed((data / "phrases" / f"{name}.yml").read_text(encoding="utf-8"))
            table.update(_Table.validate_python(raw))
        raw = parsed((data / "hotlines.yml").read_text(encoding="utf-8"))
        return cls(table, _Hotlines.validate_python(raw))

    def spoken(self, language: Language) -> "Spoken":
        """The same phrases in one language."""
        return Spoken(self, language)

    def text(self, language: Language, key: str, values: Mapping[str, str]) -> str:
        """The sentence ``key``. An unknown key or place is our own fault (``KeyError``)."""
        template = self.with_numbers(self.table[key][language])
        return template.format_map(values)

    def with_numbers(self, text: str) -> str:
        """``text`` with every ``{hotline:<id>}`` replaced by its digits."""
        return _HOTLINE.sub(lambda match: self.hotlines[match.group(1)].number, text)


@dataclass(frozen=True)
class Spoken:
    """Phrases in the language of one person."""

    phrases: Phrases
    language: Language

    def __call__(self, key: str, **values: str) -> str:
        return self.phrases.text(self.language, key, values)

    def has(self, key: str) -> bool:
        return key in self.phrases.table

    def own(self, key: str, channel: str) -> str:
        """The key of a channel's own words for ``key``, where it has some (``<key>.<channel>``)."""
        own = f"{key}.{channel}"
        return own if self.has(own) else key

    def number(self, hotline: str) -> str:
        """The digits of a hotline, as written for people."""
        return self.phrases.hotlines[hotline].number
