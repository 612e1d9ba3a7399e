"""The report of a run, in Markdown. Measures nothing itself."""

import math
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from backend.ops.bench.checks import Check
from backend.ops.bench.house import PROCESSES
from backend.ops.bench.people import TURNS
from backend.ops.bench.usage import Memory
from backend.ops.measuring import Measurement

_NONE: Final = "–"
_BARE_TURN: Final = "25 ms"
_TO_BEAT: Final = (
    ("send a tip with a photo", ""),
    ("send a tip", "1.3 CPU s; half refused at 4 at once"),
    ("first page of the queue", "1,300 ms with 5,000"),
    ("open a tip", "10-16 ms"),
)
"""Measured elsewhere on 2 cores, with a bare default Rasa bot and a system for anonymous reports."""


@dataclass(frozen=True)
class Start:
    """Seconds until the house was healthy, and from each process's own start until it could answer."""

    whole: float
    each: Mapping[str, float]


@dataclass(frozen=True)
class Bare:
    """The bare Rasa bot's figures. ``turns`` stand in the same order as the house's."""

    ready_after: float
    turns: Sequence[Measurement]
    parses: Measurement
    at_rest: Memory
    after: Memory


@dataclass(frozen=True)
class Report:
    """All figures of one run."""

    bare: Bare
    starts: tuple[Start, Start]
    """With an empty ``var/``, and the second time."""
    turns: Sequence[Measurement]
    parses: Measurement
    acts: Sequence[Measurement]
    checks: Sequence[Check]
    at_rest: Mapping[str, Memory]
    after: Mapping[str, Memory]


def report_text(day: date, report: Report) -> str:
    """The whole report."""
    return f"""\
# How fast An Tâm is

Measured on {day.isoformat()} by `make bench`, in one run on one machine: first a bare Rasa bot as
`rasa init` makes it, with the default pipeline, alone on the machine; then a house of its own with a new
database. Both are asked over HTTP through their real doors; who asks runs on the same machine and takes
its share of it.

Machine: {machine()}.

## A turn of the chat

Ours passes through bot, Rasa, actions, backend and PostgreSQL: questions about topics and further questions,
in Vietnamese. The bare bot's is answered inside Rasa: phrases that its template was made for. A conversation
has {TURNS} turns. To beat, measured elsewhere on 2 cores: {_BARE_TURN} for a bare turn.

{turns_table(report.turns, report.bare.turns)}

Refused: turns without an answer, ours / bare. Processor time of one turn of ours, by process:

{cpu_table(report.turns)}

## What a text means

Ours at Rasa's `/webhooks/antam/parse`, the bare bot's at `/model/parse`, one at a time.

| | number | p50 ms | p95 ms |
|---|---:|---:|---:|
{_parse_row("An Tâm", report.parses)}
{_parse_row("bare Rasa", report.bare.parses)}

## Checks

The loan check and the message check, a different text each time, one at a time: asked at the internal API
over HTTP, and called in a process alone, where the message check looks into no list of reported addresses.

{checks_table(report.checks)}

## Tips, mailboxes and the desk

CPU is what all processes of the house took for one act together, with the notification of the desk that
follows a tip. Sending a tip and opening a mailbox each derive keys with Argon2id (64 MiB, 3 passes): that
time is the point. A tip is sent from its form through the bot; a mailbox is opened at the internal API,
because the bot lets two receipts a second through. It sends four tips a second on, and the others wait in
line. A photo is one of a telephone, 12 megapixels in six megabytes: it is made anew when it is uploaded, and
sealed for the tip when that is sent. Linking is called in a process alone, with all that a tip names and how
it is worded; its CPU is that process's and PostgreSQL's. The last column was measured elsewhere on 2 cores.

{acts_table(report.acts)}

## Memory

Megabytes, a process with all that it started. RSS counts shared pages once for each that shares them, PSS
divides them.

{memory_table(report)}

## Time to ready

Seconds from a process's own start until it could answer; the house, from the order to start. An empty `var/`
means that the database is made, migrated and filled too.

{starts_table(report.starts, report.bare.ready_after)}
"""


def turns_table(ours: Sequence[Measurement], bare: Sequence[Measurement]) -> str:
    """Ours beside the bare bot's, a row for each number of conversations at once."""
    rows = [
        "| conversations at once | turns | An Tâm p50 ms | p95 ms | longest ms "
        "| bare Rasa p50 ms | p95 ms | longest ms | turns a second | refused |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for mine, theirs in zip(ours, bare, strict=True):
        rows.append(
            f"| {mine.at_once} | {_number(mine)} | {_milliseconds(mine)} | {_milliseconds(theirs)} "
            f"| {mine.rate:.1f} / {theirs.rate:.1f} | {mine.refused} / {theirs.refused} |"
        )
    return "\n".join(rows)


def cpu_table(measured: Sequence[Measurement]) -> str:
    """Milliseconds of processor time an act, a column for each process."""
    rows = [
        f"| at once | {' | '.join(PROCESSES)} | together |",
        "|---:" * (len(PROCESSES) + 2) + "|",
    ]
    for one in measured:
        each = " | ".join(_plain(1000 * one.cpu_each(name)) for name in PROCESSES)
        rows.append(f"| {one.at_once} | {each} | {_plain(1000 * one.cpu_each())} |")
    return "\n".join(rows)


def acts_table(measured: Sequence[Measurement]) -> str:
    """Times in milliseconds, processor time in seconds."""
    rows = [
        "| act | at once | number | p50 ms | p95 ms | longest ms | CPU s each | refused | to beat |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for one in measured:
        to_beat = next((words for start, words in _TO_BEAT if one.what.startswith(start)), "")
        rows.append(
            f"| {one.what} | {one.at_once} | {_number(one)} | {_milliseconds(one)} "
            f"| {_plain(one.cpu_each(), 3)} | {one.refused} | {to_beat} |"
        )
    return "\n".join(rows)


def checks_table(checks: Sequence[Check]) -> str:
    """Milliseconds a text, over HTTP and in a process."""
    rows = [
        "| tool | texts | over HTTP p50 ms | p95 ms | in a process p50 ms | p95 ms |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for one in checks:
        figures = (
            _plain(1000 * measured.percentile(part), 2)
            for measured in (one.over_http, one.in_process)
            for part in (0.5, 0.95)
        )
        rows.append(f"| {one.what} | {_number(one.over_http)} | {' | '.join(figures)} |")
    return "\n".join(rows)


def memory_table(report: Report) -> str:
    """Each process at rest and after the run, and the bare bot beside them."""
    rows = [
        "| process | at rest RSS | PSS | after the run RSS | PSS |",
        "|---|---:|---:|---:|---:|",
    ]
    together = [0.0, 0.0]
    for name in PROCESSES:
        before, after = (found.get(name, Memory(0, 0)) for found in (report.at_rest, report.after))
        together = [together[0] + before.proportional, together[1] + after.proportional]
        rows.append(f"| {name} | {_memory(before)} | {_memory(after)} |")
    rows.append(f"| together | {_NONE} | {together[0]:.0f} | {_NONE} | {together[1]:.0f} |")
    rows.append(f"| bare Rasa | {_memory(report.bare.at_rest)} | {_memory(report.bare.after)} |")
    return "\n".join(rows)


def starts_table(starts: tuple[Start, Start], bare: float) -> str:
    """Seconds until each process and the whole could answer."""
    rows = ["| process | with an empty `var/` | the second time |", "|---|---:|---:|"]
    for name in PROCESSES:
        first, again = (_plain(start.each.get(name, math.nan)) for start in starts)
        rows.append(f"| {name} | {first} | {again} |")
    rows.append(f"| the house | {starts[0].whole:.1f} | {starts[1].whole:.1f} |")
    rows.append(f"| bare Rasa | {_NONE} | {bare:.1f} |")
    return "\n".join(rows)


def machine() -> str:
    """What the figures depend on; nothing that names this machine."""
    model = re.search(
        r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE
    )
    processor = model[1] if model else platform.machine()
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{processor}, {os.cpu_count()} cores, {gigabytes:.0f} GB of memory, Linux, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the end"
    )


def _parse_row(who: str, one: Measurement) -> str:
    return (
        f"| {who} | {_number(one)} | {_plain(1000 * one.percentile(0.5))} "
        f"| {_plain(1000 * one.percentile(0.95))} |"
    )


def _number(one: Measurement) -> int:
    return len(one.seconds) + one.refused


def _milliseconds(one: Measurement) -> str:
    return " | ".join(_plain(1000 * one.percentile(part)) for part in (0.5, 0.95, 1.0))


def _memory(one: Memory) -> str:
    return f"{one.resident:.0f} | {one.proportional:.0f}" if one.resident else f"{_NONE} | {_NONE}"


def _plain(value: float, digits: int = 1) -> str:
    """A figure as it is read: small ones with ``digits`` decimals, large ones with fewer, none as a dash."""
    if math.isnan(value):
        return _NONE
    return f"{value:,.0f}" if value >= 100 else f"{value:.{digits}f}"
