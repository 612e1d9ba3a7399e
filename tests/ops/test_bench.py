"""The bench's own parts: what it reads of processes, how it starts and ends them, the report it writes."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from itertools import islice
from pathlib import Path

import psycopg
import pytest
from PIL import Image

from backend.checks.loan.schemas import LoanAsk
from backend.checks.loan.service import answer
from backend.checks.message.check import check
from backend.kit.settings import ROOT
from backend.ops.bench.bare_rasa import TALK
from backend.ops.bench.checks import TEXTS, Check, loan_texts, message_texts
from backend.ops.bench.linking import submissions
from backend.ops.bench.people import TURNS, Phrases, telephone_photo
from backend.ops.bench.report import Bare, Report, Start, report_text
from backend.ops.bench.spawning import spawned
from backend.ops.bench.usage import Memory, cpu_seconds, memory
from backend.ops.measuring import Measurement
from backend.ops.postgres import DatabaseUrls
from backend.tips.attachments.types import MAX_BYTES
from backend.tips.linking.values import named_in
from tests.ops.processes import alive
from tests.waiting import eventually

BUSY = "import os, time\nwhile sum(os.times()[:2]) < 0.3: pass\nprint('done', flush=True)\ntime.sleep(60)"
PARENT_OF_BUSY = f"import subprocess, sys, time\nsubprocess.run([sys.executable, '-c', {BUSY!r}])"


async def said(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    return await process.stdout.readline()


class TestUsage:
    async def test_processor_time_of_what_a_process_started_counts_with_it(self) -> None:
        command = [sys.executable, "-c", PARENT_OF_BUSY]
        async with spawned(
            command, folder=ROOT, environment=os.environ, output=asyncio.subprocess.PIPE
        ) as process:
            assert await said(process) == b"done\n"
            assert cpu_seconds(process.pid) >= 0.3

    async def test_memory_is_there_while_a_process_runs_and_gone_with_it(self) -> None:
        async with spawned(
            [sys.executable, "-c", BUSY], folder=ROOT, environment=os.environ, output=asyncio.subprocess.PIPE
        ) as process:
            await said(process)
            found = memory(process.pid)
            assert found.resident >= found.proportional > 0
        assert memory(process.pid) == Memory(0, 0)

    def test_a_postgres_counts_with_its_sessions(self, database: DatabaseUrls) -> None:
        with psycopg.connect(database.app.replace("+psycopg", "", 1)) as connection:
            row = connection.execute("SELECT pg_backend_pid()").fetchone()
            assert row
            stat = Path(f"/proc/{row[0]}/stat").read_text(encoding="utf-8")
            postmaster = int(stat.rpartition(")")[2].split()[1])
            assert memory(postmaster).resident > memory(row[0]).resident > 0


class TestSpawned:
    async def test_a_block_that_fails_leaves_nothing_behind(self) -> None:
        with pytest.raises(LookupError):
            async with spawned(
                [sys.executable, "-c", PARENT_OF_BUSY],
                folder=ROOT,
                environment=os.environ,
                output=asyncio.subprocess.PIPE,
            ) as process:
                await said(process)
                children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
                pids = [process.pid, *map(int, children.read_text(encoding="ascii").split())]
                raise LookupError
        assert len(pids) == 2
        eventually(lambda: not any(map(alive, pids)))


class TestCommand:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_bench_that_is_told_to_stop_leaves_no_process_and_no_file(
        self, tmp_path: Path, number: signal.Signals
    ) -> None:
        log = tmp_path / "said"
        with log.open("wb") as output:
            bench = asyncio.run(_stopped_early(output.fileno(), tmp_path, number))
        assert bench == 130, log.read_text(encoding="utf-8")
        assert "nothing was left behind" in log.read_text(encoding="utf-8")
        assert list(tmp_path.glob("antam-bench-*")) == []


async def _stopped_early(output: int, temporary: Path, number: signal.Signals) -> int:
    """Start the bench, stop it while the bare bot is being made, and return its exit code."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend.cli", "bench", "--quick"),
        stdout=output,
        stderr=output,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    await asyncio.to_thread(eventually, lambda: list(temporary.glob("antam-bench-*/bare/train.log")), 60)
    rasa = await asyncio.to_thread(eventually, lambda: _children(process.pid), 60)
    process.send_signal(number)
    status = await process.wait()
    await asyncio.to_thread(eventually, lambda: not any(map(alive, rasa)))
    return status


def _children(pid: int) -> list[int]:
    text = "".join(path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for child in text.split()]


class TestPhrases:
    def test_a_conversation_has_as_many_turns_as_the_bare_bots(self) -> None:
        assert len(Phrases(ROOT / "data").conversation()) == TURNS == len(TALK)

    def test_every_run_says_the_same(self) -> None:
        left, right = Phrases(ROOT / "data"), Phrases(ROOT / "data")
        assert [left.conversation() for _ in range(20)] == [right.conversation() for _ in range(20)]


class TestChecks:
    @pytest.mark.parametrize("texts", [loan_texts, message_texts])
    def test_every_text_is_different_and_every_run_the_same(self, texts: Callable[[], list[str]]) -> None:
        made = texts()
        assert len(set(made)) >= TEXTS
        assert made == texts()

    def test_most_loans_are_whole_and_about_half_the_messages_are_scams(self) -> None:
        kinds = [answer(LoanAsk(text=text)).kind for text in loan_texts()]
        assert kinds.count("incomplete") < len(kinds) / 3
        flagged = sum(check(text).verdict == "scam" for text in message_texts())
        assert 0.3 < flagged / len(message_texts()) < 0.8


class TestPhoto:
    def test_it_is_a_telephones_and_small_enough_to_be_taken(self) -> None:
        content = telephone_photo()
        with Image.open(BytesIO(content)) as image:
            assert (image.format, image.size) == ("JPEG", (4000, 3000))
        assert 2_000_000 < len(content) < MAX_BYTES


class TestLinking:
    def test_every_submission_names_somebody_else_in_other_words(self) -> None:
        told = list(islice(submissions(), 30))
        named = [named_in([one.who or ""]).values for one in told]
        for values in named:
            assert {value.kind for value in values} == {"phone", "bank_account", "vehicle_plate"}
        assert len({value for values in named for value in values}) == sum(map(len, named))
        assert len({tuple(one.story) for one in told}) == len(told)


class TestReport:
    def test_refused_acts_and_both_bots_are_visible(self) -> None:
        text = report_text(date(2026, 11, 21), a_report())
        assert "| 20 | 3 | 100 | 100 | 100 | 25.0 | 25.0 | 25.0 | 4.0 / 3.0 | 1 / 0 |" in text
        assert "| send a tip | 20 | 4 | 500 | 500 | 500 | 0.250 | 2 | 1.3 CPU s; half refused" in text

    def test_a_tip_with_a_photo_is_not_held_against_one_without(self) -> None:
        text = report_text(date(2026, 11, 21), a_report())
        assert "| send a tip with a photo | 1 | 1 | 250 | 250 | 250 | 0.500 | 0 |  |" in text

    def test_a_check_is_told_over_http_and_in_a_process(self) -> None:
        text = report_text(date(2026, 11, 21), a_report())
        assert "| loan check | 3 | 25.00 | 25.00 | 1.50 | 1.50 |" in text

    def test_what_was_not_found_is_a_dash(self) -> None:
        text = report_text(date(2026, 11, 21), a_report())
        assert "| actions | – | – | – | – |" in text
        assert "| worker | – | – |" in text


def a_report() -> Report:
    turns = Measurement("turn", 20, [0.1, 0.1], whole=0.5, refused=1, cpu={"rasa": 0.03})
    bare = Measurement("turn", 20, [0.025] * 3, whole=1)
    tip = Measurement("send a tip", 20, [0.5, 0.5], whole=1, refused=2, cpu={"backend": 1.0})
    photo = Measurement("send a tip with a photo", 1, [0.25], whole=1, cpu={"backend": 0.5})
    some = {"rasa": Memory(500, 450)}
    return Report(
        bare=Bare(33.0, [bare], bare, Memory(900, 890), Memory(950, 940)),
        starts=(Start(10.0, {"rasa": 8.0}), Start(9.0, {"rasa": 7.5})),
        turns=[turns],
        parses=bare,
        acts=[tip, photo],
        checks=[Check("loan check", bare, Measurement("loan check", 1, [0.0015] * 3, whole=1))],
        at_rest=some,
        after=some,
    )
