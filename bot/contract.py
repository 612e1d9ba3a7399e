"""``python -m bot.contract``: the contract of the chat page's door, as ``docs/openapi/bot.json`` has it.

Webhooks are not in it: their form is the platforms' affair. Needs no keys and asks nobody.
"""

import json
import sys
from typing import Any

from fastapi import FastAPI

from bot.channels.web import WebChannel
from bot.engine import Engine


class _Nobody(Engine):
    """Stands where the engine would: a contract asks it nothing."""

    def __init__(self) -> None:
        pass


def contract() -> dict[str, Any]:
    """The endpoints that speak JSON, with examples and errors (OpenAPI)."""
    app = FastAPI(title="An Tâm, the chat page's door", version="1")
    app.include_router(WebChannel().routes(_Nobody()))
    return app.openapi()


if __name__ == "__main__":
    json.dump(contract(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
    print()
