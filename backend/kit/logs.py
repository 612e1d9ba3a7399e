"""Logging of our processes: when, where and what kind of thing happened, never a value.

An exception's message may quote what a person wrote, so a traceback is shown as its frames and the names of
the exceptions, without their messages and without source lines.
"""

import logging
import sys
import traceback
from types import TracebackType

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class QuietFormatter(logging.Formatter):
    """Formats a record without the message of any exception."""

    def formatException(self, ei: _ExcInfo) -> str:
        """Frames and exception names, causes first, as Python orders them."""
        return "\n".join(describe(ei[1])) if ei[1] is not None else ""


def describe(error: BaseException) -> list[str]:
    """The chain of exceptions that led to ``error``, innermost cause first, one line a frame."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = describe(before) if before is not None else []
    lines += [
        f"  {frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            lines += describe(inner)
    return [*lines, f"{type(error).__module__}.{type(error).__qualname__}"]


def configure_logging(level: int = logging.INFO) -> None:
    """Send every log of this process to standard error, quietly. Libraries speak from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("backend").setLevel(level)
    # It logs a job's arguments: ids of tips, which beside a time say too much.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
