"""No process closes a connection that rests while its caller would still use it: a request would be lost."""

import select
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
        assert all(each.sock for each in resting.values())
        # What can be read of a connection that rests is its end.
        ended, _, _ = select.select([each.sock for each in resting.values()], [], [], kept + 0.5)
        assert [name for name, each in resting.items() if each.sock in ended] == []
