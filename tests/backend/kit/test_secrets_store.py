"""``antam keys``: makes what is missing, gives each room its own, overwrites nothing."""

import hashlib
import json
import stat
from pathlib import Path

import pytest

from backend.kit.database_secrets import make_database_secrets
from backend.kit.secrets_store import make_missing, missing
from backend.kit.service_tokens import Scope, ServiceTokens
from backend.kit.site_keys import SiteKeys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "secrets"


def contents(folder: Path) -> dict[str, str]:
    found = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}
    return {str(path.relative_to(folder)): text for path, text in sorted(found.items())}


class TestInit:
    def test_files_are_closed_to_everybody_else(self, folder: Path) -> None:
        make_missing(folder)
        for path in [folder, *folder.rglob("*")]:
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)

    def test_a_second_run_changes_nothing(self, folder: Path) -> None:
        make_missing(folder)
        before = contents(folder)
        assert make_missing(folder) == []
        assert contents(folder) == before

    def test_a_new_purpose_is_added_and_the_old_keys_stay(self, folder: Path) -> None:
        make_missing(folder)
        path = folder / "backend" / "site_keys.json"
        rings = json.loads(path.read_text(encoding="utf-8"))
        del rings["audit"]
        path.write_text(json.dumps(rings), encoding="utf-8")
        assert make_missing(folder) == [path]
        now = json.loads(path.read_text(encoding="utf-8"))
        assert {purpose: now[purpose] for purpose in rings} == rings
        assert SiteKeys.read(path).current("audit")[0] == 1

    def test_a_damaged_file_is_left_alone_and_named(self, folder: Path) -> None:
        make_missing(folder)
        path = folder / "bot" / "site_keys.json"
        path.write_text("{half", encoding="utf-8")
        with pytest.raises(ValueError, match=r"bot/site_keys.json is damaged"):
            make_missing(folder)
        assert path.read_text(encoding="utf-8") == "{half"

    def test_no_two_keys_are_alike(self, folder: Path) -> None:
        make_missing(folder)
        keys = [
            ring["keys"]["1"]
            for room in ("backend", "bot")
            for ring in json.loads((folder / room / "site_keys.json").read_text(encoding="utf-8")).values()
        ]
        assert len(set(keys)) == len(keys) == 9

    def test_missing_names_what_would_be_made(self, folder: Path) -> None:
        make_missing(folder)
        (folder / "actions" / "backend.token").unlink()
        assert missing(folder) == [folder / "actions" / "backend.token"]


class TestTokens:
    def test_the_backend_knows_a_token_by_its_hash_only(self, folder: Path) -> None:
        make_missing(folder)
        token = (folder / "bot" / "backend.token").read_text(encoding="utf-8").strip()
        known = (folder / "backend" / "service_tokens.json").read_text(encoding="utf-8")
        assert token not in known
        assert hashlib.sha256(token.encode()).hexdigest() in known

    def test_actions_may_not_touch_tips(self, folder: Path) -> None:
        make_missing(folder)
        token = (folder / "actions" / "backend.token").read_text(encoding="utf-8").strip()
        caller = ServiceTokens.read(folder / "backend" / "service_tokens.json").caller(token)
        assert caller is not None
        assert not caller.scopes & {Scope.TIPS, Scope.DRAFTS, Scope.MAILBOX}

    def test_a_lost_token_is_made_anew_and_known_at_once(self, folder: Path) -> None:
        make_missing(folder)
        path = folder / "bot" / "backend.token"
        old = path.read_text(encoding="utf-8").strip()
        path.unlink()
        make_missing(folder)
        tokens = ServiceTokens.read(folder / "backend" / "service_tokens.json")
        assert tokens.caller(old) is None
        assert tokens.caller(path.read_text(encoding="utf-8").strip()) is not None

    def test_the_bot_and_rasa_share_one_secret(self, folder: Path) -> None:
        make_missing(folder)
        (folder / "nlu" / "rasa.token").unlink()
        make_missing(folder)
        assert (folder / "nlu" / "rasa.token").read_bytes() == (folder / "bot" / "rasa.token").read_bytes()


class TestDatabase:
    def test_both_sides_get_the_same_passwords(self, folder: Path) -> None:
        make_database_secrets(folder, "postgres")
        roles = (folder / "postgres" / "roles.sql").read_text(encoding="utf-8")
        for role in ("owner", "app"):
            url = (folder / "backend" / f"database_url.{role}").read_text(encoding="utf-8")
            password = url.partition(f"antam_{role}:")[2].partition("@")[0]
            assert f"CREATE ROLE antam_{role} LOGIN" in roles
            assert f"PASSWORD '{password}'" in roles
            assert url.endswith("@postgres/antam\n")

    def test_a_second_run_changes_nothing(self, folder: Path) -> None:
        make_database_secrets(folder, "postgres")
        before = contents(folder)
        assert make_database_secrets(folder, "elsewhere") == []
        assert contents(folder) == before
