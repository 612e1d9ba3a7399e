"""One run of the canary: a house, stories told in it, liaisons at work, and the searches.

``ANTAM_CANARY_SEED`` chooses other stories; the seed is printed with every run.
"""

import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from backend.ops.postgres_files import programs_for
from backend.ops.processes import unprivileged_user
from tests.canary import liaisons, machine
from tests.canary.backups import search_backup
from tests.canary.database import Access, relation_files, search_database, search_dump
from tests.canary.findings import Findings, Place
from tests.canary.forms import Planted
from tests.canary.liaisons import Desk
from tests.canary.needles import Needles
from tests.canary.platforms import Platforms, platforms
from tests.canary.stopped import opened_as_superuser
from tests.canary.stories import Ending, Lived, Story
from tests.canary.tellers import tell, write_back
from tests.canary.words import Inventor
from tests.e2e.house import House, running_house

SEED: Final = int(os.environ.get("ANTAM_CANARY_SEED", "3"))
_AT_ONCE: Final = 4


@dataclass
class Canary:
    """A house in which things happened, and what must stand nowhere in it."""

    house: House
    platforms: Platforms
    began: float
    """Seconds, as ``st_mtime`` counts."""
    temporary: Path
    lived: list[Lived] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)
    files: Mapping[str, str] = field(default_factory=dict)
    """Names of the data directory's files, learnt while the server ran."""

    @property
    def postgres_home(self) -> Path:
        return (self.house.var / "postgres").resolve()

    def planted(self) -> Iterator[Planted]:
        yield from self.platforms.planted()
        for lived in self.lived:
            yield from lived.planted()
        for desk in self.desks:
            yield from desk.planted()

    def live(self, stories: list[Story], inventor: Inventor, *, tips_read: int = 0) -> None:
        """Tell the stories side by side, let liaisons read a few, let reporters open their mailboxes."""
        url = self.house.worker_url
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            self.lived += pool.map(lambda story: tell(story, self.platforms.speaker(story), url), stories)
        for role in ("union_liaison", "police_liaison") if tips_read else ():
            self.desks.append(liaisons.work(self.house, role, inventor, tips_read))
        returning = [lived for lived in self.lived if lived.story.ending is Ending.WRITTEN_BACK]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            shown = "\n".join(
                pool.map(lambda lived: write_back(lived, self.platforms.speaker(lived.story), url), returning)
            )
        answers = [answer for desk in self.desks for answer in desk.answers]
        assert not answers or any(answer in shown for answer in answers), "no reporter read an answer"

    def search_running(self, needles: Needles) -> Findings:
        """Everything that can be searched while the house runs."""
        findings = Findings()
        access = self._as_owner()
        self.files = relation_files(access)
        search_database(access, needles, findings)
        search_dump(access, needles, findings)
        search_backup(self.house.var, access.programs, needles, findings)
        machine.search_processes(self.house.process.pid, needles, findings)
        self._search_files(needles, findings)
        machine.search_output(list(self.house.lines), needles, findings)
        return findings

    def search_stopped(self, needles: Needles) -> Findings:
        """The same after a clean stop, when all is on the disk; the database as its superuser."""
        assert self.house.process.poll() == 0, "the house did not stop cleanly"
        findings = Findings()
        self._search_files(needles, findings)
        machine.search_output(self.house.lines, needles, findings)
        machine.search_rooms(self.began, needles, findings)
        with opened_as_superuser(self.postgres_home) as access:
            for database in ("antam", "postgres", "template1"):
                search_database(access, needles, findings, database)
            search_dump(access, needles, findings, cluster=True)
        return findings

    def _as_owner(self) -> Access:
        url = (self.house.var / "secrets" / "backend" / "database_url.owner").read_text(encoding="utf-8")
        programs = programs_for(self.postgres_home, unprivileged_user())
        return Access(url.strip().replace("+psycopg", "", 1), programs)

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
            yield Canary(house, chats, began, temporary)
