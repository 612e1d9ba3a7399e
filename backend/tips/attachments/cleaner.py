"""The cleaner's process: one file on standard input, the clean one or a refusal on standard output.

``python -m backend.tips.attachments.cleaner <kind> <bytes of memory> <seconds of CPU> <seconds>``. It trusts
nothing that it reads and is trusted with nothing: it can open no file and no connection once it starts to
read, and the kernel ends it when it takes more memory or time than any honest file. Its first line says what
follows: ``clean <media type> <bytes of the thumbnail>`` (thumbnail, file), or ``refused <reason>``.
"""

import ctypes
import resource
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Final

from backend.tips.attachments.types import PHOTOS, VOICES, Clean, Limits, Refused

_PR_SET_DUMPABLE: Final = 4


def main() -> None:
    """Limit ourselves, read, clean, answer."""
    kind, limits = sys.argv[1], Limits(*map(int, sys.argv[2:]))
    _bound(limits)
    _leave_no_core_dump()
    clean = _decoder(kind)
    _open_nothing()
    answer = sys.stdout.buffer
    try:
        made = clean(sys.stdin.buffer.read())
    except Refused as refused:
        answer.write(f"refused {refused.reason}\n".encode())
    except MemoryError:
        answer.write(b"refused too_heavy\n")
    except Exception:
        # Decoders raise anything for bytes that were made to confuse them, and all of it means the same.
        answer.write(b"refused damaged\n")
    else:
        answer.write(f"clean {made.media_type} {len(made.small)}\n".encode() + made.small + made.content)


def _bound(limits: Limits) -> None:
    """Have the kernel end us at ``limits``; write to no file."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _lower(what, most)
    signal.alarm(limits.wall_seconds)


def _lower(what: int, most: int) -> None:
    """An operator's own limit may be lower already."""
    hard = resource.getrlimit(what)[1]
    limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (limit, limit))


def _leave_no_core_dump() -> None:
    """A crash must not write the file to disk, and none of our other processes may look into this one."""
    if ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        sys.exit("cleaner: prctl(PR_SET_DUMPABLE)")


def _open_nothing() -> None:
    """From here on only the pipes that are open already can be used."""
    _lower(resource.RLIMIT_NOFILE, 0)


def _decoder(kind: str) -> Callable[[bytes], Clean]:
    """What cleans ``kind``. Only its own libraries are loaded."""
    for photo in PHOTOS:
        if photo == kind:
            from backend.tips.attachments.photo import clean_photo

            return partial(clean_photo, kind=photo)
    for voice in VOICES:
        if voice == kind:
            from backend.tips.attachments.voice import clean_voice

            return partial(clean_voice, kind=voice)
    sys.exit("cleaner: no such kind")


if __name__ == "__main__":
    main()
