"""``python -m nlu.serve``: runs the Rasa server on loopback, with our channel as its only door.

Rasa's own HTTP interface (trackers, training, model upload) stays off. Telemetry is off, conversations live
in memory for a quarter of an hour, and no message text is ever printed (see :mod:`nlu.quiet`). A newly
trained model takes over without a pause (see :mod:`nlu.swap`).

Environment: ``ANTAM_INTERNAL_HOST`` (127.0.0.1), ``ANTAM_RASA_PORT`` (8083), ``ANTAM_ACTIONS_PORT`` (8084) or
``ANTAM_ACTIONS_URL``, ``ANTAM_VAR`` (``var``), ``ANTAM_MODEL`` (``nlu/models/antam.tar.gz``).
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlu import quiet
from nlu.build import HERE
from nlu.corpus import ROOT
from nlu.lean import answers_without, leave_out_tensorflow

if TYPE_CHECKING:
    from sanic import Sanic

logger = logging.getLogger("nlu.serve")


@dataclass(frozen=True)
class Place:
    """Where to listen, which model to serve, and where the actions and the secret are."""

    host: str
    port: int
    model: Path
    actions_url: str
    token_file: Path

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Place:
        """From environment variables; see the module."""
        var = Path(environment.get("ANTAM_VAR") or ROOT / "var")
        actions_port = environment.get("ANTAM_ACTIONS_PORT", "8084")
        return cls(
            host=environment.get("ANTAM_INTERNAL_HOST", "127.0.0.1"),
            port=int(environment.get("ANTAM_RASA_PORT", "8083")),
            model=Path(environment.get("ANTAM_MODEL") or HERE / "models" / "antam.tar.gz"),
            actions_url=environment.get("ANTAM_ACTIONS_URL", f"http://127.0.0.1:{actions_port}/webhook"),
            token_file=var / "secrets" / "nlu" / "rasa.token",
        )


def application(place: Place, formatter: quiet.PlacesOnly) -> Sanic:
    """The server, ready to run.

    Raises:
        RasaException: the secret is missing.
    """
    os.environ["ANTAM_ACTIONS_URL"] = place.actions_url
    os.environ["ANTAM_RASA_TOKEN_FILE"] = str(place.token_file)
    if answers_without(place.model):
        leave_out_tensorflow()
    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints

    from nlu.components.channel import MAX_BODY
    from nlu.swift import make_swift

    make_swift()
    channels = rasa.core.run.create_http_input_channels(None, str(HERE / "credentials.yml"))
    endpoints = AvailableEndpoints.read_endpoints(str(HERE / "endpoints.yml"))
    app = rasa.core.run.configure_app(channels, enable_api=False, endpoints=endpoints, port=place.port)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.ACCESS_LOG = False
    # Longer than the bot keeps a connection that rests: one that we close just then loses a worker's message.
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.register_listener(
        partial(rasa.core.run.load_agent_on_start, str(place.model), endpoints, None), "before_server_start"
    )
    app.register_listener(partial(_opened, place, formatter), "after_server_start")
    return app


async def _opened(place: Place, formatter: quiet.PlacesOnly, app: Sanic, loop: Any) -> None:
    agent = app.ctx.agent
    if not agent.is_ready():
        logger.error("The model could not be loaded: train it again with 'make train'.")
        app.stop()
        return
    from nlu.swap import LiveModel

    app.add_task(LiveModel(agent, place.model).watch(), name="live model")
    logger.info("Serving %s on http://%s:%d", place.model.name, place.host, place.port)
    formatter.people_can_write()


def main() -> int:
    """The command; returns its exit code."""
    place = Place.read(os.environ)
    os.chdir(ROOT)
    formatter = quiet.configure()
    if not place.model.exists():
        logger.error("There is no model at %s: run 'make train'.", place.model)
        return 1
    if not place.token_file.exists():
        logger.error("There is no token at %s: run 'antam keys init'.", place.token_file)
        return 1
    application(place, formatter).run(host=place.host, port=place.port, workers=1, access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
