"""``antam triage`` prints one JSON object a text, with the fields that programs rely on."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FIELDS = {"category", "priority", "desks", "reasons", "entities", "reporter_pii", "out_of_purpose"}


def antam(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", "triage", *arguments],
        input=stdin, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip


class TestAntamTriage:
    def test_one_text_gives_one_object(self) -> None:
        done = antam("anh Tuấn zalo 0912.345.678 cho vay 10tr lấy 8tr, sđt của em 0901234567")
        answer = json.loads(done.stdout)
        assert set(answer) == FIELDS
        assert (answer["category"], answer["priority"]) == ("illegal_lending", "P3")
        assert {"type": "zalo", "value": "0912345678"} in answer["entities"]
        assert {"type": "amount", "value": "10000000"} in answer["entities"]
        assert answer["reporter_pii"] == ["0901234567"]
        assert all(entity["value"] != "0901234567" for entity in answer["entities"])

    def test_lines_give_one_object_each_in_order(self) -> None:
        done = antam("--lines", stdin="em bị nhốt trong kho\n\nrủ nhau đình công\n")
        first, empty, refused = map(json.loads, done.stdout.splitlines())
        assert first["priority"] == "P1"
        assert (empty["category"], empty["priority"]) == ("other_crime", "P3")
        assert (refused["out_of_purpose"], refused["desks"], refused["category"]) == (True, [], None)

    def test_neither_a_text_nor_lines_is_an_error_that_says_what_to_give(self) -> None:
        done = antam()
        assert done.returncode == 2
        assert "--lines" in done.stderr
