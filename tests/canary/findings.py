"""What a search comes back with: where something was found, and how much was looked through."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from tests.canary.needles import Hit, Needles


class Place(StrEnum):
    """Where the house could keep or say something."""

    SQL = "SQL"
    DUMP = "pg_dump"
    BACKUP = "backup"
    DATA_DIRECTORY = "data directory"
    VAR = "var"
    OUTPUT = "process output"
    PROCESS = "process"
    TEMPORARY = "temporary files"
    ROOMS = "project folder"
    SHOWN = "files as shown"


@dataclass(frozen=True)
class Finding:
    """One value in one form at one place. The text form shows no part of the value."""

    place: Place
    where: str
    """A column, a file, a process."""
    hit: Hit

    def __str__(self) -> str:
        return f"{self.place}, {self.where}: {self.hit.planted}, {self.hit.form}"


@dataclass
class Findings:
    """All that was found, and what was searched."""

    found: set[Finding] = field(default_factory=set)
    searched: dict[Place, dict[str, int]] = field(default_factory=dict)
    """Bytes looked through, by place and there by column, file or process."""

    def add(self, place: Place, where: str, size: int, hits: Iterable[Hit]) -> None:
        """Note that ``size`` bytes at ``where`` were searched, and what stood there."""
        at = self.searched.setdefault(place, {})
        at[where] = at.get(where, 0) + size
        self.found.update(Finding(place, where, hit) for hit in hits)

    def size(self, place: Place) -> int:
        return sum(self.searched.get(place, {}).values())

    def add_shown(self, who: str, files: Iterable[bytes], needles: Needles) -> None:
        """Search files as ``who`` got to see them: made anew, so that they hold nothing else."""
        for content in files:
            self.add(Place.SHOWN, who, len(content), needles.in_bytes(content))

    def __str__(self) -> str:
        return "\n".join(sorted(map(str, self.found))) or "nothing was found"
