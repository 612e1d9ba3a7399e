"""One run of the bench: a bare Rasa bot first, then the house, each alone on the machine; then the report."""

import asyncio
import secrets
import signal
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from backend.ops.bench import checks, crowd, linking
from backend.ops.bench.bare_rasa import running_bare_rasa
from backend.ops.bench.house import BenchHouse, running_house
from backend.ops.bench.people import FORM_PAGES, Phrases, Workers, client_without_cookies
from backend.ops.bench.report import Bare, Report, Start, report_text
from backend.ops.bench.staff import LiaisonBrowser
from backend.ops.bench.usage import memory
from backend.ops.measuring import Act, Measurement, timed

Say = Callable[[str], None]
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Sizes:
    """How often each act is done. A mapping is from "at once" to "in all"."""

    turns: Mapping[int, int]
    parses: int
    tips: Mapping[int, int]
    mailboxes: Mapping[int, int]
    talked: int
    """Tips to which the desk and the reporter wrote, among those that are opened."""
    queues: tuple[int, ...]
    pages: int
    links: int
    checks: int


FULL: Final = Sizes(
    {1: 100, 5: 200, 20: 400}, 200, {1: 20, 20: 60}, {1: 20, 20: 60}, 20, (200, 10_000), 40, 100, checks.TEXTS
)
QUICK: Final = Sizes({1: 10, 5: 20, 20: 40}, 20, {1: 3, 20: 20}, {1: 3, 20: 20}, 3, (60, 10_000), 10, 10, 20)
"""To see that everything works; its figures say little."""


async def bench(say: Say, sizes: Sizes = FULL) -> str:
    """Measure everything; the report, in Markdown.

    Everything that was started is ended, and every file removed, also when this is cancelled or told to stop
    by a signal.

    Raises:
        NotUp: the house or the bare bot does not come up.
    """
    me = asyncio.current_task()
    assert me is not None
    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, me.cancel)
    try:
        with tempfile.TemporaryDirectory(prefix="antam-bench-") as folder:
            # PostgreSQL may run under another account, which must get in.
            Path(folder).chmod(0o711)
            return report_text(date.today(), await _measured(Path(folder), say, sizes))
    finally:
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)


async def _measured(folder: Path, say: Say, sizes: Sizes) -> Report:
    bare = await _bare(folder / "bare", say, sizes)
    say("starting a house with a new database …")
    async with running_house(folder / "var") as house:
        accounts = house.accounts
        first = Start(house.ready_after, house.ready_each)
    say("starting it again …")
    async with running_house(folder / "var") as house:
        house.accounts = accounts
        again = Start(house.ready_after, house.ready_each)
        await house.settled()
        at_rest = house.memory()
        run = await _HouseRun.of(house, say, sizes)
        return Report(
            bare=bare,
            starts=(first, again),
            turns=run.turns,
            parses=run.parses,
            acts=run.acts,
            checks=run.checks,
            at_rest=at_rest,
            after=house.memory(),
        )


async def _bare(folder: Path, say: Say, sizes: Sizes) -> Bare:
    say("making and training a bare Rasa bot (rasa init) …")
    folder.mkdir()
    async with running_bare_rasa(folder) as bot, client_without_cookies() as client:
        at_rest = memory(bot.pid)
        turns = []
        for at_once, number in sizes.turns.items():
            say(f"bare bot: {number} turns, {at_once} conversations at once …")
            turns.append(
                await timed("turn", lambda: bot.talker(client, secrets.token_urlsafe), number, at_once)
            )
        parses = await timed("parse", lambda: bot.parser(client), sizes.parses, 1)
        return Bare(bot.ready_after, turns, parses, at_rest, memory(bot.pid))


class _HouseRun:
    """All acts at one house, in an order in which each finds what it needs."""

    def __init__(self, house: BenchHouse, workers: Workers, say: Say, sizes: Sizes) -> None:
        self._house = house
        self._workers = workers
        self._say = say
        self._sizes = sizes
        self.turns: list[Measurement] = []
        self.parses: Measurement
        self.acts: list[Measurement] = []
        self.checks: list[checks.Check] = []

    @classmethod
    async def of(cls, house: BenchHouse, say: Say, sizes: Sizes) -> "_HouseRun":
        async with client_without_cookies() as client:
            workers = Workers(house, client, Phrases(house.config.data))
            run = cls(house, workers, say, sizes)
            await run._chat()
            say(f"checks of loans and messages: {sizes.checks} texts each …")
            run.checks = await checks.measured(house, client, sizes.checks)
            await run._tips()
            await run._mailboxes()
            liaison = LiaisonBrowser(house.staff)
            try:
                await liaison.sign_in(house.accounts["union_liaison"])
                await run._desk(liaison)
            finally:
                await liaison.close()
        return run

    async def _timed(
        self, what: str, actor: Callable[[], Act], number: int, at_once: int, *, settle: bool = False
    ) -> Measurement:
        self._say(f"{what}: {number} times, {at_once} at once …")
        settled: Callable[[], Awaitable[None]] = self._house.settled if settle else _at_once
        return await timed(what, actor, number, at_once, cpu=self._house.cpu, settled=settled)

    async def _chat(self) -> None:
        for at_once, number in self._sizes.turns.items():
            self.turns.append(await self._timed("chat turn", self._workers.talker, number, at_once))
        self.parses = await self._timed("what a text means", self._workers.parser, self._sizes.parses, 1)
        self.acts.append(await self._timed("worker page", self._workers.visitor, self._sizes.pages, 1))

    async def _tips(self) -> None:
        # One more for each measurement, that does not count, and all of them with and without a photo.
        tips = 2 * (sum(self._sizes.tips.values()) + len(self._sizes.tips))
        pages = await self._timed("a page of the tip form", self._workers.writer, tips * FORM_PAGES, 1)
        self.acts.append(pages)
        for at_once, number in self._sizes.tips.items():
            sending = self._timed("send a tip", self._workers.sender, number, at_once, settle=True)
            self.acts.append(await sending)
        for at_once, number in self._sizes.tips.items():
            async with self._workers.at_files(number + 1):
                photos = self._timed("upload a photo", self._workers.photographer, number, at_once)
                self.acts.append(await photos)
            sender = partial(self._workers.sender, with_photo=True)
            sending = self._timed("send a tip with a photo", sender, number, at_once, settle=True)
            self.acts.append(await sending)

    async def _mailboxes(self) -> None:
        for at_once, number in self._sizes.mailboxes.items():
            self.acts.append(
                await self._timed("open a mailbox by receipt", self._workers.reader, number, at_once)
            )

    async def _desk(self, liaison: LiaisonBrowser) -> None:
        sent = await asyncio.to_thread(crowd.open_tips, self._house.database)
        for receipt in self._workers.receipts[: self._sizes.talked]:
            await self._workers.write_back(receipt)
        for address in sent:
            await liaison.answer(address, "Cảm ơn bạn. Họ đến thu vào giờ nào, có mấy người?")
        for wanted in self._sizes.queues:
            there = await asyncio.to_thread(crowd.fill_up, self._house.database, wanted)
            for what, actor in (
                ("first page of the queue", lambda: liaison.queue_reader("/queue")),
                ("last page of the queue", lambda: liaison.queue_reader("/queue?page=100000")),
                ("open a tip", lambda: liaison.tip_reader(sent)),
            ):
                named = f"{what}, {there:,} tips in it" if "queue" in what else f"{what}, of {there:,}"
                self.acts.append(await self._timed(named, actor, self._sizes.pages, 1))
            named = f"link a submission, {there:,} tips in the index"
            self._say(f"{named}: {self._sizes.links} times …")
            self.acts.append(await linking.measured(self._house, named, self._sizes.links))


async def _at_once() -> None:
    pass
