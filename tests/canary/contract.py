"""What must hold of every run of the canary, however many stories it tells.

A run's own tests bring it as the fixture ``searched`` and subclass ``CanaryContract``.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.kit.settings import ROOT
from tests.canary.evidence import MADE_ANEW, Evidence
from tests.canary.findings import Findings, Place
from tests.canary.forms import Planted, PlantedFile
from tests.canary.needles import Needles
from tests.canary.platforms import is_in_its_place
from tests.canary.run import SEED, Canary, canary
from tests.canary.stories import SENT, stories
from tests.canary.words import Inventor

_CONTROL: Final = "control"
_ONLY_FOR_A_SUPERUSER: Final = {
    "pg_catalog.pg_authid",
    "pg_catalog.pg_largeobject",
    "pg_catalog.pg_statistic",
}
"""Relations that matter and that only the search after the stop can read."""
_FILLED: Final = (
    "tips", "tip_parts", "tip_messages", "tip_files", "tip_notes", "tip_note_keys", "tip_seals", "tip_desks",
    "tip_index", "tip_wordings", "tip_holds", "drafts", "draft_files", "notices", "withdrawn_submissions",
    "destructions", "commendations", "notifications", "audit_entries", "members", "member_keys",
)  # fmt: skip
"""Tables that the stories and the liaisons have left rows in."""
_BROUGHT: Final = ("data", "nlu/data", "nlu/domain")
"""Folders of what the house itself says and knows."""


@dataclass
class Searched:
    """The canary's run, and what its two searches came back with."""

    run: Canary
    planted: list[Planted | PlantedFile]
    needles: Needles
    running: Findings
    stopped: Findings

    def figures(self, seconds: float) -> str:
        """How much was planted and searched, and what was found."""
        endings = Counter(lived.story.ending.value for lived in self.run.lived)
        kinds = Counter(planted.kind for planted in self.planted)
        lines = [
            f"seed {SEED}: {len(self.run.lived)} stories in {seconds:.0f} s, of which "
            f"{sum(lived.receipt is not None for lived in self.run.lived)} sent a tip",
            "; ".join(f"{count} {ending}" for ending, count in endings.most_common()),
            f"planted: {len(self.planted)} values, looked for in {len(self.needles)} forms; "
            + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()),
        ]
        for name, findings in (("running", self.running), ("stopped", self.stopped)):
            lines += [
                f"{name}, {place}: {len(at)} searched, {sum(at.values()) / 1e6:.1f} MB"
                for place, at in findings.searched.items()
            ]
            hits = misplaced(findings)
            lines += [f"{name}: {len(hits)} hits", *hits]
        return "\n".join(lines)


@contextmanager
def searched_run(folder: Path, count: int, acts: int) -> Iterator[Searched]:
    """A whole run: ``count`` stories, each act of each liaison ``acts`` times, and both searches."""
    began = time.monotonic()
    print(f"the canary's seed is {SEED}")
    with canary(folder) as run:
        run.live(stories(count, SEED), Inventor(-SEED), acts=acts)
        planted = list(run.planted())
        needles = Needles([*planted, *_controls(run)])
        running = run.search_running(needles)
    found = Searched(run, planted, needles, running, run.search_stopped(needles))
    print(found.figures(time.monotonic() - began))
    yield found


def _controls(run: Canary) -> list[Planted]:
    """What does stand there in clear, so that a search that sees nothing is noticed."""
    return [
        Planted(_CONTROL, "login", run.desks[0].login, words=False),
        Planted(_CONTROL, "address", str(run.house.var), words=False),
        Planted(_CONTROL, "greeting", "An Tâm is ready", words=False),
    ]


def misplaced(findings: Findings) -> list[str]:
    """What stands where it must not."""
    return sorted(
        str(finding)
        for finding in findings.found
        if finding.hit.planted.owner != _CONTROL and not is_in_its_place(finding)
    )


def _sent_files(searched: Searched) -> list[Evidence]:
    of_workers = [
        file for lived in searched.run.lived for file in (*lived.story.files, *lived.story.letter_files)
    ]
    return of_workers + [file for desk in searched.run.desks for file in desk.files]


class CanaryContract:
    """Every promise is a test."""

    def test_the_stories_are_as_mixed_as_life(self, searched: Searched) -> None:
        told = [lived.story for lived in searched.run.lived]
        for of in ("category", "channel", "ending", "danger", "readers"):
            assert min(Counter(getattr(story, of) for story in told).values()) >= 3, of
        assert all(
            (lived.receipt is not None) == (lived.story.ending in SENT) for lived in searched.run.lived
        )
        assert {planted.kind for planted in searched.planted} >= {
            "platform id", "platform name", "user name", "session", "name", "phone", "address", "receipt",
            "wrong receipt", "story", "question", "refused text", "letter",
            "file name", "remark", "photo", "voice",
            f"photo {MADE_ANEW}", f"voice {MADE_ANEW}", f"thumbnail {MADE_ANEW}",
            "answer", "note", "reason", "asked", "ready answer", "asked for consent", "thanks",
            "password", "TOTP secret", "recovery key",
        }  # fmt: skip

    def test_nothing_planted_stands_in_what_the_house_brings(self, searched: Searched) -> None:
        for room in _BROUGHT:
            for path in (ROOT / room).rglob("*"):
                if path.is_file():
                    found = searched.needles.in_bytes(path.read_bytes())
                    assert {hit for hit in found if hit.planted.owner != _CONTROL} == set(), path

    def test_nothing_of_a_worker_is_found_while_the_house_runs(self, searched: Searched) -> None:
        hits = misplaced(searched.running)
        assert hits == []

    def test_nothing_of_a_worker_is_found_after_it_has_stopped(self, searched: Searched) -> None:
        hits = misplaced(searched.stopped)
        assert hits == []

    def test_every_column_of_the_live_catalogue_was_searched(self, searched: Searched) -> None:
        """The database itself says what it has: a table that is new tomorrow is searched tomorrow."""
        assert len(searched.run.columns) > 100
        assert searched.run.columns <= set(searched.running.searched[Place.SQL])
        assert searched.run.columns <= set(searched.stopped.searched[Place.SQL])

    def test_the_tables_that_matter_held_something(self, searched: Searched) -> None:
        sizes = Counter[str]()
        for where, size in searched.running.searched[Place.SQL].items():
            sizes[where.rpartition(".")[0]] += size
        empty = sorted(table for table in _FILLED if not sizes[f"public.{table}"])
        assert empty == []

    def test_every_place_was_searched(self, searched: Searched) -> None:
        running, stopped = searched.running.searched, searched.stopped.searched
        assert "pg_catalog.pg_stat_activity.query" in running[Place.SQL]
        for relation in _ONLY_FOR_A_SUPERUSER:
            assert any(where.startswith(f"{relation}.") for where in stopped[Place.SQL]), relation
        assert set(running[Place.DUMP]) == {"pg_dump"}
        assert set(stopped[Place.DUMP]) == {"pg_dumpall"}
        assert set(running[Place.BACKUP]) == {"sealed", "opened"}
        for at in (running, stopped):
            assert any(where.startswith("pg_wal/") for where in at[Place.DATA_DIRECTORY])
            for table in ("drafts", "draft_files", "tip_files"):
                assert any(where.endswith(f"({table})") for where in at[Place.DATA_DIRECTORY]), table
            assert {"log/bot.log", "secrets/bot/day_keys.json"} <= set(at[Place.VAR])
        for process in ("postgres", "backend.serve", "backend.worker", "actions", "nlu.serve", "bot"):
            assert running[Place.PROCESS][f"environ of {process}"] > 0
            assert running[Place.PROCESS][f"cmdline of {process}"] > 0
        assert {"supervisor", "postgres", "backend", "worker", "actions", "rasa", "bot"} <= set(
            stopped[Place.OUTPUT]
        )

    def test_what_is_shown_of_a_file_is_what_was_made_anew_of_it(self, searched: Searched) -> None:
        """So what is looked for everywhere else is what the house really makes of a file."""
        made, sent = set[bytes](), set[bytes]()
        for file in _sent_files(searched):
            made |= {file.clean.content, file.clean.small}
            sent.add(file.content)
        to_desks = [content for desk in searched.run.desks for content in desk.shown]
        to_reporters = [content for lived in searched.run.lived for content in lived.shown]
        originals = {content for desk in searched.run.desks for content in desk.originals}
        assert to_desks and to_reporters
        assert {*to_desks, *to_reporters} <= made
        assert originals <= sent
        assert not made & sent

    def test_what_does_stand_there_is_found(self, searched: Searched) -> None:
        """A search that finds nothing anywhere would find no leak either."""
        expected = {
            ("login", Place.SQL): (searched.running, searched.stopped),
            ("login", Place.DUMP): (searched.running, searched.stopped),
            ("login", Place.BACKUP): (searched.running,),
            ("login", Place.DATA_DIRECTORY): (searched.running, searched.stopped),
            ("address", Place.PROCESS): (searched.running,),
            ("greeting", Place.OUTPUT): (searched.running, searched.stopped),
            (f"photo {MADE_ANEW}", Place.SHOWN): (searched.running,),
            (f"thumbnail {MADE_ANEW}", Place.SHOWN): (searched.running,),
        }
        for (kind, place), searches in expected.items():
            for findings in searches:
                assert any(
                    finding.place is place and finding.hit.planted.kind == kind for finding in findings.found
                ), f"{kind} in {place}"
