"""``antam understand`` says what a text means, with a Rasa of its own when none runs."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from backend.kit.settings import ROOT


def antam(*arguments: str, var: Path, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the command where no Rasa listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "ANTAM_VAR": str(var), "ANTAM_RASA_PORT": str(port)}
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", "understand", *arguments],
        cwd=ROOT,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_each_line_gets_a_label_of_the_taxonomy(tmp_path: Path) -> None:
    done = antam("--lines", var=tmp_path, stdin="bốc bát họ là gì\nboc bat ho la gi\n\n/greet\n")
    assert done.returncode == 0, done.stderr
    marked, bare, empty, slash = (json.loads(line) for line in done.stdout.splitlines())
    assert marked["label"] == bare["label"] == "faq/bat_ho"
    assert marked["ranking"][0] == {"label": "faq/bat_ho", "confidence": marked["confidence"]}
    assert empty["label"] == "out_of_scope"
    assert {"label", "confidence", "ranking"} <= set(slash)


def test_one_text_or_lines_but_not_both(tmp_path: Path) -> None:
    for arguments in ([], ["vay", "--lines"]):
        assert antam(*arguments, var=tmp_path).returncode == 2
