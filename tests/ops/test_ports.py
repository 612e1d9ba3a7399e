"""Why a port cannot be had is said as it is, with what to do."""

import socket

import pytest

from backend.ops import ports
from backend.ops.plan import Port


def complaint(host: str, number: int) -> str:
    return "".join(ports.complaints([Port(host, number, "the worker pages", "ANTAM_BOT_PORT")]))


def test_a_free_port_is_no_reason_to_complain() -> None:
    assert complaint("127.0.0.1", 0) == ""


def test_a_taken_port_is_called_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        assert "is taken by another program" in complaint("127.0.0.1", number)


def test_an_address_of_another_machine_is_not_called_taken() -> None:
    said = complaint("192.0.2.1", 8080)
    assert "taken" not in said
    assert "192.0.2.1" in said


def test_a_port_that_only_root_may_open_is_not_called_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "trouble", lambda _: PermissionError(13, "Permission denied"))
    said = complaint("127.0.0.1", 80)
    assert "taken" not in said
    assert "below 1024 only root may" in said
    assert "ANTAM_BOT_PORT" in said
