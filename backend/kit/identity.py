"""Who acts in a request: a member with the private key that the sign-in unwrapped."""

import uuid
from typing import Protocol


class KeyHolder(Protocol):
    """A signed-in member, as the services see one. The private key lives for the request only."""

    @property
    def member_id(self) -> uuid.UUID: ...
    @property
    def public_key(self) -> bytes: ...
    @property
    def private_key(self) -> bytes: ...
