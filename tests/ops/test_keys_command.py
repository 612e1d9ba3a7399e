"""``antam keys`` and ``antam desk`` as an operator types them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from backend.cli.desk import app as desk
from backend.cli.keys import app as keys
from backend.cli.user import app as user
from backend.kit import settings as settings_module
from backend.kit.site_keys import SiteKeys
from backend.ops.lock import only_one
from backend.ops.postgres import DatabaseUrls

PASSPHRASE = "đường về khu trọ 14"
TWICE = f"{PASSPHRASE}\n{PASSPHRASE}\n"
Run = Callable[..., Result]


@pytest.fixture
def var(var_dir: Path, database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commands find this test's deployment by its environment."""
    monkeypatch.setenv("ANTAM_VAR", str(var_dir))
    monkeypatch.setenv("DATABASE_URL", database.owner)
    settings_module.settings.cache_clear()
    return var_dir


@pytest.fixture
def run() -> Run:
    return CliRunner().invoke


def secrets_of(var: Path) -> list[str]:
    """Every key of the deployment, as it stands in a file."""
    found = []
    for room in ("backend", "bot"):
        rings = json.loads((var / "secrets" / room / "site_keys.json").read_text(encoding="utf-8"))
        found += [key for ring in rings.values() for key in ring["keys"].values()]
    return found


class TestList:
    def test_shows_each_version_and_what_hangs_on_it_and_no_key(self, var: Path, run: Run) -> None:
        run(user, ["add", "hoa", "--role", "trainer"])
        assert run(keys, ["rotate", "audit"]).exit_code == 0
        told = run(keys, ["list"])
        assert told.exit_code == 0
        assert re.search(r"backend +audit +1 +from the beginning, old +1\n", told.output)
        assert re.search(r"backend +audit +2 +from \d\d/\d\d/\d{4} +1\n", told.output)
        assert re.search(r"bot +draft +1 +from the beginning +-\n", told.output)
        assert not [key for key in secrets_of(var) if key in told.output]

    def test_works_without_a_database(self, var_dir: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ANTAM_VAR", str(var_dir))
        monkeypatch.delenv("DATABASE_URL", raising=False)
        settings_module.settings.cache_clear()
        told = run(keys, ["list"])
        assert told.exit_code == 0
        assert re.search(r"wrap +1 +from the beginning +\?", told.output)


class TestRotate:
    def test_a_running_process_uses_the_new_version_at_once(self, var: Path, run: Run) -> None:
        running = SiteKeys.read(var / "secrets" / "backend" / "site_keys.json")
        told = run(keys, ["rotate", "mac"])
        assert told.exit_code == 0, told.output
        assert "mac has version 2" in told.output
        assert running.current("mac")[0] == 2
        assert not [key for key in secrets_of(var) if key in told.output]

    def test_an_unknown_key_and_a_damaged_file_are_one_sentence(self, var: Path, run: Run) -> None:
        told = run(keys, ["rotate", "tea"])
        assert (told.exit_code, "There is no such key" in told.output) == (1, True)
        (var / "secrets" / "bot" / "site_keys.json").write_text("{", encoding="utf-8")
        told = run(keys, ["rotate", "mac"])
        assert (told.exit_code, "is damaged" in told.output) == (1, True)

    def test_keys_of_another_deployment_are_not_rotated(
        self, var: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        run(keys, ["rotate", "mac"])
        monkeypatch.setenv("ANTAM_VAR", str(tmp_path / "other"))
        settings_module.settings.cache_clear()
        run(keys, ["init"])
        before = (tmp_path / "other" / "secrets" / "backend" / "site_keys.json").read_bytes()
        told = run(keys, ["rotate", "mac"])
        assert told.exit_code == 1
        assert "not those that this database was made with" in told.output
        assert (tmp_path / "other" / "secrets" / "backend" / "site_keys.json").read_bytes() == before

    def test_a_row_that_is_not_genuine_is_named_and_the_exit_code_says_so(
        self, var: Path, database: DatabaseUrls, run: Run
    ) -> None:
        run(desk, ["create", "union:79"])
        run(desk, ["escrow"])
        with psycopg.connect(database.owner.replace("+psycopg", "", 1)) as intruder:
            intruder.execute("UPDATE escrow_keys SET mac = set_byte(mac, 0, get_byte(mac, 0) # 1)")
        told = run(keys, ["rotate", "mac"])
        assert told.exit_code == 1
        assert "left as it is, since it is not genuine: escrow_keys 1" in told.output


class TestRetire:
    def test_waits_for_old_backups_and_goes_at_once_only_with_the_house_stopped(
        self, var: Path, run: Run
    ) -> None:
        run(keys, ["rotate", "mac"])
        early = run(keys, ["retire", "mac"])
        assert early.exit_code == 1
        assert "backups of its time may need it until" in early.output
        with only_one(var):
            assert "Stop An Tâm first" in run(keys, ["retire", "mac", "--now"]).output
        done = run(keys, ["retire", "mac", "--now"])
        assert done.exit_code == 0, done.output
        assert "mac, version 1, is destroyed" in done.output
        assert "mac has no old version" in run(keys, ["retire", "mac"]).output


class TestBackup:
    def test_keys_that_were_lost_come_back(self, var: Path, run: Run, tmp_path: Path) -> None:
        file, path = tmp_path / "keys", var / "secrets" / "backend" / "site_keys.json"
        before = path.read_bytes()
        made = run(keys, ["backup", str(file)], input=TWICE)
        assert made.exit_code == 0, made.output
        assert PASSPHRASE not in made.output
        path.unlink()
        back = run(keys, ["restore", str(file)], input=f"{PASSPHRASE}\n")
        assert back.exit_code == 0, back.output
        assert path.read_bytes() == before

    def test_a_printed_key_is_shown_once_and_opens_the_file(
        self, var: Path, run: Run, tmp_path: Path
    ) -> None:
        file = tmp_path / "keys"
        made = run(keys, ["backup", str(file), "--printed-key"])
        printed = re.search(r"shown only now: ([A-Z2-7-]{39})\n", made.output)
        assert printed
        (var / "secrets" / "nlu" / "rasa.token").unlink()
        assert run(keys, ["restore", str(file)], input=f"{printed.group(1)}\n").exit_code == 0

    @pytest.mark.parametrize(
        ("typed", "sentence"), [("kurz\nkurz\n", "at least 14 characters"), ("", "Aborted")]
    )
    def test_without_a_good_passphrase_nothing_is_written(
        self, var: Path, run: Run, tmp_path: Path, typed: str, sentence: str
    ) -> None:
        told = run(keys, ["backup", str(tmp_path / "keys")], input=typed)
        assert told.exit_code == 1
        assert sentence in told.output
        assert not (tmp_path / "keys").exists()

    def test_nothing_is_overwritten(self, var: Path, run: Run, tmp_path: Path) -> None:
        (tmp_path / "keys").write_text("mine", encoding="utf-8")
        assert "left alone" in run(keys, ["backup", str(tmp_path / "keys")], input=TWICE).output
        assert (tmp_path / "keys").read_text(encoding="utf-8") == "mine"

    def test_other_keys_are_replaced_only_in_words(
        self, var: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "keys"
        run(keys, ["backup", str(file)], input=TWICE)
        wanted = (var / "secrets" / "backend" / "site_keys.json").read_bytes()
        monkeypatch.setenv("ANTAM_VAR", str(tmp_path / "other"))
        settings_module.settings.cache_clear()
        run(keys, ["init"])
        path = tmp_path / "other" / "secrets" / "backend" / "site_keys.json"
        mine = path.read_bytes()
        for arguments, words in (([], ""), (["--replace"], "yes\n"), (["--replace"], "\n")):
            told = run(keys, ["restore", str(file), *arguments], input=f"{PASSPHRASE}\n{words}")
            assert (told.exit_code, "Nothing was changed" in told.output) == (1, True)
            assert path.read_bytes() == mine
        told = run(keys, ["restore", str(file), "--replace"], input=f"{PASSPHRASE}\nreplace the keys\n")
        assert told.exit_code == 0, told.output
        assert path.read_bytes() == wanted

    def test_not_while_the_house_runs_with_other_keys(self, var: Path, run: Run, tmp_path: Path) -> None:
        run(keys, ["backup", str(tmp_path / "keys")], input=TWICE)
        with only_one(var):
            told = run(keys, ["restore", str(tmp_path / "keys")], input=f"{PASSPHRASE}\n")
        assert (told.exit_code, "Stop it first" in told.output) == (1, True)

    def test_a_wrong_passphrase_is_one_sentence(self, var: Path, run: Run, tmp_path: Path) -> None:
        run(keys, ["backup", str(tmp_path / "keys")], input=TWICE)
        told = run(keys, ["restore", str(tmp_path / "keys")], input="ai mà biết được\n")
        assert (told.exit_code, "does not open the file" in told.output) == (1, True)


class TestDesk:
    def test_a_desk_is_made_listed_and_somebody_is_put_on_it(self, var: Path, run: Run) -> None:
        run(user, ["add", "lan", "--role", "union_liaison"])
        for arguments in (
            ["create", "union:79"],
            ["create", "police:national"],
            ["invite", "union:79", "lan"],
        ):
            told = run(desk, arguments)
            assert told.exit_code == 0, told.output
        listed = run(desk, ["list"]).output
        assert re.search(r"police:national +no member yet +0 hold its key, 0 invited +no escrow", listed)
        assert re.search(r"union:79 +no member yet +0 hold its key, 1 invited +no escrow", listed)

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["create", "union"], "named by its kind"),
            (["create", "navy:79"], "named by its kind"),
            (["create", "union:999"], "named by its kind"),
            (["invite", "union:79", "lan"], "There is no such desk"),
            (["invite", "police:national", "lan"], "no active police liaison"),
            (["invite", "police:national", "ai-do"], "Nobody has this login name"),
        ],
    )
    def test_what_cannot_be_is_one_sentence(
        self, var: Path, run: Run, arguments: list[str], sentence: str
    ) -> None:
        run(user, ["add", "lan", "--role", "union_liaison"])
        run(desk, ["create", "police:national"])
        told = run(desk, arguments)
        assert (told.exit_code, sentence in told.output) == (1, True)

    def test_the_escrow_key_is_shown_once_and_not_made_again_unasked(self, var: Path, run: Run) -> None:
        first = run(desk, ["escrow"])
        assert re.search(r"\n  ([A-Z2-7]{4}-){13}[A-Z2-7]{4}\n", first.output)
        again = run(desk, ["escrow"])
        assert (again.exit_code, "There is escrow already" in again.output) == (1, True)
        assert run(desk, ["escrow", "--end"], input="yes\n").exit_code == 1
        assert run(desk, ["escrow", "--end"], input="end the escrow\n").exit_code == 0
        assert run(desk, ["escrow"]).exit_code == 0

    def test_a_mistyped_escrow_key_is_noticed_before_anything_is_tried(self, var: Path, run: Run) -> None:
        told = run(desk, ["recover", "union:79", "--member", "lan"], input="AAAA-BBBB\n")
        assert (told.exit_code, "A character of the escrow key is wrong" in told.output) == (1, True)
