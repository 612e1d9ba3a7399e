"""Rasa's own checks: the project is valid, and every rule does what its conversation says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from nlu.build import build, rules
from tests.nlu.conftest import ROOT

ENVIRONMENT = {
    **os.environ,
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "LOG_LEVEL": "ERROR",
    "PYTHONWARNINGS": "ignore",
    "ANTAM_ACTIONS_URL": "http://127.0.0.1:9/webhook",
}


_COMMAND = """
from nlu.build import CONFIG
from nlu.lean import learns_without, leave_out_tensorflow
if learns_without(CONFIG):
    leave_out_tensorflow()
from rasa.__main__ import main
main()
"""


def rasa(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Rasa's command from the project's root."""
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT), "MPLCONFIGDIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", _COMMAND, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_project_is_valid(tmp_path: Path) -> None:
    build(tmp_path / "build")
    done = rasa(
        "data",
        "validate",
        "--domain",
        str(tmp_path / "build" / "domain"),
        "--data",
        str(tmp_path / "build" / "data"),
        "--config",
        "nlu/config.yml",
        "--fail-on-warnings",
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_has_a_conversation() -> None:
    files = sorted((ROOT / "nlu" / "tests").glob("*.yml"))
    stories = [
        story for file in files for story in yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]
    ]
    played = {step["intent"] for story in stories for step in story["steps"] if "intent" in step}
    by_hand = yaml.safe_load((ROOT / "nlu" / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    taxonomy = yaml.safe_load((ROOT / "data" / "taxonomy.yml").read_text(encoding="utf-8"))
    first = [rule["steps"][0] for rule in [*by_hand, *rules(list(taxonomy["topics"]))]]
    assert {step["intent"] for step in first if "intent" in step} <= played


def test_the_conversations_go_as_written(model: Path, tmp_path: Path) -> None:
    done = rasa(
        "test",
        "core",
        "--model",
        str(model),
        "--stories",
        "nlu/tests",
        "--endpoints",
        "nlu/endpoints.yml",
        "--e2e",
        "--no-plot",
        "--out",
        str(tmp_path / "results"),
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    failed = (tmp_path / "results" / "failed_test_stories.yml").read_text(encoding="utf-8")
    report = json.loads((tmp_path / "results" / "story_report.json").read_text(encoding="utf-8"))
    assert report["conversation_accuracy"]["total"] > 70
    assert "predicted" not in failed, failed
