"""Figures of the bench: what is counted, and how it is summed up."""

import math
from collections.abc import Mapping

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.ops.measuring import Act, Measurement, timed


def test_percentiles_are_times_that_were_measured() -> None:
    one = Measurement("x", 1, [0.4, 0.1, 0.3, 0.2], whole=1)
    assert [one.percentile(part) for part in (0.25, 0.5, 0.95, 1)] == [0.1, 0.2, 0.4, 0.4]


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_percentile_is_never_shorter(seconds: list[float], left: float, right: float) -> None:
    one = Measurement("x", 1, seconds, whole=1)
    low, high = sorted((left, right))
    assert one.percentile(low) <= one.percentile(high)


def test_nothing_measured_is_not_a_number() -> None:
    nothing = Measurement("x", 1, [], whole=1)
    assert math.isnan(nothing.percentile(0.5))
    assert math.isnan(nothing.cpu_each())


def test_processor_time_is_shared_by_all_acts_the_refused_ones_too() -> None:
    one = Measurement("x", 1, [0.1, 0.1, 0.1], whole=1, refused=1, cpu={"bot": 1.0, "backend": 3.0})
    assert one.cpu_each() == 1.0
    assert one.cpu_each("bot") == 0.25
    assert math.isnan(one.cpu_each("rasa"))


@pytest.mark.parametrize("at_once", [1, 3, 20])
async def test_every_act_is_done_once_and_the_first_is_not_counted(at_once: int) -> None:
    done = 0

    async def act() -> bool:
        nonlocal done
        done += 1
        return done % 2 == 0

    measured = await timed("act", lambda: act, 10, at_once)
    assert done == 11
    assert len(measured.seconds) + measured.refused == 10
    assert measured.refused == 5


async def test_as_many_actors_act_together_as_were_asked_for() -> None:
    made = 0

    def actor() -> Act:
        nonlocal made
        made += 1

        async def act() -> bool:
            return True

        return act

    await timed("act", actor, 10, 3)
    assert made == 3 + 1  # one for the act that does not count


async def test_an_act_that_finds_nobody_counts_as_refused() -> None:
    async def act() -> bool:
        raise httpx.ConnectError("nobody")

    measured = await timed("act", lambda: act, 4, 2)
    assert (measured.seconds, measured.refused) == ([], 4)


async def test_processor_time_counts_from_after_the_first_act_until_the_work_it_caused_is_done() -> None:
    used = {"backend": 0.0}

    async def act() -> bool:
        used["backend"] += 1
        return True

    async def settled() -> None:
        used["backend"] += 10

    def cpu() -> Mapping[str, float]:
        return dict(used)

    measured = await timed("act", lambda: act, 4, 1, cpu=cpu, settled=settled)
    assert measured.cpu == {"backend": 14.0}
