"""Hands a finished tip in, through short silences of the backend."""

import asyncio
import time
from typing import Final

from bot.backend import Backend, BackendSilent, Json, Sent

_PAUSES: Final = (1.0, 3.0)
"""Seconds between the tries: a database that fell is back within them."""
_PATIENCE: Final = 5.0
"""Seconds after which a silence is not tried again: the worker waits."""


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
