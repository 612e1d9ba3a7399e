"""Backups and restores, through the real ``pg_dump`` and ``pg_restore`` on a real PostgreSQL."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from backend.audit import service as audit
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.jobs import Tools
from backend.kit.secrets_store import make_missing
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.backup import folder, keys, sealed
from backend.ops.backup.folder import Last, delete_old, is_stale, last, name_for, remember
from backend.ops.backup.make import CannotBackUp, Made, lacks_room, make
from backend.ops.backup.restore import CannotRestore, Choices, Restored, restore
from backend.ops.backup.tools import load
from backend.ops.belonging import prepare
from backend.ops.doctor import examine
from backend.ops.lock import only_one
from backend.ops.migrate import migrate, schema_versions
from backend.ops.postgres import DatabaseUrls, EmbeddedPostgres
from backend.ops.postgres_files import programs_for
from backend.tips.destructions import FILE_NAME, set_aside
from backend.worker import create_job_app
from tests.ops.backups import STORY, Deployment, deployed
from tests.ops.command import antam

NOW = datetime.now(UTC)
REPLACE = Choices(replace=True)
SEALED_DRAFT = b"a draft that nobody may find again"
PASSPHRASE = "trăng lên đỉnh núi sau"


@pytest.fixture
async def house(database: DatabaseUrls, var_dir: Path) -> Deployment:
    """A deployment with a tip, a draft, a session and a job."""
    found = await deployed(database, var_dir)
    found.run(
        "INSERT INTO drafts (lookup, sealed, revision, expires_at) "
        f"VALUES ('\\x01', '\\x{SEALED_DRAFT.hex()}', 1, now() + interval '1 day')"
    )
    found.run(
        "INSERT INTO staff_sessions (token_hash, member_id, stage, created_at, last_seen_at) "
        f"VALUES ('\\x5e5510', '{found.member.member_id}', 'open', now(), now())"
    )
    return found


def nobody() -> str:
    raise AssertionError("nobody is asked for a passphrase")


async def backed_up(house: Deployment) -> Made:
    return await make(house.config, None, NOW)


async def put_back(house: Deployment, made: Made, choices: Choices = REPLACE) -> Restored:
    return await restore(house.config, made.path, choices, nobody)


def content(house: Deployment, made: Made) -> bytes:
    """The backup as SQL, unsealed."""
    with made.path.open("rb") as file:
        about, _ = sealed.read_about(file)
        file.seek(0)
        key = keys.key_of(about, house.config.secrets, nobody)
        dump = b"".join(sealed.read(file, key))
    program = programs_for(house.config.var / "postgres", None) / "pg_restore"
    return subprocess.run([program, "--file=-"], input=dump, capture_output=True, check=True).stdout


class TestABackup:
    async def test_is_one_file_for_its_owner_alone(self, house: Deployment) -> None:
        made = await backed_up(house)
        assert made.path.parent == house.config.var / "backups"
        assert made.path.stat().st_mode & 0o777 == 0o600
        assert sorted(path.name for path in made.path.parent.iterdir()) == [
            made.path.name,
            FILE_NAME,
            "last.json",
        ]

    async def test_shows_nothing_in_clear_but_its_day_and_schema(self, house: Deployment) -> None:
        file = (await backed_up(house)).path.read_bytes()
        for found in (b"PGDMP", b"tip", b"illegal_lending", house.tip_id.bytes, str(house.tip_id).encode()):
            assert found not in file

    async def test_holds_the_tip_sealed_as_it_was_and_no_draft_session_or_job(
        self, house: Deployment
    ) -> None:
        found = content(house, await backed_up(house))
        assert str(house.tip_id).encode() in found
        assert STORY.encode() not in found
        assert b"ghi c" not in found
        assert SEALED_DRAFT.hex().encode() not in found
        assert b"5e5510" not in found
        assert house.ask("SELECT count(*) FROM procrastinate_jobs") == 1
        assert b"tips:notify" not in found

    async def test_holds_no_site_key(self, house: Deployment) -> None:
        found = content(house, await backed_up(house))
        for purpose in house.keys.purposes:
            _, key = house.keys.current(purpose)
            assert key.hex().encode() not in found

    def test_that_is_refused_for_want_of_room_says_where(self, tmp_path: Path) -> None:
        assert lacks_room(10_000_000_000, 1_000_000_000, tmp_path) is None
        words = lacks_room(1_000_000_000, 1_000_000_000, tmp_path)
        assert words is not None and str(tmp_path) in words and "--to" in words

    def test_that_cannot_be_written_leaves_nothing(self, house: Deployment, tmp_path: Path) -> None:
        told = antam(
            "backup",
            "--to",
            str(tmp_path / "full"),
            var=house.config.var,
            url=house.urls.owner,
            largest_file=20_000,
        )
        assert told.returncode == 1
        assert "There is no room to write" in told.stderr
        assert "Traceback" not in told.stderr
        assert [path for path in (tmp_path / "full").iterdir() if "antam-" in path.name] == []

    def test_that_cannot_be_put_there_says_so(self, house: Deployment, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        told = antam("backup", "--to", str(tmp_path / "file"), var=house.config.var, url=house.urls.owner)
        assert (told.returncode, told.stderr) == (1, f"{tmp_path / 'file'}: File exists.\n")

    async def test_leaves_out_every_table_whose_purpose_ends_soon(self, house: Deployment) -> None:
        found = content(house, await backed_up(house)).decode(errors="replace")
        filled = set(re.findall(r"^COPY public\.(\w+) ", found, re.MULTILINE))
        unlogged = (
            "SELECT string_agg(relname, ' ') FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'"
        )
        short_lived = set(str(house.ask(unlogged)).split())
        assert {"drafts", "draft_files", "notices"} <= short_lived
        short_lived |= {"staff_sessions", "sign_in_attempts", "procrastinate_jobs", "procrastinate_events"}
        assert filled & short_lived == set()
        assert {"tips", "tip_seals", "tip_files", "members", "destructions", "audit_entries"} <= filled

    def test_of_a_database_that_was_never_migrated_is_refused(
        self, house: Deployment, template_database: DatabaseUrls
    ) -> None:
        house.run("DROP SCHEMA public CASCADE")
        told = antam("backup", var=house.config.var, url=house.urls.owner)
        assert (told.returncode, told.stderr.split(".")[0]) == (1, "There is no database yet")

    async def test_without_site_keys_is_refused(self, house: Deployment) -> None:
        (house.config.secrets / "backend" / "site_keys.json").unlink()
        with pytest.raises(CannotBackUp, match="site keys"):
            await backed_up(house)


class TestARestore:
    async def test_brings_back_what_a_member_can_open(self, house: Deployment) -> None:
        made = await backed_up(house)
        house.run("DELETE FROM tips")
        restored = await put_back(house, made)
        assert (restored.destroyed_again, restored.broken_at) == (0, None)
        assert await house.story() == STORY

    async def test_leaves_destroyed_what_was_destroyed_since(self, house: Deployment) -> None:
        made = await backed_up(house)
        await house.destroy()
        restored = await put_back(house, made)
        assert restored.destroyed_again == 1
        for table in ("tips", "tip_seals", "tip_parts", "tip_notes"):
            assert house.ask(f"SELECT count(*) FROM {table}") == 0
        assert (
            house.ask("SELECT detail->>'why' FROM audit_entries WHERE action = 'tip.destroyed'") == "restored"
        )
        assert house.ask("SELECT count(*) FROM destructions") == 1

    async def test_does_so_by_the_list_beside_the_backup_when_the_database_is_lost(
        self, house: Deployment
    ) -> None:
        made = await backed_up(house)
        await house.destroy()
        await work(house)
        house.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        assert (await put_back(house, made, Choices())).destroyed_again == 1

    async def test_leaves_all_other_tips(self, house: Deployment) -> None:
        await house.another_tip()
        made = await backed_up(house)
        await house.destroy()
        await put_back(house, made)
        assert house.ask("SELECT count(*) FROM tips") == 1

    async def test_without_any_list_is_refused_unless_it_is_said(self, house: Deployment) -> None:
        made = await backed_up(house)
        made.path.with_name(FILE_NAME).unlink()
        house.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        with pytest.raises(CannotRestore, match="no list of destroyed tips"):
            await put_back(house, made, Choices())
        await put_back(house, made, Choices(without_list=True))
        assert await house.story() == STORY

    async def test_into_a_freshly_migrated_database_is_refused_without_a_list(
        self, house: Deployment
    ) -> None:
        made = await backed_up(house)
        made.path.with_name(FILE_NAME).unlink()
        house.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        prepare(house.urls.owner, house.keys)
        with pytest.raises(CannotRestore, match="no list of destroyed tips"):
            await put_back(house, made)
        assert house.ask("SELECT count(*) FROM tips") == 0

    async def test_with_a_damaged_list_is_refused(self, house: Deployment) -> None:
        made = await backed_up(house)
        made.path.with_name(FILE_NAME).write_text("{}", encoding="utf-8")
        with pytest.raises(CannotRestore, match="is damaged, or belongs to other site keys"):
            await put_back(house, made)
        await work(house)
        assert set_aside(house.config.backups)
        with pytest.raises(CannotRestore, match="is damaged, or belongs to other site keys"):
            await put_back(house, made)

    async def test_gives_the_application_its_rights_and_no_more(self, house: Deployment) -> None:
        await put_back(house, await backed_up(house))
        with psycopg.connect(house.urls.app.replace("+psycopg", "", 1), autocommit=True) as connection:
            assert connection.execute("SELECT count(*) FROM tips").fetchone() == (1,)
            for statement in ("UPDATE audit_entries SET action = 'x'", "DELETE FROM site_key_marks"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())

    async def test_tells_the_desks_again_of_what_nobody_opened(self, house: Deployment) -> None:
        made = await backed_up(house)
        house.run("DELETE FROM procrastinate_jobs")
        await put_back(house, made)
        assert house.ask("SELECT args->>'event' FROM procrastinate_jobs") == "received"

    async def test_leaves_no_draft_and_no_sign_in(self, house: Deployment) -> None:
        await put_back(house, await backed_up(house))
        assert house.ask("SELECT count(*) FROM drafts") == 0
        assert house.ask("SELECT count(*) FROM staff_sessions") == 0

    async def test_is_logged_and_the_chain_goes_on(self, house: Deployment) -> None:
        await put_back(house, await backed_up(house))
        assert house.ask("SELECT action FROM audit_entries ORDER BY number DESC") == "database.restored"
        engine = create_engine(house.urls.app)
        async with create_sessionmaker(engine)() as session:
            _, broken = await audit.verify(session, house.keys)
        await engine.dispose()
        assert broken is None

    async def test_says_where_the_audit_log_of_the_backup_is_broken(self, house: Deployment) -> None:
        house.run("ALTER TABLE audit_entries DISABLE TRIGGER ALL")
        house.run(
            "UPDATE audit_entries SET action = 'x' WHERE number = (SELECT min(number) FROM audit_entries)"
        )
        first = house.ask("SELECT min(number) FROM audit_entries")
        assert (await put_back(house, await backed_up(house))).broken_at == first

    async def test_clears_away_what_a_killed_one_left(self, house: Deployment) -> None:
        house.run("CREATE DATABASE antam_restore_0123456789ab")
        await put_back(house, await backed_up(house))
        assert house.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'antam_restore%'") == 0

    async def test_leaves_no_second_database_behind(self, house: Deployment) -> None:
        await put_back(house, await backed_up(house))
        assert house.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'antam_restore%'") == 0

    async def test_lets_the_doctor_find_a_whole_database(self, house: Deployment) -> None:
        await put_back(house, await backed_up(house))
        found = {finding.what: finding for finding in await examine(house.config)}
        assert found["database"].well and found["site keys"].well and found["backup"].well


@pytest.fixture
async def made(house: Deployment) -> AsyncIterator[Made]:
    """A backup of a deployment that took another tip since; a refused restore must leave that one there."""
    found = await backed_up(house)
    house.run("UPDATE tips SET province = '01'")
    yield found
    assert house.ask("SELECT province FROM tips") == "01"
    assert house.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'antam_restore%'") == 0


class TestARestoreIsRefused:
    async def test_over_a_database_that_is_not_empty(self, house: Deployment, made: Made) -> None:
        with pytest.raises(CannotRestore, match="The database is not empty"):
            await put_back(house, made, Choices())

    async def test_while_the_house_runs(self, house: Deployment, made: Made) -> None:
        with only_one(house.config.var), pytest.raises(CannotRestore, match="An Tâm is running"):
            await put_back(house, made)

    async def test_while_somebody_is_connected(self, house: Deployment, made: Made) -> None:
        with (
            psycopg.connect(house.urls.app.replace("+psycopg", "", 1)),
            pytest.raises(CannotRestore, match="Somebody is connected"),
        ):
            await put_back(house, made)

    @pytest.mark.parametrize("place", [0.3, 0.9])
    async def test_of_a_changed_file(self, house: Deployment, made: Made, place: float) -> None:
        file = bytearray(made.path.read_bytes())
        file[int(len(file) * place)] ^= 1
        made.path.write_bytes(file)
        with pytest.raises(CannotRestore, match="was changed after it was made"):
            await put_back(house, made)

    async def test_of_a_file_without_its_end(self, house: Deployment, made: Made) -> None:
        made.path.write_bytes(made.path.read_bytes()[:-1000])
        with pytest.raises(CannotRestore, match="or its end is missing"):
            await put_back(house, made)

    async def test_of_something_else(self, house: Deployment, made: Made) -> None:
        made.path.write_bytes(b"PGDMP")
        with pytest.raises(CannotRestore, match="is not a backup of An T"):
            await put_back(house, made)

    async def test_with_another_key(self, house: Deployment, made: Made) -> None:
        keys.key_path(house.config.secrets).unlink()
        keys.made_if_missing(house.config.secrets)
        with pytest.raises(CannotRestore, match="sealed with another key"):
            await put_back(house, made)

    async def test_without_the_key(self, house: Deployment, made: Made) -> None:
        keys.key_path(house.config.secrets).unlink()
        with pytest.raises(CannotRestore, match="The key of the backups is missing"):
            await put_back(house, made)

    async def test_of_a_newer_version(
        self, house: Deployment, made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("backend.ops.backup.make.schema_versions", lambda url: ("9999_later", None))
        newer = await make(house.config, tmp_path, NOW)
        with pytest.raises(CannotRestore, match="made by a newer version"):
            await put_back(house, newer)

    async def test_with_site_keys_of_another_deployment(
        self, house: Deployment, made: Made, tmp_path: Path
    ) -> None:
        make_missing(tmp_path / "secrets")
        other = tmp_path / "secrets" / "backend" / "site_keys.json"
        (house.config.secrets / "backend" / "site_keys.json").write_text(
            other.read_text(encoding="utf-8"), encoding="utf-8"
        )
        for place in made.path.parent.glob(FILE_NAME):
            place.unlink()
        with pytest.raises(CannotRestore, match="are not those that this database was made with"):
            await put_back(house, made, Choices(replace=True, without_list=True))


async def test_a_backup_of_an_older_schema_is_brought_to_this_one(house: Deployment) -> None:
    house.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    migrate(house.urls.owner, "0008_blocklist")
    made = await backed_up(house)
    assert (await put_back(house, made)).destroyed_again == 0
    found, wanted = schema_versions(house.urls.owner)
    assert found == wanted


class TestTheCommands:
    def test_back_up_and_restore_after_the_word_is_typed(self, house: Deployment) -> None:
        told = antam("backup", var=house.config.var, url=house.urls.owner)
        assert told.returncode == 0, told.stderr
        assert "Made and verified" in told.stdout
        assert "Keep a copy, apart from the backups" in told.stdout
        (path,) = (house.config.var / "backups").glob("*.backup")
        told = antam(
            "restore", str(path), "--replace", var=house.config.var, url=house.urls.owner, said="no\n"
        )
        assert (told.returncode, told.stderr.splitlines()[-1]) == (1, "Nothing was changed.")
        told = antam(
            "restore", str(path), "--replace", var=house.config.var, url=house.urls.owner, said="replace\n"
        )
        assert told.returncode == 0, told.stderr
        assert "Destroyed again: 0" in told.stdout

    async def test_seal_with_a_passphrase(self, house: Deployment, tmp_path: Path) -> None:
        made = await make(house.config, tmp_path, NOW, lambda: PASSPHRASE)
        assert not keys.key_path(house.config.secrets).exists()
        with pytest.raises(CannotRestore, match="another key or passphrase"):
            await restore(house.config, made.path, REPLACE, lambda: f"{PASSPHRASE}.")
        restored = await restore(house.config, made.path, REPLACE, lambda: PASSPHRASE)
        assert restored.broken_at is None


def test_an_embedded_database_is_started_for_a_backup_and_made_for_a_restore() -> None:
    with tempfile.TemporaryDirectory(prefix="antam-") as name:
        os.chmod(name, 0o711)
        first, second, copies = (Path(name) / part for part in ("first", "second", "copies"))
        make_missing(first / "secrets")
        server = EmbeddedPostgres(first / "postgres", first / "secrets" / "backend", durable=False)
        try:
            prepare(server.start().owner, SiteKeys.read(first / "secrets" / "backend" / "site_keys.json"))
        finally:
            server.stop()
        told = antam("backup", "--to", str(copies), var=first)
        assert told.returncode == 0, told.stderr
        for room in ("backend/site_keys.json", "backup/key"):
            target = second / "secrets" / room
            target.parent.mkdir(parents=True, mode=0o700)
            shutil.copy(first / "secrets" / room, target)
        (path,) = copies.glob("*.backup")
        told = antam("restore", str(path), var=second)
        assert told.returncode == 0, told.stderr
        assert antam("restore", str(path), var=second).stderr.startswith("The database is not empty")


async def work(house: Deployment) -> None:
    """Have a worker do what is due now."""
    engine = create_engine(house.urls.app)
    app = create_job_app(house.urls.app)
    tools = Tools(create_sessionmaker(engine), house.keys, house.config.backups)
    async with app.open_async():
        await app.configure_task("tips:keep_list").defer_async(timestamp=0)
        await app.run_worker_async(
            wait=False,
            delete_jobs="always",
            install_signal_handlers=False,
            additional_context={"tools": tools},
        )
    await engine.dispose()


class TestAnOlderCopyPutBackByHand:
    """With PostgreSQL's own tools, past ``antam restore``."""

    @pytest.fixture
    async def older(self, house: Deployment) -> Deployment:
        """The tip was destroyed, and is back."""
        made = await backed_up(house)
        await house.destroy()
        await work(house)
        house.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        with made.path.open("rb") as file:
            about, _ = sealed.read_about(file)
            file.seek(0)
            key = keys.key_of(about, house.config.secrets, nobody)
            load(sealed.read(file, key), house.urls.owner, house.config.var / "postgres")
        assert house.ask("SELECT count(*) FROM tips") == 1
        return house

    async def test_loses_again_what_was_destroyed_before_anybody_is_let_in(self, older: Deployment) -> None:
        told = antam("migrate", var=older.config.var, url=older.urls.owner)
        assert told.returncode == 0, told.stderr
        assert told.stdout.startswith("This is an older copy of the database: 1 tips")
        assert older.ask("SELECT count(*) FROM tips") == 0
        assert antam("migrate", var=older.config.var, url=older.urls.owner).stdout.startswith("The schema")

    async def test_loses_it_while_the_house_runs_too(self, older: Deployment) -> None:
        await work(older)
        assert older.ask("SELECT count(*) FROM tips") == 0

    @pytest.mark.parametrize("by", ["the start", "a worker", "a backup"])
    async def test_keeps_a_list_that_cannot_be_read_and_says_so(self, older: Deployment, by: str) -> None:
        place = older.config.backups / FILE_NAME
        unread = place.read_bytes()[::-1]
        place.write_bytes(unread)
        match by:
            case "the start":
                told = antam("migrate", var=older.config.var, url=older.urls.owner)
                assert told.returncode == 0 and "could not be read" in told.stderr
            case "a worker":
                await work(older)
                await work(older)
            case _:
                await make(older.config, None, NOW + timedelta(minutes=1))
        (aside,) = set_aside(older.config.backups)
        assert aside.read_bytes() == unread
        (found,) = [finding for finding in await examine(older.config) if finding.what == "destroyed"]
        assert not found.well and aside.name in found.words
        aside.write_bytes(unread[::-1])
        aside.rename(place)
        await work(older)
        assert older.ask("SELECT count(*) FROM tips") == 0


class TestTheFolder:
    def test_keeps_a_backup_for_thirty_days(self, tmp_path: Path) -> None:
        for days in (0, 29, 30, 31):
            (tmp_path / name_for(NOW - timedelta(days=days))).touch()
        (tmp_path / "antam-notes.backup").touch()
        assert delete_old(tmp_path, NOW) == 2
        assert len(list(tmp_path.iterdir())) == 3

    def test_loses_what_a_killed_backup_left_half_done(self, tmp_path: Path) -> None:
        for hours in (1, 25):
            name = name_for(NOW - timedelta(hours=hours)).replace(folder.SUFFIX, folder.UNFINISHED)
            (tmp_path / name).touch()
        assert delete_old(tmp_path, NOW) == 0
        assert len(list(tmp_path.iterdir())) == 1

    def test_remembers_the_last_one(self, tmp_path: Path) -> None:
        assert last(tmp_path) is None
        said = Last(NOW.replace(microsecond=0), "/mnt/usb/antam.backup")
        remember(tmp_path, said)
        assert last(tmp_path) == said
        assert [is_stale(NOW - timedelta(hours=hours), NOW) for hours in (47, 49)] == [False, True]


class TestTheDoctor:
    @staticmethod
    async def words(config: Settings) -> tuple[bool, str]:
        (found,) = [finding for finding in await examine(config) if finding.what == "backup"]
        return found.well, found.words

    async def test_asks_for_a_backup_that_is_late(self, house: Deployment) -> None:
        remember(house.config.backups, Last(NOW - timedelta(days=3), "/mnt/antam.backup"))
        well, words = await self.words(house.config)
        assert not well and "antam backup" in words

    async def test_asks_for_the_first_one_after_two_days(self, house: Deployment) -> None:
        well, words = await self.words(house.config)
        assert well and "antam backup" in words
        path = house.config.secrets / "backend" / "site_keys.json"
        before = (NOW - timedelta(days=3)).timestamp()
        os.utime(path, (before, before))
        assert not (await self.words(house.config))[0]
