"""Takes two costs out of Rasa that every turn paid for things that never change.

Rasa holds each answer of the action server against a JSON schema and proves the schema itself sound every
time, which took three quarters of a turn; and it searches all its classes for each remembered event's own,
which made long conversations slow. Here both are done once. What is refused and found stays the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import rasa.shared.utils.common
from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event

_search_by_type = Event.resolve_by_type


@cache
def answer_check() -> Draft202012Validator:
    """The check of an action's answer, by Rasa's own schema."""
    schema = RemoteAction.action_response_format_spec()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@cache
def _events_by_type() -> dict[str, type[Event]]:
    kinds: dict[str, type[Event]] = {}
    for kind in rasa.shared.utils.common.all_subclasses(Event):
        kinds.setdefault(kind.type_name, kind)
    return kinds


def event_of_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """The class of an event.

    Raises:
        ValueError: there is none of that name, and no ``default``.
    """
    return _events_by_type().get(type_name) or _search_by_type(type_name, default)


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    answer_check().validate(result)
    return True


def make_swift() -> None:
    """Put both in place; call once, before the first conversation."""
    answer_check()
    RemoteAction._validate_action_result = _validate_action_result
    Event.resolve_by_type = staticmethod(event_of_type)
