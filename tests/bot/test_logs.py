"""The log tells what happened and where, never what was said."""

import logging

import pytest

from bot.logs import QuietFormatter

SECRET = "khu trọ Hoa Mai phòng mười hai"


def logged(name: str, message: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    return QuietFormatter().format(logging.LogRecord(name, logging.ERROR, "file.py", 1, message, (), info))


def failed(*, hidden: bool = False) -> Exception:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as cause:
            raise RuntimeError(SECRET) from (None if hidden else cause)
    except RuntimeError as error:
        return error


def test_our_own_line_is_shown() -> None:
    assert "ERROR antam.bot: request failed" in logged("antam.bot", "request failed")


@pytest.mark.parametrize("name", ["asyncio", "httpx", "jinja2", "antamx", "root"])
def test_the_line_of_a_library_is_not(name: str) -> None:
    line = logged(name, SECRET)
    assert name in line
    assert SECRET not in line


def test_exceptions_are_shown_by_name_and_place_alone() -> None:
    line = logged("antam.bot", "request failed", failed())
    assert SECRET not in line
    assert line.index("builtins.ValueError at test_logs.py:") < line.index(
        "builtins.RuntimeError at test_logs.py:"
    )
    assert "ValueError" not in logged("antam.bot", "request failed", failed(hidden=True))


def test_a_group_shows_each_of_its_exceptions() -> None:
    line = logged("asyncio", "", ExceptionGroup(SECRET, [failed(), KeyError(SECRET)]))
    assert SECRET not in line
    assert "builtins.KeyError" in line


def test_a_traceback_handed_on_as_text_is_not_shown() -> None:
    line = logged("uvicorn.error", f"Traceback (most recent call last):\nValueError: {SECRET}")
    assert SECRET not in line


def test_a_missing_file_is_named() -> None:
    assert "site_keys.json" in logged(
        "antam.bot", "stopped", FileNotFoundError(2, "No such file", "site_keys.json")
    )
