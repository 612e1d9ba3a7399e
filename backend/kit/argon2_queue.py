"""Argon2id off the event loop: a password or a receipt stretched into key material.

Every derivation of the process passes through a few workers, so the memory it takes is bounded; a flood of
attempts waits, and nobody is ever refused. Who waits stands in one of three rows, each in the order of
arrival, and the rows take turns: a flood in one slows the others down a little and holds up none of them.
This module knows neither what is derived nor for whom, and keeps none of it.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from argon2.low_level import Type, hash_secret_raw

MEMORY_KIB: Final = 64 * 1024
PASSES: Final = 3
LANES: Final = 4
"""RFC 9106, section 4: the second recommended option."""

WORKERS: Final = 2
"""At most ``WORKERS`` × 64 MiB are in use at any moment, whatever row they are for."""
SALT_BYTES: Final = 16

Row = Literal["submissions", "sign_in", "receipts"]
"""What a derivation is for: a tip that is being sent, a member's password, an opened mailbox."""


def derive_now(secret: bytes, salt: bytes, length: int) -> bytes:
    """``length`` bytes of Argon2id over ``secret``, in the calling thread (a tenth of a second or more).

    For commands and for the workers of the rows; a request handler awaits ``derive``.
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


def next_row(waiting: Mapping[Row, int], last: Row | None, last_other: Row | None) -> Row | None:
    """Whose turn it is: submissions first, but every second turn belongs to the others, who alternate.

    Args:
        waiting: how many stand in each row.
        last: the row that was served before; ``None`` if none was.
        last_other: the same, leaving submissions out.

    Returns:
        ``None`` if nobody waits.
    """
    others: tuple[Row, Row] = ("receipts", "sign_in") if last_other == "sign_in" else ("sign_in", "receipts")
    order: tuple[Row, ...] = (*others, "submissions") if last == "submissions" else ("submissions", *others)
    return next((row for row in order if waiting[row]), None)


@dataclass(frozen=True)
class _Waiter:
    secret: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    length: int
    answer: "Future[bytes]" = field(default_factory=Future, repr=False)


class _Rows:
    """The rows and their workers. Callers of several event loops and threads may stand in them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[Row, deque[_Waiter]] = {row: deque() for row in get_args(Row)}
        self._last: Row | None = None
        self._last_other: Row | None = None
        self._workers = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="argon2")

    def join(self, row: Row, waiter: _Waiter) -> None:
        """Stand at the end of a row. Each who joins brings one turn, which serves whoever is next then."""
        with self._lock:
            self._rows[row].append(waiter)
        self._workers.submit(self._serve)

    def _serve(self) -> None:
        while (waiter := self._call()) is not None:
            if waiter.answer.set_running_or_notify_cancel():
                try:
                    waiter.answer.set_result(derive_now(waiter.secret, waiter.salt, waiter.length))
                except BaseException as error:  # belongs to the waiter, as in an executor
                    waiter.answer.set_exception(error)
                return

    def _call(self) -> _Waiter | None:
        """The next who still waits, taken out of the row; none if all were served or have left."""
        with self._lock:
            for waiters in self._rows.values():
                while waiters and waiters[0].answer.cancelled():
                    waiters.popleft()
            waiting = {row: len(waiters) for row, waiters in self._rows.items()}
            row = next_row(waiting, self._last, self._last_other)
            if row is None:
                return None
            self._last = row
            if row != "submissions":
                self._last_other = row
            return self._rows[row].popleft()


_rows = _Rows()


async def derive(secret: bytes, salt: bytes, length: int, *, row: Row = "receipts") -> bytes:
    """``length`` bytes of Argon2id over ``secret`` with a ``salt`` of at least 8 bytes.

    Waits its turn in ``row``. The derivation of a caller who was cancelled while waiting is never begun.
    """
    waiter = _Waiter(secret, salt, length)
    _rows.join(row, waiter)
    return await asyncio.wrap_future(waiter.answer)
