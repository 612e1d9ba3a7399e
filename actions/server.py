"""The action server: rasa-sdk's, with our actions, in one process, without text in its output."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.backend import Backend
from actions.doubt import OtherTopics, Suggest
from actions.language import SwitchLanguage
from actions.loan import LoanForm
from actions.phrases import Phrases
from actions.settings import Settings
from actions.topics import AnswerTopic, FollowUp, Hotlines

logger = logging.getLogger("actions")


class OwnWordsOnly(logging.Formatter):
    """Prints our own records; of a library's only where it comes from and the kind of its exception."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        place = f"{self.formatTime(record)} {record.levelname} {record.name}:{record.lineno}"
        if record.name.split(".")[0] == "actions":
            return f"{place} {record.getMessage()}"
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return f"{place} {kind}".rstrip()


def application(backend: Backend, phrases: Phrases) -> Sanic[Any, Any]:
    """The server with every action of ours registered."""
    executor = ActionExecutor()
    for action in (AnswerTopic, FollowUp, Hotlines, LoanForm, OtherTopics, Suggest):
        executor.register_action(action(backend, phrases))
    executor.register_action(SwitchLanguage())
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    return app


def main(environment: Mapping[str, str]) -> int:
    """Run until stopped; returns the exit code."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(OwnWordsOnly())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    logger.setLevel(logging.INFO)
    settings = Settings.read(environment)
    try:
        token = settings.token_file.read_text(encoding="utf-8").strip()
    except OSError:
        logger.error("There is no token at %s: run 'antam keys init'.", settings.token_file)
        return 1
    app = application(Backend(settings.backend_url, token), Phrases.load(settings.phrases_file))
    logger.info("Actions on http://%s:%d", settings.host, settings.port)
    app.run(host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False)
    return 0
