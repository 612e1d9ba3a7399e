"""The chat page's door keeps the contract that is written down, with examples that fit."""

import json

import pytest

from bot.contract import contract
from bot.settings import ROOT
from tests.contracts import Operation, check_given, check_refusals, check_taken, operations

CONTRACT = contract()
OPERATIONS = [pytest.param(operation, id=name) for name, operation in operations(CONTRACT)]


def test_what_is_written_down_is_what_the_bot_does() -> None:
    written = json.loads((ROOT / "docs" / "openapi" / "bot.json").read_text(encoding="utf-8"))
    assert written == CONTRACT, "make contracts"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_it_takes_gives_and_refuses_has_examples_that_fit(operation: Operation) -> None:
    assert operation["description"]
    check_taken(CONTRACT, operation)
    check_given(CONTRACT, operation)
    assert {"413", "422", "431"} <= check_refusals(operation)
