"""The internal API keeps the contract that is written down; every endpoint is explained by example."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from backend.app import internal_contract
from backend.kit.settings import ROOT

CONTRACT = internal_contract()
OPERATIONS = [
    pytest.param(operation, id=f"{method} {path}")
    for path, methods in CONTRACT["paths"].items()
    for method, operation in methods.items()
]
Operation = dict[str, Any]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return CONTRACT["components"]["schemas"][name] if name else schema


def examples(schema: dict[str, Any]) -> Iterator[object]:
    """Those of a model, or of what a list holds, each as a list."""
    schema = resolved(schema)
    if schema.get("type") == "array":
        yield from ([one] for one in examples(schema["items"]))
    else:
        yield from schema.get("examples", [])


def check(schema: dict[str, Any]) -> None:
    whole = {**schema, "components": CONTRACT["components"]}
    found = list(examples(schema))
    assert found
    for one in found:
        Draft202012Validator(whole).validate(one)


def test_what_is_written_down_is_what_the_api_does() -> None:
    written = json.loads(Path(ROOT / "docs" / "openapi" / "internal.json").read_text(encoding="utf-8"))
    assert written == CONTRACT, "make contracts"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_says_what_it_does_and_who_may_ask(operation: Operation) -> None:
    assert operation["description"]
    assert [scopes for need in operation["security"] for scopes in need.values() if scopes]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_it_takes_has_an_example_that_fits(operation: Operation) -> None:
    if "requestBody" in operation:
        check(operation["requestBody"]["content"]["application/json"]["schema"])
    for parameter in operation.get("parameters", []):
        assert parameter["schema"].get("enum") or parameter["schema"].get("examples")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_it_gives_has_an_example_that_fits(operation: Operation) -> None:
    good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    assert len(good) == 1
    schema = good[0].get("content", {}).get("application/json", {}).get("schema")
    if schema:
        check(schema)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_refusal_is_named_with_an_example_that_fits(operation: Operation) -> None:
    refusals = {status: answer for status, answer in operation["responses"].items() if status >= "4"}
    assert {"401", "403", "422"} <= refusals.keys()
    for status, answer in refusals.items():
        (media,) = answer["content"].values()
        for code, example in media["examples"].items():
            Draft202012Validator(media["schema"]).validate(example["value"])
            assert example["value"]["status"] == int(status)
            assert example["value"]["code"] == code
