"""Every sealed value of a copied database, with what the thief knows of it from our code, which is public."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from backend.kit.crypto import Unsealable, bound_to, derive_key, keyed_hash, open_with, unseal
from backend.tips.files.sealing import FileSlot
from backend.tips.sealing import Slot
from tests.backend.tips.thief import Loot, Row

_NOTICE_VERSION, _SESSION_VERSION = 2, 4
"""Bytes of the site key's version before a sealed address and a sealed private key."""
WRAPS = (
    "member private key by password",
    "member private key by recovery",
    "member private key by session",
)


@dataclass(frozen=True)
class Lock:
    """A value sealed under a key: where it stands, which tip it is of, and what it is bound to."""

    column: str
    row: object
    tip_id: uuid.UUID | None
    sealed: bytes = field(repr=False)
    bound: bytes = field(repr=False)


@dataclass(frozen=True)
class Box:
    """A value sealed to somebody's public key."""

    column: str
    row: object
    tip_id: uuid.UUID | None
    sealed: bytes = field(repr=False)


def locks(loot: Loot) -> list[Lock]:
    """Everything that is sealed under a key."""
    return [*_of_tips(loot), *_of_drafts(loot), *_of_members(loot)]


def boxes(loot: Loot) -> list[Box]:
    """Everything that is sealed to a public key."""
    columns = (
        ("tip_seals", "sealed_key"),
        ("tip_note_keys", "sealed_key"),
        ("commendations", "sealed_code"),
        ("desk_members", "sealed_desk_key"),
        ("desk_escrows", "sealed_desk_key"),
    )
    return [
        Box(f"{table}.{column}", row.get("desk_id"), row.get("tip_id"), bytes(row[column]))
        for table, column in columns
        for row in loot.tables[table]
        if row[column] is not None
    ]


def _lock(table: str, column: str, row: Row, bound: bytes, skipped: int = 0) -> Iterator[Lock]:
    if row[column] is not None:
        sealed = bytes(row[column])[skipped:]
        yield Lock(f"{table}.{column}", row.get("id"), row.get("tip_id"), sealed, bound)


def _of_tips(loot: Loot) -> Iterator[Lock]:
    for row in loot.tables["tip_parts"]:
        slot = Slot(row["tip_id"], row["id"], row["version"])
        yield from _lock("tip_parts", "sealed", row, slot.bound("tip_parts", row["field"]))
    for row in loot.tables["tip_messages"]:
        slot = Slot(row["tip_id"], row["id"], row["version"])
        writer = f"desk:{row['desk_id']}:{row['author_id']}" if row["sender"] == "desk" else "reporter"
        bound = slot.bound("tip_messages", f"{row['number']}:{writer}")
        yield from _lock("tip_messages", "sealed", row, bound)
    for row in loot.tables["tip_notes"]:
        slot = Slot(row["tip_id"], row["id"], row["version"])
        writer = f"{row['about']}:{row['desk_id']}:{row['author_id']}"
        yield from _lock("tip_notes", "sealed", row, slot.bound("tip_notes", writer))
    for row in loot.tables["tip_files"]:
        place = (row["tip_id"], row["message_id"], row["number"], row["field"], row["id"], row["version"])
        yield from _lock("tip_files", "sealed", row, FileSlot(*place).bound("content"))
        yield from _lock("tip_files", "sealed_about", row, FileSlot(*place).bound("about"))


def _of_drafts(loot: Loot) -> Iterator[Lock]:
    for row in loot.tables["draft_files"]:
        for column, name in (("sealed", "clean"), ("sealed_original", "original")):
            yield from _lock("draft_files", column, row, bound_to("draft_files", str(row["id"]), name, 1))
    for row in loot.tables["drafts"]:
        yield from _lock("drafts", "sealed", row, bound_to("draft", bytes(row["lookup"]).hex()))
    for row in loot.tables["notices"]:
        bound = bound_to("notice", bytes(row["lookup"]).hex(), _version(row["sealed"], _NOTICE_VERSION))
        yield from _lock("notices", "sealed", row, bound, _NOTICE_VERSION)


def _of_members(loot: Loot) -> Iterator[Lock]:
    named = (("password_wrapped", "password"), ("recovery_wrapped", "recovery"), ("totp_sealed", "totp"))
    for row in loot.tables["member_keys"]:
        for column, what in named:
            bound = bound_to("member_keys", str(row["member_id"]), what)
            yield from _lock("member_keys", column, row, bound)
    for row in loot.tables["staff_sessions"]:
        if (sealed := row["sealed_private_key"]) is not None:
            place = (
                bytes(row["token_hash"]).hex(),
                str(row["member_id"]),
                _version(sealed, _SESSION_VERSION),
            )
            yield from _lock(
                "staff_sessions",
                "sealed_private_key",
                row,
                bound_to("staff_sessions", *place),
                _SESSION_VERSION,
            )


def _version(sealed: bytes, size: int) -> int:
    return int.from_bytes(bytes(sealed)[:size], "big")


def wrapping_keys(site_keys: Iterable[bytes], secrets: Iterable[bytes]) -> list[bytes]:
    """What a member's private key would be wrapped with, were one of ``secrets`` what the member knows."""
    known = list(secrets)
    mixed = [keyed_hash(site_key, secret) for site_key in site_keys for secret in known]
    return [derive_key(key, purpose) for key in mixed for purpose in WRAPS]


def opened(found: Iterable[Lock], keys: Iterable[bytes]) -> list[tuple[Lock, bytes]]:
    """The locks that some of these keys open, with what is behind."""
    tried, behind = list(keys), []
    for lock in found:
        for key in tried:
            try:
                behind.append((lock, unseal(lock.sealed, key, lock.bound)))
            except Unsealable:
                continue
            break
    return behind


def unboxed(found: Iterable[Box], pairs: Iterable[tuple[bytes, bytes]]) -> list[tuple[Box, bytes]]:
    """The boxes that some of these key pairs open, with what is in them."""
    tried, inside = list(pairs), []
    for box in found:
        for public, private in tried:
            try:
                inside.append((box, open_with(public, private, box.sealed)))
            except Unsealable:
                continue
            break
    return inside


def columns(found: Iterable[tuple[Lock | Box, bytes]]) -> set[str]:
    """The columns in which something was opened."""
    return {each.column for each, _ in found}
