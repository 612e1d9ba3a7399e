"""A log tells the place and the kind of an error, never its words."""

import io
import logging

from backend.kit.logs import QuietFormatter

SECRET = "chuyện của công nhân"


def logged(error: BaseException) -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(QuietFormatter("%(levelname)s %(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise error
    except BaseException:
        logger.exception("it failed")
    return out.getvalue()


def test_the_message_of_an_error_is_left_out() -> None:
    told = logged(ValueError(SECRET))
    assert told.startswith("ERROR it failed\n")
    assert "builtins.ValueError" in told
    assert f"{__file__}:" in told
    assert SECRET not in told


def test_the_causes_are_told_in_order_without_their_messages() -> None:
    outer = RuntimeError(SECRET)
    outer.__cause__ = KeyError(SECRET)
    told = logged(outer)
    assert told.index("builtins.KeyError") < told.index("builtins.RuntimeError")
    assert SECRET not in told


def test_every_error_of_a_group_is_told() -> None:
    told = logged(ExceptionGroup(SECRET, [ValueError(SECRET), OSError(SECRET)]))
    assert "builtins.ValueError" in told
    assert "builtins.OSError" in told
    assert SECRET not in told
