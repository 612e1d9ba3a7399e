"""The rows of derivations: the same answer wherever it is made, in order, in turns, and never refused."""

import asyncio
import contextlib
import time

import pytest
from argon2.low_level import Type, hash_secret_raw

from backend.kit.argon2_queue import WORKERS, Row, derive, derive_now, next_row

SALT = b"0123456789abcdef"

pytestmark = pytest.mark.usefixtures("true_stretching")


async def test_gives_argon2id_with_the_second_option_of_rfc_9106() -> None:
    expected = hash_secret_raw(b"secret", SALT, 3, 65536, 4, 64, Type.ID)
    assert await derive(b"secret", SALT, 64) == derive_now(b"secret", SALT, 64) == expected


async def test_a_crowd_is_served_in_the_order_of_arrival() -> None:
    served: list[int] = []

    async def ask(number: int) -> None:
        await derive(b"secret", SALT, 32)
        served.append(number)

    await asyncio.gather(*(ask(number) for number in range(4 * WORKERS)))
    assert all(abs(place - number) < WORKERS for place, number in enumerate(served))


async def test_who_leaves_gives_up_the_place_and_disturbs_nobody() -> None:
    crowd = [asyncio.create_task(derive(b"secret", SALT, 32)) for _ in range(3 * WORKERS)]
    crowd[-1].cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await crowd[-1]
    answers = await asyncio.gather(*crowd[:-1])
    assert len(set(answers)) == 1


async def test_a_flood_of_receipts_holds_up_neither_a_tip_nor_a_sign_in() -> None:
    served: list[Row] = []

    async def ask(row: Row) -> None:
        await derive(b"secret", SALT, 32, row=row)
        served.append(row)

    flood: list[Row] = ["receipts"] * (5 * WORKERS)
    await asyncio.gather(*(ask(row) for row in (*flood, "sign_in", "submissions")))
    late = {"sign_in": served.index("sign_in"), "submissions": served.index("submissions")}
    # Behind those that had begun, and at most one turn of each other row.
    assert max(late.values()) < 2 * WORKERS + 2


async def test_the_derivation_of_who_left_is_never_begun() -> None:
    begin = time.process_time()
    await derive(b"secret", SALT, 32)
    one = time.process_time() - begin
    crowd = [asyncio.create_task(derive(b"secret", SALT, 32)) for _ in range(40)]
    await asyncio.sleep(0)  # they stand in the row, and the first are being served
    for who in crowd:
        who.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    await derive(b"secret", SALT, 32)
    assert time.process_time() - begin < 20 * one


async def test_an_error_reaches_its_caller_and_the_next_is_served() -> None:
    with pytest.raises(Exception, match=r"[Ss]alt"):
        await derive(b"secret", b"short", 32)
    assert await derive(b"secret", SALT, 32) == derive_now(b"secret", SALT, 32)


class TestTurns:
    def serve(self, waiting: dict[Row, int]) -> list[Row]:
        """The rows in the order in which everybody who waits is served."""
        left, order = dict(waiting), list[Row]()
        last: Row | None = None
        last_other: Row | None = None
        while (row := next_row(left, last, last_other)) is not None:
            left[row] -= 1
            order.append(row)
            last, last_other = row, last_other if row == "submissions" else row
        assert not any(left.values())
        return order

    def test_a_tip_goes_first(self) -> None:
        assert self.serve({"receipts": 9, "sign_in": 9, "submissions": 1})[0] == "submissions"

    def test_a_flood_of_tips_leaves_every_second_turn_to_the_others(self) -> None:
        order = self.serve({"receipts": 2, "sign_in": 2, "submissions": 9})
        assert order[:8:2] == ["submissions"] * 4
        assert order[1:8:2] == ["sign_in", "receipts", "sign_in", "receipts"]

    def test_sign_ins_and_receipts_take_turns(self) -> None:
        order = self.serve({"receipts": 9, "sign_in": 3, "submissions": 0})
        assert order[:6] == ["sign_in", "receipts"] * 3
