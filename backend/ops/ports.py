"""Whether the ports are free, said before anything is started."""

import socket
from collections.abc import Iterable

from backend.ops.plan import Port


def taken(port: Port) -> bool:
    """Whether another program listens there now."""
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As our servers do: a connection of an earlier run that is still closing does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.host, port.number))
        except OSError:
            return True
    return False


def complaints(wanted: Iterable[Port]) -> list[str]:
    """A sentence for each port that cannot be had."""
    return [
        f"Port {port.number} ({port.what}) is taken by another program. Stop that program, "
        f"or choose another port: {port.setting}={port.number + 1000} antam up"
        for port in wanted
        if taken(port)
    ]
