"""One supervised process, where a whole house would hide what is tested."""

import asyncio
import os
from pathlib import Path

import pytest

from backend.ops.child import Child, Patience
from backend.ops.child_log import ChildLog
from backend.ops.plan import Program


async def test_one_that_waits_for_its_next_start_is_stopped_at_once(tmp_path: Path) -> None:
    # Whoever waited for either patience would not live to see the end of this test.
    patience = Patience(first_pause=600, longest_pause=600, stop=600)
    said = asyncio.Queue[str]()

    def say(_: str, line: str) -> None:
        said.put_nowait(line)

    child = Child(Program("fainting", ["false"], os.environ), ChildLog(tmp_path, "fainting"), say, patience)
    child.start()
    while "starts again in 600 s" not in await said.get():
        pass
    await child.stop()
    assert child.pid is None


@pytest.mark.parametrize("steps", range(12))
async def test_one_that_is_stopped_while_it_is_being_started_ends_at_once(tmp_path: Path, steps: int) -> None:
    patience = Patience(stop=600)
    program = Program("resting", ["sleep", "600"], os.environ)
    child = Child(program, ChildLog(tmp_path, "resting"), lambda _, line: None, patience)
    child.start()
    for _ in range(steps):
        await asyncio.sleep(0)
    await asyncio.wait_for(child.stop(), 30)
    assert child.pid is None
