"""Linking without reading: what a tip names is entered into the sealed index, and near-duplicates find each
other.

The text is in memory while this runs; what stays are keyed hashes. Nothing here commits or logs.
"""

import asyncio
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.site_keys import SiteKeys
from backend.tips.linking import repository
from backend.tips.linking.chain import IndexChain
from backend.tips.linking.models import TipWording
from backend.tips.linking.values import WORDING, Named, Value, named_in
from backend.tips.linking.wording import ALIKE, Wording, likeness, wording_of

_MOST_LIKE: Final = 3
"""Earlier tips that a new one is joined to for its wording."""
_BAND: Final = "band"


class Told(Protocol):
    """What a reporter told: a submission, or the report that was sealed of it."""

    @property
    def story(self) -> list[str]: ...
    @property
    def who(self) -> str | None: ...
    @property
    def place(self) -> str | None: ...
    @property
    def when(self) -> str | None: ...


@dataclass(frozen=True)
class Traces:
    """What is kept of a report, in clear as long as it is in memory: what it names and how it is worded."""

    named: Named = field(repr=False)
    wording: Wording = field(repr=False)


def traces_of(keys: SiteKeys, told: Told) -> Traces:
    """Read what was told for the index. Long stories take a second: not on the event loop. Pure."""
    texts = _texts(told)
    return Traces(named_in(texts), wording_of("\n".join(texts), IndexChain.of(keys).wording_key()))


def _texts(told: Told) -> list[str]:
    """The texts of a report; messages in a row are one story."""
    return list(filter(None, ["\n".join(told.story), told.who, told.place, told.when]))


async def enter(session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID, traces: Traces) -> list[bytes]:
    """Enter a new tip (whose row is flushed) into the index.

    Returns:
        The values that stand for its wording: tips worded alike share one.
    """
    chain = IndexChain.of(keys)
    entries = _entries(chain, traces.named.values)
    await repository.take_turn(session)
    alike = await _wording_values(session, chain, tip_id, traces.wording)
    entries += [(WORDING, value) for value in alike]
    await repository.enter(session, tip_id, entries, chain.layer)
    return alike


async def enter_again(
    session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID, told: Told, messages: Sequence[str]
) -> None:
    """Enter what a report and the reporter's later messages name; what any of them says is their own goes.

    All are read together: a number is the reporter's wherever they say so, before or after it was entered.
    """
    chain = IndexChain.of(keys)
    named = await asyncio.to_thread(named_in, [*_texts(told), *messages])
    await repository.enter(session, tip_id, _entries(chain, named.values), chain.layer)
    own = [value for one in named.own for value in chain.at_every_layer(one.kind, one.text.encode())]
    if own:
        await repository.strike_out(session, tip_id, own)


def _entries(chain: IndexChain, values: Iterable[Value]) -> list[tuple[str, bytes]]:
    return [(one.kind, chain.value(one.kind, one.text.encode())) for one in values]


async def _wording_values(
    session: AsyncSession, chain: IndexChain, tip_id: uuid.UUID, wording: Wording
) -> list[bytes]:
    """The values of the tips that this one is worded like; of its own if it is the first worded so."""
    if wording.short:
        return [chain.value(WORDING, wording.words)]
    bands = [value for band in wording.bands() for value in chain.at_every_layer(_BAND, band)]
    first_ones = _alike(chain, wording, await repository.worded_perhaps_alike(session, bands))
    session.add(
        TipWording(
            tip_id=tip_id,
            bands=[] if first_ones else _bands(chain, wording),
            signature=chain.masked(wording.rows, tip_id.bytes),
            layer=chain.layer,
        )
    )
    await session.flush()
    return [chain.value(WORDING, first_id.bytes) for first_id in first_ones or [tip_id]]


def _bands(chain: IndexChain, wording: Wording) -> list[bytes]:
    return [chain.value(_BAND, band) for band in wording.bands()]


async def pass_on(session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID) -> None:
    """Before a tip goes: let those worded like it stay together without it.

    If later tips were compared with this one, the newest that was found like it takes its place, with its own
    wording: nothing of the tip that goes is kept.
    """
    chain = IndexChain.of(keys)
    await repository.take_turn(session)
    if await repository.first_of(session, tip_id) is None:
        return
    values = chain.at_every_layer(WORDING, tip_id.bytes)
    heir = await repository.next_of(session, values, tip_id)
    if heir is None:
        return
    rows = chain.unmasked(heir.signature, heir.tip_id.bytes, heir.layer)
    heir.bands = _bands(chain, Wording(b"", rows))
    heir.signature, heir.layer = chain.masked(rows, heir.tip_id.bytes), chain.layer
    await session.flush()
    for before, after in zip(values, chain.at_every_layer(WORDING, heir.tip_id.bytes), strict=True):
        await repository.rename_group(session, before, after)


def _alike(chain: IndexChain, wording: Wording, others: Sequence[TipWording]) -> list[uuid.UUID]:
    """Those that are worded alike, the likest first."""
    compared = [
        (likeness(wording.rows, chain.unmasked(one.signature, one.tip_id.bytes, one.layer)), one.tip_id)
        for one in others
    ]
    alike = sorted(((share, tip_id) for share, tip_id in compared if share >= ALIKE), reverse=True)
    return [tip_id for _, tip_id in alike[:_MOST_LIKE]]
