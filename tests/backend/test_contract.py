"""The internal API keeps the contract that is written down; every endpoint is explained by example."""

import json

import pytest

from backend.app import internal_contract
from backend.kit.settings import ROOT
from tests.contracts import Operation, check_given, check_refusals, check_taken, operations

CONTRACT = internal_contract()
OPERATIONS = [pytest.param(operation, id=name) for name, operation in operations(CONTRACT)]


def test_what_is_written_down_is_what_the_api_does() -> None:
    written = json.loads((ROOT / "docs" / "openapi" / "internal.json").read_text(encoding="utf-8"))
    assert written == CONTRACT, "make contracts"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_says_what_it_does_and_who_may_ask(operation: Operation) -> None:
    assert operation["description"]
    assert [scopes for need in operation["security"] for scopes in need.values() if scopes]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_it_takes_gives_and_refuses_has_examples_that_fit(operation: Operation) -> None:
    check_taken(CONTRACT, operation)
    check_given(CONTRACT, operation)
    assert {"401", "403", "413", "422"} <= check_refusals(operation)
