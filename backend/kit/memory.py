"""How this process takes memory from the system and gives it back."""

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
"""Of glibc's ``mallopt`` (malloc.h)."""
LARGE: Final = 1024 * 1024


def give_back_large_blocks() -> bool:
    """From now on blocks of ``LARGE`` bytes and more go back to the system as soon as they are free.

    Left alone, glibc raises this limit to the largest block that was ever freed (up to 32 MiB) and then keeps
    such blocks in its heaps, one for each thread, between small ones that live on: after thirty photos the
    backend held 200 MB more than it used.

    Returns:
        Whether it could be set: other C libraries have no such setting, and none of glibc's habits.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, LARGE))
