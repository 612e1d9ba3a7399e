"""No process closes a connection that rests while its caller would still use it: a request would be lost."""

import select
import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import httpx

from tests.e2e.house import House


def asked(port: int) -> HTTPConnection:
    """A connection whose first request is answered."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/")
    connection.getresponse().read()
    return connection


def test_every_process_keeps_it_longer_than_its_callers_do(quiet_house: House) -> None:
    kept = httpx.Limits().keepalive_expiry
    assert kept is not None
    with ExitStack() as stack:
        resting = {
            name: stack.enter_context(closing(asked(port))) for name, port in quiet_house.ports.items()
        }
        time.sleep(kept + 0.5)
        # What can be read now is the end of the connection.
        closed = [
            name
            for name, each in resting.items()
            if each.sock is None or select.select([each.sock], [], [], 0)[0]
        ]
    assert closed == []
