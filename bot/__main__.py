"""``python -m bot``: serve the worker-facing process until it is told to stop."""

import uvicorn

from bot.app import create_app
from bot.channels.credentials import CredentialsDamaged, NoPublicAddress
from bot.keys import KeyFileDamaged
from bot.logs import configure_logging
from bot.settings import Settings


def main() -> None:
    configure_logging()
    settings = Settings()
    try:
        app = create_app(settings)
    except (CredentialsDamaged, KeyFileDamaged, NoPublicAddress) as unready:
        raise SystemExit(str(unready)) from None
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.bot_port,
        access_log=False,
        server_header=False,
        date_header=False,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=10,
        # Longer than proxies keep a connection that rests: one that we close in that moment loses a request.
        timeout_keep_alive=150,
    )


if __name__ == "__main__":
    main()
