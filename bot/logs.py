"""Logging of the worker-facing process: our own lines and the names of exceptions, never a value.

The message of an exception, or of a library, may quote what a person wrote; neither is shown.
"""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Final

_OURS: Final = ("antam", "uvicorn")
"""Loggers whose lines are shown: ours, and those of the server, which tell of ports and never of requests."""


class QuietFormatter(logging.Formatter):
    """When, how grave, who; what was said if it is ours; the exceptions by name and place."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}"
        # The server hands a failed start on as a text that holds the whole traceback.
        if record.name.split(".")[0] in _OURS and "Traceback" not in str(record.msg):
            line = f"{line}: {record.getMessage()}"
        error = record.exc_info[1] if record.exc_info else None
        return "\n".join([line, *(described(error) if error else ())])


def described(error: BaseException) -> Iterator[str]:
    """The exceptions that led to ``error``, innermost first: the place of each and its name."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from described(before)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from described(inner)
    frames = extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    what = f" ({error.strerror}: {error.filename})" if isinstance(error, OSError) and error.filename else ""
    yield f"  {type(error).__module__}.{type(error).__qualname__} at {place}{what}"


def configure_logging() -> None:
    """Send every log of this process, and what ends it, to standard error, quietly; from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # These tell addresses at INFO and the wire at DEBUG; neither is anybody's business.
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # This one quotes whole updates, at every level; what must be known is told by the channel.
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
    sys.excepthook = _log_the_end


def _log_the_end(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    logging.getLogger("antam.bot").critical("stopped", exc_info=(kind, error, place))
