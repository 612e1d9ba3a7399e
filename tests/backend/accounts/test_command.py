"""``antam user``: accounts from the command line, on a real database."""

import re

import pytest
from typer.testing import CliRunner

from backend.cli.user import app
from backend.kit import settings as settings_module
from backend.kit.settings import Settings

run = CliRunner().invoke


@pytest.fixture(autouse=True)
def here(backend_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds this test's deployment by its environment."""
    monkeypatch.setenv("ANTAM_VAR", str(backend_settings.var))
    monkeypatch.setenv("DATABASE_URL", str(backend_settings.database_url))
    settings_module.settings.cache_clear()


def test_add_prints_the_one_time_password_once() -> None:
    made = run(app, ["add", "hoa.tran", "--role", "trainer", "--name", "Hoa"])
    assert made.exit_code == 0
    assert re.search(r"One-time password: ([a-z0-9]{4}-){3}[a-z0-9]{4}", made.output)
    listed = run(app, ["list"]).output
    assert re.search(r"hoa\.tran\s+trainer\s+never signed in\s+Hoa", listed)


def test_add_refuses_a_taken_or_odd_name_in_one_sentence() -> None:
    run(app, ["add", "hoa", "--role", "trainer"])
    for login, sentence in (("hoa", "already"), ("h o a", "3 to 40 characters")):
        refused = run(app, ["add", login, "--role", "trainer"])
        assert refused.exit_code == 1
        assert sentence in refused.output


def test_reset_asks_first_and_then_gives_another_password() -> None:
    first = run(app, ["add", "hoa", "--role", "trainer"]).output
    assert run(app, ["reset", "hoa"], input="n\n").exit_code == 1
    again = run(app, ["reset", "hoa", "--yes"])
    assert again.exit_code == 0
    assert again.output.split()[-1] == "again."
    assert re.findall("password: (.*)", first) != re.findall("password: (.*)", again.output)


def test_deactivate_shuts_the_account() -> None:
    run(app, ["add", "hoa", "--role", "trainer"])
    assert run(app, ["deactivate", "hoa", "--yes"]).exit_code == 0
    assert "deactivated" in run(app, ["list"]).output


def test_the_last_administrator_stays() -> None:
    run(app, ["add", "quan", "--role", "administrator"])
    refused = run(app, ["deactivate", "quan", "--yes"])
    assert refused.exit_code == 1
    assert "last administrator" in refused.output


def test_an_unknown_name_is_said_plainly() -> None:
    unknown = run(app, ["reset", "ai-do", "--yes"])
    assert unknown.exit_code == 1
    assert "Nobody has this login name" in unknown.output
