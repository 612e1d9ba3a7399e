"""Which chat platforms this deployment uses: those whose credentials are there."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.channels import Channel
from bot.channels.credentials import Mode, NoPublicAddress, Setup, credentials_of
from bot.channels.telegram import TelegramChannel
from bot.channels.zalo_bot import ZaloBotChannel
from bot.phrases import Phrases
from bot.settings import Settings

PLATFORMS: Final[Mapping[str, Callable[[Setup], Channel]]] = {
    "telegram": TelegramChannel,
    "zalo_bot": ZaloBotChannel,
}


def platform_channels(settings: Settings, phrases: Phrases) -> list[Channel]:
    """The channels whose credentials are there.

    Raises:
        CredentialsDamaged: a file of credentials cannot be read.
        NoPublicAddress: a webhook is asked for and ``public_bot_url`` is not set.
    """
    found = []
    for name, channel in PLATFORMS.items():
        credentials = credentials_of(name, settings.secrets)
        if credentials is not None:
            if credentials.mode is Mode.WEBHOOK and not settings.public_bot_url:
                raise NoPublicAddress(name)
            found.append(channel(Setup(credentials, settings, phrases)))
    return found
