"""PostgreSQL for a laptop, a pilot and the tests: the wheel's programs under our own rules.

A data directory of its own, an unprivileged user when started by root, a private socket, a password for
everybody, no TCP, nothing of a statement in the log, and it ends with the process that started it. Must not
know what is stored in it, and is never used when the operator names a server of their own.
"""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import psycopg

from backend.ops.disk import refused_room
from backend.ops.postgres_files import (
    MAJOR,
    PORT,
    home_for,
    programs_for,
    socket_folder_for,
    write_settings,
)
from backend.ops.processes import clean_environment, leashed, run_as, unprivileged_user

ROLES: Final = ("owner", "app")
"""``antam_owner`` owns the database and migrates it; ``antam_app`` reads and writes rows."""
_READY_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 30.0


class PostgresFailed(Exception):
    """The embedded PostgreSQL cannot run; the message says why and what to do."""


@dataclass(frozen=True)
class DatabaseUrls:
    """SQLAlchemy URLs of the two roles. They hold passwords, so the text form shows neither."""

    owner: str = field(repr=False)
    app: str = field(repr=False)


class EmbeddedPostgres:
    """One cluster in ``home``; ``secrets_folder`` gets its passwords (``database_url.owner`` and ``.app``).

    ``durable`` false is for tests. Start it from a thread that lives as long as the process (``leashed``).
    """

    stop_signal: Final = signal.SIGINT
    """Asks for a fast shutdown: statements are cut off, committed data is on disk, no recovery is needed."""

    def __init__(self, home: Path, secrets_folder: Path, *, durable: bool = True) -> None:
        self._wanted_home = home
        self._secrets = secrets_folder
        self._durable = durable
        self.user = unprivileged_user()
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.home = home
        self.programs = Path()
        """Folder of ``psql``, ``pg_dump`` and the others, once ``prepare`` found it."""
        self._socket_folder = Path()

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    def start(self) -> DatabaseUrls:
        """Make the cluster if there is none, start it, and return once it accepts connections.

        Raises:
            PostgresFailed: another process uses this cluster, or it does not come up.
        """
        urls = self.prepare()
        with (self.home / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                leashed(self.program(), on_parent_death=self.stop_signal, user=self.user),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=clean_environment(),
                start_new_session=True,
            )
        deadline = time.monotonic() + _READY_SECONDS
        while not self.accepts_connections():
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = (self.home / "postgres.log").read_text(encoding="utf-8", errors="replace")[-1500:]
                self.stop()
                raise PostgresFailed(f"PostgreSQL did not start. Its last words:\n{tail}")
            time.sleep(0.02)
        return urls

    def stop(self) -> None:
        """Stop it in order (statements are cut off, nothing committed is lost) and release the cluster."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        self.release()

    def prepare(self) -> DatabaseUrls:
        """All that comes before the server runs: place, lock, cluster, settings, passwords, stale remains."""
        self.home = home_for(self._wanted_home, self.user)
        self._take_lock()
        try:
            self.programs = programs_for(self.home, self.user)
            self._socket_folder = socket_folder_for(self.home, self.user)
            self.clear_remains()
            if why := refused_room(self.home, self.user):
                raise PostgresFailed(why)
            if not self.data.exists():
                self._create_cluster()
            self._check_version()
            write_settings(self.data, self._socket_folder, self.user, durable=self._durable)
            return self._urls()
        except BaseException:
            self.release()
            raise

    def program(self) -> list[str]:
        """The server's command; it stays in the foreground. To be run as ``user``, after ``prepare``."""
        return [str(self.programs / "postgres"), "-D", str(self.data)]

    def accepts_connections(self) -> bool:
        """Whether a role of ours can sign in now."""
        url = (self._secrets / "database_url.app").read_text(encoding="utf-8").strip()
        try:
            psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def release(self) -> None:
        """Let another process use this cluster."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        lock = (self.home / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise PostgresFailed(f"Another process already runs the PostgreSQL in {self.home}.") from error
        self._lock = lock

    def _create_cluster(self) -> None:
        """Make the cluster beside its place and move it there whole, so a crash leaves no half of one."""
        new = self.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        initdb = [str(self.programs / "initdb"), "-D", str(new), "--username=postgres"]
        # The superuser can sign in nowhere: roles are made in single-user mode, and pg_hba.conf refuses it.
        initdb += ["--auth=reject", "--encoding=UTF8", "--locale=C"]
        initdb += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        initdb += [] if self._durable else ["--no-sync"]
        made = run_as(self.user, initdb)
        if made.returncode != 0:
            raise PostgresFailed(f"initdb failed:\n{made.stderr[-1500:]}")
        write_settings(new, self._socket_folder, self.user, durable=self._durable)
        self._as_superuser(
            new,
            "CREATE ROLE antam_owner LOGIN CREATEDB",
            "CREATE ROLE antam_app LOGIN",
            # The owner could do all that the application may anyway; so it can also end its sessions.
            "GRANT antam_app TO antam_owner",
            "CREATE DATABASE antam OWNER antam_owner",
            "REVOKE ALL ON DATABASE antam FROM PUBLIC",
            "GRANT CONNECT ON DATABASE antam TO antam_app",
        )
        for role in ROLES:
            self._url_file(role).unlink(missing_ok=True)
        new.rename(self.data)

    def _urls(self) -> DatabaseUrls:
        """Read the passwords, or make new ones where the files are gone; write the socket's present place."""
        self._secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        passwords = {role: self._password(role) for role in ROLES}
        if None in passwords.values():
            passwords = {role: secrets.token_urlsafe(24) for role in ROLES}
            self._as_superuser(
                self.data, *(f"ALTER ROLE antam_{role} PASSWORD '{passwords[role]}'" for role in ROLES)
            )
        place = f"host={quote(str(self._socket_folder))}&port={PORT}"
        urls = {role: f"postgresql+psycopg://antam_{role}:{passwords[role]}@/antam?{place}" for role in ROLES}
        for role, url in urls.items():
            new = self._url_file(role).with_suffix(".new")
            new.touch(mode=0o600)
            new.write_text(f"{url}\n", encoding="utf-8")
            new.replace(self._url_file(role))
        return DatabaseUrls(**urls)

    def _url_file(self, role: str) -> Path:
        return self._secrets / f"database_url.{role}"

    def _password(self, role: str) -> str | None:
        try:
            url = self._url_file(role).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        start = f"postgresql+psycopg://antam_{role}:"
        return url.removeprefix(start).partition("@")[0] if url.startswith(start) else None

    def _as_superuser(self, data: Path, *statements: str) -> None:
        """Run ``statements`` with the server down (single-user mode); the text reaches no log."""
        single = [str(self.programs / "postgres"), "--single", "-D", str(data), "-c", "exit_on_error=on"]
        done = run_as(self.user, [*single, "postgres"], stdin="".join(f"{line}\n" for line in statements))
        if done.returncode != 0:
            raise PostgresFailed(f"PostgreSQL refused to set up its roles:\n{done.stderr[-1500:]}")

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if found != str(MAJOR):
            raise PostgresFailed(
                f"{self.data} was made by PostgreSQL {found}, this version brings {MAJOR}. Restore a backup "
                "into an empty var/ with this version, or go back to the version that made it."
            )

    def clear_remains(self) -> None:
        """End servers left on this data directory and remove the lock file that a killed one left behind.

        We hold the cluster's lock, so whoever started them has ended. The lock file's process number may by
        now belong to somebody else, so the directory that a process works in decides.
        """
        deadline = time.monotonic() + _STOP_SECONDS
        while left := _working_in(self.data):
            number = signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT
            try:
                os.kill(_first_of(left), number)
            except ProcessLookupError:
                continue
            time.sleep(0.05)
        (self.data / "postmaster.pid").unlink(missing_ok=True)


def _working_in(folder: Path) -> list[int]:
    """Processes whose working directory is ``folder`` (the server's is its data directory)."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            place = (entry / "cwd").readlink()
            program = (entry / "exe").readlink().name
        except OSError:
            continue
        if place == folder and program == "postgres":
            found.append(int(entry.name))
    return found


def _first_of(processes: list[int]) -> int:
    """The server among its own processes: the one that none of the others has started.

    Not the lowest number: numbers begin anew, and a session's may be lower than the server's.
    """
    return next((pid for pid in processes if _parent(pid) not in processes), processes[0])


def _parent(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    # The name in brackets may hold anything; what follows its last bracket is plain: state, parent, ….
    return int(status.rpartition(")")[2].split()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, then immediate, then by force."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return
