"""Holds what workers were promised against what the database of a house really holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.e2e import ledger
from tests.e2e.house import House
from tests.e2e.ledger import Stored
from tests.e2e.telling import Teller
from tests.e2e.told import Told


@dataclass(frozen=True)
class Account:
    """What became of the tips that were told. A tip is confirmed once its worker has seen the receipt."""

    told: int
    confirmed: int
    found: int
    """Confirmed tips that are in the database once, word for word and with exactly their files, and whose
    receipt opens the mailbox."""
    photos: int
    """Sent with confirmed tips, and found with them."""
    voices: int
    """The same of voice notes."""
    lost: int
    """Confirmed tips that are not in the database."""
    doubled: int
    """Tips, confirmed or not, that are there more than once."""
    resumed: int
    """Tips that were gone on with after the worker was asked."""
    shown_again: int
    """Tips whose receipt was shown once more to a page loaded anew."""
    files_again: int
    """Tips that were not sent because their files were gone, as the worker was told, who sent them again."""
    begun_anew: int
    """Tips not confirmed whose draft was gone, as the worker was told."""
    stored_unseen: int
    """Of these: had been stored at that moment, so that a desk has the tip and the worker no receipt."""


@dataclass(frozen=True)
class Books:
    """Everything that was told and everything that is stored, by the marker of the tip."""

    told: Sequence[Told]
    stored: Mapping[str, Sequence[Stored]]
    """More than one under a marker is one too many."""
    shut: frozenset[str]
    """Receipts that open no mailbox."""
    notices: ledger.Jobs
    halves: Mapping[str, int]
    """What is there without what belongs to it."""
    waiting_files: int
    """Files that no tip has, and that are destroyed when the time of a draft is over."""

    @property
    def gone(self) -> list[Told]:
        """The tips whose worker was told that they are gone, before there was a receipt."""
        return [tip for tip in self.told if tip.gone and not tip.confirmed and tip.tag]

    def account(self, of: Sequence[Told] | None = None) -> Account:
        """The figures of these tips, or of all."""
        told = self.told if of is None else of
        confirmed = [tip for tip in told if tip.confirmed]
        whole = [tip for tip in confirmed if self._is_whole(tip)]
        gone = [tip for tip in told if tip in self.gone]
        return Account(
            told=len(told),
            confirmed=len(confirmed),
            found=len(whole),
            photos=sum(file.kind == "photo" for tip in whole for file in tip.files),
            voices=sum(file.kind == "voice" for tip in whole for file in tip.files),
            lost=sum(tip.marker not in self.stored for tip in confirmed),
            doubled=sum(len(self.stored.get(tip.marker, ())) > 1 for tip in told),
            resumed=sum(tip.resumed > 0 for tip in told),
            shown_again=sum(tip.shown_again > 0 for tip in told),
            files_again=sum(tip.files_again > 0 for tip in told),
            begun_anew=len(gone),
            stored_unseen=sum(tip.marker in self.stored for tip in gone),
        )

    def faults(self) -> list[str]:
        """Every promise that does not hold, in words; empty when all do."""
        found = [f"{tip.marker}: {what}" for tip in self.told for what in tip.contradictions]
        found += [
            f"{marker}: stored {len(rows)} times" for marker, rows in self.stored.items() if len(rows) > 1
        ]
        strangers = self.stored.keys() - {tip.marker for tip in self.told}
        found += [f"{marker}: nobody told it" for marker in strangers]
        found += [f"{tip.marker}: {self._fault(tip)}" for tip in self.told if self._fault(tip)]
        if self.notices.tips_nobody_is_told_of or self.notices.jobs_without_a_tip:
            found.append(str(self.notices))
        return found + [f"{count} {what}" for what, count in self.halves.items()]

    def _fault(self, tip: Told) -> str:
        rows = self.stored.get(tip.marker, ())
        if tip.confirmed and not rows:
            return "confirmed and lost"
        if any(row.story != tip.parts for row in rows):
            return f"{[len(row.story) for row in rows]} messages stored, {len(tip.parts)} written"
        if any(row.patterns != tip.patterns for row in rows):
            return f"stored with {[row.patterns for row in rows]}, sent with {tip.patterns}"
        if tip.receipt in self.shut:
            return "its receipt opens no mailbox"
        if not tip.confirmed and rows and tip not in self.gone:
            return "stored, and its worker has neither a receipt nor word that it is gone"
        return ""

    def _is_whole(self, tip: Told) -> bool:
        rows = list(self.stored.get(tip.marker, ()))
        return rows == [Stored(tip.parts, tip.patterns)] and tip.receipt not in self.shut


def settle(house: House, liaison: tuple[str, str], tellers: Sequence[Teller]) -> Books:
    """Open every tip with its files as ``liaison`` (login, one-time password), and every mailbox."""
    told = [tip for teller in tellers for tip in teller.told]
    stored: dict[str, list[Stored]] = {}
    for found in ledger.tips(house.var, liaison).values():
        stored.setdefault(found.story[0].split()[0], []).append(found)
    receipts = [tip.receipt for tip in told if tip.receipt is not None]
    return Books(
        told=told,
        stored=stored,
        shut=frozenset(ledger.unreachable(house, receipts)),
        notices=ledger.jobs(house),
        halves=ledger.halves(house.var),
        waiting_files=ledger.waiting_files(house.var),
    )
