"""A finished tip is handed in again where nobody could be reached, and not where somebody was long silent."""

from types import SimpleNamespace
from typing import cast

import pytest

from bot.backend import _PATIENT, Backend, BackendSilent, Json, Sent
from bot.intake import sending
from bot.intake.sending import handed_in

SENT = Sent(priority="P3", on_duty=False)


class Silent:
    """A backend of whose silences each takes so many seconds of the clock; it answers the third time."""

    def __init__(self, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.tries = 0.0, 0
        self._seconds = seconds
        monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(sending, "asyncio", SimpleNamespace(sleep=self.rest))

    async def rest(self, seconds: float) -> None:
        self.now += seconds

    async def send_tip(self, tip: Json) -> Sent:
        self.tries += 1
        if self.tries == 3:
            return SENT
        self.now += self._seconds
        raise BackendSilent("ConnectTimeout")


async def test_where_nobody_could_be_reached_it_is_handed_in_three_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _PATIENT.connect is not None
    backend = Silent(_PATIENT.connect, monkeypatch)
    assert await handed_in(cast(Backend, backend), {}) is SENT


async def test_where_somebody_was_silent_for_long_the_worker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _PATIENT.read is not None
    backend = Silent(_PATIENT.read, monkeypatch)
    with pytest.raises(BackendSilent):
        await handed_in(cast(Backend, backend), {})
    assert backend.tries == 1
