"""The index keys as a chain: each newer key hashes what the older one made.

So the index is moved to a new key without anybody reading a tip (``rotation``), and a value can be tested
only with every key of the chain. For the same reason an index key is never dropped from the key file:
without the first one nothing new could be compared with what stands there. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from backend.kit.crypto import derive_key, keyed_hash
from backend.kit.site_keys import SiteKeys

VALUE_BYTES: Final = 16


@dataclass(frozen=True)
class IndexChain:
    """The index keys, oldest first, up to the current one; ``versions`` are their numbers."""

    versions: tuple[int, ...]
    keys: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, keys: SiteKeys) -> "IndexChain":
        """The chain of this deployment.

        Raises:
            SiteKeyMissing: there is no index key.
        """
        current, _ = keys.current("index")
        versions = tuple(version for version in keys.versions("index") if version <= current)
        return cls(versions, tuple(keys.get("index", version) for version in versions))

    @property
    def layer(self) -> int:
        """What new values are made with: the number of the newest key."""
        return self.versions[-1]

    def value(self, purpose: str, what: bytes) -> bytes:
        """The keyed hash (16 bytes) under which ``what`` stands in the index."""
        return self.at_every_layer(purpose, what)[-1]

    def at_every_layer(self, purpose: str, what: bytes) -> list[bytes]:
        """The same for each layer, oldest first: while the index is moved, values of several stand there."""
        first = keyed_hash(self.keys[0], b"tip index", purpose.encode(), what)[:VALUE_BYTES]
        return list(accumulate(self.keys[1:], _layered, initial=first))

    def lifted(self, value: bytes, layer: int) -> bytes:
        """A value of an older ``layer`` as the newest one has it."""
        for key in self._above(layer):
            value = _layered(value, key)
        return value

    def masked(self, signature: bytes, place: bytes) -> bytes:
        """A signature under a mask of every key, for one place alone; masking it again unmasks it."""
        return _masked(signature, place, self.keys)

    def unmasked(self, signature: bytes, place: bytes, layer: int) -> bytes:
        """What was masked when ``layer`` was the newest."""
        known = len(self.versions) - len(self._above(layer))
        return _masked(signature, place, self.keys[:known])

    def mask_lifted(self, signature: bytes, place: bytes, layer: int) -> bytes:
        """A signature masked at an older ``layer`` with the masks of the newer keys added."""
        return _masked(signature, place, self._above(layer))

    def wording_key(self) -> bytes:
        """What words are hashed with: of the first key, so that tips of all times can be compared."""
        return derive_key(self.keys[0], "tip wording")

    def _above(self, layer: int) -> Sequence[bytes]:
        if layer not in self.versions:
            raise ValueError("a layer that no key stands for")
        return self.keys[self.versions.index(layer) + 1 :]


def _layered(value: bytes, key: bytes) -> bytes:
    return keyed_hash(key, b"tip index layer", value)[:VALUE_BYTES]


def _masked(signature: bytes, place: bytes, keys: Sequence[bytes]) -> bytes:
    mixed = int.from_bytes(signature)
    for key in keys:
        mixed ^= int.from_bytes(derive_key(key, "tip wording mask", salt=place, length=len(signature)))
    return mixed.to_bytes(len(signature))
