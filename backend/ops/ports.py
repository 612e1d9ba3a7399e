"""Whether the ports are free, said before anything is started."""

import errno
import os
import socket
from collections.abc import Iterable

from backend.ops.plan import Port


def trouble(port: Port) -> OSError | None:
    """Why one of our servers could not listen there now; None when it could."""
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As our servers do: a connection of an earlier run that is still closing does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.host, port.number))
        except OSError as error:
            return error
    return None


def complaints(wanted: Iterable[Port]) -> list[str]:
    """A sentence for each port that cannot be had."""
    return [_complaint(port, error) for port in wanted if (error := trouble(port)) is not None]


def _complaint(port: Port, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port.number} ({port.what}) is taken by another program. Stop that program, "
            f"or choose another port: {port.setting}={port.number + 1000} antam up"
        )
    if error.errno == errno.EACCES:
        return (
            f"Port {port.number} ({port.what}) may not be opened by this account: below 1024 only root may. "
            f"Choose another port ({port.setting}), and let a proxy listen on this one."
        )
    why = os.strerror(error.errno) if error.errno else "no such address"
    return f"Nobody can listen on {port.host}, port {port.number} ({port.what}): {why}. Set another address."
