"""What a reader of an API's contract gets beyond its types: examples. ``docs/openapi/`` is made from them."""

from typing import Any

from pydantic import ConfigDict


def example(**members: Any) -> ConfigDict:
    """A model's configuration with one example of it; the values are invented."""
    return ConfigDict(json_schema_extra={"examples": [members]})
