"""Which of the 34 provinces a worker means: new names, old names, towns, short forms, without diacritics.

The names stand in ``data/regions.yml``. Only names are looked for; nothing is guessed from anything else.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.words import plain_words

MAX_TEXT = 300
"""Characters that are looked at: an answer to "which province?", not a story."""
_PREFIXES = (("thanh", "pho"), ("tinh",), ("tp",), ("o",), ("tai",))
_CLOSE = 0.8
"""Likeness (0-1) from which a mistyped name is offered as a question."""


@dataclass(frozen=True)
class Province:
    """A province by its code of two digits and its name of today."""

    code: str
    name: str


class Places:
    """The provinces, and what they are called."""

    def __init__(self, provinces: "list[Province]", names: "dict[tuple[str, ...], list[Province]]") -> None:
        self.provinces = tuple(provinces)
        self._names = names
        self._longest = max(map(len, names), default=0)
        self._by_code = {province.code: province for province in provinces}

    @classmethod
    def load(cls, path: "Path | None" = None) -> "Places":
        """Read ``data/regions.yml``.

        Raises:
            DataFileError: missing, or not of its form.
        """
        path = path or data_folder() / "regions.yml"
        provinces: list[Province] = []
        names: dict[tuple[str, ...], list[Province]] = {}
        for entry in _entries(path):
            province = Province(entry["code"], entry["name"])
            provinces.append(province)
            for name in [entry["name"], *entry.get("merged", []), *entry.get("also", [])]:
                known = names.setdefault(tuple(plain_words(name)), [])
                if province not in known:
                    known.append(province)
        return cls(provinces, names)

    def by_code(self, code: str) -> "Province | None":
        """The province of a code."""
        return self._by_code.get(code)

    def find(self, text: str) -> "tuple[Province, ...]":
        """The provinces that ``text`` names: none, the one meant, or those to ask about.

        A mistyped name gives what it is close to, at most three, also to be asked about.
        """
        words = tuple(plain_words(text[:MAX_TEXT]))
        bare = _without_prefix(words)
        for whole in (words, bare):
            if whole in self._names:
                return tuple(self._names[whole])
        named = self._named_in(words)
        return named if named else self._close_to(bare)

    def _named_in(self, words: "tuple[str, ...]") -> "tuple[Province, ...]":
        """Names inside a longer answer, the longest at each place. Short forms count only alone."""
        found: list[Province] = []
        at = 0
        while at < len(words):
            size = next(
                (
                    size
                    for size in range(min(self._longest, len(words) - at), 0, -1)
                    if words[at : at + size] in self._names and (size > 1 or len(words[at]) > 3)
                ),
                0,
            )
            for province in self._names.get(words[at : at + size], []):
                if province not in found:
                    found.append(province)
            at += size or 1
        return tuple(found)

    def _close_to(self, words: "tuple[str, ...]") -> "tuple[Province, ...]":
        by_text = {" ".join(name): provinces for name, provinces in self._names.items()}
        close = get_close_matches(" ".join(words), by_text, n=3, cutoff=_CLOSE)
        found = dict.fromkeys(province for name in close for province in by_text[name])
        return tuple(found)[:3]


def _without_prefix(words: "tuple[str, ...]") -> "tuple[str, ...]":
    for prefix in _PREFIXES:
        if words[: len(prefix)] == prefix:
            return _without_prefix(words[len(prefix) :])
    return words


def _entries(path: Path) -> "list[dict[str, Any]]":
    entries = read_mapping(path).get("provinces")
    if not isinstance(entries, list):
        raise DataFileError(f"{path.name} needs a list of provinces")
    for entry in entries:
        if not isinstance(entry, dict) or not {"code", "name"} <= set(entry):
            raise DataFileError(f"{path.name}: a province needs a code and a name")
    return entries
