"""Files take turns: few in memory, a bounded row, and a word to whoever finds it full."""

import asyncio

import pytest

from backend.tips.files.places import KEPT_AT_ONCE, WAITING, Places, for_keeping, for_uploads
from backend.tips.files.problems import Busy


class Crowd:
    """Files that hold their places until they are let go."""

    def __init__(self, places: Places) -> None:
        self.places, self.inside, self.most = places, 0, 0
        self.may_go = asyncio.Event()

    async def file(self) -> None:
        async with self.places.place():
            self.inside += 1
            self.most = max(self.most, self.inside)
            await self.may_go.wait()
            self.inside -= 1

    async def come(self, number: int) -> list["asyncio.Task[None]"]:
        tasks = [asyncio.create_task(self.file()) for _ in range(number)]
        for _ in range(5):
            await asyncio.sleep(0)
        return tasks


async def test_only_so_many_are_inside_and_all_get_their_turn() -> None:
    crowd = Crowd(Places(at_once=2, waiting=10))
    tasks = await crowd.come(7)
    assert crowd.inside == 2
    crowd.may_go.set()
    await asyncio.gather(*tasks)
    assert (crowd.most, crowd.inside) == (2, 0)


async def test_who_finds_the_row_full_is_told_at_once() -> None:
    crowd = Crowd(Places(at_once=1, waiting=2))
    tasks = await crowd.come(3)
    with pytest.raises(Busy):
        await crowd.file()
    crowd.may_go.set()
    await asyncio.gather(*tasks)
    await crowd.file()


async def test_who_waited_long_enough_is_told_and_takes_no_place() -> None:
    crowd = Crowd(Places(at_once=1, waiting=5, patience=0.01))
    (first,) = await crowd.come(1)
    with pytest.raises(Busy):
        await crowd.file()
    crowd.may_go.set()
    await first
    await crowd.file()


async def test_who_leaves_the_row_leaves_room_in_it() -> None:
    crowd = Crowd(Places(at_once=1, waiting=1))
    first, second = await crowd.come(2)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    (third,) = await crowd.come(1)
    assert not third.done()
    crowd.may_go.set()
    await asyncio.gather(first, third)


async def test_files_of_tips_have_places_of_their_own() -> None:
    crowd = Crowd(for_keeping())
    tasks = await crowd.come(KEPT_AT_ONCE + WAITING)
    assert (crowd.inside, for_keeping().waiting) == (KEPT_AT_ONCE, WAITING)
    with pytest.raises(Busy):
        await crowd.file()
    crowd.may_go.set()
    await asyncio.gather(*tasks)
    assert crowd.most == KEPT_AT_ONCE
    assert for_uploads() is for_uploads() and for_uploads() is not for_keeping()
