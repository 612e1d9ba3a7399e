"""``antam openapi``: the contract of the internal API, as it stands in ``docs/openapi/internal.json``."""

import json

import typer


def openapi() -> None:
    """Print the internal API's contract (OpenAPI). Needs no running house, no keys and no database."""
    from backend.app import internal_contract

    typer.echo(json.dumps(internal_contract(), ensure_ascii=False, indent=1, sort_keys=True))
