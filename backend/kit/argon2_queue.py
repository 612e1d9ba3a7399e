"""Argon2id off the event loop: a password or a receipt stretched into key material.

Every derivation of the process passes through one short row of workers, in the order of arrival. A flood of
attempts therefore waits, and the memory it takes is bounded; nobody is ever refused.
This module knows neither what is derived nor for whom, and keeps none of it.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2.low_level import Type, hash_secret_raw

MEMORY_KIB: Final = 64 * 1024
PASSES: Final = 3
LANES: Final = 4
"""RFC 9106, section 4: the second recommended option."""

WORKERS: Final = 2
SALT_BYTES: Final = 16

_row = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="argon2")
"""First come, first served; at most ``WORKERS`` × 64 MiB are in use at any moment."""


def derive_now(secret: bytes, salt: bytes, length: int) -> bytes:
    """``length`` bytes of Argon2id over ``secret``, in the calling thread (a tenth of a second or more).

    For commands and for the workers of the row; a request handler awaits ``derive``.
    """
    return hash_secret_raw(
        secret,
        salt,
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=LANES,
        hash_len=length,
        type=Type.ID,
    )


async def derive(secret: bytes, salt: bytes, length: int) -> bytes:
    """``length`` bytes of Argon2id over ``secret`` with a ``salt`` of at least 8 bytes.

    Waits its turn behind earlier callers. A caller that goes away while waiting gives up its place.
    """
    return await asyncio.get_running_loop().run_in_executor(_row, derive_now, secret, salt, length)
