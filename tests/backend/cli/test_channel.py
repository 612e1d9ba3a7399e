"""``antam channel``: an account at a chat platform is set up, shown and removed; its token is never told."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from backend.kit.secrets_store import make_missing
from backend.kit.settings import ROOT

TOKEN = "4242:AAfake-token-that-must-stay-secret-00"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    make_missing(tmp_path / "secrets")
    return tmp_path


def antam(*arguments: str, var: Path, given: str = "", url: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ANTAM_VAR": str(var), "ANTAM_PUBLIC_BOT_URL": url, "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", "channel", *arguments],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_token_is_kept_for_the_bot_alone_and_shown_nowhere(var: Path) -> None:
    told = antam("telegram", "set", var=var, given=f"{TOKEN}\n")
    assert told.returncode == 0, told.stderr
    path = var / "secrets" / "bot" / "telegram.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = json.loads(path.read_text())
    assert (kept["token"], kept["mode"]) == (TOKEN, "polling")
    assert len(kept["webhook_secret"]) >= 32
    listed = antam("list", var=var)
    assert "telegram  Telegram: polling" in listed.stdout
    assert "zalo_bot  Zalo Bot Platform: not set up" in listed.stdout
    assert TOKEN not in told.stdout + told.stderr + listed.stdout


def test_a_webhook_needs_a_public_address(var: Path) -> None:
    refused = antam("zalo_bot", "set", "--mode", "webhook", var=var, given=TOKEN)
    assert refused.returncode == 1
    assert "ANTAM_PUBLIC_BOT_URL" in refused.stderr
    url = "https://antam.example"
    assert antam("zalo_bot", "set", "--mode", "webhook", var=var, given=TOKEN, url=url).returncode == 0
    assert "zalo_bot  Zalo Bot Platform: webhook" in antam("list", var=var).stdout


@pytest.mark.parametrize(
    "given", ["", "short\n", "with a space in it\n", "4242:with/slash/in/it\n", "mã bí mật\n"]
)
def test_what_is_no_token_is_refused_and_nothing_kept(var: Path, given: str) -> None:
    refused = antam("telegram", "set", var=var, given=given)
    assert refused.returncode == 1
    assert "no token" in refused.stderr
    assert not (var / "secrets" / "bot" / "telegram.json").exists()


def test_an_account_is_removed(var: Path) -> None:
    antam("telegram", "set", var=var, given=TOKEN)
    assert antam("telegram", "remove", var=var).returncode == 0
    assert not (var / "secrets" / "bot" / "telegram.json").exists()
    assert antam("telegram", "remove", var=var).returncode == 1


def test_a_deployment_without_keys_says_what_to_do(tmp_path: Path) -> None:
    refused = antam("telegram", "set", var=tmp_path, given=TOKEN)
    assert refused.returncode == 1
    assert "antam keys init" in refused.stderr
