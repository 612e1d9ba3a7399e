"""Rasa made quicker refuses and finds exactly what it refused and found before."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import ValidationError, validate
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered

from nlu import swift

ANSWERS: list[dict[str, Any]] = [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "last_topic", "value": "bat_ho", "timestamp": None}]},
    {"events": [], "responses": [{"text": "Chào bạn.", "buttons": []}]},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "dance"}]},
    {"events": "none"},
    {"responses": ["Chào bạn."]},
    {"responses": {"text": "Chào bạn."}},
]
SLOW_SEARCH = Event.resolve_by_type


@pytest.fixture
def swift_rasa(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))
    swift.make_swift()
    yield


def is_sound(answer: dict[str, Any]) -> bool:
    try:
        validate(answer, RemoteAction.action_response_format_spec())
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_rasa_refuses_is_refused_and_nothing_else(swift_rasa: None, answer: dict[str, Any]) -> None:
    action = RemoteAction("action_answer_topic", None)
    if is_sound(answer):
        assert action._validate_action_result(answer)
    else:
        with pytest.raises(ValidationError):
            action._validate_action_result(answer)


def test_some_of_these_answers_are_sound_and_some_are_not() -> None:
    assert {is_sound(answer) for answer in ANSWERS} == {True, False}


@pytest.mark.parametrize("event", [UserUttered("chào"), ActionExecuted("action_listen"), SlotSet("a", "b")])
def test_an_event_is_read_back_as_what_it_was(swift_rasa: None, event: Event) -> None:
    assert Event.from_parameters(event.as_dict()) == event


def test_an_unknown_event_is_refused_or_gets_the_default_as_before(swift_rasa: None) -> None:
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("dance")
    assert Event.resolve_by_type("dance", SlotSet) is SlotSet
    assert Event.resolve_by_type("topic") is None


def test_every_kind_of_event_is_found_as_the_slow_search_finds_it(swift_rasa: None) -> None:
    for name in ("user", "bot", "action", "slot", "session_started", "active_loop", "restart", "pause"):
        assert Event.resolve_by_type(name) is SLOW_SEARCH(name)
