"""What is remembered of a platform's messages: few, the tip's own first, and no longer than all the rest."""

import pytest

from bot.memory import TTL_SECONDS, Conversations
from bot.traces import MOST, Traces


def test_what_belongs_to_a_tip_goes_first() -> None:
    traces = Traces()
    for trace, sensitive in (("1", False), ("2", True), ("3", False), ("4", True)):
        traces.add(trace, sensitive=sensitive)
    assert traces.take() == ("2", "4", "1", "3")


def test_what_was_taken_is_forgotten() -> None:
    traces = Traces()
    traces.add("1", sensitive=True)
    assert traces.take() == ("1",)
    assert traces.take() == ()


def test_where_there_are_too_many_the_oldest_that_tell_nothing_are_let_go() -> None:
    traces = Traces(most=3)
    for trace, sensitive in (("a", True), ("b", False), ("c", False), ("d", True), ("e", False)):
        traces.add(trace, sensitive=sensitive)
    assert traces.take() == ("a", "d", "e")


def test_even_what_tells_much_is_bounded() -> None:
    traces = Traces()
    for number in range(2 * MOST):
        traces.add(str(number), sensitive=True)
    assert len(traces) == MOST
    assert traces.take()[-1] == str(2 * MOST - 1)


@pytest.mark.parametrize("again", [False, True])
def test_what_was_sensitive_once_stays_so(again: bool) -> None:
    traces = Traces()
    traces.add("1", sensitive=True)
    traces.add("2", sensitive=False)
    traces.add("1", sensitive=again)
    assert traces.take() == ("1", "2")


async def test_traces_go_with_their_conversation() -> None:
    now = [0.0]
    conversations = Conversations(lambda: now[0])
    async with conversations.open(b"somebody") as conversation:
        conversation.traces.add("7001", sensitive=True)
    now[0] = TTL_SECONDS + 1
    conversations.sweep()
    assert conversations.known(b"somebody") is None
    assert "7001" not in repr(conversation)
