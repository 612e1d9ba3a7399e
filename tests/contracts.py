"""What every contract of ours must be: complete, with examples that fit."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

Contract = dict[str, Any]
Operation = dict[str, Any]


def operations(contract: Contract) -> Iterator[tuple[str, Operation]]:
    """Each endpoint by method and path."""
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def check_taken(contract: Contract, operation: Operation) -> None:
    """What it takes has an example, or names its values."""
    asked = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if asked:
        # A body of bytes has no example that says anything.
        _check(contract, asked["schema"])
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        named = _resolved(contract, schema).get("enum") or schema.get("examples") or parameter.get("examples")
        assert named, parameter["name"]


def check_given(contract: Contract, operation: Operation) -> None:
    """There is one good answer, and its example fits."""
    (answer,) = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if schema:
        _check(contract, schema)


def check_refusals(operation: Operation) -> set[str]:
    """The status of each refusal; every one is named, with an example that fits."""
    refusals = {status: answer for status, answer in operation["responses"].items() if status >= "4"}
    for status, answer in refusals.items():
        (media,) = answer["content"].values()
        for code, example in media["examples"].items():
            Draft202012Validator(media["schema"]).validate(example["value"])
            assert example["value"]["status"] == int(status)
            assert example["value"]["code"] == code
    return set(refusals)


def _check(contract: Contract, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": contract["components"]}
    found = list(_examples(contract, schema))
    assert found
    for one in found:
        Draft202012Validator(whole).validate(one)


def _examples(contract: Contract, schema: dict[str, Any]) -> Iterator[object]:
    """Those of a model, or of what a list holds, each as a list."""
    schema = _resolved(contract, schema)
    if schema.get("type") == "array":
        yield from ([one] for one in _examples(contract, schema["items"]))
    else:
        yield from schema.get("examples", [])


def _resolved(contract: Contract, schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = contract["components"]["schemas"][name] if name else schema
    return found
