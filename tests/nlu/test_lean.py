"""TensorFlow stays out of the processes in which nothing learns with it, and only out of those."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
import yaml

from nlu.build import CONFIG
from nlu.lean import answers_without, learns_without
from nlu.report.rival import configuration
from tests.nlu.conftest import ROOT, RasaServer

if TYPE_CHECKING:
    from rasa.core.agent import Agent

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


@pytest.mark.parametrize("config", ["pipeline: []", "pipeline:\npolicies: []", "policies: []", "{}"])
def test_where_rasa_takes_its_own_pipeline_it_is_needed(tmp_path: Path, config: str) -> None:
    (tmp_path / "config.yml").write_text(config, encoding="utf-8")
    assert not learns_without(tmp_path / "config.yml")


def test_a_model_is_known_by_what_stands_in_it(model: Path, tmp_path: Path) -> None:
    assert answers_without(model)
    other = archive(tmp_path / "other.tar.gz", "rasa.nlu.classifiers.diet_classifier.DIETClassifier")
    assert not answers_without(other)


@pytest.mark.parametrize("content", [b"", b"no archive", gzip.compress(b"nor this")])
def test_a_file_that_is_no_model_needs_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.tar.gz").write_bytes(content)
    assert answers_without(tmp_path / "model.tar.gz")


def test_a_new_model_that_needs_it_is_not_taken_and_the_operator_told_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from nlu.swap import LiveModel

    path = tmp_path / "live.tar.gz"
    live = LiveModel(cast("Agent", object()), path)
    archive(path, "rasa.core.policies.ted_policy.TEDPolicy")
    assert not asyncio.run(live.look())
    assert "start Rasa anew" in caplog.text


def archive(path: Path, component: str) -> Path:
    """A model's file in which one component answers."""
    metadata = json.dumps({"predict_schema": {"nodes": {"only": {"uses": component}}}}).encode()
    with tarfile.open(path, "w:gz") as made:
        member = tarfile.TarInfo("./metadata.json")
        member.size = len(metadata)
        made.addfile(member, io.BytesIO(metadata))
    return path


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


def test_rasas_own_component_that_learns_with_it_is_refused_its_model() -> None:
    program = """
from rasa.nlu.classifiers.diet_classifier import DIET, RasaModel
from nlu.lean import LeftOutError
assert issubclass(DIET, RasaModel)
try:
    RasaModel()
except LeftOutError as error:
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
