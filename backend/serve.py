"""The backend's process (``python -m backend.serve``): staff pages and the internal API, a port each."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator

import uvicorn
import uvloop
from fastapi import FastAPI

from backend.app import create_internal_app, create_staff_app
from backend.kit.logs import configure_logging
from backend.kit.memory import give_back_large_blocks
from backend.kit.settings import Settings, settings

_FINISH_SECONDS = 10
"""How long a running request may take after the order to stop."""
KEEP_ALIVE_SECONDS = 150
"""Longer than callers and proxies keep a connection that rests (5 s; 60 to 120 s): the side that would use it
next must be the one that closes it, or a request can be lost in that moment."""


class _Server(uvicorn.Server):
    """A server that leaves signals to ``serve``: two servers in one process would overwrite each other's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: FastAPI, host: str, port: int) -> _Server:
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        # A caller's address must not come from a header that the caller wrote.
        proxy_headers=False,
        timeout_graceful_shutdown=_FINISH_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    return _Server(config)


async def serve(config: Settings) -> bool:
    """Serve both applications until SIGINT or SIGTERM; if one stops, the other does.

    Returns:
        Whether both had started.
    """
    servers = [
        _server(create_internal_app(config), config.internal_host, config.internal_port),
        _server(create_staff_app(config), config.host, config.staff_port),
    ]

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)

    async def run(server: _Server) -> None:
        # uvicorn ends the process by SystemExit when a port is taken: let the other server close first.
        with contextlib.suppress(SystemExit):
            try:
                await server.serve()
            finally:
                stop()

    await asyncio.gather(*(run(server) for server in servers))
    return all(server.started for server in servers)


def main() -> None:
    """Serve until told to stop; exit with 1 if a server could not start."""
    configure_logging()
    give_back_large_blocks()
    sys.exit(0 if uvloop.run(serve(settings())) else 1)


if __name__ == "__main__":
    main()
