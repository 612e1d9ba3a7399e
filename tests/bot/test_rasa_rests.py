"""Rasa is given a rest where it hangs, and not where a single question took too long."""

import httpx

from bot.envelope import Language
from bot.rasa import Rasa


class Far:
    """The far side of the line to Rasa: answers, or lets the time run out."""

    def __init__(self) -> None:
        self.asked = 0
        self.hangs = False
        self.now = 0.0
        self.rasa = Rasa("http://rasa.test", "token", httpx.MockTransport(self.answer), lambda: self.now)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.hangs:
            raise httpx.ReadTimeout("late", request=request)
        return httpx.Response(200, json=[{"text": "Chào bạn."}])

    async def ask(self) -> bool:
        """Whether a question was answered."""
        return await self.rasa.ask("conversation", "lãi bao nhiêu", Language.VI, human=True) is not None


async def test_one_late_answer_keeps_nobody_else_from_asking() -> None:
    far = Far()
    for _ in range(3):
        far.hangs = True
        assert not await far.ask()
        assert not await far.ask()
        far.hangs = False
        assert await far.ask()
    assert far.asked == 9


async def test_who_hangs_three_times_in_a_row_is_left_alone_for_ten_seconds() -> None:
    far = Far()
    far.hangs = True
    for _ in range(5):
        assert not await far.ask()
    assert far.asked == 3
    far.now += 9.9
    assert not await far.ask()
    assert far.asked == 3


async def test_after_the_rest_one_question_finds_out_and_another_silence_is_another_rest() -> None:
    far = Far()
    far.hangs = True
    for _ in range(3):
        await far.ask()
    far.now += 10.1
    for _ in range(3):
        assert not await far.ask()
    assert far.asked == 4
    far.now += 10.1
    far.hangs = False
    assert await far.ask()
    assert await far.ask()
