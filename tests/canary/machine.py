"""Searches what processes leave on a machine: their files, what they print, how they were started."""

import os
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Final

from backend.kit.settings import ROOT
from tests.canary.findings import Findings, Place
from tests.canary.needles import Needles

_ROOMS: Final = ("actions", "backend", "bot", "data", "nlu")
_NOT_OURS: Final = frozenset({".venv", "__pycache__", "tests"})


def search_folder(
    folder: Path,
    needles: Needles,
    findings: Findings,
    place: Place,
    *,
    without: Path | None = None,
    names: Mapping[str, str] | None = None,
) -> None:
    """Every file under ``folder`` except those under ``without``; ``names`` says what a file is."""
    for path in _files(folder, without):
        where = str(path.relative_to(folder))
        # A big table continues in files called 12345.1, 12345.2, …
        known = (names or {}).get(where.partition(".")[0].removesuffix("_init"))
        _search_file(path, f"{where} ({known})" if known else where, needles, findings, place)


def search_rooms(since: float, needles: Needles, findings: Findings) -> None:
    """The files of the project's rooms that were written since that moment (seconds, as ``st_mtime``)."""
    for room in _ROOMS:
        for path in _files(ROOT / room, None, _NOT_OURS):
            if path.stat().st_mtime >= since:
                _search_file(path, str(path.relative_to(ROOT)), needles, findings, Place.ROOMS)


def search_output(lines: Iterable[str], needles: Needles, findings: Findings) -> None:
    """What the processes have printed, by who printed it (see ``backend.ops.up.printer``)."""
    spoken: dict[str, list[str]] = {}
    for line in lines:
        name, between, said = line.partition(" │ ")
        spoken.setdefault(name.strip() if between else "supervisor", []).append(said if between else line)
    for name, said_lines in spoken.items():
        printed = "\n".join(said_lines).encode(errors="replace")
        findings.add(Place.OUTPUT, name, len(printed), needles.in_bytes(printed))


def search_processes(supervisor: int, needles: Needles, findings: Findings) -> None:
    """Arguments, environment and deleted but open files of a process and of all that descend from it."""
    for pid, name in family(supervisor).items():
        for what in ("cmdline", "environ"):
            content = _read(Path(f"/proc/{pid}/{what}"))
            findings.add(Place.PROCESS, f"{what} of {name}", len(content), needles.in_bytes(content))
        for content in _deleted_files(pid):
            findings.add(Place.PROCESS, f"deleted file of {name}", len(content), needles.in_bytes(content))


def family(ancestor: int) -> dict[int, str]:
    """The process ``ancestor`` and its descendants that run, each by what it was started as."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (status := _read(entry / "stat")):
            # The name in parentheses may hold anything, so what follows its last one counts.
            parents[int(entry.name)] = int(status.rpartition(b")")[2].split()[1])
    members = {ancestor}
    while new := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= new
    return {pid: _module(pid) for pid in sorted(members)}


def _module(pid: int) -> str:
    """What follows ``-m``, else the program: never an argument."""
    arguments = _read(Path(f"/proc/{pid}/cmdline")).split(b"\0")
    if b"-m" in arguments[:-1]:
        return arguments[arguments.index(b"-m") + 1].decode()
    return Path(arguments[0].decode(errors="replace").partition(":")[0]).name


def _deleted_files(pid: int) -> Iterator[bytes]:
    """Regular files that only an open descriptor still leads to."""
    try:
        descriptors = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return
    for descriptor in descriptors:
        try:
            if os.readlink(descriptor).endswith(" (deleted)") and descriptor.is_file():
                yield _read(descriptor)
        except OSError:
            continue


def _files(folder: Path, without: Path | None, called: Set[str] = frozenset()) -> Iterator[Path]:
    """Every file under ``folder`` except those under ``without``, and those in folders ``called`` so."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in called]
        if without is not None and Path(parent) == without:
            folders.clear()
            continue
        for name in names:
            path = Path(parent) / name
            if path.is_file() and not path.is_symlink():
                yield path


def _search_file(path: Path, where: str, needles: Needles, findings: Findings, place: Place) -> None:
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            findings.add(place, where, size, needles.in_stream(stream) | needles.in_bytes(path.name.encode()))
    except FileNotFoundError:
        return  # gone since it was listed: PostgreSQL removes files while it runs


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # the process has ended
