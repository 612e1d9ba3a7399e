"""Rasa's process prints where something happened, and words only of our own."""

import logging
import sys

from nlu.quiet import PlacesOnly, is_no_rejection


def record(name: str, message: str, error: bool = False) -> logging.LogRecord:
    if not error:
        return logging.LogRecord(name, logging.ERROR, "file.py", 7, message, (), None)
    try:
        raise ValueError(message)
    except ValueError:
        return logging.LogRecord(name, logging.ERROR, "file.py", 7, message, (), sys.exc_info())


def test_before_people_can_write_everything_is_said() -> None:
    assert "cổng đã bận" in PlacesOnly().format(record("sanic.error", "cổng đã bận"))


def test_afterwards_others_are_reduced_to_their_place() -> None:
    formatter = PlacesOnly()
    formatter.people_can_write()
    said = formatter.format(record("rasa.core.processor", "chuyện riêng", error=True))
    assert "rasa.core.processor:7 ValueError" in said
    assert "test_quiet.py" in said
    assert "chuyện riêng" not in said
    assert "xong" in formatter.format(record("nlu.serve", "xong"))


def test_a_form_that_leaves_a_message_to_another_rule_is_no_error() -> None:
    assert not is_no_rejection(
        record("rasa.core.actions.action", "Custom action 'loan_form' rejected execution.")
    )
    assert is_no_rejection(record("rasa.core.actions.action", "Failed to run custom action 'loan_form'."))
