"""Figures of the bench."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.ops.bench import timed
from backend.ops.measuring import Measurement, table


def test_percentiles_are_times_that_were_measured() -> None:
    one = Measurement("x", 1, [0.4, 0.1, 0.3, 0.2], whole=1)
    assert [one.percentile(part) for part in (0.25, 0.5, 0.95, 1)] == [0.1, 0.2, 0.4, 0.4]


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_percentile_is_never_shorter(seconds: list[float], left: float, right: float) -> None:
    one = Measurement("x", 1, seconds, whole=1)
    low, high = sorted((left, right))
    assert one.percentile(low) <= one.percentile(high)


def test_nothing_measured_is_not_a_number() -> None:
    assert math.isnan(Measurement("x", 1, [], whole=1).percentile(0.5))


def test_the_table_is_in_milliseconds() -> None:
    row = table([Measurement("send a tip", 8, [0.25, 0.25], whole=0.5, refused=1)]).splitlines()[-1]
    assert row == "| send a tip | 8 | 2 | 250 | 250 | 250 | 4.0 | 1 |"


@pytest.mark.parametrize("at_once", [1, 3, 20])
async def test_every_act_is_done_once_and_the_first_is_not_counted(at_once: int) -> None:
    done = 0

    async def act() -> bool:
        nonlocal done
        done += 1
        return done % 2 == 0

    measured = await timed("act", act, 10, at_once)
    assert done == 11
    assert len(measured.seconds) + measured.refused == 10
    assert measured.refused == 5
