"""One run of the canary: a house, stories told in it, liaisons at work, and the searches.

``ANTAM_CANARY_SEED`` chooses other stories; the seed is printed with every run.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from backend.ops.postgres_files import programs_for
from backend.ops.processes import unprivileged_user
from tests.canary import machine
from tests.canary.backups import search_backup
from tests.canary.database import Access, columns_listed, relation_files, search_database, search_dump
from tests.canary.findings import Findings, Place
from tests.canary.forms import Planted, PlantedFile
from tests.canary.liaisons import Desk, Liaison
from tests.canary.needles import Needles
from tests.canary.platforms import Platforms, Speaker, platforms
from tests.canary.returning import COMING_BACK, come_back
from tests.canary.stopped import opened_as_superuser
from tests.canary.stories import SENT, Lived, Story
from tests.canary.tellers import tell
from tests.canary.words import Inventor
from tests.e2e.house import House, running_house

T = TypeVar("T")
SEED: Final = int(os.environ.get("ANTAM_CANARY_SEED", "3"))
_AT_ONCE: Final = 4
_DATABASES: Final = ("antam", "postgres", "template1")


@dataclass
class Canary:
    """A house in which things happened, and what must stand nowhere in it."""

    house: House
    platforms: Platforms
    began: float
    """Seconds, as ``st_mtime`` counts."""
    temporary: Path
    environment: Mapping[str, str]
    """What the operator has set in it."""
    lived: list[Lived] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    """Every column that the application's database has, as it says itself."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Names of the data directory's files, learnt while the server ran."""

    @property
    def postgres_home(self) -> Path:
        return (self.house.var / "postgres").resolve()

    def planted(self) -> Iterator[Planted | PlantedFile]:
        yield from self.platforms.planted()
        for lived in self.lived:
            yield from lived.planted()
        for desk in self.desks:
            yield from desk.planted()

    def live(self, stories: list[Story], inventor: Inventor, *, acts: int = 0) -> None:
        """Tell the stories side by side, let liaisons do each act so often, let reporters come back."""
        self.lived = [Lived(story) for story in stories]
        self._each(self.lived, tell)
        asyncio.run(self._work_and_read(inventor, acts))

    def _each(self, lived: list[Lived], act: Callable[[Lived, Speaker, str], T]) -> list[T]:
        url = self.house.worker_url
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda one: act(one, self.platforms.speaker(one.story), url), lived))

    async def _work_and_read(self, inventor: Inventor, acts: int) -> None:
        roles = ("union_liaison", "police_liaison") if acts else ()
        at_work = [Liaison(self.house, role, inventor) for role in roles]
        told = {lived.story.told[0]: lived for lived in self.lived if lived.story.ending in SENT}
        for liaison in at_work:
            self.desks.append(liaison.desk)
            await liaison.sign_in()
            await liaison.work(told, acts)
            await liaison.search(next(iter(told.values())).story.typed_phone)
        returning = [lived for lived in self.lived if lived.story.ending in COMING_BACK]
        shown = "\n".join(await asyncio.to_thread(self._each, returning, come_back))
        for kind in ("answer", "asked", "asked for consent", "thanks") if acts else ():
            written = [text for desk in self.desks for of, text in desk.written if of == kind]
            assert any(text in shown for text in written), f"no reporter read: {kind}"
        for liaison in at_work:
            await liaison.come_back()
            await liaison.leave()

    def search_running(self, needles: Needles) -> Findings:
        """Everything that can be searched while the house runs."""
        findings = Findings()
        access = self._as_owner()
        self.files, self.columns = relation_files(access), columns_listed(access)
        search_database(access, needles, findings)
        search_dump(access, needles, findings)
        search_backup(self.house.var, self._of_an_operator(), access.programs, needles, findings)
        machine.search_processes(self.house.process.pid, needles, findings)
        self._search_files(needles, findings)
        machine.search_output(list(self.house.lines), needles, findings)
        for desk in self.desks:
            findings.add_shown(desk.role, desk.shown, needles)
        for lived in self.lived:
            findings.add_shown("reporter", lived.shown, needles)
        return findings

    def search_stopped(self, needles: Needles, databases: Iterable[str] = _DATABASES) -> Findings:
        """The same after a clean stop, when all is on the disk; each of the databases as their superuser."""
        assert self.house.process.poll() == 0, "the house did not stop cleanly"
        findings = Findings()
        self._search_files(needles, findings)
        machine.search_output(self.house.lines, needles, findings)
        machine.search_rooms(self.began, needles, findings)
        with opened_as_superuser(self.postgres_home) as access:
            for database in databases:
                search_database(access, needles, findings, database)
            search_dump(access, needles, findings, cluster=True)
        return findings

    def _as_owner(self) -> Access:
        url = (self.house.var / "secrets" / "backend" / "database_url.owner").read_text(encoding="utf-8")
        programs = programs_for(self.postgres_home, unprivileged_user())
        return Access(url.strip().replace("+psycopg", "", 1), programs)

    def _of_an_operator(self) -> dict[str, str]:
        """The environment in which an operator types a command."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("ANTAM_")}
        inherited.pop("DATABASE_URL", None)
        return {**inherited, **self.environment, "ANTAM_VAR": str(self.house.var)}

    def _search_files(self, needles: Needles, findings: Findings) -> None:
        data = self.postgres_home / "data"
        var = self.house.var.resolve()
        machine.search_folder(var, needles, findings, Place.VAR, without=data)
        machine.search_folder(data, needles, findings, Place.DATA_DIRECTORY, names=self.files)
        machine.search_folder(self.temporary, needles, findings, Place.TEMPORARY)


@contextmanager
def canary(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Canary]:
    """A house of its own in ``folder``, its temporary files too; it runs until the block ends."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    began = time.time()
    with platforms() as chats:
        chats.set_up(folder / "var")
        settings = {"TMPDIR": str(temporary), **chats.environment, **(environment or {})}
        with running_house(folder / "var", environment=settings) as house:
            chats.bot_url = house.worker_url
            yield Canary(house, chats, began, temporary, settings)
