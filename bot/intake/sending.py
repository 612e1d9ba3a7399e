"""Hands a finished tip in, through short silences of the backend."""

import asyncio
import time
from typing import Final

from bot.backend import Backend, BackendSilent, Json, Sent
from bot.envelope import Person

_WITHOUT_ACCOUNTS: Final = frozenset({"web", "form"})
_PAUSES: Final = (1.0, 3.0)
"""Seconds between the tries: a database that fell is back within them."""
_PATIENCE: Final = 6.0
"""Seconds after which a silence is not tried again: the worker waits. Two tries that reach nobody fit in."""


def crowd(person: Person) -> str:
    """Who stands in line as one: an account of a platform, or everybody of the pages, who need none."""
    return person.channel if person.channel in _WITHOUT_ACCOUNTS else f"{person.channel} {person.user}"


async def handed_in(backend: Backend, tip: Json) -> Sent:
    """Hand ``tip`` in, again after a silence: it may be stored already, and only the answer lost.

    Raises:
        BackendSilent: nobody answered for seconds; whether the tip is stored is not known.
        TipRefused: it was read and not taken.
    """
    patient_until = time.monotonic() + _PATIENCE
    for pause in _PAUSES:
        try:
            return await backend.send_tip(tip)
        except BackendSilent:
            if time.monotonic() > patient_until:
                raise
        await asyncio.sleep(pause)
    return await backend.send_tip(tip)
