"""``pg_dump`` and ``pg_restore``: run with a database's address, never with its password in an argument.

What they print is cut down to the first line of an error: the lines behind it may quote a row.
"""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

from psycopg.conninfo import conninfo_to_dict

from backend.ops.postgres_files import programs_for
from backend.ops.processes import clean_environment

_READ: Final = 1 << 18
_VARIABLES: Final = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}

NOT_IN_A_BACKUP: Final = ("staff_sessions", "sign_in_attempts", "procrastinate_*", "notices", "withdrawn_*")
"""What has no purpose tomorrow. Drafts stand in unlogged tables, which are left out anyway."""


class ToolFailed(Exception):
    """A program of PostgreSQL's failed; the message is its first complaint."""


def plain(url: str) -> str:
    """A SQLAlchemy URL as libpq reads it."""
    return url.replace("+psycopg", "", 1)


def dump(owner_url: str, home: Path) -> Iterator[bytes]:
    """The database as ``pg_dump`` tells it (custom format), at one moment.

    Raises:
        ToolFailed: it could not be read to its end.
    """
    command = ["pg_dump", "--format=custom", "--no-unlogged-table-data", "--no-owner"]
    command += [f"--exclude-table-data={name}" for name in NOT_IN_A_BACKUP]
    with tempfile.TemporaryFile() as errors:
        program = _start(command, owner_url, home, errors, stdout=subprocess.PIPE)
        assert program.stdout is not None
        try:
            while some := program.stdout.read(_READ):
                yield some
        finally:
            program.stdout.close()
            code = program.wait()
        if code != 0:
            raise ToolFailed(_complaint(errors))


def load(dump: Iterable[bytes], owner_url: str, home: Path) -> None:
    """Bring a dump into an empty database, whole or not at all.

    Raises:
        ToolFailed: the database does not take it.
    """
    name = str(conninfo_to_dict(plain(owner_url))["dbname"])
    command = ["pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={name}"]
    _feed(command, dump, owner_url, home)


def read_through(dump: Iterable[bytes], home: Path) -> None:
    """Have ``pg_restore`` read a dump to its end, and do nothing with it.

    Raises:
        ToolFailed: it is no whole dump.
    """
    _feed(["pg_restore", "--file=/dev/null"], dump, None, home)


def _feed(command: list[str], dump: Iterable[bytes], url: str | None, home: Path) -> None:
    with tempfile.TemporaryFile() as errors:
        program = _start(command, url, home, errors, stdin=subprocess.PIPE)
        assert program.stdin is not None
        try:
            for some in dump:
                program.stdin.write(some)
        except BrokenPipeError:
            pass  # It has ended, and says why.
        except BaseException:
            program.kill()
            raise
        finally:
            with contextlib.suppress(BrokenPipeError):
                program.stdin.close()
            code = program.wait()
        if code != 0:
            raise ToolFailed(_complaint(errors))


def _start(
    command: list[str],
    url: str | None,
    home: Path,
    errors: IO[bytes],
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    found = conninfo_to_dict(plain(url)) if url else {}
    place = {_VARIABLES[name]: str(value) for name, value in found.items() if name in _VARIABLES}
    return subprocess.Popen(
        [str(programs_for(home, None) / command[0]), *command[1:]],
        stdin=stdin,
        stdout=stdout,
        stderr=errors,
        env={**clean_environment(), **place},
        cwd="/",
    )


def _complaint(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read(20_000).decode(errors="replace").splitlines()
    named = [line for line in lines if "error:" in line]
    return (named or lines or ["no reason given"])[0][:300]
