"""Writes the figures of a run of kills as ``docs/reports/kills-<date>.md``."""

import os
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from backend.kit.settings import ROOT
from tests.e2e.kills import Kill
from tests.e2e.settling import Account, Books
from tests.e2e.told import Told

_FOLDER: Final = ROOT / "docs" / "reports"
_HEAD: Final = """\
# What kills do

Run on {day} by `make test-long` (`tests/e2e/test_kills.py`): {tellers} workers at once tell one tip after
another to a running house, more than half of them with photos or voice notes, and {kills} times, at a random
moment of their stories (seed `{seed}`), one of its processes gets SIGKILL. "Well again" is when a new one
answers (a job worker: is known to the queue). At the end `antam doctor` has nothing to say. Machine: {cores}
cores, load {load:.1f} at the end.

A tip is confirmed once its worker has seen the receipt. It is found when it is in the database once, opens
with the desk's key word for word and with exactly its files, each of which can be seen or heard, and its
receipt opens the mailbox.

"""
_COLUMNS: Final = (
    "killed",
    "times",
    "well again, median s",
    "longest s",
    "tips under way",
    "confirmed",
    "found",
    "lost",
    "doubled",
    "resumed",
    "files again",
    "begun anew",
    "stored unseen",
)
_FOOT: Final = """\

Of the {told} tips of the whole run {confirmed} were confirmed, and {found} of these found, with {photos}
photos and {voices} voice notes; {lost} were lost and {doubled} stored twice. {resumed} were gone on with
after their page was loaded anew, and the receipts of {shown_again} shown once more. Broken promises of any
kind: {faults}. Rows without what belongs to them: {halves}. Tips whose desk neither was told nor has a job
that will: {deaf}. Jobs without a tip: {orphans}. Files that no tip has, and that are destroyed when the time
of a draft is over: {waiting}.

- **Tips under way** at a kill are counted with what became of them in the end. Who was under way in two kills
  counts in both rows.
- **Files again**: PostgreSQL fell while the tip was being sent, and the files that waited with its draft were
  gone. The tip is not stored without them: its worker is told so, and sends them once more.
- **Begun anew**: drafts and the files that wait with them stand in UNLOGGED tables, which PostgreSQL empties
  when it recovers from a crash of its own. Their workers are told that the draft is gone.
- **Stored unseen**: of these, the crash came between the storing of the tip and the receipt. A desk has the
  tip; its worker was told that it is gone, and may tell it again.
- **The pause before a start** doubles with each death in a row, to a minute, and is part of "well again". The
  job worker also ends by itself when PostgreSQL dies, so under so many kills it mostly waits that minute.
  Nobody who tells waits for it, nor for Rasa or the actions: others are killed while these start again.
- **A cleaner of files** is the process that makes one file anew. Who sent that file is told that it was not
  taken, and sends it again.
"""


def write(kills: Sequence[Kill], books: Books, seed: str, tellers: int) -> Path:
    """Write the report of today; returns its path."""
    day = datetime.now(UTC).date()
    rows = [
        _row(victim, [kill for kill in kills if kill.victim == victim], books) for victim in _names(kills)
    ]
    head = _HEAD.format(
        day=day,
        tellers=tellers,
        kills=len(kills),
        seed=seed,
        cores=os.cpu_count(),
        load=os.getloadavg()[0],
    )
    table = f"| {' | '.join(_COLUMNS)} |\n|---|{'---:|' * (len(_COLUMNS) - 1)}\n{''.join(rows)}"
    notices = books.notices
    foot = _FOOT.format(
        **vars(books.account()),
        deaf=notices.tips_nobody_is_told_of,
        orphans=notices.jobs_without_a_tip,
        halves=sum(books.halves.values()),
        faults=len(books.faults()),
        waiting=books.waiting_files,
    )
    path = _FOLDER / f"kills-{day}.md"
    path.write_text(head + table + foot, encoding="utf-8")
    return path


def _names(kills: Sequence[Kill]) -> list[str]:
    return list(dict.fromkeys(sorted(kill.victim for kill in kills)))


def _row(victim: str, kills: Sequence[Kill], books: Books) -> str:
    under_way: list[Told] = []
    for kill in kills:
        under_way += [tip for tip in kill.under_way if tip not in under_way]
    found: Account = books.account(under_way)
    seconds = [kill.seconds for kill in kills]
    figures = [
        str(len(kills)),
        f"{statistics.median(seconds):.1f}",
        f"{max(seconds):.1f}",
        *map(str, (found.told, found.confirmed, found.found, found.lost, found.doubled)),
        *map(str, (found.resumed, found.files_again, found.begun_anew, found.stored_unseen)),
    ]
    return f"| {victim} | {' | '.join(figures)} |\n"
