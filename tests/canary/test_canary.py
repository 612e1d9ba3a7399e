"""Fifty workers tell their stories; then nothing of what they wrote or are is found anywhere."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.canary.findings import Findings, Place
from tests.canary.forms import Planted
from tests.canary.needles import Needles
from tests.canary.platforms import is_in_its_place
from tests.canary.run import SEED, Canary, canary
from tests.canary.stories import SENT, stories
from tests.canary.words import Inventor

pytestmark = pytest.mark.timeout(300)
STORIES = 50
ONLY_FOR_A_SUPERUSER = {"pg_catalog.pg_authid", "pg_catalog.pg_largeobject", "pg_catalog.pg_statistic"}
"""Relations that matter and that only the search after the stop can read."""


@dataclass
class Searched:
    """The canary's run, and what its two searches came back with."""

    run: Canary
    planted: list[Planted]
    running: Findings
    stopped: Findings


@pytest.fixture(scope="module")
def searched(open_folder: Path) -> Iterator[Searched]:
    print(f"the canary's seed is {SEED}")
    with canary(open_folder / "canary") as run:
        run.live(stories(STORIES, SEED), Inventor(-SEED), tips_read=4)
        planted = list(run.planted())
        needles = Needles([*planted, *_controls(run)])
        running = run.search_running(needles)
    yield Searched(run, planted, running, run.search_stopped(needles))


def _controls(run: Canary) -> list[Planted]:
    """What does stand there in clear, so that a search that sees nothing is noticed."""
    login = run.desks[0].login
    return [
        Planted("control", "login", login, words=False),
        Planted("control", "address", str(run.house.var), words=False),
        Planted("control", "greeting", "An Tâm is ready", words=False),
    ]


def _misplaced(findings: Findings) -> list[str]:
    """What stands where it must not."""
    return sorted(
        str(finding)
        for finding in findings.found
        if finding.hit.planted.owner != "control" and not is_in_its_place(finding)
    )


def test_the_stories_are_as_mixed_as_life(searched: Searched) -> None:
    told = [lived.story for lived in searched.run.lived]
    for of in ("category", "channel", "ending", "danger", "readers"):
        assert min(Counter(getattr(story, of) for story in told).values()) >= 3, of
    assert all((lived.receipt is not None) == (lived.story.ending in SENT) for lived in searched.run.lived)
    assert {planted.kind for planted in searched.planted} >= {
        "platform id", "name", "phone", "story", "question", "receipt", "refused text", "letter", "session",
        "wrong receipt", "answer", "note", "reason", "password", "platform name", "user name",
    }  # fmt: skip


def test_nothing_of_a_worker_is_found_while_the_house_runs(searched: Searched) -> None:
    assert _misplaced(searched.running) == []


def test_nothing_of_a_worker_is_found_after_it_has_stopped(searched: Searched) -> None:
    assert _misplaced(searched.stopped) == []


def test_every_place_was_searched(searched: Searched) -> None:
    running, stopped = searched.running.searched, searched.stopped.searched
    for table in ("tips", "tip_parts", "tip_messages", "tip_notes", "audit_entries"):
        for at in (running, stopped):
            assert any(where.startswith(f"public.{table}.") for where in at[Place.SQL]), table
    assert "public.drafts.sealed" in running[Place.SQL]
    assert "pg_catalog.pg_stat_activity.query" in running[Place.SQL]
    for relation in ONLY_FOR_A_SUPERUSER:
        assert any(where.startswith(f"{relation}.") for where in stopped[Place.SQL]), relation
    assert set(running[Place.DUMP]) == {"pg_dump"}
    assert set(stopped[Place.DUMP]) == {"pg_dumpall"}
    assert set(running[Place.BACKUP]) == {"sealed", "opened"}
    for at in (running, stopped):
        assert any(where.startswith("pg_wal/") for where in at[Place.DATA_DIRECTORY])
        assert any(where.endswith("(drafts)") for where in at[Place.DATA_DIRECTORY])
        assert {"log/bot.log", "secrets/bot/day_keys.json"} <= set(at[Place.VAR])
    for process in ("postgres", "backend.serve", "backend.worker", "actions", "nlu.serve", "bot"):
        assert running[Place.PROCESS][f"environ of {process}"] > 0
        assert running[Place.PROCESS][f"cmdline of {process}"] > 0
    assert {"supervisor", "postgres", "backend", "worker", "actions", "rasa", "bot"} <= set(
        stopped[Place.OUTPUT]
    )


def test_what_does_stand_there_is_found(searched: Searched) -> None:
    """A search that finds nothing anywhere would find no leak either."""
    expected = {
        ("login", Place.SQL): (searched.running, searched.stopped),
        ("login", Place.DUMP): (searched.running, searched.stopped),
        ("login", Place.BACKUP): (searched.running,),
        ("login", Place.DATA_DIRECTORY): (searched.running, searched.stopped),
        ("address", Place.PROCESS): (searched.running,),
        ("greeting", Place.OUTPUT): (searched.running, searched.stopped),
    }
    for (kind, place), searches in expected.items():
        for findings in searches:
            assert any(
                finding.place is place and finding.hit.planted.kind == kind for finding in findings.found
            ), f"{kind} in {place}"
