"""Forgetting goes on for as long as the process lives, whatever fails."""

import asyncio
import logging

import pytest

from bot.app import _tick

SECRET = "khu trọ Hoa Mai"


class Stopped(BaseException):
    """Ends the ticking from outside."""


async def test_one_failure_ends_no_forgetting_and_tells_its_kind_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []
    ticks = iter(range(3))

    async def sleep(_: float) -> None:
        if next(ticks, None) is None:
            raise Stopped

    def fails() -> None:
        done.append("fails")
        raise OSError(SECRET)

    with caplog.at_level(logging.ERROR), pytest.raises(Stopped):
        await asyncio.wait_for(_tick((fails, lambda: done.append("works")), sleep), timeout=10)
    assert done == ["fails", "works"] * 3
    assert "OSError" in caplog.text
    assert SECRET not in caplog.text
