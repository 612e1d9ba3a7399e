"""TensorFlow stays out of the processes in which nothing learns with it, and only out of those."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

from nlu.build import CONFIG
from nlu.lean import learns_without
from nlu.report.rival import configuration
from tests.nlu.conftest import ROOT, RasaServer

_LEAN = "from nlu.lean import leave_out_tensorflow; leave_out_tensorflow(); "


def run(program: str) -> subprocess.CompletedProcess[str]:
    """A Python process of its own, since what is imported once stays."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_server_runs_without_it(server: RasaServer) -> None:
    maps = Path(f"/proc/{server.process.pid}/maps").read_text(encoding="utf-8")
    assert "numpy" in maps
    assert "tensorflow" not in maps


def test_ours_learns_without_it_and_rasas_default_pipeline_does_not(tmp_path: Path) -> None:
    rival = tmp_path / "config.yml"
    rival.write_text(yaml.safe_dump(configuration(1)), encoding="utf-8")
    assert learns_without(CONFIG)
    assert not learns_without(rival)


def test_a_policy_that_learns_needs_it(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("pipeline: []\npolicies: [{name: RulePolicy}, {name: TEDPolicy}]", encoding="utf-8")
    assert not learns_without(config)


def test_what_is_left_out_can_be_built_upon_and_refuses_to_be_used() -> None:
    program = """
import tensorflow as tf
from tensorflow.keras.layers import Layer
class Built(Layer):
    def call(self, values: dict[str, tf.Tensor | None]) -> "tf.RaggedTensor": ...
    kept: list[tf.keras.losses.Loss["parameter"]] = []
try:
    Built()
except RuntimeError as error:
    print(error)
"""
    assert "left out" in run(_LEAN + program).stdout


def test_rasas_own_component_that_learns_with_it_says_so() -> None:
    program = """
from rasa.nlu.classifiers.diet_classifier import DIETClassifier
import tensorflow as tf
try:
    tf.constant([1])
except RuntimeError as error:
    print(error)
"""
    done = run(_LEAN + program)
    assert "left out" in done.stdout, done.stderr


def test_where_it_is_imported_already_it_stays() -> None:
    program = """
import sys
from types import ModuleType
sys.modules["tensorflow"] = there = ModuleType("tensorflow")
from nlu.lean import leave_out_tensorflow
leave_out_tensorflow()
import tensorflow
print(tensorflow is there, *(type(one).__name__ for one in sys.meta_path))
"""
    done = run(program)
    assert done.stdout.startswith("True"), done.stderr
    assert "StandIns" not in done.stdout
