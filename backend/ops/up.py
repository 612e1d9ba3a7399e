"""The order in which the house comes up: PostgreSQL, schema, first content, then our processes."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable

from backend.kit.database import database_url
from backend.kit.secrets_store import damage, damaged, make_missing
from backend.kit.settings import ROOT, Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.backup.again import destroy_again, told, unread
from backend.ops.belonging import DatabaseSilent, ForeignKeys, prepare
from backend.ops.disk import means_no_room, no_room
from backend.ops.migrate import DatabaseIsNewer
from backend.ops.plan import Program, ports, programs, rasa_python
from backend.ops.postgres import EmbeddedPostgres, PostgresFailed
from backend.ops.processes import clean_environment, leashed
from backend.ops.supervisor import CannotStart, House, Say, keep_house

_HEALTHY_SECONDS = 180.0
_DATABASE_SECONDS = 60.0


async def up(config: Settings, say: Say) -> None:
    """Run the house with ``config`` until told to stop.

    Raises:
        AlreadyRunning, CannotStart: see ``keep_house``.
    """
    if not rasa_python().exists():
        raise CannotStart("Rasa's own environment is missing. Make it with: make install")
    if not list((ROOT / "nlu" / "models").glob("*.tar.gz")):
        raise CannotStart("There is no trained model. Make one with: make train")
    began = time.monotonic()

    async def bring_up(house: House) -> None:
        _secrets(config)
        plan = {program.name: program for program in programs(config, os.environ)}
        # Rasa takes longest, and needs no database to come up.
        understanding = [house.start(plan[name]) for name in ("rasa", "actions")]
        await _database(config, house)
        essential = [house.start(plan[name]) for name in ("backend", "worker", "bot")]
        seeded = await _seed(config)
        await house.ready(essential, _HEALTHY_SECONDS)
        try:
            await house.ready(understanding, _HEALTHY_SECONDS)
        except CannotStart as error:
            # A tip line that is closed because a model does not load helps nobody.
            house.say("", f"{error}\n\nWITHOUT RASA: tips, the search for topics and emergencies work.")
        for line in _welcome(config, seeded, time.monotonic() - began):
            say("", line)

    try:
        await keep_house(config.var, ports(config), bring_up, say)
    except OSError as error:
        if not means_no_room(error):
            raise
        raise CannotStart(no_room(config.var)) from error


def _secrets(config: Settings) -> None:
    """Every key and token, whole; what a new deployment lacks is made."""
    try:
        make_missing(config.secrets)
    except ValueError as error:
        raise CannotStart(str(error)) from error
    if broken := damaged(config.secrets):
        raise CannotStart("\n".join(damage(path) for path in broken))


async def _database(config: Settings, house: House) -> None:
    """A database with this version's schema: the embedded one, or the operator's."""
    if config.database_url is None:
        house.say("", "starting PostgreSQL …")
        server = EmbeddedPostgres(config.var / "postgres", config.secrets / "backend")
        try:
            server.prepare()
        except PostgresFailed as error:
            raise CannotStart(str(error)) from error
        await house.ready([house.start(_postgres(server))], _DATABASE_SECONDS)
    house.say("", "migrating the database …")
    keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
    try:
        await asyncio.to_thread(prepare, database_url(config, role="owner"), keys)
    except (DatabaseIsNewer, DatabaseSilent, ForeignKeys) as error:
        raise CannotStart(str(error)) from error
    if again := await destroy_again(config, database_url(config, role="owner"), keys):
        house.say("", told(again))
    if lost := unread(config):
        house.say("", lost)


def _postgres(server: EmbeddedPostgres) -> Program:
    async def accepts() -> bool:
        return await asyncio.to_thread(server.accepts_connections)

    return Program(
        name="postgres",
        command=server.program(),
        environment=clean_environment(),
        healthy=accepts,
        stop_with=server.stop_signal,
        on_parent_death=server.stop_signal,
        user=server.user,
        # Everything waits for it, and it leaves its own restart after a crash to us.
        first_pause=0.1,
        before_start=server.clear_remains,
    )


async def _seed(config: Settings) -> list[str]:
    """Bring in the first content; what it prints (one-time passwords) goes to the person, to no log."""
    seeding = [sys.executable, "-m", "backend.cli", "seed"]
    process = await asyncio.create_subprocess_exec(
        *leashed(seeding, on_parent_death=signal.SIGKILL),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={
            **os.environ,
            "ANTAM_VAR": str(config.var.absolute()),
            "ANTAM_DATA": str(config.data.absolute()),
        },
    )
    out, errors = await process.communicate()
    if process.returncode != 0:
        raise CannotStart(
            f"The first content could not be brought in:\n{errors.decode(errors='replace')[-3000:]}"
        )
    return out.decode().splitlines()


def _welcome(config: Settings, seeded: list[str], seconds: float) -> list[str]:
    bot = config.public_bot_url or f"http://{config.host}:{config.bot_port}/"
    staff = config.public_staff_url or f"http://{config.host}:{config.staff_port}/"
    return [
        "",
        *seeded,
        "",
        f"An Tâm is ready after {seconds:.0f} s. Ctrl-C stops everything.",
        f"  worker page  {bot}",
        f"  staff app    {staff}",
    ]


def printer(write: Callable[[str], None]) -> Say:
    """Says lines with the speaker's name before them."""

    def say(who: str, line: str) -> None:
        # Nobody may listen any more, or the disk that the words go to is full: the house goes on.
        with contextlib.suppress(OSError):
            write(f"{who:>8} │ {line}" if who else line)

    return say
