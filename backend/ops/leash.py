"""Starts one program so that it cannot outlive the process that wanted it, and leaves no core dump.

Run as a file (``python -I leash.py --parent 123 [--signal N] [--user NAME] -- program …``), never imported by
the program it starts: it sets what is inherited through ``exec`` and then becomes that program. It imports
the standard library only, so it costs a few milliseconds.
"""

import argparse
import ctypes
import os
import pwd
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1


def _become(user: str) -> None:
    """Give up root for ``user``, its groups included."""
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def _no_core_dump() -> None:
    """A limit of 1 byte stops dumps to a file and, unlike 0, those piped to a handler (``core(5)``)."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    limit = 1 if hard == resource.RLIM_INFINITY else min(1, hard)
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


def _die_with(parent: int, number: int) -> None:
    """Ask the kernel for signal ``number`` when the parent ends, however it ends.

    Setting the user clears the request, so this comes after it. A parent that ended in between sends nothing:
    then there is nobody to work for.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        sys.exit(f"leash: process {parent} has ended")


def main() -> None:
    """Read the arguments, put on the leash, become the program."""
    parser = argparse.ArgumentParser(prog="leash")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, default=int(signal.SIGTERM))
    parser.add_argument("--user")
    parser.add_argument("program", nargs="+")
    asked = parser.parse_args()
    _no_core_dump()
    if asked.user:
        _become(asked.user)
    _die_with(asked.parent, asked.signal)
    program: list[str] = asked.program
    try:
        os.execvp(program[0], program)
    except OSError as error:
        sys.exit(f"leash: {program[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
