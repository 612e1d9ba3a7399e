"""The row of derivations: the same answer wherever it is made, in order, and never refused."""

import asyncio
import contextlib

from argon2.low_level import Type, hash_secret_raw

from backend.kit.argon2_queue import WORKERS, derive, derive_now

SALT = b"0123456789abcdef"


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
