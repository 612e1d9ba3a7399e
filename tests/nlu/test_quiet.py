"""Rasa's process prints where something happened, and words only of our own."""

import logging
import sys

from nlu.quiet import PlacesOnly


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
