"""What Rasa's process may say: never what a person wrote.

Rasa and its libraries put message texts into warnings, errors and exceptions in many places, and into more
with each version. So once the first person can write, a record of theirs is reduced to where it came from;
only our own modules' records are printed in full, and those hold no text. Import this before anything of
Rasa.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent

_ENVIRONMENT: Final = {
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_CACHE_DIRECTORY": str(HERE / ".rasa" / "cache"),
    "RASA_MAX_CACHE_SIZE": "0",  # everything is trained anew; a cache would only keep phrases on the disk
    "LOG_LEVEL": "ERROR",  # Rasa shows no progress bars then
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


class PlacesOnly(logging.Formatter):
    """Where a record comes from and what kind of exception it carries; words only of our own records.

    Before :meth:`people_can_write` everything is printed, so that a wrong set-up can be understood.
    """

    def __init__(self) -> None:
        """Start open: nobody can write yet."""
        super().__init__()
        self._silent = False

    def people_can_write(self) -> None:
        """From now on no words of others are printed."""
        self._silent = True

    def format(self, record: logging.LogRecord) -> str:
        """One line, and one more for each frame of an exception."""
        place = f"{self.formatTime(record)} {record.levelname} {record.name}:{record.lineno}"
        if not self._silent:
            words = f"{place} {record.getMessage()}"
            return f"{words}\n{self.formatException(record.exc_info)}" if record.exc_info else words
        if record.name.split(".")[0] == "nlu":
            place = f"{place} {record.getMessage()}"
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            place = "\n".join([f"{place} {record.exc_info[0].__name__}", *lines])
        return place


def is_no_rejection(record: logging.LogRecord) -> bool:
    """False for a form that leaves a message to another rule: Rasa calls that an error, and it is none."""
    return not record.getMessage().endswith("rejected execution.")


def configure(level: int = logging.WARNING) -> PlacesOnly:
    """Set the environment, every logger, ``warnings`` and ``structlog``; returns the formatter."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    import structlog

    formatter = PlacesOnly()
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("nlu").setLevel(logging.INFO)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    logging.getLogger("rasa.core.actions.action").addFilter(is_no_rejection)
    structlog.configure(
        processors=[_event_only],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    return formatter


def _event_only(logger: Any, method: str, event: Any) -> str:
    """The name of the event; its fields hold texts and trackers."""
    return str(event.get("event", ""))
