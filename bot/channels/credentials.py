"""What a chat platform gave the operator: ``var/secrets/bot/<channel>.json``, as ``antam channel`` wrote it.

A channel is there if its file is. The token opens the whole account at the platform, so it stays out of
every ``repr``, log and error.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.phrases import Phrases
from bot.settings import Settings


class Mode(StrEnum):
    """How updates come: asked for, or delivered by the platform."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class Credentials(BaseModel):
    """The account of one channel."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    token: str = Field(min_length=1, repr=False)
    webhook_secret: str = Field(min_length=16, repr=False)
    """What the platform must send along with each delivered update."""
    mode: Mode = Mode.POLLING


@dataclass(frozen=True)
class Setup:
    """What every platform's channel is made of."""

    credentials: Credentials
    settings: Settings
    phrases: Phrases


class NoPublicAddress(Exception):
    """A channel is to have its updates delivered, and nobody says where. Tells the operator what to do."""

    def __init__(self, channel: str) -> None:
        super().__init__(
            f"{channel}: a webhook needs the public address of the worker pages in ANTAM_PUBLIC_BOT_URL; "
            f"or choose polling with `antam channel {channel} set --mode polling`"
        )


class CredentialsDamaged(Exception):
    """A channel's file cannot be read. Names the channel; never holds anything of the file's content."""

    def __init__(self, channel: str) -> None:
        super().__init__(
            f"{channel}.json is damaged: set the account up anew with `antam channel {channel} set`, "
            f"or do without it: `antam channel {channel} remove`"
        )


def credentials_of(channel: str, secrets: Path) -> Credentials | None:
    """The credentials of ``channel`` in the bot's folder ``secrets``, or None where it is not set up.

    Raises:
        CredentialsDamaged: the file is there and cannot be read as credentials.
    """
    path = secrets / f"{channel}.json"
    try:
        return Credentials.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        raise CredentialsDamaged(channel) from None
