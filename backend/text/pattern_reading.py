"""Reads the pattern language of ``patterns`` into the parts of ``pattern_parts``."""

import re
from typing import Final

from backend.text.datafiles import DataFileError
from backend.text.normalize import normalise
from backend.text.pattern_parts import Choice, Gap, Maybe, Number, Part, Row, Word

_PIECE: Final = re.compile(r"\{\w+\}\??|\.\.\.|\.\.|[()|]\??|[^\s(){}|?]+\??")
_GAPS: Final = {"..": 3, "...": 8}


class PatternReader:
    """Reads patterns that share lists; a list is read once."""

    def __init__(self, macros: dict[str, list[str]]) -> None:
        """``macros``: the lists by name."""
        self._macros = macros
        self._lists: dict[str, Part] = {}

    def read(self, pattern: str) -> Part:
        """Raises ``DataFileError`` naming a pattern that cannot be read."""
        pieces = _PIECE.findall(normalise(pattern).lower())
        if not pieces:
            raise DataFileError("a pattern is empty")
        part, end = self._choice(pieces, 0)
        if end < len(pieces) or part is None:
            raise DataFileError(f"pattern cannot be read: {pattern}")
        return part

    def _choice(self, pieces: list[str], start: int) -> tuple[Part | None, int]:
        """What stands up to the next ``)`` or the end, and where it ends; None when a bracket stays open."""
        rows: list[Part] = []
        row: list[Part] = []
        while start < len(pieces) and not pieces[start].startswith(")"):
            piece = pieces[start]
            start += 1
            if piece == "|":
                rows.append(_row(row))
                row = []
            elif piece == "(":
                inner, start = self._choice(pieces, start)
                if inner is None or start >= len(pieces):
                    return None, start
                row.append(Maybe(inner) if pieces[start].endswith("?") else inner)
                start += 1
            elif piece[0] in "(|":
                return None, start
            else:
                row.append(self._single(piece))
        rows.append(_row(row))
        return (rows[0] if len(rows) == 1 else Choice(rows)), start

    def _single(self, piece: str) -> Part:
        if piece in _GAPS:
            return Gap(_GAPS[piece])
        name = piece.removesuffix("?")
        part = self._list(name[1:-1]) if name.startswith("{") else _word(name)
        return Maybe(part) if piece.endswith("?") else part

    def _list(self, name: str) -> Part:
        if name == "number":
            return Number()
        if name not in self._macros:
            raise DataFileError(f"no list is named {name}")
        if name not in self._lists:
            self._lists[name] = Choice([self.read(choice) for choice in self._macros[name]])
        return self._lists[name]


def _row(parts: list[Part]) -> Part:
    return parts[0] if len(parts) == 1 else Row(parts)


def _word(word: str) -> Word:
    marked = word.endswith("!")
    return Word(word.removeprefix("=").removesuffix("!"), exact=word.startswith("="), marked=marked)
