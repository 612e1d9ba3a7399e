"""The cluster of a stopped house, opened once more: as its superuser, whom the house lets in nowhere."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from backend.ops.postgres import EmbeddedPostgres
from backend.ops.postgres_files import programs_for
from backend.ops.processes import clean_environment, give_to, leashed, unprivileged_user
from tests.canary.database import Access
from tests.waiting import eventually


@contextmanager
def opened_as_superuser(home: Path) -> Iterator[Access]:
    """A server on the data directory in ``home`` that trusts everybody who reaches its private socket."""
    user = unprivileged_user()
    programs = programs_for(home, user)
    with tempfile.TemporaryDirectory(prefix="antam-") as name:
        folder = Path(name)
        rules = folder / "pg_hba.conf"
        rules.write_text("local all postgres trust\n", encoding="utf-8")
        for path in (folder, rules):
            give_to(user, path)
        server = subprocess.Popen(
            leashed(
                [
                    str(programs / "postgres"),
                    "-D",
                    str(home / "data"),
                    *("-c", f"hba_file={rules}"),
                    *("-c", f"unix_socket_directories={folder}"),
                    # Nothing may change while it is searched.
                    *("-c", "autovacuum=off"),
                ],
                on_parent_death=EmbeddedPostgres.stop_signal,
                user=user,
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=clean_environment(),
        )
        access = Access(f"host='{folder}' user=postgres dbname=antam", programs)
        try:
            eventually(lambda: _answers(access), within=60)
            yield access
        finally:
            server.send_signal(EmbeddedPostgres.stop_signal)
            server.wait(60)


def _answers(access: Access) -> bool:
    try:
        access.connect().close()
    except psycopg.OperationalError:
        return False
    return True
